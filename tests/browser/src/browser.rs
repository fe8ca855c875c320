//! A browser that walks as a script says.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use midtrans_packages::{Absence, Packages, or_skip};
use serde_json::Value;

use crate::programs::Programs;

/// All that a walk needs.
#[derive(Debug)]
pub struct Browser {
    programs: Programs,
    packages: PathBuf,
    screenshots: PathBuf,
}

impl Browser {
    /// Finds the machine's browser and brings the driver, once per process. `folder` is where
    /// things may lie around: `env!("CARGO_TARGET_TMPDIR")` in a test.
    ///
    /// # Errors
    /// [`Absence`].
    pub fn find(folder: &Path) -> Result<&'static Self, &'static Absence> {
        static FOUND: OnceLock<Result<Browser, Absence>> = OnceLock::new();
        FOUND
            .get_or_init(|| Self::prepare(&folder.join("browser")))
            .as_ref()
    }

    fn prepare(folder: &Path) -> Result<Self, Absence> {
        let programs = Programs::find()?;
        let packages = Packages::Node(include_str!("../scripts/package.json"))
            .installed(&folder.join("packages"))?;
        Ok(Self {
            programs,
            packages,
            screenshots: folder.join("screenshots"),
        })
    }

    /// A browser for a test, or `None` and a line on stderr that says `what` was skipped and why.
    ///
    /// # Panics
    /// If something is missing and the environment variable `CI` is set: in CI a test that did not
    /// run must not look like one that passed.
    #[must_use]
    pub fn find_or_skip(folder: &Path, what: &str) -> Option<&'static Self> {
        or_skip(what, Self::find(folder))
    }

    /// Runs a script of `scripts/`. It gets `told` and gives back what it saw.
    ///
    /// # Panics
    /// If the script fails; with what it said.
    #[expect(clippy::panic, reason = "this is a test's assertion")]
    #[must_use]
    pub fn walk(&self, script: &str, told: &Value) -> Value {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
        let output = Command::new(&self.programs.node)
            .arg(scripts.join(script))
            .arg(told.to_string())
            .env("BROWSER_PROGRAM", &self.programs.browser)
            .env("BROWSER_PACKAGES", &self.packages)
            .env("BROWSER_SCREENSHOTS", &self.screenshots)
            .output()
            .unwrap_or_else(|error| panic!("{script}: {error}"));
        let seen = String::from_utf8_lossy(&output.stdout);
        match serde_json::from_str(&seen) {
            Ok(seen) if output.status.success() => seen,
            _ => panic!(
                "{script}: {}\n{seen}\n{}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            ),
        }
    }
}
