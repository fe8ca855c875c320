//! Checks every crate against its line in `xtask/dependencies.txt`.

use std::collections::BTreeSet;
use std::fs;

use super::table::{Rule, Table};
use crate::cargo::{self, cargo};
use crate::failure::Failure;
use crate::workspace::{Package, Workspace};

const PATH: &str = "xtask/dependencies.txt";

/// The crates that cargo builds for one library.
#[derive(Debug, Default)]
struct Tree {
    /// Names and versions, with default features, without the library itself.
    default: BTreeSet<String>,
    /// Names only, with all features.
    all_features: BTreeSet<String>,
}

/// Every breach of the table. Prints the size of each tree on the way.
pub(super) fn breaches(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let text = fs::read_to_string(workspace.root.join(PATH))
        .map_err(|source| Failure::Failed(format!("{PATH} cannot be read: {source}")))?;
    let table = Table::parse(&text)
        .map_err(|line| Failure::Failed(format!("{PATH}:{line}: not understood")))?;
    let mut found = unlisted(workspace, &table);
    for package in &workspace.packages {
        if let Some(rule) = table.libraries.get(&package.name) {
            let tree = tree(workspace, package)?;
            println!(
                "{:<28}{:>4} crates of at most {}",
                package.name,
                tree.default.len(),
                rule.at_most
            );
            found.extend(outside(package, rule));
            found.extend(in_tree(package, &tree, rule, &table.programs));
        }
    }
    Ok(found)
}

fn tree(workspace: &Workspace, package: &Package) -> Result<Tree, Failure> {
    let names = |text: &str| {
        names_and_versions(text)
            .into_iter()
            .map(|line| first_word(&line))
            .collect()
    };
    Ok(Tree {
        default: names_and_versions(&list(workspace, package, &[])?)
            .into_iter()
            .filter(|line| first_word(line) != package.name)
            .collect(),
        all_features: names(&list(workspace, package, &["--all-features"])?),
    })
}

/// The output of `cargo tree` for one library with these features.
fn list(workspace: &Workspace, package: &Package, features: &[&str]) -> Result<String, Failure> {
    let mut command = cargo(&workspace.root);
    // One crate at a time: in a workspace build cargo unites features, and every tree would
    // look larger.
    command.args([
        "tree",
        "--quiet",
        "-p",
        &package.name,
        "-e",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    cargo::output(
        command
            .args(["--target", "x86_64-unknown-linux-gnu"])
            .args(features),
    )
}

/// The first two words of each line of `cargo tree`: `serde v1.0.0 (*)` is `serde v1.0.0`.
fn names_and_versions(text: &str) -> BTreeSet<String> {
    let lines = text.lines().map(|line| {
        line.split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    });
    lines.filter(|line| !line.is_empty()).collect()
}

fn first_word(line: &str) -> String {
    line.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Crates that the table does not know.
fn unlisted(workspace: &Workspace, table: &Table) -> Vec<String> {
    let unknown = workspace.packages.iter().filter(|package| {
        !table.libraries.contains_key(&package.name) && !table.programs.contains(&package.name)
    });
    unknown
        .map(|package| format!("{PATH}:1: `{}` is not in the table", package.name))
        .collect()
}

/// Direct dependencies that the table does not allow.
fn outside(package: &Package, rule: &Rule) -> Vec<String> {
    let extra = package.dependencies.difference(&rule.uses);
    extra
        .map(|name| {
            breach(
                package,
                &format!("`{name}` is not among what {PATH} lets it use"),
            )
        })
        .collect()
}

/// Breaches in a tree: forbidden crates, and more crates than allowed.
fn in_tree(
    package: &Package,
    tree: &Tree,
    rule: &Rule,
    programs: &BTreeSet<String>,
) -> Vec<String> {
    let forbidden = tree
        .all_features
        .iter()
        .filter(|name| rule.without.contains(*name) || programs.contains(*name));
    let mut found: Vec<_> = forbidden
        .map(|name| {
            breach(
                package,
                &format!("`{name}` must not be anywhere in its tree"),
            )
        })
        .collect();
    if tree.default.len() > rule.at_most {
        found.push(breach(
            package,
            &format!(
                "{} crates, {PATH} allows {}",
                tree.default.len(),
                rule.at_most
            ),
        ));
    }
    found
}

fn breach(package: &Package, message: &str) -> String {
    format!("{}/Cargo.toml:1: {message}", package.folder)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn set(names: &str) -> BTreeSet<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    fn package(name: &str, dependencies: &str) -> Package {
        Package {
            name: name.to_owned(),
            dependencies: set(dependencies),
            ..Package::default()
        }
    }

    fn rule() -> Rule {
        Rule {
            uses: set("http ureq"),
            without: set("tokio"),
            at_most: 2,
        }
    }

    #[test]
    fn a_dependency_outside_the_table_is_found() {
        assert!(outside(&package("a", "http"), &rule()).is_empty());
        let found = outside(&package("a", "http url"), &rule());
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("`url`"));
    }

    #[test]
    fn a_forbidden_crate_deep_in_the_tree_is_found() {
        let tree = Tree {
            all_features: set("http hyper tokio"),
            ..Tree::default()
        };
        let found = in_tree(&package("a", ""), &tree, &rule(), &set("xtask"));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("`tokio`"));
    }

    #[test]
    fn a_library_never_rests_on_a_program() {
        let tree = Tree {
            all_features: set("midtrans-simulator"),
            ..Tree::default()
        };
        assert_eq!(
            in_tree(
                &package("a", ""),
                &tree,
                &rule(),
                &set("midtrans-simulator")
            )
            .len(),
            1
        );
    }

    #[test]
    fn a_tree_over_its_budget_is_found() {
        let of = |names: &str| Tree {
            default: set(names),
            ..Tree::default()
        };
        assert!(in_tree(&package("a", ""), &of("b c"), &rule(), &set("")).is_empty());
        assert_eq!(
            in_tree(&package("a", ""), &of("b c d"), &rule(), &set("")).len(),
            1
        );
    }

    #[test]
    fn a_crate_that_is_not_listed_is_found() {
        let workspace = Workspace {
            root: PathBuf::new(),
            packages: vec![package("a", ""), package("b", "")],
        };
        let table = Table::parse("library a\nprogram c\n").unwrap();
        assert_eq!(
            unlisted(&workspace, &table),
            ["xtask/dependencies.txt:1: `b` is not in the table"]
        );
    }

    #[test]
    fn lines_of_a_tree_are_counted_once() {
        let text = "a v0.1.0 (folder)\nserde v1.0.0\nserde v1.0.0 (*)\nsyn v2.0.0 (proc-macro)\n\n";
        assert_eq!(
            names_and_versions(text),
            [
                "a v0.1.0".to_owned(),
                "serde v1.0.0".into(),
                "syn v2.0.0".into()
            ]
            .into()
        );
    }
}
