//! Clicks: one charge, one order row, one pay page, whatever happens in between.

use midtrans_inbox::{Again, Charged, Outcome};
use midtrans_transport::RetryPolicy;

use super::promises;
use crate::gateway::Charge;
use crate::message::{Message, PRICE};
use crate::worker::{Act, Click};
use crate::world::World;

promises![
    a_click_shows_the_pay_page_and_a_second_one_shows_the_same,
    a_refused_charge_is_refused_and_the_next_click_begins_anew,
    a_charge_whose_answer_was_lost_is_unknown_and_found_by_the_worker,
    a_charge_that_was_lost_is_sent_again_with_its_key_by_the_next_click,
    a_second_click_at_179_seconds_sends_once_more_and_does_not_wait_for_a_retry_after,
    a_second_click_at_235_seconds_sends_nothing_and_writes_nothing_over_the_unknown_outcome,
    a_refusal_after_three_timeouts_is_unknown,
    a_click_for_another_price_differs,
    a_paid_order_is_decided_and_stays_paid,
    an_expired_order_is_charged_again_only_when_that_is_wanted,
    two_orders_are_never_written_for_one_life,
    a_worker_that_is_asking_while_the_customer_clicks_tells_nothing_wrong,
];

fn page(charged: &Charged) -> String {
    let Charged::Instructions(midtrans_inbox::Instructions::Redirect(page)) = charged else {
        unreachable!("{charged:?}")
    };
    page.clone()
}

fn a_click_shows_the_pay_page_and_a_second_one_shows_the_same(world: &mut World<'_>) {
    let first = world.click("key-1");
    for seconds in [1, 178, 300, 3_000] {
        world.pass(seconds);
        let again = world.click("key-2");
        assert_eq!(page(&again), page(&first));
    }
    assert_eq!(
        (world.gateway.charged(), world.store.charged_orders()),
        (vec!["key-1".into()], vec!["order-1".into()])
    );
    world.store.reopen();
    assert_eq!(page(&world.click("key-3")), page(&first));
}

fn a_refused_charge_is_refused_and_the_next_click_begins_anew(world: &mut World<'_>) {
    world.gateway.charges(Charge::Refused);
    let refused = world.click("key-1");
    assert!(matches!(refused, Charged::Refused(_)), "{refused:?}");
    assert_eq!(world.outcome("order-1"), Some(Outcome::NotCharged));
    world.gateway.charges(Charge::Answered);
    page(&world.click("key-2"));
    assert_eq!(world.gateway.charged(), ["key-1", "key-2"]);
    assert!(world.store.ledger().is_empty(), "the caller knows");
}

fn a_charge_whose_answer_was_lost_is_unknown_and_found_by_the_worker(world: &mut World<'_>) {
    world.gateway.charges(Charge::AnswerLost);
    let unknown = world.click("key-1");
    assert!(matches!(unknown, Charged::Unknown), "{unknown:?}");
    assert!(world.due_in("order-1").is_some_and(|seconds| seconds <= 10));
    world.pass(10);
    world.work();
    assert_eq!(world.effects("order-1"), ["pending"]);
}

fn a_charge_that_was_lost_is_sent_again_with_its_key_by_the_next_click(world: &mut World<'_>) {
    world.gateway.charges(Charge::Lost);
    assert!(matches!(world.click("key-1"), Charged::Unknown));
    world.gateway.charges(Charge::Answered);
    world.pass(60);
    page(&world.click("key-2"));
    assert_eq!(
        (world.gateway.charged(), world.store.charged_orders().len()),
        (vec!["key-1".into(), "key-1".into()], 1)
    );
}

fn a_second_click_at_179_seconds_sends_once_more_and_does_not_wait_for_a_retry_after(
    world: &mut World<'_>,
) {
    world.gateway.charges(Charge::Lost);
    assert!(matches!(world.click("key-1"), Charged::Unknown));
    world.pass(179);
    world.gateway.charges(Charge::Fails(170));
    // A client that retries by itself, as shops have it.
    let click = Click {
        retry: RetryPolicy::default(),
        ..world.click_of("key-2")
    };
    let failed = world.store.charge(&click);
    assert!(matches!(failed, Charged::Unknown), "{failed:?}");
    assert_eq!(world.gateway.charged(), ["key-1", "key-1"]);
    let record = world.record("order-1");
    assert!(
        record.expectation.charge_until <= record.recorded_at + std::time::Duration::from_secs(240)
    );
}

fn a_second_click_at_235_seconds_sends_nothing_and_writes_nothing_over_the_unknown_outcome(
    world: &mut World<'_>,
) {
    world.gateway.charges(Charge::AnswerLost);
    assert!(matches!(world.click("key-1"), Charged::Unknown));
    world.gateway.charges(Charge::Refused);
    world.pass(235);
    assert!(matches!(world.click("key-2"), Charged::Unknown));
    assert_eq!(
        (world.gateway.charged(), world.outcome("order-1")),
        (vec!["key-1".into()], None)
    );
    world.pass(5);
    world.work();
    assert_eq!(world.effects("order-1"), ["pending"]);
}

fn a_refusal_after_three_timeouts_is_unknown(world: &mut World<'_>) {
    world.gateway.charges(Charge::AnswerLost);
    for _ in 0..3 {
        assert!(matches!(world.click("key-1"), Charged::Unknown));
        world.pass(20);
    }
    for charge in [Charge::Refused, Charge::Limits(1)] {
        world.gateway.charges(charge);
        let unknown = world.click("key-2");
        assert!(matches!(unknown, Charged::Unknown), "{unknown:?}");
    }
    assert_eq!(world.outcome("order-1"), None);
    world.pass(10);
    world.work();
    assert_eq!(world.effects("order-1"), ["pending"]);
}

fn a_click_for_another_price_differs(world: &mut World<'_>) {
    page(&world.click("key-1"));
    for again in [Again::Never, Again::Wanted] {
        let differs = world.click_for("key-2", PRICE + 1, again);
        assert!(
            matches!(&differs, Charged::Differs(stored) if stored.amount.get() == PRICE),
            "{differs:?}"
        );
    }
    assert_eq!(world.gateway.charged().len(), 1);
}

fn a_paid_order_is_decided_and_stays_paid(world: &mut World<'_>) {
    page(&world.click("key-1"));
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    for click in [world.click("key-2"), world.click_again("key-3")] {
        assert!(
            matches!(click, Charged::Decided(Outcome::Paid)),
            "{click:?}"
        );
    }
    assert_eq!(
        (world.outcome("order-1"), world.store.charged_orders().len()),
        (Some(Outcome::Paid), 1)
    );
}

fn an_expired_order_is_charged_again_only_when_that_is_wanted(world: &mut World<'_>) {
    page(&world.click("key-1"));
    world.happens(&Message::new("order-1", "expire"));
    world.work();
    assert!(matches!(
        world.click("key-2"),
        Charged::Decided(Outcome::Failed(_))
    ));
    page(&world.click_again("key-3"));
    assert_eq!(
        (world.gateway.charged(), world.record("order-1").life),
        (vec!["key-1".into(), "key-3".into()], 2)
    );
}

fn two_orders_are_never_written_for_one_life(world: &mut World<'_>) {
    world.gateway.charges(Charge::Lost);
    for _ in 0..4 {
        assert!(matches!(world.click("key-1"), Charged::Unknown));
        world.pass(30);
    }
    assert_eq!(world.store.charged_orders(), ["order-1"]);
    assert_eq!(world.record("order-1").charging.attempts, 4);
}

/// The gateway has answered 404, and then the charge is sent again.
fn a_worker_that_is_asking_while_the_customer_clicks_tells_nothing_wrong(world: &mut World<'_>) {
    world.gateway.charges(Charge::Lost);
    assert!(matches!(world.click("key-1"), Charged::Unknown));
    world.work_when_due(1);
    world.gateway.charges(Charge::Answered);
    let click = world.click_of("key-2");
    world.work_while(move |store| drop(page(&store.charge(&click))));
    assert!(world.store.ledger().is_empty());
    world.work_with(|_| Act::Well);
    world.work_when_due(2);
    assert_eq!(world.effects("order-1"), ["pending"]);
    assert_eq!(
        page(&world.click("key-3")),
        "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1"
    );
}
