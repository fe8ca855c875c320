//! Midtrans' own clients in other languages, installed once into a folder below `target`, and run
//! there.

use std::path::{Path, PathBuf};
use std::process::Command;

use midtrans_packages::{Absence, Packages, python};

/// A language whose official package is tested.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there are two")]
pub enum Client {
    /// `midtrans-client` from npm.
    Node,
    /// `midtransclient` from PyPI.
    Python,
}

impl Client {
    /// The command that runs one of the client's scripts: `walk`, `core` or `products`.
    ///
    /// # Errors
    /// [`Absence`], if the client cannot be had on this machine.
    pub fn script(self, name: &str, target: &Path) -> Result<Command, Absence> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
        let folder = self.installed(target)?;
        let script = match self {
            Self::Node => format!("node/{name}.cjs"),
            Self::Python => format!("python/{name}.py"),
        };
        let mut command = self.interpreter(&folder);
        command
            .arg(scripts.join(script))
            .env("CLIENT_FOLDER", folder);
        Ok(command)
    }

    /// The command that runs a text of the client's language, which finds the client as any program
    /// of a merchant does.
    ///
    /// # Errors
    /// [`Absence`], if the client cannot be had on this machine.
    pub fn running(self, text: &str, target: &Path) -> Result<Command, Absence> {
        let folder = self.installed(target)?;
        // A module is looked for beside its script.
        let script = folder.join(match self {
            Self::Node => "shown.cjs",
            Self::Python => "shown.py",
        });
        std::fs::write(&script, text).map_err(|error| Absence::new(error.to_string()))?;
        let mut command = self.interpreter(&folder);
        command.arg(script);
        Ok(command)
    }

    fn installed(self, target: &Path) -> Result<PathBuf, Absence> {
        let packages = match self {
            Self::Node => Packages::Node(include_str!("../clients/node/package.json")),
            Self::Python => Packages::Python(include_str!("../clients/python/requirements.txt")),
        };
        packages.installed(&target.join(format!("{self:?}").to_lowercase()))
    }

    fn interpreter(self, folder: &Path) -> Command {
        match self {
            Self::Node => Command::new("node"),
            Self::Python => Command::new(python(folder)),
        }
    }
}
