//! Lives over the pure core.

use midtrans_inbox_tests::lives;
use midtrans_inbox_tests::memory::Memory;

#[test]
fn over_the_pure_core_hostile_lives_reach_the_gateways_last_word() {
    let cost = lives::hold(3_000, || Box::<Memory>::default());
    println!("{cost:?}");
}
