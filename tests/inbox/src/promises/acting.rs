//! From a notification to the shop's ledger.

use midtrans_inbox::{Accepted, Asking, Outcome, State, Step};
use midtrans_protocol::Extent;

use super::promises;
use crate::message::Message;
use crate::store::{End, Finished};
use crate::worker::Act;
use crate::world::World;

promises![
    a_settlement_is_acted_on_once_through_claim_question_and_finish,
    the_worker_does_the_same_by_itself,
    a_waiting_customer_is_told_without_a_question,
    a_late_pending_changes_nothing,
    kredivo_is_paid_as_akulaku_is,
    every_end_without_money_is_told_once,
    whoever_trusts_notifications_asks_nobody,
    what_is_claimed_together_about_one_order_is_one_case,
    a_batch_is_no_larger_than_it_may_be,
    a_finish_that_is_rolled_back_can_be_done_again,
    a_stopped_worker_gives_back_what_it_has_not_begun,
    a_dispute_is_told_once,
    paid_is_told_once_whatever_comes_in_between,
];

fn a_settlement_is_acted_on_once_through_claim_question_and_finish(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    let case = world.claim_one();
    let asks = world.store.finish(&case, &[], &world.policy, world.now, End::Committed);
    let Finished::Next(Step::Ask(id)) = asks else { unreachable!("{asks:?}") };
    assert!(world.store.ledger().is_empty());
    let answers = [world.gateway.answer(&id)];
    let done = world.store.finish(&case, &answers, &world.policy, world.now, End::Committed);
    let Finished::Done(changes) = done else { unreachable!("{done:?}") };
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].outcome, changes[0].before), (Outcome::Paid, None));
    assert_eq!(changes[0].transaction_id, "order-1-t-1");
    assert_eq!(world.entry("order-1").state, State::Done);
    let again = world.store.finish(&case, &answers, &world.policy, world.now, End::Committed);
    assert!(matches!(again, Finished::Lost), "{again:?}");
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn the_worker_does_the_same_by_itself(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    assert_eq!(world.work(), 1);
    let record = world.store.load("order-1").expect("it is there");
    assert!(record.acted_paid && record.payments[0].confirmed);
    assert_eq!((record.outcome, record.ask_at, record.asked_at), (Some(Outcome::Paid), None, Some(world.now)));
    assert_eq!(world.gateway.asked("order-1"), [0]);
    for _ in 0..5 {
        world.pass(86_400);
        assert_eq!(world.work(), 0);
    }
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_waiting_customer_is_told_without_a_question(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "pending"));
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["pending"]);
    assert!(world.gateway.asked("order-1").is_empty());
}

fn a_late_pending_changes_nothing(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    let before = world.store.load("order-1");
    world.pass(1);
    assert_eq!(world.hear(&Message::new("order-1", "pending")), Accepted::New);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert_eq!(world.store.load("order-1"), before);
    assert_eq!(world.gateway.asked("order-1"), [0]);
}

fn kredivo_is_paid_as_akulaku_is(world: &mut World<'_>) {
    world.expect("order-1");
    for status in ["pending", "settlement"] {
        world.happens(&Message { provider: "kredivo", ..Message::new("order-1", status) });
        world.work();
    }
    assert_eq!(world.effects("order-1"), ["pending", "paid"]);
}

fn every_end_without_money_is_told_once(world: &mut World<'_>) {
    let ends = [("deny", "denied"), ("cancel", "cancelled"), ("expire", "expired"), ("failure", "failed")];
    for (status, told) in ends {
        let order_id = format!("order-{status}");
        world.expect(&order_id);
        let end = Message::new(&order_id, status);
        world.happens(&end);
        world.work();
        world.pass(20);
        // In other words, so that it is no repeat.
        assert_eq!(world.hear(&Message { more: String::new(), ..end }), Accepted::New);
        world.hear(&Message::new(&order_id, "pending"));
        world.work();
        assert_eq!(world.effects(&order_id), [told]);
        assert_eq!(world.store.load(&order_id).and_then(|record| record.ask_at), None);
    }
}

fn whoever_trusts_notifications_asks_nobody(world: &mut World<'_>) {
    for (asking, order_id) in [(Asking::Doubtful, "order-1"), (Asking::Never, "order-2")] {
        world.policy.asking = asking;
        world.expect(order_id);
        for status in ["settlement", "pending"] {
            world.hear(&Message::new(order_id, status));
        }
        world.work();
        assert_eq!(world.effects(order_id), ["paid"]);
        assert!(world.gateway.asked(order_id).is_empty());
    }
}

fn what_is_claimed_together_about_one_order_is_one_case(world: &mut World<'_>) {
    world.expect("order-1");
    world.hear(&Message::new("order-1", "pending"));
    world.happens(&Message::new("order-1", "settlement"));
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert_eq!(world.gateway.asked("order-1").len(), 1);
    let states = world.store.history("order-1").notifications.into_iter().map(|entry| entry.state);
    assert!(states.eq([State::Done, State::Done]));
}

fn a_batch_is_no_larger_than_it_may_be(world: &mut World<'_>) {
    world.settings.batch = 3;
    let orders: Vec<_> = (0..7).map(|number| format!("order-{number}")).collect();
    for order_id in &orders {
        world.expect(order_id);
        world.happens(&Message::new(order_id, "settlement"));
    }
    let rounds = [world.work(), world.work(), world.work(), world.work()];
    assert_eq!(rounds, [3, 3, 1, 0]);
    assert!(world.store.ledger().into_iter().map(|effect| effect.order_id).eq(orders), "the oldest first");
}

fn a_finish_that_is_rolled_back_can_be_done_again(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    let case = world.claim_one();
    let before = world.store.load("order-1");
    let answers = [world.gateway.answer(&midtrans_protocol::PaymentId::received("order-1").expect("an id"))];
    for _ in 0..2 {
        let undone = world.store.finish(&case, &answers, &world.policy, world.now, End::RolledBack);
        assert!(matches!(undone, Finished::Done(changes) if changes.len() == 1));
        assert!(world.store.ledger().is_empty());
        assert_eq!(world.store.load("order-1"), before);
        assert_eq!(world.entry("order-1").state, State::Working);
    }
    let done = world.store.finish(&case, &answers, &world.policy, world.now, End::Committed);
    assert!(matches!(done, Finished::Done(changes) if changes.len() == 1));
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_stopped_worker_gives_back_what_it_has_not_begun(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    let mut round = world.round();
    round.is_stopped = true;
    world.store.round(&round, &mut |_| Act::Well);
    assert!(world.store.ledger().is_empty() && world.gateway.asked("order-1").is_empty());
    let entry = world.entry("order-1");
    assert_eq!((entry.state, entry.failures, entry.due_at), (State::Waiting, 0, Some(world.now)));
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_dispute_is_told_once(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    world.pass(86_400);
    let dispute = Message::new("order-1", "chargeback");
    world.happens(&dispute);
    world.work();
    world.pass(20);
    world.hear(&Message { more: String::new(), ..dispute });
    world.work();
    assert_eq!(world.effects("order-1"), ["paid", Outcome::Disputed(Extent::Full).as_str()]);
}

/// Only where notifications are believed: what was told as paid was not, and then another transaction pays.
fn paid_is_told_once_whatever_comes_in_between(world: &mut World<'_>) {
    world.policy.asking = Asking::Doubtful;
    world.expect("order-1");
    world.hear(&Message::new("order-1", "settlement"));
    world.work();
    world.pass(60);
    world.happens(&Message::new("order-1", "cancel"));
    world.work();
    assert_eq!(world.effects("order-1"), ["paid", "cancelled"]);
    world.pass(60);
    world.happens(&Message::new("order-1", "settlement").by("t-2"));
    world.work();
    assert_eq!(world.store.load("order-1").and_then(|record| record.outcome), Some(Outcome::Paid));
    assert_eq!(world.effects("order-1"), ["paid", "cancelled"]);
}
