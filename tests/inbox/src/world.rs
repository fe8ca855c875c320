//! A shop, its store, the gateway, and a clock that is moved by hand.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use midtrans_inbox::{Accepted, Case, Change, Entry, Expectation, Expecting, Policy, Settings, Step};
use midtrans_protocol::{Charge, IdempotencyKey, OrderId, Rupiah, TransactionDetails};

use crate::effect::Effect;
use crate::gateway::Gateway;
use crate::message::{self, Message, PRICE};
use crate::store::{End, Finished, Store};
use crate::worker::{Act, Round};

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
    /// The worker's settings; the defaults, except that it takes no breath between two questions.
    pub settings: Settings,
}

impl<'a> World<'a> {
    /// A shop that opens.
    ///
    /// # Panics
    /// If the store cannot be migrated.
    #[must_use]
    pub fn new(store: &'a mut dyn Store) -> Self {
        store.migrate().expect("an empty database can be migrated");
        let now = UNIX_EPOCH + Duration::from_secs(1_795_300_000);
        let mut settings = Settings::default();
        settings.questions_per_second = u32::MAX;
        Self { store, gateway: Gateway::new(now), now, policy: Policy::new(message::key()), settings }
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

    /// The order is written down, with the key `key-1`.
    pub fn expect(&mut self, order_id: &str) -> Expecting {
        self.expect_with(order_id, "key-1")
    }

    /// The order is written down, with this key.
    pub fn expect_with(&mut self, order_id: &str, key: &str) -> Expecting {
        self.store.expect(&expectation(order_id, key, self.now), self.now, End::Committed)
    }

    /// A notification comes.
    pub fn hear(&mut self, message: &Message) -> Accepted {
        self.store.accept(&message.notification(), self.now, End::Committed)
    }

    /// The transaction stands so at the gateway, and that is notified.
    pub fn happens(&mut self, message: &Message) -> Accepted {
        self.gateway.says(message);
        self.hear(message)
    }

    /// The worker does what is due; the handler is content.
    pub fn work(&mut self) -> usize {
        self.work_with(|_| Act::Well)
    }

    /// The worker does what is due, with this handler.
    pub fn work_with(&mut self, mut act: impl FnMut(&Change) -> Act + Send) -> usize {
        self.store.round(&self.round(), &mut act)
    }

    /// What the worker is given.
    #[must_use]
    pub fn round(&self) -> Round {
        Round {
            gateway: self.gateway.clone(),
            policy: self.policy.clone(),
            settings: self.settings,
            now: self.now,
            is_stopped: false,
        }
    }

    /// Takes one notification that is due.
    ///
    /// # Panics
    /// If none is due.
    pub fn claim_one(&mut self) -> Case {
        self.store.claim(&self.policy, 1, self.now).pop().expect("a notification is due")
    }

    /// Takes one order that is to be asked about.
    ///
    /// # Panics
    /// If there is none.
    pub fn due_one(&mut self) -> Case {
        self.store.due_for_status(&self.policy, 1, self.now).pop().expect("an order is to be asked about")
    }

    /// Ends a case by hand, with all questions that it takes.
    pub fn walk(&mut self, case: &Case) -> Finished {
        walk(self.store, &self.gateway, &self.policy, case, self.now)
    }

    /// What the shop did about an order, such as `["paid", "partly refunded: r-1 5000"]`.
    pub fn effects(&mut self, order_id: &str) -> Vec<String> {
        self.ledger(order_id).iter().map(Effect::to_string).collect()
    }

    /// The lines of the ledger about an order.
    pub fn ledger(&mut self, order_id: &str) -> Vec<Effect> {
        self.store.ledger().into_iter().filter(|effect| effect.order_id == order_id).collect()
    }

    /// The only notification of an order.
    ///
    /// # Panics
    /// If there are none or several.
    pub fn entry(&mut self, order_id: &str) -> Entry {
        let mut notifications = self.store.history(order_id).notifications;
        assert_eq!(notifications.len(), 1, "{order_id}");
        notifications.remove(0)
    }
}

/// Ends a case by hand, with all questions that it takes, on any connection.
pub fn walk(store: &mut dyn Store, gateway: &Gateway, policy: &Policy, case: &Case, now: SystemTime) -> Finished {
    let mut answers = Vec::new();
    loop {
        match store.finish(case, &answers, policy, now, End::Committed) {
            Finished::Next(Step::Ask(id)) => answers.push(gateway.answer(&id)),
            finished => return finished,
        }
    }
}

/// What to expect of an Akulaku charge of the usual price that is sent now.
///
/// # Panics
/// If order id or key are no such things, which is the scenario's mistake.
#[must_use]
pub fn expectation(order_id: &str, key: &str, now: SystemTime) -> Expectation {
    let order_id = OrderId::new(order_id).expect("an order id");
    let order = TransactionDetails::new(order_id, Rupiah::new(PRICE)).expect("above zero");
    Expectation::of(
        &Charge::akulaku_minimal(order).expect("a price that Akulaku takes"),
        IdempotencyKey::new(key).expect("a key"),
        now,
    )
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("now", &self.now).finish_non_exhaustive()
    }
}
