//! Nothing in the project knows the machine it was written on.

use crate::tracked::TextFile;

/// Folders of one person's machine. In pieces, so that this file is not a breach itself.
const FOLDERS: [&str; 5] = [
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!(":\\Us", "ers\\"),
];

/// Words of which the names of registry mirrors are made.
const MIRRORS: [&str; 4] = [
    concat!("arti", "factory"),
    concat!("jf", "rog"),
    concat!("rsp", "roxy"),
    concat!("replace", "-with"),
];

/// The allowed source of a locked package. Packages of the workspace have no source.
const CRATES_IO: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// Every breach in one file, with its place.
pub(super) fn breaches(file: &TextFile) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        let mut breach =
            |message: String| found.push(format!("{}:{}: {message}", file.path, at + 1));
        if let Some(folder) = FOLDERS.iter().find(|folder| names_folder(line, folder)) {
            breach(format!("a path of one machine (`{folder}`)"));
        }
        if let Some(word) = MIRRORS.iter().find(|word| line.contains(**word)) {
            breach(format!("a registry mirror (`{word}`)"));
        }
        if file.path.ends_with("Cargo.lock") && line.starts_with("source = ") && line != CRATES_IO {
            breach("a package that is not from crates.io".to_owned());
        }
    }
    found
}

/// Returns true if the folder starts a path here, rather than being part of an address.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| {
            folder.starts_with(':') || !(c.is_alphanumeric() || "._-*}]".contains(c))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: String) -> usize {
        breaches(&TextFile {
            path: path.to_owned(),
            text,
        })
        .len()
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        for folder in FOLDERS {
            assert_eq!(found("a.md", format!("see `{folder}x`")), 1, "{folder}");
            assert_eq!(found("a.md", format!("{folder}x")), 1, "{folder}");
        }
        assert_eq!(found("a.md", format!("file://{}x", FOLDERS[2])), 1);
    }

    #[test]
    fn an_address_is_not_a_path() {
        assert_eq!(
            found("a.md", format!("https://example.com{}x", FOLDERS[2])),
            0
        );
        assert_eq!(found("a.rs", "/// the root/ of it, at work/".to_owned()), 0);
    }

    #[test]
    fn registries_other_than_crates_io_are_found() {
        for mirror in MIRRORS {
            assert_eq!(found(".cargo/config.toml", format!("x {mirror} y")), 1);
        }
        assert_eq!(
            found(
                "Cargo.lock",
                "source = \"git+https://example.com/x\"\n".to_owned()
            ),
            1
        );
        assert_eq!(found("Cargo.lock", format!("{CRATES_IO}\n")), 0);
    }
}
