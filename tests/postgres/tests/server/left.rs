//! The processes that a server has left running, on systems that list processes as files.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Returns the processes that work in a folder, even a removed one: a server's all work in its data
/// folder.
pub(crate) fn processes_in(folder: &Path) -> Vec<PathBuf> {
    let processes = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let works_there = |process: &PathBuf| {
        fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
    };
    processes.filter(works_there).collect()
}

/// A server's last action is to remove its mark from the folder. The process itself ends a moment
/// later.
pub(crate) fn wait_for_none_in(folder: &Path) {
    let end = Instant::now() + Duration::from_secs(30);
    while !processes_in(folder).is_empty() {
        assert!(Instant::now() < end, "{:?} still run", processes_in(folder));
        thread::yield_now();
    }
}
