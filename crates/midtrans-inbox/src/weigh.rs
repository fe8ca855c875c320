//! Holds a word of the gateway's against what is stored about the order: is it news, and what follows?

use std::fmt;

use midtrans_protocol::lifecycle::merge;
use midtrans_protocol::{Decision, Details, Expected, Merge, Notification, Review, Stage, Transaction, decide};

use crate::{Change, Outcome, Payment, Record, refunds};

/// Something that the gateway said about an order.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way to hear from the gateway")]
pub enum Word<'a> {
    /// It came by itself. Its status is not signed.
    Notified(&'a Notification),
    /// It was asked for, over TLS.
    Answered(&'a Transaction),
}

impl<'a> Word<'a> {
    fn decide(self, expected: &Expected) -> Decision {
        match self {
            Self::Notified(notification) => decide(expected, notification),
            Self::Answered(transaction) => decide(expected, transaction),
        }
    }

    /// Everything that it says beside order, code and amount.
    #[must_use]
    pub const fn details(self) -> &'a Details {
        match self {
            Self::Notified(notification) => notification.reported(),
            Self::Answered(transaction) => transaction.details(),
        }
    }
}

/// What follows from a word that there is no doubt about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Weighed {
    /// What is to be stored.
    pub record: Record,
    /// What is to be acted on, if anything is.
    pub change: Option<Change>,
    /// Whether it said anything that was not known: a further stage, or a refund.
    pub is_news: bool,
}

/// Why a word settles nothing. From a notification: ask Get Status. From Get Status: a person has to look.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doubt {
    /// It does not fit what was expected.
    Review(Review),
    /// It does not follow from what is stored, and what is stored was confirmed by the gateway.
    Conflict {
        /// The status that is stored.
        stored: String,
        /// The status that was told.
        told: String,
    },
    /// Two transactions of this order have brought money: one of them has to be given back.
    PaidTwice {
        /// The transaction whose money was there first.
        first: String,
        /// The other one.
        second: String,
    },
    /// A notification tells a new total, and not the refunds that it is made of.
    RefundsUnlisted,
    /// The refunds do not add up to the total that is reported.
    RefundsDisagree,
    /// More went back than was paid.
    RefundsExceed,
    /// A refund has no amount, or neither key nor number.
    RefundUnreadable,
}

impl Record {
    /// Holds a word against what is stored. Nothing is changed: the result says what to store and what to act on.
    ///
    /// # Errors
    /// [`Doubt`] when it settles nothing.
    pub fn weigh(&self, word: Word<'_>) -> Result<Weighed, Doubt> {
        let decision = word.decide(&self.expectation.expected());
        let outcome = Outcome::try_from(decision).map_err(Doubt::Review)?;
        let stage = Stage::of(word.details()).ok_or(Doubt::Review(Review::UnknownStatus))?;
        let told = Payment {
            transaction_id: self.transaction_of(word.details()),
            stage,
            outcome,
            confirmed: matches!(word, Word::Answered(_)),
        };
        let mut record = self.clone();
        let refunds = refunds::book(&mut record.refunds, &told.transaction_id, word, paid_with(word, self))?;
        let has_advanced = record.take_in(&told)?;
        if has_advanced {
            record.outcome = record.spokesman(&told.transaction_id).map(|payment| payment.outcome);
        }
        let is_news = has_advanced || !refunds.is_empty();
        let change = self.change_to(&mut record, &told.transaction_id, refunds);
        Ok(Weighed { record, change, is_news })
    }

    /// What follows when the gateway, asked late enough, knows no transaction of this order.
    #[must_use]
    pub fn never_charged(&self) -> Weighed {
        let record = Self { outcome: Some(Outcome::NotCharged), ..self.clone() };
        let change = self.change("", Outcome::NotCharged, Vec::new());
        Weighed { record, change: Some(change), is_news: true }
    }

    /// What is left when a transaction turns out not to exist that only a notification has named.
    #[must_use]
    pub(crate) fn without(&self, transaction_id: &str) -> Weighed {
        let mut record = self.clone();
        record.payments.retain(|payment| payment.confirmed || payment.transaction_id != transaction_id);
        let is_news = record.payments.len() != self.payments.len();
        if is_news {
            let spokesman = record.spokesman("").map(|payment| (payment.outcome, payment.transaction_id.clone()));
            record.outcome = spokesman.as_ref().map(|(outcome, _)| *outcome);
            let change = spokesman.and_then(|(_, id)| self.change_to(&mut record, &id, Vec::new()));
            return Weighed { record, change, is_news };
        }
        Weighed { record, change: None, is_news }
    }

    /// A message without an id is about the transaction that there is.
    fn transaction_of(&self, details: &Details) -> String {
        let known = || self.payments.last().map(|payment| payment.transaction_id.as_str());
        details.transaction_id().or_else(known).unwrap_or_default().to_owned()
    }

    /// Stores how a transaction stands. Returns whether that is further than what was stored.
    fn take_in(&mut self, told: &Payment) -> Result<bool, Doubt> {
        let Some(at) = self.payments.iter().position(|payment| payment.transaction_id == told.transaction_id) else {
            self.refuse_second_money(told)?;
            self.payments.push(told.clone());
            return Ok(true);
        };
        let stored = &mut self.payments[at];
        let merged = if stored.stage == told.stage { Merge::Duplicate } else { merge(&stored.stage, &told.stage) };
        match merged {
            Merge::Duplicate => {
                stored.confirmed |= told.confirmed;
                Ok(false)
            }
            Merge::Stale => Ok(false),
            // The gateway's own answer counts for more than a status that nobody signed.
            Merge::Conflict if stored.confirmed || !told.confirmed => {
                Err(Doubt::Conflict { stored: stored.stage.status.to_string(), told: told.stage.status.to_string() })
            }
            Merge::Advanced | Merge::Conflict => {
                self.refuse_second_money(told)?;
                self.payments[at] = told.clone();
                Ok(true)
            }
        }
    }

    fn refuse_second_money(&self, told: &Payment) -> Result<(), Doubt> {
        let is_other =
            |payment: &&Payment| payment.transaction_id != told.transaction_id && payment.outcome.had_money();
        match self.payments.iter().find(is_other) {
            Some(first) if told.outcome.had_money() => {
                Err(Doubt::PaidTwice { first: first.transaction_id.clone(), second: told.transaction_id.clone() })
            }
            _ => Ok(()),
        }
    }

    /// The transaction that speaks for the order; of equals, the one that the news are about.
    fn spokesman(&self, latest: &str) -> Option<&Payment> {
        self.payments.iter().max_by_key(|payment| (payment.outcome.rank(), payment.transaction_id == latest))
    }

    /// What to act on when this record becomes that one. Paid is acted on once, whatever comes in between.
    fn change_to(&self, after: &mut Self, transaction_id: &str, refunds: Vec<crate::Refund>) -> Option<Change> {
        let outcome = after.outcome?;
        let is_paid_again = outcome == Outcome::Paid && self.acted_paid;
        after.acted_paid |= outcome == Outcome::Paid;
        let is_new = after.outcome != self.outcome || (!refunds.is_empty() && outcome != Outcome::Paid);
        (is_new && !is_paid_again).then(|| self.change(transaction_id, outcome, refunds))
    }
}

/// What the customer paid, which the gateway's fee may have made more than the price.
fn paid_with(word: Word<'_>, record: &Record) -> midtrans_protocol::Rupiah {
    let gross = match word {
        Word::Notified(notification) => notification.gross_amount().rupiah(),
        Word::Answered(transaction) => transaction.gross_amount().and_then(|amount| amount.rupiah()),
    };
    gross.unwrap_or(record.expectation.amount)
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Review(review) => f.write_str(in_words(*review)),
            Self::Conflict { stored, told } => write!(f, "{told} does not follow from {stored}"),
            Self::PaidTwice { first, second } => {
                write!(f, "paid twice, by transaction {first} and by transaction {second}: give one of them back")
            }
            Self::RefundsUnlisted => f.write_str("it tells a total and not the refunds that it is made of"),
            Self::RefundsDisagree => f.write_str("the refunds do not add up to the reported total"),
            Self::RefundsExceed => f.write_str("more went back than was paid"),
            Self::RefundUnreadable => f.write_str("a refund has no amount, or neither key nor number"),
        }
    }
}

impl std::error::Error for Doubt {}

fn in_words(review: Review) -> &'static str {
    match review {
        Review::OrderDiffers => "it is about another order",
        Review::AmountDiffers => "the amount is not the expected one",
        Review::CurrencyDiffers => "the currency is not rupiah",
        Review::CodeDisagrees => "status code and transaction status do not agree",
        Review::Fraud => "fraud detection did not accept",
        Review::UnknownStatus => "the status is missing or unknown",
        Review::KeyDiffers => "it was signed with another account's key",
        Review::TestNotification => "it is the dashboard's test notification",
        Review::AmbiguousSignature => "its signature also fits another order",
        _ => "it does not fit what was expected",
    }
}

#[cfg(test)]
mod tests;
