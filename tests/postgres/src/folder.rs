//! A new folder that only its owner can enter.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;

use crate::error::StartError;

/// Makes a folder that did not exist before.
pub(crate) fn fresh(parent: &Path) -> Result<PathBuf, StartError> {
    make(parent).map_err(StartError::system("make a folder for the server"))
}

/// Removes an empty folder. A failure is ignored, because the original error matters more.
pub(crate) fn remove(folder: &Path) {
    drop(fs::remove_dir(folder));
}

fn make(parent: &Path) -> io::Result<PathBuf> {
    // Absolute, because the server's programs run elsewhere. Short, because a socket's path has
    // about 100 bytes.
    let parent = std::path::absolute(parent)?;
    for number in 0..1000 {
        let folder = parent.join(format!("midtrans-pg-{}-{number}", process::id()));
        // Creating it is also the check that it does not exist, so that no one can create it in
        // between.
        match DirBuilder::new().mode(0o700).create(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(folder),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn folders_are_fresh_and_closed_to_others() {
        // Other tests of this process use names that become free among the temporary folders.
        let parent = env::temp_dir().join(format!("midtrans-folders-{}", process::id()));
        fs::create_dir_all(&parent).unwrap();
        let first = fresh(&parent).unwrap();
        let second = fresh(&parent).unwrap();
        assert_ne!(first, second);
        assert_eq!(fs::metadata(&first).unwrap().mode() & 0o777, 0o700);
        remove(&first);
        remove(&second);
        fs::remove_dir(&parent).expect("nothing is left in it");
    }
}
