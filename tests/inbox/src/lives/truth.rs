//! The truth at the gateway: transactions with their history, and the gateway's answers about them.

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
    /// The number of changes.
    pub(super) changes: usize,
    /// The latest change of which a genuine notification was accepted.
    pub(super) heard: usize,
    /// True if something happened that the gateway does not document, or that it says in a way that
    /// cannot be booked.
    pub(super) is_odd: bool,
    /// True if a notification of it was lost.
    pub(super) lost: bool,
    /// The number of times that a person has looked at it.
    pub(super) looked: usize,
    /// The number of questions about it.
    pub(super) questions: usize,
    /// The answers about it.
    pub(super) answered: Vec<Said>,
    /// The genuine signatures of its notifications.
    pub(super) signed: Vec<Signed>,
    /// The number of refunds that there were; numbers are never used again.
    pub(super) refunds: u64,
}

#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) id: String,
    /// The idempotency key that it was charged with.
    pub(super) key: String,
    /// Its states with their times, the first at its creation.
    pub(super) past: Vec<(u64, Said)>,
}

/// The state of a transaction, as the gateway says it.
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

/// The way in which the gateway answers questions.
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
    /// The end of the mode.
    pub(super) until: u64,
    /// The lag of its answers, in seconds.
    pub(super) lag: u64,
    /// True if its answers have ever lagged.
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

    /// Takes a charge that arrives.
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

    /// Returns the answer to Get Status.
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

    /// Returns the order that an id names, or whose transaction it names.
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

/// The result of a charge.
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

    /// Returns the notification of a transaction's new state, whose signature is genuine from now
    /// on.
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
    /// Returns its state.
    pub(super) fn now(&self) -> &Said {
        &self.past[self.past.len() - 1].1
    }

    /// Returns its state at that time; `None` before there was one.
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
