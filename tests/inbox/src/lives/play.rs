//! Plays a life: its events, their order, and the checks after each step.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use midtrans_inbox::{Again, ExpectResult, Expectation, Outcome, Record, WorkerSettings};
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::method::{Akulaku, Kredivo, PaymentType};
use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
use midtrans_transport::RetryPolicy;

use super::truth::MODES;
use super::world::{Arrival, Delivery, Shared, World, lock};
use super::{check, rest};
use crate::gateway::Transport;
use crate::message::PRICE;
use crate::store::Inbox;
use crate::worker::{Act, Click, Ends, Round};

/// A life under way.
pub(super) struct Life {
    pub(super) world: Shared,
    /// The webhook's and the shop's program.
    pub(super) shop: Box<dyn Inbox>,
    pub(super) workers: [Box<dyn Inbox>; 2],
    pub(super) transport: Transport,
    /// The record of each order at the last check.
    pub(super) seen: Vec<Option<Record>>,
    keys: u32,
}

/// An event while a question is under way.
#[derive(Clone, Debug)]
enum Aside {
    Deliver(Delivery),
    AskBy(usize),
    Work(usize),
}

impl Life {
    pub(super) fn new(seed: u64, mut shop: Box<dyn Inbox>) -> Self {
        let world: Shared = Arc::new(Mutex::new(World::new(seed)));
        let workers = [shop.partner(), shop.partner()];
        let aside = Arc::new(Mutex::new(shop.partner()));
        let transport = transport(&world, &aside);
        let orders = lock(&world).gateway.orders.len();
        Self {
            world,
            shop,
            workers,
            transport,
            seen: (0..orders).map(|_| None).collect(),
            keys: 0,
        }
    }

    pub(super) fn play(mut self) -> Result<usize, String> {
        let steps = 20 + lock(&self.world).dice.below(80);
        for order in 0..self.seen.len() {
            self.begin(order, Again::Never);
        }
        for _ in 0..steps {
            self.step();
            check::look(&mut self)?;
        }
        rest::come_to_rest(&mut self)
    }

    fn step(&mut self) {
        let (order, what) = {
            let mut world = lock(&self.world);
            (world.dice.below(self.seen.len()), world.dice.below(100))
        };
        match what {
            0..18 => lock(&self.world).advance(order),
            18..24 => self.begin(order, Again::Never),
            24..28 => self.begin(order, Again::Wanted),
            28..33 => self.ask_by(order),
            33..41 => self.forge(order, 1),
            41..42 => self.forge(order, 150),
            42..44 => self.retry(order),
            44..72 => self.work(),
            72..90 => {
                let seconds = lock(&self.world)
                    .dice
                    .pick(&[1, 1, 5, 10, 10, 30, 80, 80, 240, 900, 3_600, 40_000]);
                self.pass(seconds);
            }
            90..95 => {
                let mut world = lock(&self.world);
                let now = world.gateway.now;
                world.gateway.mode = world.dice.pick(&MODES);
                world.gateway.until = now + world.dice.pick(&[5, 60, 240, 400]);
            }
            _ => {
                let mut world = lock(&self.world);
                world.gateway.lag = world.dice.pick(&[0, 0, 3, 30, 200]);
                world.gateway.has_lagged |= world.gateway.lag > 0;
            }
        }
    }

    /// Lets time pass; what is on its way arrives.
    pub(super) fn pass(&mut self, seconds: u64) {
        let now = {
            let mut world = lock(&self.world);
            let moment = world.gateway.now + seconds;
            world.go_to(moment);
            moment
        };
        let due: Vec<_> = lock(&self.world)
            .deliveries
            .extract_if(.., |delivery| delivery.at <= now)
            .collect();
        for delivery in due {
            deliver(&self.world, &mut *self.shop, &delivery);
        }
    }

    fn ask_by(&mut self, order: usize) {
        let world = lock(&self.world);
        let (id, now) = (world.gateway.orders[order].id.clone(), world.clock(0));
        drop(world);
        self.shop.ask_by(&id, now);
    }

    pub(super) fn retry(&mut self, order: usize) {
        let mut world = lock(&self.world);
        world.gateway.orders[order].looked += 1;
        let (id, now) = (world.gateway.orders[order].id.clone(), world.clock(0));
        drop(world);
        self.shop.retry(&id, now);
    }

    fn forge(&mut self, order: usize, times: usize) {
        for _ in 0..times {
            let Some(delivery) = lock(&self.world).forge(order) else {
                return;
            };
            deliver(&self.world, &mut *self.shop, &delivery);
        }
    }

    /// Lets the customer pay, for the first time or again.
    fn begin(&mut self, order: usize, again: Again) {
        let world = lock(&self.world);
        let (id, now) = (world.gateway.orders[order].id.clone(), world.clock(0));
        let payment_type = world.gateway.orders[order].payment_type;
        drop(world);
        self.keys += 1;
        let key = IdempotencyKey::new(format!("key-{}", self.keys)).expect("a short key");
        let details =
            TransactionDetails::new(OrderId::new(&*id).expect("an order id"), Rupiah::new(PRICE));
        let details = details.expect("above zero");
        let is_clicked = super::world::CLICKED.contains(&payment_type) && order == 0;
        let charge = if payment_type == "kredivo" {
            Charge::builder(details, Kredivo)
                .minimal()
                .build()
                .expect("a price")
        } else {
            Charge::builder(details, Akulaku)
                .minimal()
                .build()
                .expect("more than the least")
        };
        if is_clicked {
            let transport = self.transport.clone();
            let _ = self.shop.charge(&Click {
                transport,
                charge,
                key,
                again,
                now,
                retry: RetryPolicy::never(),
            });
            return;
        }
        let expectation = Expectation {
            payment_type: PaymentType::from(payment_type),
            ..Expectation::of(&charge, key, now)
        };
        if self.shop.expect(&expectation, now) == ExpectResult::Recorded {
            let mut world = lock(&self.world);
            if world.dice.chance(80) {
                let at = world.gateway.now + world.dice.next() % 200;
                let key = expectation.idempotency_key.as_str().to_owned();
                world.arrivals.push(Arrival { at, order, key });
                let now = world.gateway.now;
                world.go_to(now);
            }
        }
    }

    fn work(&mut self) {
        use Ends::{DiesBeforeItAsks, DiesWithAnswers, SleepsWithAnswers, Well};
        let mut world = lock(&self.world);
        let worker = world.dice.below(2);
        let ends = world.dice.pick(&[
            Well,
            Well,
            Well,
            Well,
            Well,
            DiesBeforeItAsks,
            DiesWithAnswers,
            SleepsWithAnswers,
        ]);
        drop(world);
        self.round(worker, ends);
    }

    pub(super) fn round(&mut self, worker: usize, ends: Ends) -> usize {
        round(
            &self.world,
            &self.transport,
            &mut *self.workers[worker],
            worker,
            ends,
        )
    }
}

/// Plays the round of one worker. Its handler fails now and then, unless all is well.
fn round(
    world: &Shared,
    transport: &Transport,
    inbox: &mut dyn Inbox,
    worker: usize,
    ends: Ends,
) -> usize {
    let round = {
        let world = lock(world);
        let settings = WorkerSettings::default();
        Round {
            transport: transport.clone(),
            policy: world.policy.clone(),
            settings,
            now: world.clock(1 + worker),
            ends,
        }
    };
    inbox.round(&round, &mut |_| {
        let mut world = lock(world);
        let is_calm = world.is_calm;
        match world.dice.below(12) {
            0 if !is_calm => Act::Fails,
            1 if !is_calm => Act::Panics,
            _ => Act::Well,
        }
    })
}

/// Delivers a notification to the webhook.
pub(super) fn deliver(world: &Shared, inbox: &mut dyn Inbox, delivery: &Delivery) {
    let (verified, now) = {
        let mut world = lock(world);
        (world.open(delivery), world.clock(0))
    };
    if let Some(verified) = verified {
        let _ = inbox.accept(&verified, now);
    }
}

/// Returns the transport to the gateway. Now and then something happens to the order while the
/// gateway's answer is on its way back.
///
/// The transport holds the world only weakly and never itself, so that a life is freed with all
/// that its inbox stored as soon as it is over.
fn transport(world: &Shared, inbox: &Arc<Mutex<Box<dyn Inbox>>>) -> Transport {
    let (world, inbox) = (Arc::downgrade(world), Arc::clone(inbox));
    Transport::new(move |request| {
        let world = world.upgrade().expect("the life goes on while it asks");
        let (answer, aside) = {
            let mut world = lock(&world);
            let answer = world.answer(request);
            let aside = world.aside(request.uri().path());
            world.is_aside |= aside.is_some();
            (answer, aside)
        };
        if let Some(aside) = aside {
            thread::scope(|scope| {
                scope
                    .spawn(|| happen(&world, &inbox, &aside))
                    .join()
                    .expect("what happens aside does not panic");
            });
            lock(&world).is_aside = false;
        }
        answer
    })
}

fn happen(world: &Shared, inbox: &Arc<Mutex<Box<dyn Inbox>>>, aside: &Aside) {
    let transport = transport(world, inbox);
    let mut inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    match aside {
        Aside::Deliver(delivery) => deliver(world, &mut **inbox, delivery),
        Aside::AskBy(order) => {
            let world = lock(world);
            let (id, now) = (world.gateway.orders[*order].id.clone(), world.clock(0));
            drop(world);
            inbox.ask_by(&id, now);
        }
        Aside::Work(worker) => {
            round(world, &transport, &mut **inbox, *worker, Ends::Well);
        }
    }
}

impl World {
    /// Returns the event that happens to an order while it is asked about: seldom any.
    fn aside(&mut self, path: &str) -> Option<Aside> {
        if self.is_aside || self.is_calm || !self.dice.chance(8) {
            return None;
        }
        let order = self
            .gateway
            .orders
            .iter()
            .position(|order| path.contains(&order.id))?;
        match self.dice.below(4) {
            0 => self.forge(order).map(Aside::Deliver),
            1 => {
                let at = self
                    .deliveries
                    .iter()
                    .position(|delivery| delivery.order == order)?;
                Some(Aside::Deliver(self.deliveries.remove(at)))
            }
            2 => Some(Aside::AskBy(order)),
            _ => Some(Aside::Work(self.dice.below(2))),
        }
    }
}

/// Returns whether the order is stored as never charged.
pub(super) fn is_not_charged(record: &Record) -> bool {
    record.outcome == Some(Outcome::NotCharged)
}
