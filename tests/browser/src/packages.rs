//! The packages from npm, installed once into a folder that carries their versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::process::Command;

use crate::absence::Absence;

/// Exact: a browser's driver must not change by itself. Later ones of playwright-core ask for Node.js 20, which Debian 12
/// has not.
const PACKAGES: [(&str, &str); 2] = [("playwright-core", "1.60.0"), ("axe-core", "4.14.1")];

/// The folder that has `node_modules`, below `folder`. Whoever comes while another one installs does the same beside him,
/// and the one who is first wins.
pub(crate) fn installed(npm: &Path, folder: &Path) -> Result<PathBuf, Absence> {
    let place = folder.join(PACKAGES.map(|(name, version)| format!("{name}-{version}")).join("-"));
    if fits(&place) {
        return Ok(place);
    }
    let fresh = folder.join(format!("installing-{}", process::id()));
    let result = install(npm, &fresh).and_then(|()| {
        // Only what is whole is moved to its place, so what is there is whole.
        match fs::rename(&fresh, &place) {
            Err(_) if fits(&place) => Ok(()),
            other => other.map_err(|error| Absence::Packages(error.to_string())),
        }
    });
    let _ = fs::remove_dir_all(&fresh);
    result.map(|()| place)
}

fn fits(place: &Path) -> bool {
    PACKAGES.iter().all(|(name, version)| {
        let manifest = fs::read(place.join("node_modules").join(name).join("package.json")).unwrap_or_default();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap_or_default();
        manifest["version"] == *version
    })
}

fn install(npm: &Path, folder: &Path) -> Result<(), Absence> {
    let said = |error: &dyn std::fmt::Display| Absence::Packages(error.to_string());
    fs::create_dir_all(folder).map_err(|error| said(&error))?;
    // Without a manifest of its own, npm would look for one further up.
    fs::write(folder.join("package.json"), r#"{"private": true}"#).map_err(|error| said(&error))?;
    let mut command = Command::new(npm);
    command.args(["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--save-exact"]);
    command.args(PACKAGES.map(|(name, version)| format!("{name}@{version}"))).current_dir(folder);
    let output = command.output().map_err(|error| said(&error))?;
    if output.status.success() { Ok(()) } else { Err(said(&String::from_utf8_lossy(&output.stderr).trim())) }
}
