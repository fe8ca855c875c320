//! A folder for one run, which is removed afterwards.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use crate::failure::{Failure, failed};

pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Result<Self, Failure> {
        let path = env::temp_dir().join(format!(
            "midtrans-torture-{}-{:x}",
            process::id(),
            fastrand::u64(..)
        ));
        fs::create_dir(&path).map_err(failed("a folder"))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The rest is left in the system's temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}
