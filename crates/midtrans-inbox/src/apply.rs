//! The core: what follows from the gateway's answers. Pure and total.
//!
//! ```text
//!                 ┌──────────────┐ 404 five times, charge over, nothing signed ┌─────────────┐
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

use std::time::{Duration, SystemTime};

use midtrans_protocol::decision::{Extent, Review};
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::lifecycle::{Merge, Stage, merge};
use midtrans_protocol::method::Terms;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::{Expected, Rupiah, Transaction, decide};

use crate::moment::later;
use crate::record::KNOWN_IDS_ALONE;
use crate::refund;
use crate::trouble::Trouble;
use crate::{Change, Outcome, Payment, Policy, Reach, Record, Refund};

/// How many 404s in a row it takes to believe that a charge never arrived, and the pause between
/// them. One of the pauses may be no more than the difference of two workers' clocks, or of one that
/// was set right. The others together are as long as a charge may take, so that no clock has to be
/// right.
const MISSING: u32 = 5;
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
        let named = self
            .transaction
            .as_ref()
            .and_then(Transaction::transaction_id);
        self.asked.as_str() == id || named == Some(id)
    }
}

/// What follows from answers: the record to store, and the changes to store with it for the
/// merchant to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "changes that are not stored with the record are lost"]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct Applied {
    /// The record to store. Its [`check_at`](Record::check_at) is the next check.
    pub record: Record,
    /// What the merchant is told, in this order; often nothing.
    pub changes: Vec<Change>,
}

impl Applied {
    /// Whether this may be stored only where no notification of the order waits to be taken in: one
    /// that says that there is a charge may have come while the gateway was asked. Else the order
    /// is to be checked again.
    #[must_use]
    pub fn needs_all_read(&self) -> bool {
        self.changes
            .iter()
            .any(|change| change.outcome == Outcome::NotCharged)
    }
}

/// Applies the gateway's answers about one order. The first answer is the one by order id.
///
/// An answer that names another order changes nothing. Nothing that a notification said is in here,
/// but how far a signed code reached: an answer behind it is asked for again, and becomes a review
/// when it does not catch up.
pub fn apply(record: &Record, answers: &[Answer], policy: &Policy, now: SystemTime) -> Applied {
    if answers.is_empty() {
        return Applied {
            record: policy.unanswered(record, now),
            changes: Vec::new(),
        };
    }
    let mut after = Record {
        asked_at: Some(now),
        failures: 0,
        ..record.clone()
    };
    let mut heard = Heard::default();
    // Asked by order id, the gateway answers with the latest transaction; older ones come first.
    for (at, answer) in answers.iter().enumerate().rev() {
        for named in after
            .notified
            .ids
            .iter_mut()
            .filter(|named| answer.is_about(&named.id))
        {
            named.is_asked = true;
        }
        let Some(transaction) = &answer.transaction else {
            continue;
        };
        if transaction.order_id() == Some(record.expectation.order_id.as_str()) {
            let booked = after.book(record, transaction, &mut heard);
            heard.troubles.extend(booked.err());
            after.hear_instructions(transaction);
        } else if at == 0 {
            heard.troubles.push(Trouble::Review(Review::OrderDiffers));
        }
    }
    after.settle(record, heard, policy, now)
}

/// What the answers of one check have brought.
#[derive(Default)]
struct Heard {
    /// Whether there is a transaction that counts.
    something: bool,
    /// Refunds that are new or newly confirmed.
    refunds: Vec<Refund>,
    /// What keeps an answer from being taken as it is.
    troubles: Vec<Trouble>,
}

impl Record {
    /// Keeps what the customer must do, where the answer to the charge was lost: Get Status tells
    /// numbers and codes, though no pages.
    fn hear_instructions(&mut self, transaction: &Transaction) {
        let is_open = transaction.transaction_status() == Some(&TransactionStatus::Pending);
        if is_open && self.charging.instructions.is_none() {
            self.charging.instructions = transaction.instructions();
        }
    }

    /// Takes in one transaction of this order.
    fn book(
        &mut self,
        before: &Self,
        transaction: &Transaction,
        heard: &mut Heard,
    ) -> Result<(), Trouble> {
        let payment = self.read(transaction).map_err(Trouble::Review)?;
        let is_known = self
            .payments
            .iter()
            .any(|stored| stored.transaction_id == payment.transaction_id);
        let payment = self.take(before, payment)?;
        heard.something |= self.counts(&payment);
        if !is_known {
            // Its refunds are of before a person looked at them: those that are listed still, or
            // again, count.
            refund::forget_withdrawn(&mut self.refunds, &payment, transaction);
        }
        let news =
            refund::book(&mut self.refunds, &payment, transaction).map_err(Trouble::Refunds)?;
        heard.refunds.extend(news);
        Ok(())
    }

    /// Holds a transaction against what is expected. One of an earlier life has the price of that
    /// life.
    fn read(&self, transaction: &Transaction) -> Result<Payment, Review> {
        let named = transaction.transaction_id().map(str::to_owned);
        let only = || {
            self.payments
                .last()
                .map(|payment| payment.transaction_id.clone())
        };
        let transaction_id = named.or_else(only).unwrap_or_default();
        let stored = self
            .payments
            .iter()
            .find(|payment| payment.transaction_id == transaction_id);
        let earlier = stored.filter(|payment| payment.life < self.life);
        let price = earlier.map_or(self.expectation.amount, |payment| payment.amount);
        let expected = Expected::new(self.expectation.order_id.clone(), price);
        let outcome = Outcome::try_from(decide(&expected, transaction))?;
        let stage = Stage::of(transaction.details()).ok_or(Review::UnknownStatus)?;
        let amount = transaction
            .gross_amount()
            .and_then(|amount| amount.rupiah())
            .unwrap_or(price);
        let life = stored.map_or(self.life, |payment| payment.life);
        Ok(Payment {
            transaction_id,
            life,
            stage,
            outcome,
            amount,
        })
    }

    /// Stores how a transaction stands, if that follows from what is stored.
    fn take(&mut self, before: &Self, told: Payment) -> Result<Payment, Trouble> {
        let at = self
            .payments
            .iter()
            .position(|payment| payment.transaction_id == told.transaction_id);
        let stored = at.and_then(|at| self.payments.get(at));
        if let Some(stored) = stored {
            let (earlier, now) = (stored.stage.status.clone(), told.stage.status.clone());
            match merge(&stored.stage, &told.stage) {
                _ if earlier == now => {}
                Merge::Stale => return Err(Trouble::Behind { earlier, now }),
                Merge::Conflict if !self.is_documented_reversal(&earlier, &now) => {
                    return Err(Trouble::Contradiction { earlier, now });
                }
                Merge::Advanced | Merge::Duplicate | Merge::Conflict => {}
            }
        }
        let is_new_money = told.holds_money() && !stored.is_some_and(Payment::holds_money);
        let had_money = |other: &&Payment| {
            let is_other = other.transaction_id != told.transaction_id;
            is_other && (other.holds_money() || before.was_given_back(&other.transaction_id))
        };
        if let Some(first) = self
            .payments
            .iter()
            .find(had_money)
            .filter(|_| is_new_money)
        {
            let (first, second) = (first.transaction_id.clone(), told.transaction_id);
            return Err(Trouble::PaidTwice { first, second });
        }
        match at {
            Some(at) => self.payments[at] = told.clone(),
            None => self.payments.push(told.clone()),
        }
        Ok(told)
    }

    fn was_given_back(&self, transaction_id: &str) -> bool {
        let is_it = |payment: &&Payment| {
            payment.transaction_id == transaction_id && payment.outcome.had_money()
        };
        self.payments
            .iter()
            .find(is_it)
            .is_some_and(|payment| !payment.holds_money())
    }

    fn is_documented_reversal(&self, earlier: &TransactionStatus, now: &TransactionStatus) -> bool {
        let is_reversal = matches!(
            (earlier, now),
            (TransactionStatus::Settlement, TransactionStatus::Deny)
        );
        is_reversal && Terms::of(&self.expectation.payment_type).may_be_reversed
    }

    /// The transaction that speaks for the order, and what it says. Money of which some went back
    /// is refunded, also where the status is still `settlement`, and where what went back is
    /// another transaction's.
    fn answered(&self) -> Option<(&Payment, Outcome)> {
        let leading = self.leading_payment()?;
        let outcome = match leading.outcome {
            Outcome::Paid if self.returned_of(&leading.transaction_id) >= leading.amount => {
                Outcome::Refunded(Extent::Full)
            }
            Outcome::Paid if self.gave_back_some() => Outcome::Refunded(Extent::Partial),
            outcome => outcome,
        };
        Some((leading, outcome))
    }

    fn gave_back_some(&self) -> bool {
        let mut with_money = self
            .payments
            .iter()
            .filter(|payment| payment.outcome.had_money());
        with_money.any(|payment| {
            let is_refunded = matches!(payment.outcome, Outcome::Refunded(_));
            is_refunded || self.returned_of(&payment.transaction_id) > Rupiah::new(0)
        })
    }

    /// Decides what to tell, whom to call and when to ask next.
    fn settle(mut self, before: &Self, heard: Heard, policy: &Policy, now: SystemTime) -> Applied {
        let Heard {
            something,
            refunds,
            mut troubles,
        } = heard;
        let leading = self
            .answered()
            .map(|(payment, outcome)| (payment.clone(), outcome));
        let answered = leading.as_ref().map(|(_, outcome)| *outcome);
        let told = before.outcome.filter(|_| !before.is_unconfirmed);
        let has_money =
            told.is_some_and(Outcome::had_money) || answered.is_some_and(Outcome::had_money);
        let explained = match &leading {
            _ if has_money && self.ended() > before.ended() => Reach::Reversed,
            Some((payment, _)) => Reach::of_payment(payment),
            None => Reach::Nothing,
        };
        let is_missing = !something && troubles.is_empty();
        if self.notified.reach > explained {
            troubles.push(Trouble::Unexplained { answered });
        } else {
            self.notified.reach = Reach::Nothing;
        }
        if is_missing
            && (answered.is_some()
                || before
                    .outcome
                    .is_some_and(|told| told != Outcome::NotCharged))
        {
            troubles.push(Trouble::Missing);
        }
        self.count_lag(
            is_missing || troubles.iter().any(Trouble::may_pass),
            policy,
            now,
        );
        let is_patient = self.lag < policy.max_lag;
        let outcome = match answered {
            None if is_missing && self.is_never_charged(before, now) => Some(Outcome::NotCharged),
            None => before.outcome,
            Some(outcome) => self.outcome_to_tell(before, outcome, is_patient),
        };
        let transaction_id = leading
            .map(|(payment, _)| payment.transaction_id)
            .unwrap_or_default();
        let news_of_refunds = refunds.len();
        let changes = self.changes(before, outcome, &transaction_id, refunds);
        if self.is_open() && now >= later(self.expectation.expires_at, ENDLESS) {
            troubles.push(Trouble::Endless);
        }
        let in_need = troubles
            .iter()
            .find(|trouble| trouble.needs_person(&self, is_patient));
        self.review = in_need.map(ToString::to_string);
        self.count_quiet(before, news_of_refunds, policy);
        let is_others = self.notified.reach == Reach::Reversed && self.review.is_none();
        if is_others && !is_patient && answered.is_some_and(Outcome::had_money) {
            self.notified.reach = Reach::Nothing;
            (self.lag, self.lagged_at) = (0, None);
        }
        self.check_at = self.next_check(before, policy, now);
        Applied {
            record: self,
            changes,
        }
    }

    /// Counts answers in a row that are behind. One that came before it was due does not count;
    /// after a clock that went back, counting begins anew.
    fn count_lag(&mut self, is_behind: bool, policy: &Policy, now: SystemTime) {
        let due = self
            .lagged_at
            .map(|at| (at, later(at, self.pause_while_behind(policy))));
        (self.lag, self.lagged_at) = match due {
            _ if !is_behind => (0, None),
            Some((at, due)) if (at..due).contains(&now) => return,
            Some((at, _)) if now < at => (1, Some(now)),
            _ => (self.lag.saturating_add(1), Some(now)),
        };
    }

    fn pause_while_behind(&self, policy: &Policy) -> Duration {
        let is_unheard = self.notified.reach == Reach::Nothing && self.leading_payment().is_none();
        if is_unheard {
            WHILE_MISSING
        } else {
            policy.pause_while_lagging(self.lag)
        }
    }

    /// Counts checks in a row that a notification has caused and that brought nothing. While signed
    /// codes of an order with money are not accounted for, the answer may be behind: they count as
    /// unexplained for a few checks more.
    fn count_quiet(&mut self, before: &Self, news_of_refunds: usize, policy: &Policy) {
        let is_news = self.payments != before.payments
            || self.refunds != before.refunds
            || self.outcome != before.outcome;
        let is_explained = self.notified.reach < before.notified.reach;
        self.quiet = match self.notified_at {
            _ if is_news || is_explained => 0,
            Some(_) => self.quiet.saturating_add(1),
            None => self.quiet,
        };
        let had_money = |record: &Self| record.outcome.is_some_and(Outcome::had_money);
        let is_step = had_money(before) && self.payments != before.payments;
        let accounted = self.accounted().saturating_sub(before.accounted()) + news_of_refunds;
        let accounted = accounted.max(usize::from(is_step));
        let accounted = i32::try_from(accounted).unwrap_or(i32::MAX);
        let left = self.notified.unaccounted.saturating_sub(accounted).max(-1);
        self.notified.unaccounted = if self.quiet < policy.max_lag {
            left
        } else {
            left.min(0)
        };
        if !had_money(self) || self.notified.unaccounted <= 0 {
            self.notified_at = None;
        }
    }

    /// Whether a charge never arrived: the gateway knows no transaction of this life, asked several
    /// times and late enough, and nothing was told and no signed notification says that there is
    /// one.
    fn is_never_charged(&self, before: &Self, now: SystemTime) -> bool {
        let is_over = self.lag >= MISSING && now >= self.expectation.charge_until;
        is_over && before.outcome.is_none() && self.notified.reach == Reach::Nothing
    }

    /// The outcome to tell. While more is signed than is answered, nothing is told as ended without
    /// money; and what was told as paid by its signature is not taken back without a person.
    fn outcome_to_tell(
        &mut self,
        before: &Self,
        answered: Outcome,
        is_patient: bool,
    ) -> Option<Outcome> {
        if before.is_unconfirmed && !answered.had_money() {
            return before.outcome;
        }
        self.is_unconfirmed = false;
        let is_unexplained = self.notified.reach >= Reach::Money;
        let waits = is_unexplained && is_patient && answered.is_closed_without_money();
        if waits {
            before.outcome
        } else {
            Some(answered)
        }
    }

    /// Sets the outcome, and says what the merchant is told of it. Paid is told once, and always
    /// before a partial refund.
    fn changes(
        &mut self,
        before: &Self,
        outcome: Option<Outcome>,
        transaction_id: &str,
        refunds: Vec<Refund>,
    ) -> Vec<Change> {
        let outcome = match outcome {
            None => return Vec::new(),
            Some(Outcome::Paid) if !refunds.is_empty() => Outcome::Refunded(Extent::Partial),
            Some(outcome) => outcome,
        };
        let mut changes = Vec::new();
        let is_paid = matches!(outcome, Outcome::Paid | Outcome::Refunded(Extent::Partial));
        self.outcome = before.outcome;
        if is_paid && !self.paid {
            changes.push(self.change(transaction_id, Outcome::Paid, Vec::new()));
            (self.outcome, self.paid) = (Some(Outcome::Paid), true);
        }
        let is_told = self.outcome == Some(outcome) || (outcome == Outcome::Paid && self.paid);
        if !is_told || !refunds.is_empty() {
            changes.push(self.change(transaction_id, outcome, refunds));
            self.outcome = Some(outcome);
        }
        // What is told as not paid may be paid again, after a person has looked.
        self.paid &= outcome.had_money();
        changes
    }

    fn next_check(&self, before: &Self, policy: &Policy, now: SystemTime) -> Option<SystemTime> {
        let is_sure = self.review.is_none() && self.notified.reach == Reach::Nothing;
        if self.outcome == Some(Outcome::NotCharged) && is_sure {
            return None;
        }
        let soon = later(now, policy.between_questions);
        let has_unasked = before.failures < KNOWN_IDS_ALONE
            && self.notified.ids.iter().any(|named| !named.is_asked);
        let unexplained = self
            .notified_at
            .map(|_| policy.check_after_notification(self, now));
        let scheduled = match self.lagged_at.filter(|_| self.lag < policy.max_lag) {
            Some(at) => Some(later(at, self.pause_while_behind(policy)).max(soon)),
            None => policy.next_check(self, now),
        };
        has_unasked
            .then_some(soon)
            .into_iter()
            .chain(unexplained)
            .chain(scheduled)
            .min()
    }

    const fn is_open(&self) -> bool {
        matches!(self.outcome, None | Some(Outcome::Pending))
    }
}

#[cfg(test)]
mod tests;
