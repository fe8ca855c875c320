//! Every transport keeps the same contract, to the last attempt.

use midtrans_contract_tests::contract::contract;
use midtrans_contract_tests::mount;
use midtrans_contract_tests::scenario::{Scenario, Seen};

/// Plays the whole contract and names every line that is broken.
fn hold(mount: fn(&Scenario) -> Seen) {
    let broken: Vec<String> = contract()
        .iter()
        .filter_map(|scenario| {
            let seen = mount(scenario);
            (seen != scenario.seen).then(|| {
                format!(
                    "{}:\n   is {seen:?}\n  not {:?}",
                    scenario.name, scenario.seen
                )
            })
        })
        .collect();
    assert!(
        broken.is_empty(),
        "{} lines broken:\n{}",
        broken.len(),
        broken.join("\n")
    );
}

#[test]
fn a_fake_transport_keeps_the_contract_blocking() {
    hold(mount::fake_blocking);
}

#[test]
fn a_fake_transport_keeps_the_contract_async() {
    hold(mount::fake_async);
}

#[test]
fn ureq_keeps_the_contract() {
    hold(mount::ureq);
}

#[test]
fn reqwest_keeps_the_contract() {
    hold(mount::reqwest);
}
