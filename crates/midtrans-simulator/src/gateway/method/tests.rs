//! The registry against the folders of both crates.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::super::keys;
use super::*;

/// The names of the files in a folder of methods, without those that are no method.
fn names(folder: &str, others: &[&str]) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let names = fs::read_dir(&folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    });
    names
        .filter(|name| !others.contains(&name.as_str()))
        .collect()
}

#[test]
fn the_protocol_and_the_simulator_have_a_file_for_the_same_methods() {
    let simulated = names("src/gateway/method", &["tests"]);
    let others = ["other", "payment_type", "terms", "texts"];
    let known = names("../midtrans-protocol/src/method", &others);
    assert!(simulated.is_subset(&known), "{simulated:?} {known:?}");
    let missing: Vec<&String> = known.difference(&simulated).collect();
    assert!(
        missing.iter().all(|name| is_not_played(name)),
        "{missing:?}"
    );
}

#[test]
fn every_file_is_in_the_registry_and_no_registered_method_counts_as_not_played() {
    let registered: BTreeSet<String> = Played::all()
        .map(|method| method.payment_type().to_owned())
        .collect();
    assert_eq!(registered.len(), METHODS.len(), "each name once");
    assert_eq!(registered, names("src/gateway/method", &["tests"]));
    assert!(registered.iter().all(|name| !is_not_played(name)));
}

#[test]
fn every_added_field_follows_a_field_of_the_common_list() {
    for method in Played::all() {
        for (common, added) in [
            (keys::CHARGED, method.charged()),
            (keys::NOTIFIED, method.notified()),
        ] {
            let total = common.len() + added.iter().map(|(_, keys)| keys.len()).sum::<usize>();
            let placed = keys::with_added(common, added).count();
            assert_eq!(placed, total, "{method:?}");
        }
    }
}
