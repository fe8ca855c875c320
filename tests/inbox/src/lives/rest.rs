//! The end of a life: the gateway answers, clocks are right, the handler works, notifications arrive.
//! Everything must come to rest.

use super::check;
use super::play::Life;
use super::world::lock;
use crate::worker::Ends;

/// The most events that a life takes to come to rest.
const EVENTS: usize = 1_500;

/// The days after which everything is known. Afterwards, what is under review is asked about once a
/// day.
const DAYS: u64 = 4;

/// Returns the number of questions that it took in all.
pub(super) fn come_to_rest(life: &mut Life) -> Result<usize, String> {
    {
        let mut world = lock(&life.world);
        (world.is_calm, world.clocks) = (true, [0; 3]);
        (world.gateway.until, world.gateway.lag) = (0, 0);
    }
    settle(life)?;
    check::at_rest(life, false)?;
    // A person looks at everything twice: the second time nothing new may come of it.
    for _ in 0..2 {
        for order in 0..life.seen.len() {
            life.retry(order);
        }
        settle(life)?;
    }
    check::at_rest(life, true)?;
    let world = lock(&life.world);
    Ok(world
        .gateway
        .orders
        .iter()
        .map(|order| order.questions)
        .sum())
}

/// Goes from event to event until there is none.
fn settle(life: &mut Life) -> Result<(), String> {
    let end = lock(&life.world).gateway.now + DAYS * 86_400;
    let mut idle = 0;
    for _ in 0..EVENTS {
        let mut is_idle = true;
        for worker in 0..2 {
            is_idle &= life.round(worker, Ends::Well) == 0;
            check::look(life)?;
        }
        if !is_idle {
            idle = 0;
            continue;
        }
        let Some(seconds) = next_event(life).filter(|_| lock(&life.world).gateway.now < end) else {
            return Ok(());
        };
        // What is due and not done is leased by a worker that died, whose clock may have been an
        // hour ahead.
        life.pass(seconds.max(1 << idle));
        idle = (idle + 1).min(10);
    }
    let ids: Vec<_> = lock(&life.world)
        .gateway
        .orders
        .iter()
        .map(|order| order.id.clone())
        .collect();
    let left: Vec<_> = ids
        .iter()
        .map(|id| (life.shop.load(id), life.shop.waiting(id)))
        .collect();
    let world = lock(&life.world);
    let asked: Vec<_> = world
        .gateway
        .orders
        .iter()
        .map(|order| order.questions)
        .collect();
    Err(format!(
        "it does not come to rest at {:?} after {asked:?} questions: {left:#?}",
        world.clock(1)
    ))
}

/// Returns the number of seconds until something is due; `None` if nothing ever is. Pending
/// payments end at their time.
fn next_event(life: &mut Life) -> Option<u64> {
    let (now, mut due, ids) = {
        let world = lock(&life.world);
        let deliveries = world.deliveries.iter().map(|delivery| delivery.at);
        let arrivals = world.arrivals.iter().map(|arrival| arrival.at);
        let next = deliveries
            .chain(arrivals)
            .min()
            .map(|at| at.saturating_sub(world.gateway.now));
        let ids: Vec<_> = world
            .gateway
            .orders
            .iter()
            .map(|order| order.id.clone())
            .collect();
        (world.clock(1), next, ids)
    };
    for (order, id) in ids.iter().enumerate() {
        let record = life.shop.load(id);
        // What waits behind a dead letter waits for a person.
        let waiting = life
            .shop
            .waiting(id)
            .into_iter()
            .next()
            .and_then(|waiting| waiting.retry_at);
        let leased = record.as_ref().and_then(|record| record.check_at);
        let next = waiting
            .into_iter()
            .chain(leased)
            .map(|at| at.duration_since(now).unwrap_or_default().as_secs() + 1)
            .min();
        if record.is_some_and(|record| record.expectation.expires_at <= now) {
            lock(&life.world).expire(order);
        }
        due = due.into_iter().chain(next).min();
    }
    due
}

impl super::world::World {
    /// Ends a payment that waits for its customer.
    fn expire(&mut self, at: usize) {
        let now = self.gateway.now;
        let order = &mut self.gateway.orders[at];
        let Some(transaction) = order.transactions.last_mut() else {
            return;
        };
        let said = transaction.now().clone();
        if matches!(said.status, "pending" | "authorize") {
            transaction.past.push((
                now,
                super::truth::Said {
                    status: "expire",
                    ..said
                },
            ));
            // Nothing notifies it: it is found because it was expected.
            order.changes += 1;
            order.heard = order.changes;
        }
    }
}
