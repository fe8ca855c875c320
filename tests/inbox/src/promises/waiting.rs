//! The gateway does not answer: everything waits, and nothing is given up.

use midtrans_inbox::State;

use super::promises;
use crate::message::Message;
use crate::world::World;

promises![
    an_outage_of_days_makes_no_dead_letter_and_the_payment_is_acted_on_when_it_is_over,
    an_outage_of_days_stops_no_reconciler,
    what_needs_no_question_goes_on_during_an_outage,
    an_outage_forgets_no_failures,
];

/// Longer than any pause during an outage.
const HALF_AN_HOUR: u64 = 1_800;

/// So many of them are three days.
const THREE_DAYS: u64 = 3 * 48;

fn an_outage_of_days_makes_no_dead_letter_and_the_payment_is_acted_on_when_it_is_over(world: &mut World<'_>) {
    world.settings.reconciles = false;
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.gateway.is_down(true);
    for _ in 0..THREE_DAYS {
        world.work();
        let entry = world.entry("order-1");
        assert_eq!((entry.state, entry.failures), (State::Waiting, 0));
        assert!(entry.reason.is_some_and(|why| why.contains("cannot connect to the gateway")));
        world.pass(HALF_AN_HOUR);
    }
    assert_eq!(u64::from(world.entry("order-1").tries), THREE_DAYS);
    assert!(world.store.dead_letters(1).is_empty() && world.store.ledger().is_empty());
    world.gateway.is_down(false);
    world.pass(HALF_AN_HOUR);
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn an_outage_of_days_stops_no_reconciler(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.gateway.is_down(true);
    for _ in 0..THREE_DAYS {
        world.pass(HALF_AN_HOUR);
        world.work();
    }
    let record = world.store.load("order-1").expect("it is there");
    assert_eq!((record.outcome, record.failures, record.review), (None, 0, None));
    assert!(u64::from(record.asked) == THREE_DAYS);
    assert!(world.store.dead_letters(1).is_empty());
    world.gateway.is_down(false);
    world.pass(HALF_AN_HOUR);
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn what_needs_no_question_goes_on_during_an_outage(world: &mut World<'_>) {
    world.gateway.is_down(true);
    for (order_id, status) in [("order-1", "settlement"), ("order-2", "pending")] {
        world.expect(order_id);
        world.hear(&Message::new(order_id, status));
    }
    assert_eq!(world.work(), 2);
    assert!(world.effects("order-1").is_empty());
    assert_eq!(world.effects("order-2"), ["pending"]);
}

fn an_outage_forgets_no_failures(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work_with(|_| crate::worker::Act::Fails);
    world.gateway.is_down(true);
    world.pass(10);
    world.work();
    let entry = world.entry("order-1");
    assert_eq!((entry.state, entry.failures, entry.tries), (State::Waiting, 1, 2));
}
