//! A folder for one database, which is removed with the last connection to it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "midtrans-inbox-{}-{}",
            process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = env::temp_dir().join(name);
        fs::create_dir(&folder).expect("a folder can be made");
        Self(folder)
    }

    pub(crate) fn database(&self) -> PathBuf {
        Path::join(&self.0, "inbox.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Anything left is among the system's temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}
