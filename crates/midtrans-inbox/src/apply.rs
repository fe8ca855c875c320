//! The core: what follows from the gateway's answers. Pure and total.
//!
//! ```text
//!                 ┌──────────────┐ 404 four times, charge over, nothing signed ┌─────────────┐
//!   expect ──────►│ nothing told ├─────────────────────────────────────────────►│ not charged │
//!                 └──────┬───────┘                                               └─────┬───────┘
//!                 pending│                                                             │ found after all
//!                        ▼                                                             ▼
//!                 ┌──────────────┐ deny, cancel, expire, failure  ┌────────┐   (as from "nothing told")
//!                 │   pending    ├───────────────────────────────►│ failed │
//!                 └──────┬───────┘                                └────┬───┘
//!      settlement, capture│                                            │ settlement: review
//!                        ▼                                             ▼
//!                 ┌──────────────┐ refunds   ┌──────────┐ dispute ┌──────────┐
//!                 │     paid     ├──────────►│ refunded ├────────►│ disputed │
//!                 └──────────────┘           └──────────┘         └──────────┘
//!
//!   behind what was signed or answered before: asked again after 10, 20, 40 … seconds, then a review
//!   contradicts an earlier answer, two transactions with money, another amount: a review at once
//! ```

use std::fmt;
use std::time::{Duration, SystemTime};

use midtrans_protocol::lifecycle::merge;
use midtrans_protocol::{
    Extent, Merge, PaymentId, Review, Rupiah, Stage, Transaction, TransactionStatus, decide,
};

use crate::moment::later;
use crate::policy::may_be_reversed;
use crate::refund::{self, RefundTrouble};
use crate::{Change, Outcome, Payment, Policy, Reach, Record, Refund};

/// How many 404s in a row it takes to believe that a charge never arrived, and the pause between them. Together they are
/// as long as a charge may take, so that no clock but the worker's own has to be right.
const MISSING: u32 = 4;
const WHILE_MISSING: Duration = Duration::from_secs(80);

/// An order that is open for so long after its expiry needs a person.
const ENDLESS: Duration = Duration::from_secs(7 * 24 * 3_600);

/// The gateway's answer to one Get Status.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "workers make it")]
pub struct Answer {
    /// The id that was asked about.
    pub asked: PaymentId,
    /// The answer; `None` where the gateway itself says that it knows no such transaction (404).
    pub transaction: Option<Transaction>,
}

impl Answer {
    /// Whether this answers a question about that id, asked by it or not.
    pub(crate) fn is_about(&self, id: &str) -> bool {
        let named = self.transaction.as_ref().and_then(Transaction::transaction_id);
        self.asked.as_str() == id || named == Some(id)
    }
}

/// What follows from answers: the record to store, and the changes to store with it for the merchant to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "changes that are not stored with the record are lost"]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct Applied {
    /// The record to store. Its [`check_at`](Record::check_at) is the next check.
    pub record: Record,
    /// What the merchant is told, in this order; often nothing.
    pub changes: Vec<Change>,
}

/// Applies the gateway's answers about one order. The first answer is the one by order id.
///
/// An answer that names another order changes nothing. Nothing that a notification said is in here, but how far a signed
/// code reached: an answer behind it is asked for again, and becomes a review when it does not catch up.
#[must_use]
pub fn apply(record: &Record, answers: &[Answer], policy: &Policy, now: SystemTime) -> Applied {
    if answers.is_empty() {
        return Applied { record: policy.unanswered(record, now), changes: Vec::new() };
    }
    let mut after = Record { asked_at: Some(now), failures: 0, ..record.clone() };
    let (mut troubles, mut refunds) = (Vec::new(), Vec::new());
    // Asked by order id, the gateway answers with the latest transaction; older ones come first.
    for (at, answer) in answers.iter().enumerate().rev() {
        for named in after.notified.ids.iter_mut().filter(|named| answer.is_about(&named.id)) {
            named.is_asked = true;
        }
        let Some(transaction) = &answer.transaction else { continue };
        if transaction.order_id() == Some(record.expectation.order_id.as_str()) {
            after.book(transaction, &mut refunds, &mut troubles);
        } else if at == 0 {
            troubles.push(Trouble::Review(Review::OrderDiffers));
        }
    }
    after.settle(record, refunds, troubles, policy, now)
}

/// Why an answer cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    /// It does not fit what was expected.
    Review(Review),
    /// It contradicts an earlier answer.
    Contradiction { earlier: TransactionStatus, now: TransactionStatus },
    /// It is behind an earlier answer. It may catch up.
    Behind { earlier: TransactionStatus, now: TransactionStatus },
    /// Two transactions of the order have brought money.
    PaidTwice { first: String, second: String },
    /// Its refunds cannot be booked.
    Refunds(RefundTrouble),
    /// A signed notification says more than the gateway answers.
    Unexplained { answered: Option<Outcome> },
    /// The order is open long after it should have ended.
    Endless,
}

impl Trouble {
    /// Whether the next answer may say otherwise.
    const fn may_pass(&self) -> bool {
        matches!(self, Self::Behind { .. } | Self::Unexplained { .. } | Self::Refunds(RefundTrouble::Withdrawn))
    }

    /// Whether no person is needed however long it lasts: a signed code that is ahead of the answer about a transaction
    /// needs one only where it says that money came.
    fn is_harmless(&self, signed: Reach) -> bool {
        matches!(self, Self::Unexplained { answered: Some(_) }) && signed != Reach::Money
    }
}

impl Record {
    /// Takes in one transaction of this order.
    fn book(&mut self, transaction: &Transaction, refunds: &mut Vec<Refund>, troubles: &mut Vec<Trouble>) {
        let payment = match self.read(transaction) {
            Ok(payment) => payment,
            Err(review) => return troubles.push(Trouble::Review(review)),
        };
        let (id, amount) = (payment.transaction_id.clone(), payment.amount);
        if let Err(trouble) = self.take(payment) {
            return troubles.push(trouble);
        }
        match refund::book(&mut self.refunds, &id, transaction, amount) {
            Ok(news) => refunds.extend(news),
            Err(trouble) => troubles.push(Trouble::Refunds(trouble)),
        }
        self.tell_refunds(&id);
    }

    fn read(&self, transaction: &Transaction) -> Result<Payment, Review> {
        let outcome = Outcome::try_from(decide(&self.expectation.expected(), transaction))?;
        let stage = Stage::of(transaction.details()).ok_or(Review::UnknownStatus)?;
        let only = || self.payments.last().map(|payment| payment.transaction_id.clone());
        let named = transaction.transaction_id().map(str::to_owned);
        let amount = transaction.gross_amount().and_then(|amount| amount.rupiah());
        Ok(Payment {
            transaction_id: named.or_else(only).unwrap_or_default(),
            life: self.life,
            stage,
            outcome,
            amount: amount.unwrap_or(self.expectation.amount),
        })
    }

    /// Stores how a transaction stands, if that follows from what is stored.
    fn take(&mut self, told: Payment) -> Result<(), Trouble> {
        let at = self.payments.iter().position(|payment| payment.transaction_id == told.transaction_id);
        if let Some(stored) = at.and_then(|at| self.payments.get(at)) {
            let (earlier, now) = (stored.stage.status.clone(), told.stage.status.clone());
            match merge(&stored.stage, &told.stage) {
                _ if stored.stage == told.stage || earlier == now => {}
                Merge::Stale => return Err(Trouble::Behind { earlier, now }),
                Merge::Conflict if !self.is_documented_reversal(&earlier, &now) => {
                    return Err(Trouble::Contradiction { earlier, now });
                }
                Merge::Advanced | Merge::Duplicate | Merge::Conflict => {}
            }
        }
        let other = |payment: &&Payment| payment.transaction_id != told.transaction_id && payment.outcome.had_money();
        match (self.payments.iter().find(other), at) {
            (Some(first), _) if told.outcome.had_money() => {
                let (first, second) = (first.transaction_id.clone(), told.transaction_id);
                return Err(Trouble::PaidTwice { first, second });
            }
            (_, Some(at)) => {
                let life = self.payments[at].life;
                self.payments[at] = Payment { life, ..told };
            }
            (_, None) => self.payments.push(told),
        }
        Ok(())
    }

    fn is_documented_reversal(&self, earlier: &TransactionStatus, now: &TransactionStatus) -> bool {
        let is_reversal = matches!((earlier, now), (TransactionStatus::Settlement, TransactionStatus::Deny));
        is_reversal && may_be_reversed(&self.expectation.payment_type)
    }

    /// Money of which some went back is refunded, also where the status is still `settlement`.
    fn tell_refunds(&mut self, transaction_id: &str) {
        let returned = self.returned_of(transaction_id);
        let paid = |payment: &&mut Payment| payment.transaction_id == transaction_id && payment.outcome == Outcome::Paid;
        if let Some(payment) = self.payments.iter_mut().find(paid).filter(|_| returned > Rupiah::new(0)) {
            let extent = if returned >= payment.amount { Extent::Full } else { Extent::Partial };
            payment.outcome = Outcome::Refunded(extent);
        }
    }

    /// Decides what to tell, whom to call and when to ask next.
    fn settle(
        mut self,
        before: &Self,
        refunds: Vec<Refund>,
        mut troubles: Vec<Trouble>,
        policy: &Policy,
        now: SystemTime,
    ) -> Applied {
        let leading = self.leading_payment().map(|payment| (payment.outcome, payment.transaction_id.clone()));
        let (answered, transaction_id) = leading.map_or((None, String::new()), |(outcome, id)| (Some(outcome), id));
        let is_missing = answered.is_none() && troubles.is_empty();
        if self.notified.reach > Reach::of(answered) {
            troubles.push(Trouble::Unexplained { answered });
        }
        let is_lagging = is_missing || troubles.iter().any(Trouble::may_pass);
        self.lag = if is_lagging { self.lag.saturating_add(1) } else { 0 };
        let is_patient = self.lag < policy.max_lag;
        let outcome = match answered {
            None if is_missing && self.is_never_charged(now) => Some(Outcome::NotCharged),
            None => before.outcome,
            Some(outcome) => self.outcome_to_tell(before, outcome, is_patient),
        };
        let changes = self.changes(before, outcome, &transaction_id, refunds);
        if self.is_open() && now >= later(self.expectation.expires_at, ENDLESS) {
            troubles.push(Trouble::Endless);
        }
        let needs_person = |trouble: &&Trouble| !trouble.is_harmless(self.notified.reach) && !(trouble.may_pass() && is_patient);
        self.review = troubles.iter().find(needs_person).map(ToString::to_string);
        self.quiet = match (changes.is_empty(), self.notified_at) {
            (false, _) => 0,
            (true, Some(_)) => self.quiet.saturating_add(1),
            (true, None) => self.quiet,
        };
        if self.notified.reach <= Reach::of(answered) {
            // What was signed is explained.
            self.notified.reach = Reach::Nothing;
        }
        self.notified_at = None;
        self.check_at = self.next_check(is_lagging && is_patient, policy, now);
        Applied { record: self, changes }
    }

    /// Whether a charge never arrived: the gateway knows no transaction of this life, asked several times and late enough,
    /// and no signed notification says that there is one.
    fn is_never_charged(&self, now: SystemTime) -> bool {
        let is_over = self.lag >= MISSING && now >= self.expectation.charge_until;
        is_over && self.notified.reach == Reach::Nothing && !self.is_unconfirmed
    }

    /// The outcome to tell. While more is signed than is answered, nothing is told as ended without money; and what was
    /// told as paid by its signature is not taken back without a person.
    fn outcome_to_tell(&mut self, before: &Self, answered: Outcome, is_patient: bool) -> Option<Outcome> {
        let is_unexplained = self.notified.reach == Reach::Money && !answered.had_money();
        if before.is_unconfirmed && is_unexplained {
            return before.outcome;
        }
        self.is_unconfirmed = false;
        let waits = is_unexplained && is_patient && answered.is_closed_without_money();
        if waits { before.outcome } else { Some(answered) }
    }

    /// Sets the outcome, and says what the merchant is told of it. Paid is told once, and always before a partial refund.
    fn changes(
        &mut self,
        before: &Self,
        outcome: Option<Outcome>,
        transaction_id: &str,
        refunds: Vec<Refund>,
    ) -> Vec<Change> {
        let Some(outcome) = outcome else { return Vec::new() };
        let mut changes = Vec::new();
        let is_paid = matches!(outcome, Outcome::Paid | Outcome::Refunded(Extent::Partial));
        self.outcome = before.outcome;
        if is_paid && !self.paid {
            changes.push(self.change(transaction_id, Outcome::Paid, Vec::new()));
            (self.outcome, self.paid) = (Some(Outcome::Paid), true);
        }
        let is_repeated = outcome == Outcome::Paid && before.paid;
        if (self.outcome != Some(outcome) && !is_repeated) || !refunds.is_empty() {
            changes.push(self.change(transaction_id, outcome, refunds));
        }
        self.outcome = Some(outcome);
        changes
    }

    fn next_check(&self, is_lagging: bool, policy: &Policy, now: SystemTime) -> Option<SystemTime> {
        if self.outcome == Some(Outcome::NotCharged) && self.review.is_none() {
            return None;
        }
        let has_unasked = self.notified.ids.iter().any(|named| !named.is_asked);
        let soon = match (is_lagging || has_unasked, self.notified.reach) {
            (false, _) => None,
            (true, Reach::Nothing) if self.leading_payment().is_none() => Some(later(now, WHILE_MISSING)),
            (true, _) => Some(policy.check_while_lagging(self.lag, now)),
        };
        let regular = policy.next_check(self, now);
        soon.into_iter().chain(regular).min()
    }

    const fn is_open(&self) -> bool {
        matches!(self.outcome, None | Some(Outcome::Pending))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Review(review) => write!(f, "the gateway's answer cannot be used: {}", in_words(*review)),
            Self::Contradiction { earlier, now } => {
                write!(f, "the gateway answers {now} after it answered {earlier}, which does not follow")
            }
            Self::Behind { earlier, now } => write!(f, "the gateway answers {now} after it answered {earlier}"),
            Self::PaidTwice { first, second } => {
                write!(f, "paid twice, by transaction {first} and by transaction {second}: give one of them back")
            }
            Self::Refunds(trouble) => write!(f, "the refunds cannot be booked: {trouble}"),
            Self::Unexplained { answered: Some(outcome) } => {
                write!(f, "a signed notification says more than the gateway's answer, which is {outcome}")
            }
            Self::Unexplained { answered: None } => {
                f.write_str("a signed notification came, and the gateway knows no transaction of this order")
            }
            Self::Endless => f.write_str("the payment is open long after it should have expired"),
        }
    }
}

fn in_words(review: Review) -> &'static str {
    match review {
        Review::OrderDiffers => "it is about another order",
        Review::AmountDiffers => "the amount is not the expected one",
        Review::CurrencyDiffers => "the currency is not rupiah",
        Review::CodeDisagrees => "status code and transaction status do not agree",
        Review::Fraud => "fraud detection did not accept",
        Review::UnknownStatus => "the status is missing or unknown",
        _ => "it does not fit what was expected",
    }
}

#[cfg(test)]
mod tests;
