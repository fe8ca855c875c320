//! A client's installation, and its scripts.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::absence::may_skip;
use crate::error::Failure;

/// A language whose official package is tested.
#[derive(Clone, Copy, Debug)]
pub enum Client {
    /// `midtrans-client` from npm.
    Node,
    /// `midtransclient` from PyPI.
    Python,
}

/// The command that runs the client's walk, or `None` where the test is to be skipped; that is said on standard error.
///
/// # Panics
/// If the client cannot be had and `CI` is set, or if its folder cannot be used.
#[must_use]
#[expect(clippy::panic, reason = "it is a test's first step, and the message says what to install")]
pub fn ready(client: Client, target: &Path) -> Option<Command> {
    match client.command(target) {
        Ok(command) => Some(command),
        Err(failure) if may_skip(&failure, std::env::var_os("CI").as_deref()) => {
            eprintln!("SKIPPED: {failure}");
            None
        }
        Err(failure) => panic!("{failure}"),
    }
}

impl Client {
    fn command(self, target: &Path) -> Result<Command, Failure> {
        let (folder, source) = (self.install(target)?, self.source());
        let mut command = match self {
            Self::Node => Command::new("node"),
            Self::Python => Command::new(python(&folder)),
        };
        command.arg(match self {
            Self::Node => source.join("walk.cjs"),
            Self::Python => source.join("walk.py"),
        });
        command.env("CLIENT_FOLDER", folder);
        Ok(command)
    }

    /// Installs what the manifest pins, unless the folder has just that already.
    fn install(self, target: &Path) -> Result<PathBuf, Failure> {
        let folder = target.join(self.name());
        fs::create_dir_all(&folder)?;
        // Another test run waits here, and then finds all done. The lock ends with the file.
        let lock = File::create(target.join(format!("{}.lock", self.name())))?;
        lock.lock()?;
        let (wanted, mark) = (fs::read_to_string(self.source().join(self.manifest()))?, folder.join("installed"));
        if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
            return Ok(folder);
        }
        // What a broken-off installation left is not built upon.
        fs::remove_dir_all(&folder)?;
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(self.manifest()), &wanted)?;
        match self {
            Self::Node => {
                run(Command::new("node").arg("--version"), "node", "nodejs")?;
                let options = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
                run(Command::new("npm").args(options).current_dir(&folder), "npm", "npm")?;
            }
            Self::Python => {
                // Debian's python3 has no ensurepip without python3-venv: the message of `venv` says so.
                run(Command::new("python3").args(["-m", "venv"]).arg(&folder), "python3", "python3-venv")?;
                let options = ["-m", "pip", "install", "--disable-pip-version-check", "-q", "-r"];
                let pip = &mut Command::new(python(&folder));
                run(pip.args(options).arg(folder.join(self.manifest())), "python3", "python3-venv")?;
            }
        }
        fs::write(mark, wanted)?;
        Ok(folder)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python",
        }
    }

    const fn manifest(self) -> &'static str {
        match self {
            Self::Node => "package.json",
            Self::Python => "requirements.txt",
        }
    }

    fn source(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(self.name())
    }
}

fn python(folder: &Path) -> PathBuf {
    folder.join("bin/python")
}

fn run(command: &mut Command, program: &'static str, package: &'static str) -> Result<(), Failure> {
    let Output { status, stdout, stderr } = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::NotFound(program, package),
        _ => Failure::Io(error),
    })?;
    if status.success() {
        return Ok(());
    }
    let said = [stdout, stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    Err(Failure::NotInstalled(format!("{said}(needs Debian's {package})")))
}
