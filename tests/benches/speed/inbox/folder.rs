//! A folder for database files, gone afterwards.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

pub(super) struct Folder(PathBuf);

impl Folder {
    /// In the build folder and not among temporary files, which some machines keep in memory.
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "midtrans-bench-{}-{}",
            process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let base = env::var_os("CARGO_TARGET_TMPDIR").map_or_else(env::temp_dir, PathBuf::from);
        let folder = base.join(name);
        fs::create_dir_all(&folder).expect("a folder can be made");
        Self(folder)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.0.join("inbox.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left over is in a folder that `cargo clean` empties.
        let _ = fs::remove_dir_all(&self.0);
    }
}
