//! Where Node.js, npm and the browser are.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::absence::Absence;

/// All that a walk needs of the machine.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) node: PathBuf,
    pub(crate) npm: PathBuf,
    pub(crate) browser: PathBuf,
}

impl Programs {
    pub(crate) fn find() -> Result<Self, Absence> {
        Self::among(&env::var_os("PATH").unwrap_or_default(), env::var_os("CHROME_BIN"))
    }

    fn among(path: &OsStr, named: Option<OsString>) -> Result<Self, Absence> {
        let find = |names: &[&str]| {
            names.iter().find_map(|name| {
                env::split_paths(path).map(|folder| folder.join(name)).find(|program| program.is_file())
            })
        };
        let named = named.filter(|named| !named.is_empty()).map(PathBuf::from);
        let browser = match named {
            Some(named) => Some(named).filter(|program| program.is_file()),
            None => find(&["chromium", "chromium-browser", "google-chrome"]),
        };
        Ok(Self {
            node: find(&["node"]).ok_or(Absence::Node)?,
            npm: find(&["npm"]).ok_or(Absence::Npm)?,
            browser: browser.ok_or(Absence::Browser)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process;

    use super::*;

    #[test]
    fn each_missing_program_is_named() {
        let folder = env::temp_dir().join(format!("midtrans-browser-programs-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let find = |named: Option<&str>| Programs::among(folder.as_os_str(), named.map(OsString::from));
        assert!(matches!(find(None), Err(Absence::Node)));
        fs::write(folder.join("node"), "").unwrap();
        assert!(matches!(find(None), Err(Absence::Npm)));
        fs::write(folder.join("npm"), "").unwrap();
        assert!(matches!(find(None), Err(Absence::Browser)));
        fs::write(folder.join("google-chrome"), "").unwrap();
        assert_eq!(find(None).unwrap().browser, folder.join("google-chrome"));
        assert!(matches!(find(Some("no/such/browser")), Err(Absence::Browser)), "a name that was given is meant");
        assert_eq!(find(Some("")).unwrap().browser, folder.join("google-chrome"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
