//! The project's own text files, as listed by git.

use std::fs;
use std::path::Path;

use crate::cargo;

/// A text file that belongs to the project.
pub(crate) struct TextFile {
    /// The path from the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Reads every text file among [`paths`].
pub(crate) fn read(root: &Path) -> Vec<TextFile> {
    // A file can be deleted and still tracked, or not be text; both are skipped.
    let text = |path: String| {
        fs::read_to_string(root.join(&path))
            .ok()
            .map(|text| TextFile { path, text })
    };
    paths(root).into_iter().filter_map(text).collect()
}

/// Returns every file that git tracks or would track; without git, every file outside build
/// folders.
pub(crate) fn paths(root: &Path) -> Vec<String> {
    let list = [
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ];
    let mut paths: Vec<_> = match cargo::output(cargo::program(root, "git").args(list)) {
        Ok(text) => text.split_terminator('\0').map(str::to_owned).collect(),
        Err(_) => walk(root, ""),
    };
    paths.sort();
    paths.dedup();
    paths
}

fn walk(root: &Path, folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root.join(folder)) else {
        return Vec::new();
    };
    let names = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    let mut paths = Vec::new();
    for name in names.filter(|name| name != "target" && name != ".git") {
        let path = if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        };
        if root.join(&path).is_dir() {
            paths.extend(walk(root, &path))
        } else {
            paths.push(path)
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_listing_find_this_file() {
        let root = crate::workspace::root();
        let ours = "xtask/src/tracked.rs";
        assert!(
            read(&root)
                .iter()
                .any(|file| file.path == ours && file.text.contains("fn walk"))
        );
        assert!(walk(&root, "").iter().any(|path| path == ours));
        assert!(
            walk(&root, "")
                .iter()
                .all(|path| !path.starts_with("target/"))
        );
    }
}
