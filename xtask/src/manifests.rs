//! The check that our crates can be in one program with a shop's own database drivers.
//!
//! A library that links a C library (`links = "sqlite3"`) may be in a program only once, in one
//! version. A driver that needs another version makes the build impossible, and Cargo reports it
//! when it resolves the manifest.

use std::fs;

use crate::cargo::{self, cargo};
use crate::failure::Failure;
use crate::steps::Outcome;
use crate::workspace::Workspace;

/// A manifest that must resolve: our crates and others.
struct Beside {
    others: &'static str,
    ours: &'static [&'static str],
}

const SHOP: &[&str] = &["midtrans-inbox-postgres", "midtrans-simulator"];
const SQLITE_SHOP: &[&str] = &["midtrans-inbox-sqlite", "midtrans-simulator"];

/// The drivers that the stores' READMEs name.
const MANIFESTS: &[Beside] = &[
    Beside {
        others: r#"sqlx = { version = "0.9", features = ["postgres"] }"#,
        ours: SHOP,
    },
    Beside {
        others: r#"sqlx = { version = "0.9", features = ["postgres", "sqlite"] }"#,
        ours: SHOP,
    },
    Beside {
        others: r#"sqlx = { version = "0.8", features = ["postgres"] }"#,
        ours: SHOP,
    },
    Beside {
        others: r#"sqlx = { version = "0.8", features = ["postgres", "sqlite"] }"#,
        ours: SHOP,
    },
    // The recipe for a second sqlx in the README of midtrans-inbox-postgres.
    Beside {
        others: r#"sqlx = { version = "0.8", features = ["postgres"] }
sqlx_inbox = { package = "sqlx", version = "0.9", features = ["postgres", "runtime-tokio"] }"#,
        ours: SHOP,
    },
    Beside {
        others: r#"sea-orm = { version = "1", features = ["sqlx-postgres"] }"#,
        ours: SHOP,
    },
    Beside {
        others: r#"sea-orm = { version = "2.0.0-rc.1", features = ["sqlx-postgres"] }"#,
        ours: SHOP,
    },
    Beside {
        others: r#"diesel = { version = "2", features = ["postgres_backend"] }"#,
        ours: SHOP,
    },
    Beside {
        others: r#"tokio-postgres = "0.7""#,
        ours: SHOP,
    },
    Beside {
        others: r#"rusqlite = "*""#,
        ours: SHOP,
    },
    Beside {
        others: r#"rusqlite = "*""#,
        ours: SQLITE_SHOP,
    },
    Beside {
        others: r#"diesel = { version = "2", features = ["sqlite"] }"#,
        ours: SQLITE_SHOP,
    },
    Beside {
        others: r#"sqlx = { version = "0.9", features = ["sqlite"] }"#,
        ours: SQLITE_SHOP,
    },
    Beside {
        others: r#"r2d2_sqlite = "*""#,
        ours: SQLITE_SHOP,
    },
    Beside {
        others: r#"tokio-postgres = "0.7""#,
        ours: SQLITE_SHOP,
    },
];

/// Resolves each manifest. Skipped without a network, except in CI.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome, Failure> {
    let mut failed = Vec::new();
    for (at, manifest) in MANIFESTS.iter().enumerate() {
        let name = format!("{} beside {}", manifest.ours.join(", "), manifest.others);
        match resolve(workspace, at, manifest) {
            Ok(()) => println!("resolves: {name}"),
            Err(failure) if is_unreachable(&failure) && midtrans_packages::may_go_without() => {
                return Ok(Outcome::Skipped(
                    "the registry cannot be reached".to_owned(),
                ));
            }
            Err(failure) => {
                println!(
                    "DOES NOT RESOLVE: {name}\n{}",
                    failure.message().unwrap_or_default()
                );
                failed.push(name);
            }
        }
    }
    if failed.is_empty() {
        Ok(Outcome::Passed)
    } else {
        Err(Failure::Failed(format!(
            "these manifests do not resolve:\n{}",
            failed.join("\n")
        )))
    }
}

/// Returns whether the check is not possible, because the registry's index could not be fetched.
fn is_unreachable(failure: &Failure) -> bool {
    failure
        .message()
        .is_some_and(|message| message.contains("failed to download from "))
}

fn resolve(workspace: &Workspace, at: usize, manifest: &Beside) -> Result<(), Failure> {
    let folder = workspace.root.join("target/manifests").join(at.to_string());
    let source = folder.join("src");
    let failed = |error: std::io::Error| {
        Failure::Failed(format!("{} cannot be written: {error}", folder.display()))
    };
    fs::create_dir_all(&source).map_err(failed)?;
    let ours: Vec<_> = manifest
        .ours
        .iter()
        .map(|name| path_of(workspace, name))
        .collect();
    let text = format!(
        "[package]\nname = \"beside\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}\n{}\n",
        ours.join("\n"),
        manifest.others,
    );
    fs::write(source.join("lib.rs"), "").map_err(failed)?;
    fs::write(folder.join("Cargo.toml"), &text).map_err(failed)?;
    cargo::output(cargo(&folder).args(["--quiet", "generate-lockfile"])).map(drop)
}

fn path_of(workspace: &Workspace, name: &str) -> String {
    format!(
        "{name} = {{ path = {:?} }}",
        workspace.root.join("crates").join(name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_that_cannot_be_reached_is_told_from_a_manifest_that_does_not_resolve() {
        let unreachable = "failed to get `rusqlite` as a dependency\n\nCaused by:\n  download of config.json failed\n\n\
            Caused by:\n  failed to download from `index`\n\nCaused by:\n  [7] Could not connect to server";
        let conflict = "failed to select a version for `libsqlite3-sys`.\nOnly one package in the dependency graph may \
            specify the same links value.";
        let failed = |message: &str| is_unreachable(&Failure::Failed(message.to_owned()));
        assert!(failed(unreachable) && !failed(conflict));
    }
}
