//! A shop, its store, the gateway, and a clock that is moved by hand.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use midtrans_inbox::{
    Accepted, Again, Change, Charged, ExpectResult, Expectation, Outcome, Policy, Record,
    WorkerSettings,
};
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::method::Akulaku;
use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
use midtrans_transport::RetryPolicy;

use crate::effect::Effect;
use crate::gateway::{Gateway, Transport};
use crate::message::{self, Message, PRICE};
use crate::store::Store;
use crate::worker::{Act, Click, Ends, Round};

/// The state of a scenario.
#[expect(clippy::exhaustive_structs, reason = "scenarios change what they need")]
pub struct World<'a> {
    /// The store, migrated.
    pub store: &'a mut dyn Store,
    /// The gateway.
    pub gateway: Gateway,
    /// The time.
    pub now: SystemTime,
    /// The inbox's policy; the defaults.
    pub policy: Policy,
    /// The worker's settings; the defaults.
    pub settings: WorkerSettings,
}

/// An event while a question is in flight.
type Meanwhile = Box<dyn FnOnce(&mut dyn Store) + Send>;

impl<'a> World<'a> {
    /// Creates the shop.
    ///
    /// # Panics
    /// If the store cannot be migrated.
    #[must_use]
    pub fn new(store: &'a mut dyn Store) -> Self {
        store.migrate().expect("an empty database can be migrated");
        let now = UNIX_EPOCH + Duration::from_secs(1_795_300_000);
        let (policy, settings) = (Policy::new(message::key()), WorkerSettings::default());
        Self {
            store,
            gateway: Gateway::new(now),
            now,
            policy,
            settings,
        }
    }

    /// Moves the clock by so many seconds.
    pub fn pass(&mut self, seconds: u64) {
        self.set(self.now + Duration::from_secs(seconds));
    }

    /// Sets the clock.
    pub fn set(&mut self, now: SystemTime) {
        self.now = now;
        self.gateway.set(now);
    }

    /// Stores the order with the key `key-1`, unless it is stored.
    pub fn expect(&mut self, order_id: &str) {
        let _ = self.expect_with(order_id, "key-1");
    }

    /// Stores the order with this key.
    pub fn expect_with(&mut self, order_id: &str, key: &str) -> ExpectResult {
        self.store
            .expect(&expectation(order_id, key, self.now), self.now)
    }

    /// The customer clicks, with this new key.
    pub fn click(&mut self, key: &str) -> Charged {
        self.click_for(key, PRICE, Again::Never)
    }

    /// The customer wants to pay again, with this new key.
    pub fn click_again(&mut self, key: &str) -> Charged {
        self.click_for(key, PRICE, Again::Wanted)
    }

    /// The customer clicks to pay this much for `order-1`.
    pub fn click_for(&mut self, key: &str, price: u64, again: Again) -> Charged {
        let click = Click {
            charge: charge("order-1", price),
            again,
            ..self.click_of(key)
        };
        self.store.charge(&click)
    }

    /// Returns a click with this new key. Its client sends once, so that scenarios can count.
    ///
    /// # Panics
    /// If the key is not valid, which is the scenario's mistake.
    #[must_use]
    pub fn click_of(&self, key: &str) -> Click {
        Click {
            transport: self.gateway.transport(),
            charge: charge("order-1", PRICE),
            key: idempotency_key(key),
            again: Again::Never,
            now: self.now,
            retry: RetryPolicy::never(),
        }
    }

    /// Accepts a notification.
    pub fn hear(&mut self, message: &Message) {
        let _ = self.takes(message);
    }

    /// Returns the webhook's result for a notification.
    pub fn takes(&mut self, message: &Message) -> Accepted {
        self.store.accept(&message.notification(), self.now)
    }

    /// Sets the transaction's status at the gateway, and notifies it.
    pub fn happens(&mut self, message: &Message) {
        self.gateway.says(message);
        self.hear(message);
    }

    /// Runs a round; the handler succeeds.
    pub fn work(&mut self) -> usize {
        self.work_with(|_| Act::Well)
    }

    /// Runs a round with this handler.
    pub fn work_with(&mut self, mut act: impl FnMut(&Change) -> Act + Send) -> usize {
        self.store.round(&self.round(), &mut act)
    }

    /// Runs a round. While its first question is in flight, after the gateway has answered it,
    /// `meanwhile` runs in another program.
    ///
    /// # Panics
    /// If `meanwhile` panics.
    pub fn work_while(&mut self, meanwhile: impl FnOnce(&mut dyn Store) + Send + 'static) -> usize {
        let gateway = self.gateway.transport();
        let other = Mutex::new(self.store.another());
        let meanwhile: Arc<Mutex<Option<Meanwhile>>> =
            Arc::new(Mutex::new(Some(Box::new(meanwhile))));
        let transport = Transport::new(move |request| {
            let answer = gateway.answer(request);
            let happens = meanwhile
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if let Some(happens) = happens {
                let mut other = other.lock().unwrap_or_else(PoisonError::into_inner);
                let other: &mut dyn Store = &mut **other;
                thread::scope(|scope| {
                    scope
                        .spawn(move || happens(other))
                        .join()
                        .expect("it does not panic")
                });
            }
            answer
        });
        self.store.round(
            &Round {
                transport,
                ..self.round()
            },
            &mut |_| Act::Well,
        )
    }

    /// Runs a round whenever the order is due, at most so often.
    pub fn work_when_due(&mut self, times: usize) {
        for _ in 0..times {
            self.work();
            let checks = self.record("order-1").check_at;
            let changes = self
                .store
                .waiting("order-1")
                .into_iter()
                .next()
                .and_then(|waiting| waiting.retry_at);
            let Some(next) = checks.into_iter().chain(changes).min() else {
                return;
            };
            self.set(next.max(self.now));
        }
    }

    /// Returns the input of a worker.
    #[must_use]
    pub fn round(&self) -> Round {
        let (transport, policy) = (self.gateway.transport(), self.policy.clone());
        Round {
            transport,
            policy,
            settings: self.settings,
            now: self.now,
            ends: Ends::Well,
        }
    }

    /// Returns the stored record of an order.
    ///
    /// # Panics
    /// If there is none.
    pub fn record(&mut self, order_id: &str) -> Record {
        self.store
            .load(order_id)
            .expect("the order is written down")
    }

    /// Returns the seconds until the order's check; `None` is never.
    pub fn due_in(&mut self, order_id: &str) -> Option<u64> {
        let now = self.now;
        self.record(order_id)
            .check_at
            .map(|at| at.duration_since(now).unwrap_or_default().as_secs())
    }

    /// Returns the reason of the order's review; empty if there is none.
    pub fn review(&mut self, order_id: &str) -> String {
        self.record(order_id).review.unwrap_or_default()
    }

    /// Returns the stored outcome.
    pub fn outcome(&mut self, order_id: &str) -> Option<Outcome> {
        self.record(order_id).outcome
    }

    /// Returns the effects of an order, such as `["paid", "partly refunded: r-1 5000"]`.
    pub fn effects(&mut self, order_id: &str) -> Vec<String> {
        let of_order = |effect: &Effect| effect.order_id == order_id;
        self.store
            .ledger()
            .iter()
            .filter(|effect| of_order(effect))
            .map(Effect::to_string)
            .collect()
    }
}

/// Returns the expectation of an Akulaku charge of the usual price that is sent now.
///
/// # Panics
/// If the order id or key is not valid, which is the scenario's mistake.
#[must_use]
pub fn expectation(order_id: &str, key: &str, now: SystemTime) -> Expectation {
    Expectation::of(&charge(order_id, PRICE), idempotency_key(key), now)
}

/// An Akulaku charge.
///
/// # Panics
/// If the order id is not valid, or the price is zero, which is the scenario's mistake.
#[must_use]
pub fn charge(order_id: &str, price: u64) -> Charge {
    let order_id = OrderId::new(order_id).expect("an order id");
    let order = TransactionDetails::new(order_id, Rupiah::new(price)).expect("above zero");
    Charge::builder(order, Akulaku)
        .minimal()
        .build()
        .expect("more than the least")
}

fn idempotency_key(key: &str) -> IdempotencyKey {
    IdempotencyKey::new(key).expect("a key")
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}
