//! The programs Node.js and the browser, as found on this machine.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use midtrans_packages::Absence;

/// All that a walk needs of the machine.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) node: PathBuf,
    pub(crate) browser: PathBuf,
}

impl Programs {
    pub(crate) fn find() -> Result<Self, Absence> {
        Self::among(
            &env::var_os("PATH").unwrap_or_default(),
            env::var_os("CHROME_BIN"),
        )
    }

    fn among(path: &OsStr, named: Option<OsString>) -> Result<Self, Absence> {
        let find = |names: &[&str]| {
            names.iter().find_map(|name| {
                env::split_paths(path)
                    .map(|folder| folder.join(name))
                    .find(|program| program.is_file())
            })
        };
        let named = named.filter(|named| !named.is_empty()).map(PathBuf::from);
        let browser = match named {
            Some(named) => Some(named).filter(|program| program.is_file()),
            None => find(&["chromium", "chromium-browser", "google-chrome"]),
        };
        Ok(Self {
            node: find(&["node"]).ok_or_else(|| Absence::of_program("node", "nodejs"))?,
            browser: browser.ok_or_else(|| {
                Absence::new(
                    "chromium, chromium-browser or google-chrome is not on PATH: install one (Debian: chromium) or name it in \
                     CHROME_BIN",
                )
            })?,
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
        let find =
            |named: Option<&str>| Programs::among(folder.as_os_str(), named.map(OsString::from));
        let missing = |named: Option<&str>| find(named).unwrap_err().to_string();
        assert!(missing(None).starts_with("node "));
        fs::write(folder.join("node"), "").unwrap();
        assert!(missing(None).contains("CHROME_BIN"));
        fs::write(folder.join("google-chrome"), "").unwrap();
        assert_eq!(find(None).unwrap().browser, folder.join("google-chrome"));
        assert!(
            missing(Some("no/such/browser")).contains("CHROME_BIN"),
            "a name that was given is meant"
        );
        assert_eq!(
            find(Some("")).unwrap().browser,
            folder.join("google-chrome")
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
