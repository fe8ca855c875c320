//! Packages, installed once.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::absence::Absence;

/// Packages of one language, as its own manifest names them: every version exact.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Packages<'a> {
    /// The text of a `package.json`.
    Node(&'a str),
    /// The text of a `requirements.txt`.
    Python(&'a str),
}

impl Packages<'_> {
    /// Installs the packages into this folder unless they are there: `node_modules`, or an
    /// environment whose Python is [`python`]. A caller that comes while another one installs waits
    /// for it.
    ///
    /// # Errors
    /// [`Absence`], if the machine has no Node.js or no Python, or no network.
    pub fn installed(self, folder: &Path) -> Result<PathBuf, Absence> {
        let failed = |error: std::io::Error| {
            Absence::new(format!("{} cannot be used: {error}", folder.display()))
        };
        fs::create_dir_all(folder).map_err(failed)?;
        // The lock ends with the file.
        let lock = File::create(folder.with_extension("lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let (name, manifest) = match self {
            Self::Node(manifest) => ("package.json", manifest),
            Self::Python(manifest) => ("requirements.txt", manifest),
        };
        let stamp = folder.join("installed");
        // Scripts of an environment know their folder: a copy elsewhere does not fit.
        let wanted = format!("{}\n{manifest}", folder.display());
        if self.runs(folder) && fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == wanted) {
            return Ok(folder.to_owned());
        }
        // What a broken-off installation left is not built upon.
        fs::remove_dir_all(folder)
            .and_then(|()| fs::create_dir_all(folder))
            .map_err(failed)?;
        fs::write(folder.join(name), manifest).map_err(failed)?;
        match self {
            Self::Node(_) => {
                succeed(Command::new("node").arg("--version"), "node", "nodejs")?;
                let options = [
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--no-package-lock",
                    "--ignore-scripts",
                ];
                succeed(
                    Command::new("npm").args(options).current_dir(folder),
                    "npm",
                    "npm",
                )?;
            }
            Self::Python(_) => {
                // Debian's python3 makes no environments without python3-venv, and says so.
                succeed(
                    Command::new("python3").args(["-m", "venv"]).arg(folder),
                    "python3",
                    "python3-venv",
                )?;
                let options = [
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--no-input",
                    "--disable-pip-version-check",
                ];
                let mut pip = Command::new(python(folder));
                pip.args(options).args([
                    "--retries",
                    "1",
                    "--only-binary",
                    ":all:",
                    "--requirement",
                ]);
                succeed(pip.arg(folder.join(name)), "python3", "python3-venv")?;
            }
        }
        fs::write(stamp, wanted).map_err(failed)?;
        Ok(folder.to_owned())
    }

    /// Returns true if the installed program runs: the machine's Python may have gone since.
    fn runs(self, folder: &Path) -> bool {
        match self {
            Self::Node(_) => Command::new("node").arg("--version").output().is_ok(),
            Self::Python(_) => Command::new(python(folder))
                .arg("--version")
                .output()
                .is_ok(),
        }
    }
}

/// The Python of an installation.
#[must_use]
pub fn python(folder: &Path) -> PathBuf {
    folder.join("bin/python")
}

fn succeed(command: &mut Command, program: &str, package: &str) -> Result<(), Absence> {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Absence::of_program(program, package),
        _ => Absence::new(format!("{program}: {error}")),
    })?;
    if status.success() {
        return Ok(());
    }
    let said = [stdout, stderr]
        .map(|said| String::from_utf8_lossy(&said).into_owned())
        .concat();
    let said = said.trim();
    Err(Absence::new(format!(
        "{program} could not install what the test needs (no network? Debian's {package}?): {said}"
    )))
}
