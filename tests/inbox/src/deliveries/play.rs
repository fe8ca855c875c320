//! Plays a past, lets everything come to rest, and asks the oracle.

use std::time::Duration;

use midtrans_inbox::{Asking, Entry, Expecting, State};

use super::life::Life;
use super::{Event, Which, oracle};
use crate::effect::Effect;
use crate::message::Message;
use crate::store::Store;
use crate::world::World;

/// A transaction that there is not.
const FORGED: &str = "t-forged";

/// One order, as far as it is.
struct Order {
    id: String,
    life: Life,
    steps: Vec<Message>,
    /// How many of its steps have happened at the gateway.
    happened: usize,
    /// The steps of which a notification came.
    delivered: Vec<usize>,
    /// What came that the gateway never said.
    forged: Vec<Message>,
}

pub(super) fn play(store: &mut dyn Store, lives: &[Life], asking: Asking, events: &[Event]) -> Result<(), String> {
    store.migrate()?;
    store.forget_everything();
    let mut world = World::new(store);
    world.policy.max_failures = 4;
    world.policy.asking = asking;
    let mut orders: Vec<_> = lives.iter().enumerate().map(|(number, life)| begin(&mut world, number, *life)).collect();
    for event in events {
        happen(&mut world, &mut orders, event);
    }
    come_to_rest(&mut world, &mut orders);
    for order in &orders {
        nothing_is_left(&mut world, order)?;
        let told: Vec<_> = order.delivered.iter().map(|step| &order.steps[*step]).collect();
        let ledger = without_forged_waiting(world.ledger(&order.id));
        oracle::judge(order.life, &told, &ledger).map_err(|why| format!("{:?}: {why}\n{ledger:#?}", order.life))?;
    }
    Ok(())
}

/// An order is taken for open on a notification's word alone, until the gateway is asked. That may be told, once instead of
/// the genuine word, or after it and then what was true before once more.
fn without_forged_waiting(mut ledger: Vec<Effect>) -> Vec<Effect> {
    let is_waiting = |effect: &Effect| effect.outcome == "pending";
    let forged = ledger.extract_if(.., |effect| is_waiting(effect) && effect.transaction_id == FORGED).next();
    ledger.retain(|effect| !(is_waiting(effect) && effect.transaction_id == FORGED));
    if let Some(forged) = forged {
        ledger.dedup_by(|later, earlier| later.outcome == earlier.outcome && later.refunds.is_empty());
        if !ledger.iter().any(is_waiting) {
            ledger.insert(0, forged);
        }
    }
    ledger
}

/// What is genuine is done, what is not may be a dead letter, and nobody was asked too often.
fn nothing_is_left(world: &mut World<'_>, order: &Order) -> Result<(), String> {
    let history = world.store.history(&order.id);
    let is_forged = |entry: &&Entry| {
        let is_it = |forged: &Message| {
            entry.transaction_id.as_ref() == Some(&forged.transaction_id)
                && entry.transaction_status.as_deref() == Some(forged.status)
        };
        entry.state == State::Dead && order.forged.iter().any(is_it)
    };
    let left: Vec<_> = history.notifications.iter().filter(|entry| entry.state != State::Done).collect();
    if !left.iter().all(is_forged) || history.record.is_none_or(|record| record.review.is_some()) {
        return Err(format!("{:?}: something is left: {left:#?}", order.life));
    }
    let asked = world.gateway.asked(&order.id);
    if asked.windows(2).any(|pair| pair[1] < pair[0] + 10) {
        return Err(format!("{:?}: the gateway was asked at {asked:?} seconds", order.life));
    }
    Ok(())
}

fn begin(world: &mut World<'_>, number: usize, life: Life) -> Order {
    let id = format!("order-{number}");
    let steps = life.steps(&id);
    world.expect(&id);
    let mut order = Order { id, life, steps, happened: 0, delivered: Vec::new(), forged: Vec::new() };
    advance(world, &mut order);
    order
}

fn happen(world: &mut World<'_>, orders: &mut [Order], event: &Event) {
    let count = orders.len();
    match *event {
        Event::Advance(order) => advance(world, &mut orders[order % count]),
        Event::Deliver { order, which, times } => {
            (0..times).for_each(|_| deliver(world, &mut orders[order % count], which));
        }
        Event::Work { act, batch } => {
            world.settings.batch = batch;
            world.work_with(|_| act);
        }
        Event::Crash { questions: false } => drop(world.store.claim(&world.policy, 2, world.now)),
        Event::Crash { questions: true } => drop(world.store.due_for_status(&world.policy, 2, world.now)),
        Event::Pass(seconds) => world.pass(seconds),
        Event::Outage(is_down) => world.gateway.is_down(is_down),
        Event::Return(order) => world.store.ask_by(&orders[order % count].id, world.now + Duration::from_secs(20)),
        Event::Forge { order, status, is_of_it } => forge(world, &mut orders[order % count], status, is_of_it),
        Event::Reopen => world.store.reopen(),
    }
}

fn advance(world: &mut World<'_>, order: &mut Order) {
    let Some(next) = order.steps.get(order.happened) else { return };
    if order.life.second_charge() == Some(order.happened) {
        if world.expect_with(&order.id, "key-2") != Expecting::Recorded {
            // Nobody has heard yet that the first one expired.
            return;
        }
        // No customer is faster.
        world.pass(10);
    }
    world.gateway.says(next);
    order.happened += 1;
}

/// A notification may come before Get Status shows what it tells, but not before the transaction is there.
fn deliver(world: &mut World<'_>, order: &mut Order, which: Which) {
    let may_lag = order.life.second_charge() != Some(order.happened);
    let step = match which {
        Which::Next if may_lag => Some(order.happened),
        Which::Next | Which::Latest => order.happened.checked_sub(1),
        Which::Older(steps) => order.happened.checked_sub(1 + steps),
    };
    if let Some((step, message)) = step.and_then(|step| Some((step, order.steps.get(step)?))) {
        world.hear(message);
        order.delivered.push(step);
    }
}

/// Status and transaction are not signed; the code is, and has to be one that the gateway has signed for this order.
fn forge(world: &mut World<'_>, order: &mut Order, status: &'static str, is_of_it: bool) {
    let mut forged = Message::new(&order.id, status);
    if !is_of_it {
        forged = forged.by(FORGED);
    }
    let code = |message: &Message| message.notification().status_code().to_owned();
    let is_signed = order.steps[..order.happened].iter().any(|step| code(step) == code(&forged));
    let is_genuine =
        order.steps.iter().any(|step| step.status == status && step.transaction_id == forged.transaction_id);
    // Whoever does not ask believes it, and knows that.
    if is_signed && !is_genuine && world.policy.asking == Asking::Always {
        world.hear(&forged);
        order.forged.push(forged);
    }
}

/// The gateway is back, the handler behaves, a person has everything tried again, and time passes.
fn come_to_rest(world: &mut World<'_>, orders: &mut [Order]) {
    world.gateway.is_down(false);
    world.settings.batch = 16;
    for round in 0..16 {
        for order in &mut *orders {
            while order.happened < order.steps.len() {
                let before = order.happened;
                advance(world, order);
                if order.happened == before {
                    break;
                }
            }
            if round < 8 {
                world.store.retry(&order.id, world.now);
            }
        }
        world.pass(2 * 3_600);
        for _ in 0..8 {
            world.work();
        }
    }
}
