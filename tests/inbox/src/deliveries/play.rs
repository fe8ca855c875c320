//! Plays a past, lets everything come to rest, and asks the oracle.

use std::time::Duration;

use midtrans_inbox::{Expecting, State};

use super::life::Life;
use super::{Event, oracle};
use crate::message::Message;
use crate::store::Store;
use crate::worker::Act;
use crate::world::World;

/// One order, as far as it is.
struct Order {
    id: String,
    life: Life,
    steps: Vec<Message>,
    /// How many of its steps have happened at the gateway.
    happened: usize,
    /// The steps of which a notification came.
    delivered: Vec<usize>,
}

pub(super) fn play(store: &mut dyn Store, lives: &[Life], events: &[Event]) -> Result<(), String> {
    store.migrate()?;
    store.forget_everything();
    let mut world = World::new(store);
    world.policy.max_failures = 4;
    let mut orders: Vec<_> = lives.iter().enumerate().map(|(number, life)| begin(&mut world, number, *life)).collect();
    for event in events {
        happen(&mut world, &mut orders, event);
    }
    come_to_rest(&mut world, &mut orders);
    let snapshot = world.store.snapshot(world.now);
    let left = snapshot.notifications.iter().filter(|(state, count)| **state != State::Done && **count > 0);
    if left.count() > 0 || snapshot.needs_attention() {
        return Err(format!("something is left:\n{snapshot}{:?}", world.store.dead_letters(9)));
    }
    for order in &orders {
        let told: Vec<_> = order.delivered.iter().map(|step| &order.steps[*step]).collect();
        let ledger = world.ledger(&order.id);
        oracle::judge(order.life, &told, &ledger).map_err(|why| format!("{:?}: {why}\n{ledger:#?}", order.life))?;
    }
    Ok(())
}

fn begin(world: &mut World<'_>, number: usize, life: Life) -> Order {
    let id = format!("order-{number}");
    let steps = life.steps(&id);
    world.expect(&id);
    let mut order = Order { id, life, steps, happened: 0, delivered: Vec::new() };
    advance(world, &mut order);
    order
}

fn happen(world: &mut World<'_>, orders: &mut [Order], event: &Event) {
    match *event {
        Event::Advance(order) => {
            if let Some(order) = orders.get_mut(order) {
                advance(world, order);
            }
        }
        Event::Deliver { order, step, times } => {
            if let Some(order) = orders.get_mut(order) {
                (0..times).for_each(|_| deliver(world, order, step));
            }
        }
        Event::Work { act, batch } => {
            world.settings.batch = batch;
            world.work_with(|_| act);
        }
        Event::Crash { questions: false } => drop(world.store.claim(&world.policy, 2, world.now)),
        Event::Crash { questions: true } => drop(world.store.due_for_status(&world.policy, 2, world.now)),
        Event::Pass(seconds) => world.pass(seconds),
        Event::Outage(is_down) => world.gateway.is_down(is_down),
        Event::Return(order) => {
            if let Some(order) = orders.get(order) {
                world.store.ask_by(&order.id, world.now + Duration::from_secs(20));
            }
        }
        Event::Reopen => world.store.reopen(),
    }
}

fn advance(world: &mut World<'_>, order: &mut Order) {
    let Some(next) = order.steps.get(order.happened) else { return };
    if order.life.second_charge() == Some(order.happened)
        && world.expect_with(&order.id, "key-2") != Expecting::Recorded
    {
        // Nobody has heard yet that the first one expired.
        return;
    }
    world.gateway.says(next);
    order.happened += 1;
}

/// A notification may come before Get Status shows what it tells, but not before the transaction is there.
fn deliver(world: &mut World<'_>, order: &mut Order, step: usize) {
    let may_lag = order.life.second_charge() != Some(order.happened);
    let latest = if may_lag { order.happened } else { order.happened - 1 };
    let step = step.min(latest);
    if let Some(message) = order.steps.get(step) {
        world.hear(message);
        order.delivered.push(step);
    }
}

/// The gateway is back, the handler behaves, a person has everything tried again, and time passes.
fn come_to_rest(world: &mut World<'_>, orders: &mut [Order]) {
    world.gateway.is_down(false);
    world.settings.batch = 16;
    for _ in 0..8 {
        for order in &mut *orders {
            while order.happened < order.steps.len() {
                let before = order.happened;
                advance(world, order);
                if order.happened == before {
                    break;
                }
            }
            world.store.retry(&order.id, world.now);
        }
        world.pass(2 * 3_600);
        while world.work_with(|_| Act::Well) > 0 {}
    }
}
