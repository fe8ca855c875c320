//! The core: applies the gateway's answers to the record of an order. Pure and total.
//!
//! ```text
//!   ┌──────────────┐ five 404s, charge over, nothing signed ┌─────────────┐ found after all:
//!   │ nothing told ├───────────────────────────────────────►│ not charged │ as from "nothing told"
//!   └──────┬───────┘                                        └─────────────┘
//!          │ pending
//!          ▼
//!   ┌──────────────┐ deny, cancel, expire, failure ┌────────┐
//!   │   pending    ├──────────────────────────────►│ failed │ settlement: a review
//!   └──────┬───────┘                               └────────┘
//!          │ settlement, capture
//!          ▼
//!   ┌──────────────┐ refunds ┌──────────┐ dispute ┌──────────┐
//!   │     paid     ├────────►│ refunded ├────────►│ disputed │
//!   └──────────────┘         └──────────┘         └──────────┘
//!
//!   behind what was signed or answered before: asked again after 10, 20, 40 … s, then a review
//!   contradicts an earlier answer, two transactions with money, another amount: a review at once
//! ```

use std::time::{Duration, SystemTime};

use midtrans_protocol::decision::{Extent, Review};
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::method::Terms;
use midtrans_protocol::{Rupiah, Transaction};

use crate::moment::later;
use crate::record::KNOWN_IDS_ALONE;
use crate::trouble::Trouble;
use crate::{Change, Outcome, Payment, Policy, Reach, Record, Refund};

mod book;

/// The number of 404s in a row after which a charge is believed never to have arrived, and the
/// pause between them. One of the pauses may be no more than the difference of two workers' clocks,
/// or of one that was set right. The others together are as long as a charge may take, so that no
/// clock has to be right.
const MISSING: u32 = 5;
const WHILE_MISSING: Duration = Duration::from_secs(80);

/// The time for which a notification may be ahead of the gateway's answers, also of an order about
/// which notifications have brought nothing for long.
const AHEAD: Duration = Duration::from_secs(5 * 60);

/// An order that is open for so long after its expiry needs a person.
const ENDLESS: Duration = Duration::from_secs(7 * 24 * 3_600);

/// The gateway's answer to one Get Status.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "workers make it")]
pub struct Answer {
    /// The id that was asked about.
    pub asked: PaymentId,
    /// The answer; `None` if the gateway itself says that it knows no such transaction (404).
    pub transaction: Option<Transaction>,
}

impl Answer {
    /// Returns whether this answers a question about that id, asked by it or not.
    pub(crate) fn is_about(&self, id: &str) -> bool {
        let named = self
            .transaction
            .as_ref()
            .and_then(Transaction::transaction_id);
        self.asked.as_str() == id || named == Some(id)
    }
}

/// The result of [`apply`]: the record to store, and the changes to store with it for the merchant
/// to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "changes that are not stored with the record are lost"]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct Applied {
    /// The record to store. Its [`check_at`](Record::check_at) is the next check.
    pub record: Record,
    /// The changes to report to the merchant, in this order; often none.
    pub changes: Vec<Change>,
}

impl Applied {
    /// Returns whether this may be stored only if no notification of the order waits for intake:
    /// one that says that there is a charge may have come while the gateway was asked. Otherwise
    /// check the order again.
    #[must_use]
    pub fn needs_all_read(&self) -> bool {
        self.changes
            .iter()
            .any(|change| change.outcome == Outcome::NotCharged)
    }
}

/// Applies the gateway's answers about one order. The first answer is the one by order id.
///
/// An answer that names another order changes nothing. Of notifications, only the furthest signed
/// code counts: an answer behind it is asked for again, and becomes a review if it does not catch
/// up.
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
    let mut news = News::default();
    // Asked by order id, the gateway answers with the latest transaction; older ones come first.
    for (at, answer) in answers.iter().enumerate().rev() {
        for named in &mut after.notified.ids {
            named.is_asked |= answer.is_about(&named.id);
        }
        let Some(transaction) = &answer.transaction else {
            continue;
        };
        if transaction.order_id() == Some(record.expectation.order_id.as_str()) {
            let booked = after.book(record, transaction, &mut news);
            news.troubles.extend(booked.err());
            after.learn_instructions(transaction);
        } else if at == 0 {
            news.troubles.push(Review::OrderDiffers.into());
        }
    }
    after.settle(record, news, policy, now)
}

/// The news of the answers of one check.
#[derive(Default)]
struct News {
    /// True if an answer has a transaction that counts.
    has_transaction: bool,
    /// Refunds that are new or newly confirmed.
    refunds: Vec<Refund>,
    /// Reasons not to accept an answer as it is.
    troubles: Vec<Trouble>,
}

impl Record {
    /// Returns the outcome of the order that its leading transaction shows. Money of which some was
    /// returned is refunded, even if the status is still `settlement`, and even if it was another
    /// transaction's.
    fn outcome_of(&self, leading: &Payment) -> Outcome {
        let returned = |payment: &Payment| self.returned_of(&payment.transaction_id);
        let mut with_money = self
            .payments
            .iter()
            .filter(|payment| payment.outcome.had_money());
        let gave_back = |payment: &Payment| {
            matches!(payment.outcome, Outcome::Refunded(_)) || returned(payment) > Rupiah::new(0)
        };
        match leading.outcome {
            Outcome::Paid if returned(leading) >= leading.amount => Outcome::Refunded(Extent::Full),
            Outcome::Paid if with_money.any(gave_back) => Outcome::Refunded(Extent::Partial),
            outcome => outcome,
        }
    }

    /// Decides the changes to tell, the review and the next check.
    fn settle(mut self, before: &Self, news: News, policy: &Policy, now: SystemTime) -> Applied {
        let mut troubles = news.troubles;
        let is_missing = !news.has_transaction && troubles.is_empty();
        let leading = self.leading_payment().cloned();
        let answered = leading.as_ref().map(|payment| self.outcome_of(payment));
        if self.notified.reach > self.explained(before, leading.as_ref(), answered) {
            troubles.push(Trouble::Unexplained(answered));
        } else {
            self.notified.reach = Reach::Nothing;
        }
        let was_there = before
            .outcome
            .is_some_and(|told| told != Outcome::NotCharged);
        if is_missing && (answered.is_some() || was_there) {
            let why = "the gateway knows no transaction of this order any more";
            troubles.push(Trouble::Behind(why.to_owned()));
        }
        if is_missing && !self.is_findable() && now >= self.expectation.charge_until {
            let why = "the gateway finds such payments by their transaction ids alone, and none is \
                       known: look for the order in the dashboard";
            troubles.push(Trouble::Behind(why.to_owned()));
        }
        let is_behind = is_missing || troubles.iter().any(Trouble::may_pass);
        self.count_lag(is_behind, policy, now);
        let is_patient = self.lag < policy.max_lag;
        let outcome = match answered {
            None if is_missing && self.is_never_charged(now) => Some(Outcome::NotCharged),
            None => self.outcome,
            Some(answered) => self.outcome_to_tell(answered, is_patient),
        };
        let transaction_id = leading
            .map(|payment| payment.transaction_id)
            .unwrap_or_default();
        let news_of_refunds = news.refunds.len();
        let changes = self.tell(outcome, &transaction_id, news.refunds);
        if self.is_open() && now >= later(self.expectation.expires_at, ENDLESS) {
            let why = "the payment is open long after it should have expired";
            troubles.push(Trouble::Final(why.to_owned()));
        }
        self.review = troubles
            .into_iter()
            .find_map(|trouble| trouble.review(&self, is_patient));
        self.count_quiet(before, news_of_refunds, policy, now);
        // A signed end that another transaction's explains is let go when it is not answered.
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

    /// Returns the furthest signed code that the answers explain. An end explains a reversal if it
    /// is new and the order had money.
    fn explained(
        &self,
        before: &Self,
        leading: Option<&Payment>,
        answered: Option<Outcome>,
    ) -> Reach {
        let told = before.outcome.filter(|_| !before.is_unconfirmed);
        let had_money = told.into_iter().chain(answered).any(Outcome::had_money);
        if had_money && self.ended() > before.ended() {
            return Reach::Reversed;
        }
        leading.map(Reach::of_payment).unwrap_or_default()
    }

    /// Counts answers in a row that are behind. One that came before it was due does not count;
    /// after a clock that went back, counting begins anew.
    fn count_lag(&mut self, is_behind: bool, policy: &Policy, now: SystemTime) {
        (self.lag, self.lagged_at) = match self.lagged_at {
            _ if !is_behind => (0, None),
            Some(at) if now < at => (1, Some(now)),
            Some(at) if now < later(at, self.pause_while_behind(policy)) => return,
            _ => (self.lag.saturating_add(1), Some(now)),
        };
    }

    fn pause_while_behind(&self, policy: &Policy) -> Duration {
        if self.notified.reach == Reach::Nothing && self.leading_payment().is_none() {
            WHILE_MISSING
        } else {
            policy.pause_while_lagging(self.lag)
        }
    }

    /// Counts checks in a row that a notification has caused and that brought nothing. While signed
    /// codes of an order with money are not accounted for, the answer may be behind: they count as
    /// unexplained for a few checks more, and a new one for at least one check more.
    fn count_quiet(
        &mut self,
        before: &Self,
        news_of_refunds: usize,
        policy: &Policy,
        now: SystemTime,
    ) {
        let is_moved = self.payments != before.payments;
        let is_news = is_moved || self.refunds != before.refunds || self.outcome != before.outcome;
        if is_news {
            self.quiet = 0;
        } else if self.notified_at.is_some() {
            self.quiet = self.quiet.saturating_add(1);
        }
        // Money that only a signature has told of so far was answered by none.
        let had_answer = before
            .leading_payment()
            .is_some_and(|payment| payment.outcome.had_money());
        let is_step = is_moved && had_answer;
        let accounted = self.accounted().saturating_sub(before.accounted()) + news_of_refunds;
        let accounted = i32::try_from(accounted.max(usize::from(is_step))).unwrap_or(i32::MAX);
        let unaccounted = self.notified.unaccounted;
        // Where several were notified or answered, one may be lost and the last one still to come.
        let is_guess = unaccounted > 0 && unaccounted.max(accounted) > 1;
        let least = if is_guess { 1 } else { -1 };
        let left = unaccounted.saturating_sub(accounted).max(least);
        let is_new = self.notified_at.is_some_and(|at| now < later(at, AHEAD));
        let is_waiting = is_new || self.quiet < policy.max_lag;
        self.notified.unaccounted = if is_waiting { left } else { left.min(0) };
        let has_more = self.had_money() && self.notified.unaccounted > 0;
        self.notified_at = has_more.then(|| self.notified_at.unwrap_or(now));
    }

    /// Returns whether a charge never arrived: the gateway knows no transaction of this life, asked
    /// several times and late enough, and nothing was told and no signed notification says that
    /// there is one.
    fn is_never_charged(&self, now: SystemTime) -> bool {
        let is_over = self.lag >= MISSING && now >= self.expectation.charge_until;
        is_over
            && self.is_findable()
            && self.outcome.is_none()
            && self.notified.reach == Reach::Nothing
    }

    /// Returns whether a 404 says that there is no transaction.
    fn is_findable(&self) -> bool {
        let is_found = Terms::of(&self.expectation.payment_type).is_found_by_order_id;
        is_found || !self.notified.ids.is_empty()
    }

    /// Returns the outcome to tell. While more is signed than is answered, nothing is told as ended
    /// without money; and what was told as paid by its signature is not taken back without a
    /// person.
    fn outcome_to_tell(&mut self, answered: Outcome, is_patient: bool) -> Option<Outcome> {
        if self.is_unconfirmed && !answered.had_money() {
            return self.outcome;
        }
        self.is_unconfirmed = false;
        let is_unexplained = self.notified.reach >= Reach::Money;
        if is_unexplained && is_patient && answered.is_closed_without_money() {
            return self.outcome;
        }
        Some(answered)
    }

    /// Sets the outcome, and returns what the merchant is told of it. Paid is told once, and always
    /// before a partial refund.
    fn tell(
        &mut self,
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
        let unasked = has_unasked.then_some(soon);
        let unexplained = self
            .notified_at
            .map(|_| policy.check_after_notification(self, now));
        let scheduled = match self.lagged_at.filter(|_| self.lag < policy.max_lag) {
            Some(at) => Some(later(at, self.pause_while_behind(policy)).max(soon)),
            None => policy.next_check(self, now),
        };
        [unasked, unexplained, scheduled]
            .into_iter()
            .flatten()
            .min()
    }
}

#[cfg(test)]
mod tests;
