//! Schemathesis, an independent API tester that makes calls from a document: installed once, then
//! run.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use midtrans_packages::{Absence, Packages, python};

/// The versions, all of them.
const REQUIREMENTS: &str = include_str!("tester/requirements.txt");

/// An installed tester.
#[derive(Debug)]
pub struct Tester {
    folder: PathBuf,
}

/// The tester's output and verdict.
#[derive(Debug)]
pub struct Run {
    /// Everything was as the document says.
    pub is_fine: bool,
    /// Its report.
    pub said: String,
}

/// The phases of a run.
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
    /// [`Absence`], if this machine has no Python or no network.
    pub fn installed(parent: &Path) -> Result<Self, Absence> {
        Ok(Self {
            folder: Packages::Python(REQUIREMENTS).installed(&parent.join("openapi-tester"))?,
        })
    }

    /// Lets the tester call the API at `url` with a key. Its settings are in `src/tester`.
    ///
    /// # Errors
    /// What the system says, if it cannot be started.
    pub fn run(&self, url: &str, key: &str, phases: Phases) -> io::Result<Run> {
        let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tester");
        let mut tester = Command::new(python(&self.folder));
        tester
            .args(["-m", "schemathesis.cli", "--config-file"])
            .arg(settings.join("schemathesis.toml"))
            .args([
                "run",
                &format!("{url}/openapi.json"),
                "--auth",
                &format!("{key}:"),
                "--no-color",
            ])
            .args(["--phases", phases.as_str()])
            // It writes its own notes where it runs, and no bytecode next to the settings.
            .current_dir(&self.folder)
            .env("PYTHONPATH", settings)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("SCHEMATHESIS_HOOKS", "hooks");
        let Output {
            status,
            stdout,
            stderr,
        } = tester.output()?;
        let said = [stdout, stderr]
            .map(|said| String::from_utf8_lossy(&said).into_owned())
            .concat();
        Ok(Run {
            is_fine: status.success(),
            said,
        })
    }
}
