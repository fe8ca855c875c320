//! Shops in other languages, as in the inbox's documentation: started, killed again and again, and
//! counted.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use midtrans_packages::{Absence, Packages, python};

/// A program that takes changes until it is killed.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "these are the ones that the documentation shows"
)]
pub enum Shop {
    /// Python with psycopg.
    Python,
    /// Node.js with pg.
    Node,
    /// PHP with PDO.
    Php,
    /// Python with its own SQLite module.
    PythonSqlite,
}

impl Shop {
    /// Returns the command that runs it.
    ///
    /// # Errors
    /// [`Absence`], if its language or its package is not available on this machine.
    pub fn command(self, target: &Path) -> Result<Command, Absence> {
        let program = match self {
            Self::Python => python(
                &Packages::Python("psycopg[binary]==3.3.9").installed(&target.join("psycopg"))?,
            ),
            Self::Node => PathBuf::from("node"),
            Self::Php => found("php", "php-cli, php-pgsql")?,
            Self::PythonSqlite => found("python3", "python3")?,
        };
        let mut command = Command::new(program);
        match self {
            Self::Node => {
                let manifest = r#"{"private":true,"dependencies":{"pg":"8.23.1"}}"#;
                let folder = Packages::Node(manifest).installed(&target.join("pg"))?;
                // A module is searched beside its script.
                let script = folder.join("shop.mjs");
                std::fs::copy(self.script(), &script)
                    .map_err(|error| Absence::new(error.to_string()))?;
                command.arg(script);
            }
            _ => drop(command.arg(self.script())),
        }
        Ok(command)
    }

    /// Returns the shop's source, which the documentation shows.
    #[must_use]
    pub fn script(self) -> PathBuf {
        let name = match self {
            Self::Python => "shop.py",
            Self::Node => "shop.mjs",
            Self::Php => "shop.php",
            Self::PythonSqlite => "shop_sqlite.py",
        };
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("clients")
            .join(name)
    }
}

fn found(program: &str, package: &str) -> Result<PathBuf, Absence> {
    let runs = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if runs.is_ok() {
        Ok(PathBuf::from(program))
    } else {
        Err(Absence::of_program(program, package))
    }
}

/// Programs that run in parallel; each is started again whenever it was killed.
pub struct Running {
    commands: Vec<Command>,
    children: Vec<Child>,
}

impl Running {
    /// Starts them.
    ///
    /// # Panics
    /// If one cannot be started.
    #[must_use]
    pub fn start(mut commands: Vec<Command>) -> Self {
        let children = commands.iter_mut().map(start).collect();
        Self { commands, children }
    }

    /// Kills one after the other, each after another time and in the middle of a transaction, until
    /// nothing is left; then all. `is_inside` says whether the shop at that position is inside one.
    /// Returns the number of kills before the end.
    ///
    /// # Panics
    /// If something is left after five minutes, or a program has ended by itself.
    pub fn kill_until_none(
        mut self,
        mut left: impl FnMut() -> u64,
        mut is_inside: impl FnMut(usize) -> bool,
    ) -> u32 {
        let begun = Instant::now();
        let mut kills = 0;
        while left() > 0 {
            let at = kills as usize % self.children.len();
            // It begins, completes some changes, and is killed in the next one.
            for pause in [u64::from(50 + kills * 37 % 150), 0] {
                while !is_inside(at) && left() > 0 {
                    assert!(
                        begun.elapsed() < Duration::from_secs(300),
                        "changes are left after {kills} kills"
                    );
                    let ended = self.children[at].try_wait().expect("a child can be asked");
                    assert!(ended.is_none(), "a shop has ended by itself: {ended:?}");
                    thread::sleep(Duration::from_millis(1));
                }
                thread::sleep(Duration::from_millis(pause));
            }
            self.end(at);
            self.children[at] = start(&mut self.commands[at]);
            kills += 1;
        }
        (0..self.children.len()).for_each(|at| self.end(at));
        kills
    }

    fn end(&mut self, at: usize) {
        // If it has ended by itself, it cannot be killed.
        let _ = self.children[at].kill();
        self.children[at].wait().expect("a child can be waited for");
    }
}

fn start(command: &mut Command) -> Child {
    command.spawn().expect("an installed program starts")
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("children", &self.children.len())
            .finish_non_exhaustive()
    }
}
