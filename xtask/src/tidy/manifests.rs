//! Rules about `Cargo.toml`.

use crate::tracked::TextFile;
use crate::workspace::Package;

/// Dependencies of a crate without a reason, with their place.
pub(super) fn breaches(file: &TextFile) -> Vec<String> {
    if !(file.path.starts_with("crates/") && file.path.ends_with("/Cargo.toml")) {
        return Vec::new();
    }
    let unexplained = unexplained(&file.text).into_iter();
    unexplained
        .map(|(line, name)| {
            format!(
                "{}:{line}: `{name}` has no comment with the reason",
                file.path
            )
        })
        .collect()
}

/// The fields that a published crate's manifest lacks.
pub(super) fn lacking(package: &Package) -> Option<String> {
    let lacks = package.lacks.join(", ");
    (!lacks.is_empty())
        .then(|| format!("{}/Cargo.toml:1: the package lacks {lacks}", package.folder))
}

/// Lines that name a dependency without a comment directly above or behind it.
///
/// Our own crates need no reason: the dependency table has it. A dependency of tests costs no user
/// downstream, so there one comment may stand over several lines.
fn unexplained(manifest: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut section = Section::Other;
    let mut has_reason = false;
    for (at, line) in manifest
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim()))
    {
        if line.starts_with('[') {
            section = Section::of(line);
            let named = named_by(line);
            if let (Some(name), false) = (named, has_reason) {
                found.extend((section != Section::Tests && !is_ours(name)).then_some((at, name)));
            }
            // The keys of a dependency's own section are not dependencies.
            section = if named.is_some() {
                Section::Other
            } else {
                section
            };
            has_reason = false;
        } else if line.is_empty() {
            has_reason = false;
        } else if line.starts_with('#') {
            has_reason = true;
        } else if let Some((name, rest)) = section.dependency(line) {
            if !has_reason && !rest.contains('#') && !is_ours(name) {
                found.push((at, name));
            }
            has_reason = has_reason && section == Section::Tests;
        }
    }
    found
}

fn is_ours(name: &str) -> bool {
    name.starts_with("midtrans-")
}

/// The dependency in `[dependencies.name]`.
fn named_by(header: &str) -> Option<&str> {
    let (_, name) = header
        .trim_matches(['[', ']'])
        .split_once("dependencies.")?;
    Some(name)
}

#[derive(Clone, Copy, PartialEq)]
enum Section {
    Dependencies,
    Tests,
    Other,
}

impl Section {
    fn of(header: &str) -> Self {
        let name = header.trim_matches(['[', ']']);
        match name
            .split_once("dependencies.")
            .map_or(name, |(before, _)| {
                &name[..before.len() + "dependencies".len()]
            }) {
            name if name.ends_with("dev-dependencies") => Self::Tests,
            name if name.ends_with("dependencies") => Self::Dependencies,
            _ => Self::Other,
        }
    }

    /// The name and the rest of a line such as `http.workspace = true`.
    fn dependency(self, line: &str) -> Option<(&str, &str)> {
        let starts_name = line.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let is_one = self != Self::Other && starts_name && line.contains('=');
        is_one.then(|| line.split_at(line.find(['.', ' ', '=']).unwrap_or(line.len())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(manifest: &str) -> Vec<&str> {
        unexplained(manifest)
            .into_iter()
            .map(|(_, name)| name)
            .collect()
    }

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        assert_eq!(
            unexplained("[dependencies]\n# Words.\nhttp.workspace = true\nserde = \"1\"\n"),
            [(4, "serde")]
        );
        assert_eq!(
            names("[dependencies]\n# Words.\n\nhttp = \"1\"\n"),
            ["http"]
        );
        assert_eq!(
            names(
                "[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n[build-dependencies]\ncc = \"1\"\n"
            ),
            ["libc", "cc"]
        );
        assert_eq!(names("[dependencies.http]\nversion = \"1\"\n"), ["http"]);
    }

    #[test]
    fn a_reason_stands_above_or_behind() {
        assert!(
            names("[dependencies]\n# Words.\nhttp = \"1\"\nserde = \"1\" # Bodies.\n").is_empty()
        );
        assert!(names("# Words.\n[dependencies.http]\nversion = \"1\"\n").is_empty());
    }

    #[test]
    fn a_list_over_several_lines_is_one_dependency() {
        assert!(
            names("[dependencies]\n# Words.\nhttp = { version = \"1\", features = [\n  \"std\",\n] }\n").is_empty()
        );
    }

    #[test]
    fn test_dependencies_share_a_reason_and_our_own_need_none() {
        assert!(
            names("[dev-dependencies]\n# Oracles.\njiff = \"1\"\nproptest = \"1\"\n").is_empty()
        );
        assert_eq!(names("[dev-dependencies]\njiff = \"1\"\n"), ["jiff"]);
        assert!(names("[dependencies]\nmidtrans-protocol.workspace = true\n").is_empty());
    }

    #[test]
    fn other_sections_are_left_alone() {
        assert!(
            names("[package]\nname = \"x\"\n[features]\ndefault = []\n[lints]\nworkspace = true\n")
                .is_empty()
        );
    }

    #[test]
    fn only_manifests_of_crates_are_read() {
        let of = |path: &str| TextFile {
            path: path.to_owned(),
            text: "[dependencies]\nhttp = \"1\"\n".to_owned(),
        };
        assert_eq!(breaches(&of("crates/midtrans-x/Cargo.toml")).len(), 1);
        assert!(breaches(&of("xtask/Cargo.toml")).is_empty());
    }

    #[test]
    fn missing_metadata_is_named() {
        let package = Package {
            lacks: vec!["readme", "license"],
            ..Package::default()
        };
        assert!(lacking(&package).is_some_and(|breach| breach.contains("readme, license")));
        assert_eq!(lacking(&Package::default()), None);
    }
}
