//! The search for PostgreSQL's programs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The programs that a folder must have.
pub(crate) const NEEDED: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// The places that are searched, in this order. Debian has the server's programs outside PATH.
pub(crate) const PLACES: &str =
    "PATH, /usr/lib/postgresql/*/bin, /usr/local/pgsql/bin, /opt/homebrew/opt/postgresql*/bin";

/// A folder with all needed programs.
#[derive(Debug)]
pub(crate) struct Programs(PathBuf);

impl Programs {
    pub(crate) fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        Self::among(env::split_paths(&path), Path::new("/"))
    }

    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.0.join(program)
    }

    /// Returns a client program, which some machines have without the server's and some beside
    /// them.
    pub(crate) fn client(&self, program: &str) -> Option<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.0.clone()).chain(env::split_paths(&path));
        folders
            .map(|folder| folder.join(program))
            .find(|program| program.is_file())
    }

    fn among(path: impl Iterator<Item = PathBuf>, root: &Path) -> Option<Self> {
        // The programs run in another folder, where a relative path has another meaning.
        path.filter(|folder| folder.is_absolute())
            .chain(newest_first(&root.join("usr/lib/postgresql"), ""))
            .chain([root.join("usr/local/pgsql/bin")])
            .chain(newest_first(&root.join("opt/homebrew/opt"), "postgresql"))
            .find(|folder| NEEDED.iter().all(|program| folder.join(program).is_file()))
            .map(Self)
    }
}

/// Returns the `bin` of each version in a folder, newest first.
fn newest_first(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| name.starts_with(prefix)).collect();
    names.sort_by_key(|name| version(name));
    names
        .iter()
        .rev()
        .map(|name| folder.join(name).join("bin"))
        .collect()
}

/// Returns the numbers in a name: `9.6` is before `15`, `postgresql` before `postgresql@16`.
fn version(name: &str) -> Vec<u32> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder;

    /// Searches a file system of empty programs, with `path` as PATH.
    fn found(folders: &[&str], path: &[&str]) -> Option<PathBuf> {
        let root = folder::fresh(&env::temp_dir()).unwrap();
        for folder in folders {
            fs::create_dir_all(root.join(folder)).unwrap();
            NEEDED
                .iter()
                .for_each(|program| fs::write(root.join(folder).join(program), "").unwrap());
        }
        let path = path.iter().map(|folder| root.join(folder));
        let programs = Programs::among(path, &root);
        fs::remove_dir_all(&root).unwrap();
        programs.map(|Programs(folder)| folder.strip_prefix(&root).unwrap().to_owned())
    }

    #[test]
    fn what_is_on_the_path_comes_first() {
        let folders = ["usr/lib/postgresql/17/bin", "own/bin"];
        assert_eq!(
            found(&folders, &["nothing", "own/bin"]).unwrap(),
            Path::new("own/bin")
        );
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let folders =
            ["9.6", "15", "100", "9.10"].map(|version| format!("usr/lib/postgresql/{version}/bin"));
        let folders = folders.each_ref().map(String::as_str);
        assert_eq!(found(&folders, &[]).unwrap(), Path::new(folders[2]));
        assert!(version("9.6") < version("9.10"));
        assert!(
            version("postgresql") < version("postgresql@9")
                && version("postgresql@9") < version("postgresql@16")
        );
    }

    #[test]
    fn other_places_are_known() {
        for folder in [
            "usr/local/pgsql/bin",
            "opt/homebrew/opt/postgresql@16/bin",
            "opt/homebrew/opt/postgresql/bin",
        ] {
            assert_eq!(found(&[folder], &[]).unwrap(), Path::new(folder));
        }
    }

    #[test]
    fn a_client_alone_is_not_enough() {
        assert_eq!(found(&[], &["bin"]), None);
        let root = folder::fresh(&env::temp_dir()).unwrap();
        fs::write(root.join("pg_ctl"), "").unwrap();
        assert!(Programs::among([root.clone()].into_iter(), &root).is_none());
        fs::remove_dir_all(&root).unwrap();
    }
}
