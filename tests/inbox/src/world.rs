//! A shop, its store, the gateway, and a clock that is moved by hand.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use midtrans_inbox::{
    Accepted, Again, Change, Charged, ExpectResult, Expectation, Outcome, Policy, Record,
    WorkerSettings,
};
use midtrans_protocol::method::Akulaku;
use midtrans_protocol::{Charge, IdempotencyKey, OrderId, Rupiah, TransactionDetails};
use midtrans_transport::RetryPolicy;

use crate::effect::Effect;
use crate::gateway::{Gateway, Transport};
use crate::message::{self, Message, PRICE};
use crate::store::Store;
use crate::worker::{Act, Click, Ends, Round};

/// Everything that a scenario moves.
#[expect(clippy::exhaustive_structs, reason = "scenarios change what they need")]
pub struct World<'a> {
    /// The store, migrated.
    pub store: &'a mut dyn Store,
    /// The gateway.
    pub gateway: Gateway,
    /// What the clock says.
    pub now: SystemTime,
    /// The inbox's policy; the defaults.
    pub policy: Policy,
    /// The worker's settings; the defaults.
    pub settings: WorkerSettings,
}

/// Something that happens while a question is under way.
type Meanwhile = Box<dyn FnOnce(&mut dyn Store) + Send>;

impl<'a> World<'a> {
    /// A shop that opens.
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

    /// Lets so many seconds pass.
    pub fn pass(&mut self, seconds: u64) {
        self.set(self.now + Duration::from_secs(seconds));
    }

    /// Sets the clock.
    pub fn set(&mut self, now: SystemTime) {
        self.now = now;
        self.gateway.set(now);
    }

    /// The order is written down, with the key `key-1`, unless it is already.
    pub fn expect(&mut self, order_id: &str) {
        let _ = self.expect_with(order_id, "key-1");
    }

    /// The order is written down, with this key.
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

    /// A click with this new key. Its client tries once, so that scenarios can count.
    ///
    /// # Panics
    /// If the key is none, which is the scenario's mistake.
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

    /// A notification comes.
    pub fn hear(&mut self, message: &Message) {
        let _ = self.takes(message);
    }

    /// What the webhook makes of a notification.
    pub fn takes(&mut self, message: &Message) -> Accepted {
        self.store.accept(&message.notification(), self.now)
    }

    /// The transaction stands so at the gateway, and that is notified.
    pub fn happens(&mut self, message: &Message) {
        self.gateway.says(message);
        self.hear(message);
    }

    /// The worker does what is due; the handler is content.
    pub fn work(&mut self) -> usize {
        self.work_with(|_| Act::Well)
    }

    /// The worker does what is due, with this handler.
    pub fn work_with(&mut self, mut act: impl FnMut(&Change) -> Act + Send) -> usize {
        self.store.round(&self.round(), &mut act)
    }

    /// The worker does what is due. While its first question is under way, and after the gateway
    /// has answered it, this happens in another program.
    ///
    /// # Panics
    /// If what happens does.
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

    /// Works whenever something about the order is due, so often at most.
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

    /// What a worker is given.
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

    /// What is stored about an order.
    ///
    /// # Panics
    /// If nothing is.
    pub fn record(&mut self, order_id: &str) -> Record {
        self.store
            .load(order_id)
            .expect("the order is written down")
    }

    /// How many seconds after now the order is checked; `None` is never.
    pub fn due_in(&mut self, order_id: &str) -> Option<u64> {
        let now = self.now;
        self.record(order_id)
            .check_at
            .map(|at| at.duration_since(now).unwrap_or_default().as_secs())
    }

    /// Why a person has to look at an order; empty where none has to.
    pub fn review(&mut self, order_id: &str) -> String {
        self.record(order_id).review.unwrap_or_default()
    }

    /// The outcome that is stored.
    pub fn outcome(&mut self, order_id: &str) -> Option<Outcome> {
        self.record(order_id).outcome
    }

    /// What the shop did about an order, such as `["paid", "partly refunded: r-1 5000"]`.
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

/// What to expect of an Akulaku charge of the usual price that is sent now.
///
/// # Panics
/// If order id or key are no such things, which is the scenario's mistake.
#[must_use]
pub fn expectation(order_id: &str, key: &str, now: SystemTime) -> Expectation {
    Expectation::of(&charge(order_id, PRICE), idempotency_key(key), now)
}

/// An Akulaku charge.
///
/// # Panics
/// If the order id is none, or the price nothing, which is the scenario's mistake.
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
