//! Schemathesis, a tester of other people's that makes calls from a document: installed once, then run.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::absence::Absent;

/// The versions, all of them.
const REQUIREMENTS: &str = include_str!("tester/requirements.txt");

/// An installed tester.
#[derive(Debug)]
pub struct Tester {
    folder: PathBuf,
}

/// What the tester said.
#[derive(Debug)]
pub struct Run {
    /// Whether everything was as the document says.
    pub is_fine: bool,
    /// Its report.
    pub said: String,
}

/// What the tester does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phases {
    /// The document's examples.
    Examples,
    /// These, the edges of each schema, and calls at random.
    WithoutLinks,
    /// All of these, and walks from one call to the next along the document's links.
    All,
}

impl Phases {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Examples => "examples",
            Self::WithoutLinks => "examples,coverage,fuzzing",
            Self::All => "examples,coverage,fuzzing,stateful",
        }
    }
}

impl Tester {
    /// Installs the tester into a folder of its own below `parent`, unless it is there.
    ///
    /// # Errors
    /// [`Absent`], if this machine has no Python or no network.
    pub fn installed(parent: &Path) -> Result<Self, Absent> {
        let folder = parent.join("openapi-tester");
        fs::create_dir_all(&folder).map_err(absent("cannot make a folder"))?;
        // Tests that run at the same time wait for each other here.
        let lock = File::create(folder.join("lock")).map_err(absent("cannot make a lock file"))?;
        lock.lock().map_err(absent("cannot lock a file"))?;
        let tester = Self { folder };
        let stamp = tester.folder.join("stamp");
        // Scripts in there know the folder, so a copy of it elsewhere does not fit.
        let wanted = format!("{}\n{REQUIREMENTS}", tester.folder.display());
        // And the system's Python may have gone, or be another one.
        let python = Command::new(tester.python()).args(["-c", "import schemathesis"]).output();
        let runs = python.is_ok_and(|output| output.status.success());
        if !runs || !fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == wanted) {
            tester.install()?;
            fs::write(&stamp, wanted).map_err(absent("cannot write a file"))?;
        }
        Ok(tester)
    }

    fn install(&self) -> Result<(), Absent> {
        let venv = self.folder.join("venv");
        if let Err(error) = fs::remove_dir_all(&venv)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(absent("cannot remove the old installation")(error));
        }
        succeed("python3 -m venv", Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let requirements = self.folder.join("requirements.txt");
        fs::write(&requirements, REQUIREMENTS).map_err(absent("cannot write a file"))?;
        let mut pip = Command::new(self.python());
        pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--retries", "1"]);
        succeed("pip install", pip.args(["--only-binary", ":all:", "--requirement"]).arg(&requirements))
    }

    /// Lets the tester call the API at `url` with a key. Its settings are in `src/tester`.
    ///
    /// # Errors
    /// [`Absent`], if it cannot be started.
    pub fn run(&self, url: &str, key: &str, phases: Phases) -> Result<Run, Absent> {
        let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tester");
        let mut tester = Command::new(self.python());
        tester
            .args(["-m", "schemathesis.cli", "--config-file"])
            .arg(settings.join("schemathesis.toml"))
            .args(["run", &format!("{url}/openapi.json"), "--auth", &format!("{key}:"), "--no-color"])
            .args(["--phases", phases.as_str()])
            // It writes its own notes where it runs, and no bytecode next to the settings.
            .current_dir(&self.folder)
            .env("PYTHONPATH", settings)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("SCHEMATHESIS_HOOKS", "hooks");
        let output = tester.output().map_err(absent("cannot start the tester"))?;
        Ok(Run { is_fine: output.status.success(), said: both(&output) })
    }

    fn python(&self) -> PathBuf {
        self.folder.join("venv/bin/python")
    }
}

fn succeed(what: &str, command: &mut Command) -> Result<(), Absent> {
    let output = command.output().map_err(absent(what))?;
    if output.status.success() { Ok(()) } else { Err(Absent { reason: format!("{what} failed: {}", both(&output)) }) }
}

fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn absent(what: &str) -> impl FnOnce(std::io::Error) -> Absent {
    move |error| Absent { reason: format!("{what}: {error}") }
}
