//! The documentation's page of shops in other languages shows the tested programs.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails where its own set-up fails"
)]

use std::fs;
use std::path::Path;

fn page() -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
    fs::read_to_string(crates.join("midtrans-cli/INBOX.md")).unwrap()
}

#[test]
fn the_page_shows_every_program_as_it_is_tested() {
    let page = page();
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    let files: Vec<_> = fs::read_dir(clients)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 9, "{files:?}");
    for file in files {
        let language = match file.extension().unwrap().to_str().unwrap() {
            "mjs" => "js",
            "py" => "python",
            other => other,
        };
        let shown = format!("```{language}\n{}```\n", fs::read_to_string(&file).unwrap());
        assert!(
            page.contains(&shown),
            "INBOX.md does not show {} as it is",
            file.display()
        );
    }
}
