//! A small disk that can be enlarged: a file system in memory, mounted on the run's folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, failed};

pub(crate) struct Room(PathBuf);

impl Room {
    /// Mounts a disk with room for the tables of so many orders and for the first notifications.
    /// Needs the right to mount.
    pub(crate) fn small(folder: &Path, orders: usize) -> Result<Self, Failure> {
        let size = format!("size={}k", 2_000 + orders);
        mount(&["-t", "tmpfs", "-o", &size, "midtrans-torture"], folder)?;
        Ok(Self(folder.to_owned()))
    }

    /// Returns whether this machine allows a mount.
    pub(crate) fn is_possible(folder: &Path) -> bool {
        Self::small(folder, 0).is_ok()
    }

    pub(crate) fn grow(&self) -> Result<(), Failure> {
        mount(&["-o", "remount,size=2g"], &self.0)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // Lazily, because a child process may be ending.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn mount(options: &[&str], folder: &Path) -> Result<(), Failure> {
    let status = Command::new("mount")
        .args(options)
        .arg(folder)
        .status()
        .map_err(failed("mount"))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure(
            "a disk of its own cannot be mounted here".to_owned(),
        ))
    }
}
