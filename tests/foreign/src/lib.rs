//! Midtrans' own clients in other languages, installed once into a folder below `target`, and run there.

use std::path::Path;
use std::process::Command;

use midtrans_guests::{Absence, Packages, python};

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
    /// The command that runs the client's walk.
    ///
    /// # Errors
    /// [`Absence`], if the client cannot be had on this machine.
    pub fn walk(self, target: &Path) -> Result<Command, Absence> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
        let (packages, script) = match self {
            Self::Node => (Packages::Node(include_str!("../clients/node/package.json")), "node/walk.cjs"),
            Self::Python => (Packages::Python(include_str!("../clients/python/requirements.txt")), "python/walk.py"),
        };
        let folder = packages.installed(&target.join(format!("{self:?}").to_lowercase()))?;
        let mut command = match self {
            Self::Node => Command::new("node"),
            Self::Python => Command::new(python(&folder)),
        };
        command.arg(scripts.join(script)).env("CLIENT_FOLDER", folder);
        Ok(command)
    }
}
