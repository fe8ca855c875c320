//! What truly is at the gateway: transactions, what became of them and when, and what of it the
//! gateway answers.

use super::dice::Dice;
use super::steps::{Step, next_step};
use super::wording;
use crate::gateway::{Answered, NOT_FOUND, reply};
use midtrans_transport::{Reach, TransportError, TransportErrorKind};

/// An order, seen from the gateway.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) payment_type: &'static str,
    pub(super) transactions: Vec<Transaction>,
    /// How often something changed.
    pub(super) changes: usize,
    /// The latest change of which a genuine notification was accepted.
    pub(super) heard: usize,
    /// Whether something happened that the gateway does not document, or that it says in a way that
    /// cannot be booked.
    pub(super) is_odd: bool,
    /// Whether a notification of it was lost.
    pub(super) lost: bool,
    /// How often a person has looked at it.
    pub(super) looked: usize,
    /// How often the gateway was asked about it, and what it answered.
    pub(super) questions: usize,
    pub(super) answered: Vec<Said>,
    /// What was signed of it, with the number of the transaction.
    pub(super) signed: Vec<Signed>,
    /// The refunds that there were; numbers are never used again.
    pub(super) refunds: u64,
}

#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) id: String,
    /// The idempotency key that it was charged with.
    pub(super) key: String,
    /// When it became so, the first at its creation.
    pub(super) past: Vec<(u64, Said)>,
}

/// What the gateway says of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) transaction_id: String,
    pub(super) status: &'static str,
    pub(super) amount: u64,
    pub(super) fraud: &'static str,
    pub(super) refunds: Vec<Returned>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Returned {
    pub(super) number: u64,
    pub(super) amount: u64,
    pub(super) is_confirmed: bool,
}

/// A code and an amount that the gateway has signed for an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) code: &'static str,
    pub(super) amount: u64,
    pub(super) transaction: usize,
    pub(super) change: usize,
}

/// How the gateway answers questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Fine,
    Down,
    Slow,
    Limits,
    Fails,
    /// A proxy's page, or a wrong key.
    Confused,
    /// 404 for everything.
    Missing,
    /// 404 for order ids.
    HidesOrders,
}

pub(super) const MODES: [Mode; 7] = [
    Mode::Down,
    Mode::Slow,
    Mode::Limits,
    Mode::Fails,
    Mode::Confused,
    Mode::Missing,
    Mode::HidesOrders,
];

/// The gateway.
#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) now: u64,
    pub(super) orders: Vec<Order>,
    pub(super) mode: Mode,
    /// When the mode ends.
    pub(super) until: u64,
    /// How many seconds its answers lag behind.
    pub(super) lag: u64,
    /// Whether they ever did.
    pub(super) has_lagged: bool,
}

impl Gateway {
    /// Lets the order's latest transaction go one step further; returns the notification of it.
    pub(super) fn advance(&mut self, at: usize, dice: &mut Dice) -> Option<(usize, String)> {
        let now = self.now;
        let order = &mut self.orders[at];
        let open = order.transactions.len().checked_sub(1)?;
        // An earlier transaction of an order that was charged again seldom moves.
        let which = if dice.chance(6) {
            dice.below(open + 1)
        } else {
            open
        };
        let said = order.transactions[which].now().clone();
        let Step { said, is_odd } = next_step(order, which, said, dice)?;
        order.is_odd |= is_odd;
        order.transactions[which].past.push((now, said.clone()));
        order.changes += 1;
        Some((order.changes, order.sign(which, &said, dice)))
    }

    /// A charge arrives.
    pub(super) fn charge(&mut self, at: usize, key: &str, amount: u64, dice: &mut Dice) -> Charged {
        let now = self.now;
        let order = &mut self.orders[at];
        let is_old = |transaction: &&Transaction| {
            transaction.key == key && now < transaction.past[0].0 + 300
        };
        if let Some(first) = order.transactions.iter().find(is_old) {
            return Charged::Again(wording::answer(order, &first.past[0].1, dice));
        }
        let is_taken = |transaction: &Transaction| {
            !matches!(
                transaction.now().status,
                "deny" | "cancel" | "expire" | "failure"
            )
        };
        if order.transactions.iter().any(is_taken) {
            return Charged::Taken;
        }
        let id = format!("{}-t-{}", order.id, order.transactions.len() + 1);
        let said = Said {
            transaction_id: id.clone(),
            status: "pending",
            amount,
            fraud: "accept",
            refunds: Vec::new(),
        };
        order.transactions.push(Transaction {
            id,
            key: key.to_owned(),
            past: vec![(now, said.clone())],
        });
        order.changes += 1;
        let notification = order.sign(order.transactions.len() - 1, &said, dice);
        Charged::Made {
            answer: wording::answer(order, &said, dice),
            change: order.changes,
            notification,
        }
    }

    /// The answer to Get Status.
    pub(super) fn answer(&mut self, id: &str, dice: &mut Dice) -> Answered {
        if self.now >= self.until {
            self.mode = Mode::Fine;
        }
        let view = self.now.saturating_sub(self.lag);
        let found = self.find(id, view);
        if let Some(order) = self.order_of(id) {
            self.orders[order].questions += 1;
        }
        match self.mode {
            Mode::Down => {
                return Err(TransportError::new(
                    TransportErrorKind::Connect,
                    Reach::NotSent,
                ));
            }
            Mode::Slow => {
                return Err(TransportError::new(
                    TransportErrorKind::Timeout,
                    Reach::Unknown,
                ));
            }
            Mode::Limits => {
                return Ok(reply(
                    429,
                    r#"{"status_code":"429","status_message":"too many"}"#,
                ));
            }
            Mode::Fails => {
                return Ok(reply(
                    500,
                    r#"{"status_code":"500","status_message":"internal"}"#,
                ));
            }
            Mode::Confused => return Ok(reply(404, "<html>no such page</html>")),
            Mode::Missing => return Ok(reply(404, NOT_FOUND)),
            Mode::HidesOrders if !id.contains("-t-") => return Ok(reply(404, NOT_FOUND)),
            Mode::HidesOrders | Mode::Fine => {}
        }
        // Something before the gateway fails at odd ids.
        if id.contains('/') {
            return Ok(reply(500, "<html>bad request</html>"));
        }
        let Some((order, said)) = found else {
            return Ok(reply(404, NOT_FOUND));
        };
        let order = &mut self.orders[order];
        order.answered.push(said.clone());
        Ok(reply(200, &wording::answer(order, &said, dice)))
    }

    fn find(&self, id: &str, view: u64) -> Option<(usize, Said)> {
        let at = self.order_of(id)?;
        let order = &self.orders[at];
        let asked = |transaction: &&Transaction| order.id == id || transaction.id == id;
        let seen = |transaction: &Transaction| transaction.at(view).cloned();
        order
            .transactions
            .iter()
            .rev()
            .filter(asked)
            .find_map(seen)
            .map(|said| (at, said))
    }

    /// The order that an id names, or whose transaction it names.
    fn order_of(&self, id: &str) -> Option<usize> {
        let names = |order: &Order| {
            order.id == id
                || order
                    .transactions
                    .iter()
                    .any(|transaction| transaction.id == id)
        };
        self.orders.iter().position(names)
    }
}

/// What becomes of a charge.
pub(super) enum Charged {
    Made {
        answer: String,
        change: usize,
        notification: String,
    },
    Again(String),
    Taken,
}

impl Order {
    pub(super) fn new(id: String, payment_type: &'static str) -> Self {
        Self {
            id,
            payment_type,
            transactions: Vec::new(),
            changes: 0,
            heard: 0,
            is_odd: false,
            lost: false,
            looked: 0,
            questions: 0,
            answered: Vec::new(),
            signed: Vec::new(),
            refunds: 0,
        }
    }

    /// The notification of what became of a transaction, whose signature is genuine from now on.
    fn sign(&mut self, transaction: usize, said: &Said, dice: &mut Dice) -> String {
        let code = wording::notified_code(said);
        let change = self.changes;
        self.signed.push(Signed {
            code,
            amount: said.amount,
            transaction,
            change,
        });
        wording::notification(self, said, code, dice)
    }
}

impl Transaction {
    /// How it stands.
    pub(super) fn now(&self) -> &Said {
        &self.past[self.past.len() - 1].1
    }

    /// How it stood then; `None` before there was one.
    fn at(&self, view: u64) -> Option<&Said> {
        self.past
            .iter()
            .rev()
            .find(|(at, _)| *at <= view)
            .map(|(_, said)| said)
    }
}

impl Said {
    pub(super) fn returned(&self) -> u64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }
}
