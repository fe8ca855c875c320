//! The work on one order: which question to ask, what to store, when to come back. It does none of it by itself.

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use midtrans_protocol::{Notification, PaymentId, Transaction, notification};

use crate::expectation::CHARGE_ENDS_AFTER;
use crate::moment::later;
use crate::{Asking, Change, Doubt, Outcome, Payment, Policy, Record, Weighed, Word};

/// Everything about one order that a worker has claimed: notifications, or the question what became of it.
///
/// A claim ends by itself at [`lease_until`](Self::lease_until). Until then nobody else gets the same work; after that
/// its [`tries`](Claimed::tries) no longer fit, and nothing can be finished with it.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Case {
    /// The order, as the notifications name it.
    pub order_id: String,
    /// What was notified, oldest first.
    pub notifications: Vec<Claimed>,
    /// The reconciler's turn, where the order itself is due.
    pub question: Option<Question>,
    /// When the claim ends.
    pub lease_until: SystemTime,
}

/// A stored notification that a worker has claimed.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Claimed {
    /// The store's number of it.
    pub id: i64,
    /// The body as it was received.
    pub body: String,
    /// How often it was claimed, this time included.
    pub tries: u32,
    /// How often in a row it failed.
    pub failures: u32,
    /// When it came.
    pub received_at: SystemTime,
}

/// The reconciler's turn to ask about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Question {
    /// How often the reconciler asked, this time included.
    pub asked: u32,
    /// How often in a row it failed.
    pub failures: u32,
}

/// What the gateway answered to a question.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "whoever asks makes it")]
pub struct Answer {
    /// What was asked for.
    pub asked: PaymentId,
    /// The answer; `None` where the gateway knows no such transaction (404).
    pub transaction: Option<Transaction>,
}

/// What to do next with a case.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a worker has to know every step")]
pub enum Step {
    /// Ask Get Status for this, and judge again with the answer. A store writes down first that it is asked, so that nobody
    /// else asks about the same order meanwhile.
    Ask(PaymentId),
    /// Store this record and act on these changes, in one transaction that also ends the claim.
    Settle {
        /// What to store.
        record: Box<Record>,
        /// What to act on, in this order; often nothing.
        changes: Vec<Change>,
        /// The numbers of those notifications that are not settled by it: they tell more than the gateway's own answer.
        /// For them do what [`Case::ahead`] says.
        ahead: Vec<i64>,
    },
    /// Leave it, and look again then.
    GiveBack {
        /// When.
        until: SystemTime,
        /// How often it has failed in a row by now.
        failures: u32,
        /// Why, in words for the operator.
        why: String,
    },
    /// A person has to look.
    Dead {
        /// Why, in words for the operator.
        why: String,
    },
}

impl Case {
    /// One case per order, of notifications that were claimed together.
    #[must_use]
    pub fn by_order(claimed: Vec<(String, Claimed)>, lease_until: SystemTime) -> Vec<Self> {
        let mut by_order: BTreeMap<String, Vec<Claimed>> = BTreeMap::new();
        for (order_id, claimed) in claimed {
            by_order.entry(order_id).or_default().push(claimed);
        }
        let mut cases: Vec<_> = by_order
            .into_iter()
            .map(|(order_id, mut notifications)| {
                notifications.sort_by_key(|claimed| (claimed.received_at, claimed.id));
                Self { order_id, notifications, question: None, lease_until }
            })
            .collect();
        cases.sort_by_key(|case| case.notifications.first().map(|claimed| (claimed.received_at, claimed.id)));
        cases
    }

    /// How often it was claimed.
    #[must_use]
    pub fn tries(&self) -> u32 {
        let claimed = self.notifications.iter().map(|claimed| claimed.tries);
        claimed.chain(self.question.map(|question| question.asked)).max().unwrap_or_default()
    }

    /// How often in a row it failed: as often as the part of it that failed least, so that nothing dies of the failures
    /// of what it was claimed with.
    #[must_use]
    pub fn failures(&self) -> u32 {
        let claimed = self.notifications.iter().map(|claimed| claimed.failures);
        claimed.chain(self.question.map(|question| question.failures)).min().unwrap_or_default()
    }

    /// The case without the notifications that are ahead of the gateway's answer, and a case of those alone with what to do
    /// with it; `None` where there are none.
    #[must_use]
    pub fn ahead(&self, ahead: &[i64], policy: &Policy, now: SystemTime) -> (Self, Option<(Self, Step)>) {
        let is_ahead = |claimed: &Claimed| ahead.contains(&claimed.id);
        let (later, settled) = self.notifications.iter().cloned().partition(is_ahead);
        let settled = Self { notifications: settled, ..self.clone() };
        let later = Self { notifications: later, question: None, ..self.clone() };
        let step = policy.failed(&later, "it tells more than the gateway's own answer", now);
        (settled, (!later.notifications.is_empty()).then_some((later, step)))
    }

    /// Says what to do next. `record` is what is stored about the order, read under the lock that the result is stored
    /// under; `answers` are those to the questions that earlier calls asked for.
    #[must_use]
    pub fn judge(&self, record: Option<&Record>, answers: &[Answer], policy: &Policy, now: SystemTime) -> Step {
        let Some(record) = record else {
            return policy.failed(self, "no payment of this order was expected", now);
        };
        let read = |claimed: &Claimed| notification::verify(claimed.body.as_bytes(), &policy.keys).ok();
        let notified: Vec<_> = self.notifications.iter().map(read).collect();
        if answers.is_empty() {
            self.judge_by_notifications(record, &notified, policy, now)
        } else {
            self.judge_by_answers(record, &notified, answers, policy, now)
        }
    }

    fn judge_by_notifications(
        &self,
        record: &Record,
        notified: &[Option<Notification>],
        policy: &Policy,
        now: SystemTime,
    ) -> Step {
        let mut progress = Progress::on(record);
        let mut reason = self.question.map(|_| "the gateway is to be asked".to_owned());
        for word in notified {
            let asks = match word {
                None => Some("it was signed with a key that is no longer known".to_owned()),
                Some(word) => progress.take_notified(word, policy.asking).err().map(|doubt| doubt.to_string()),
            };
            reason = reason.or(asks);
        }
        match reason {
            None => progress.settled(self, policy, now),
            Some(_) if self.question.is_some() || policy.asking != Asking::Never => self.ask(record, policy, now),
            Some(why) => Step::Dead { why },
        }
    }

    fn ask(&self, record: &Record, policy: &Policy, now: SystemTime) -> Step {
        let until = record.asked_at.map(|asked_at| later(asked_at, policy.between_questions));
        match until.filter(|until| *until > now) {
            // A reconciler's question was counted as asked when it was claimed.
            Some(until) if self.question.is_none() => Step::GiveBack {
                until,
                failures: self.failures(),
                why: "the gateway was asked about this order a moment ago".to_owned(),
            },
            _ => Step::Ask((&record.expectation.order_id).into()),
        }
    }

    fn judge_by_answers(
        &self,
        record: &Record,
        notified: &[Option<Notification>],
        answers: &[Answer],
        policy: &Policy,
        now: SystemTime,
    ) -> Step {
        if let Some(id) = unasked(self, record, notified, answers) {
            return Step::Ask(id);
        }
        let mut progress = Progress::on(record);
        let order_id = record.expectation.order_id.as_str();
        // Asked for by order id, the gateway answers with its latest transaction; older ones come first.
        for answer in answers.iter().rev() {
            let is_main = answer.asked.as_str() == order_id;
            match &answer.transaction {
                Some(transaction) if is_main || transaction.order_id() == Some(order_id) => {
                    if let Err(doubt) = progress.take(Word::Answered(transaction)) {
                        return policy.failed(self, format!("the gateway answers: {doubt}"), now);
                    }
                }
                None if is_main && self.is_missing(record) => {
                    return policy.failed(self, "the gateway knows no transaction of this order", now);
                }
                None if is_main => {}
                // The id stood in an unsigned field, and names nothing of this order.
                _ => progress.go_on(progress.record.without(answer.asked.as_str())),
            }
        }
        if self.question.is_some() && progress.record.outcome.is_none() {
            match self.may_still_arrive(record, now) {
                Some(step) => return step,
                None => progress.go_on(progress.record.never_charged()),
            }
        }
        let is_ahead = |word: &Notification| progress.record.weigh(Word::Notified(word)).is_ok_and(|told| told.is_news);
        let ahead = self.notifications.iter().zip(notified).filter(|(_, word)| word.as_ref().is_some_and(is_ahead));
        progress.ahead = ahead.map(|(claimed, _)| claimed.id).collect();
        progress.record.asked_at = Some(now);
        progress.settled(self, policy, now)
    }

    /// Whether there must be a transaction of this order: somebody was notified of one, or one was there in this life.
    fn is_missing(&self, record: &Record) -> bool {
        !self.notifications.is_empty() || record.outcome.is_some_and(|outcome| outcome != Outcome::NotCharged)
    }

    /// The gateway knows nothing of this life of the order. Whether that is so because its charge is still on its way.
    fn may_still_arrive(&self, record: &Record, now: SystemTime) -> Option<Step> {
        let until = later(record.recorded_at, CHARGE_ENDS_AFTER).max(record.expectation.ask_from);
        let why = || "the charge may still be on its way".to_owned();
        (now < until).then(|| Step::GiveBack { until, failures: self.failures(), why: why() })
    }
}

/// A transaction that a notification names, that may have news, and that no answer is about: an order that was charged
/// again has more than one.
///
/// The reconciler also asks about transactions that only a notification has named and that keep the order open.
fn unasked(case: &Case, record: &Record, notified: &[Option<Notification>], answers: &[Answer]) -> Option<PaymentId> {
    /// The field is not signed, so it may name anything any number of times.
    const MAX: usize = 3;
    let is_answered = |id: &str| {
        let about = |answer: &Answer| answer.transaction.as_ref().and_then(Transaction::transaction_id) == Some(id);
        answers.iter().any(|answer| answer.asked.as_str() == id || about(answer))
    };
    let is_known = |word: &Notification| record.weigh(Word::Notified(word)).is_ok_and(|told| !told.is_news);
    let unknown = notified.iter().flatten().filter(|word| !is_known(word));
    let named = unknown.filter_map(|word| word.reported().transaction_id());
    let is_open = |payment: &&Payment| !payment.confirmed && payment.outcome == Outcome::Pending;
    let open = record.payments.iter().filter(is_open).map(|payment| payment.transaction_id.as_str());
    let mut ids = named.chain(open.filter(|_| case.question.is_some()));
    let next = ids.find(|id| answers.len() < MAX && !is_answered(id));
    next.and_then(|id| PaymentId::received(id).ok())
}

/// A record under way, and what is to be acted on so far.
struct Progress {
    record: Record,
    changes: Vec<Change>,
    ahead: Vec<i64>,
}

impl Progress {
    fn on(record: &Record) -> Self {
        Self { record: record.clone(), changes: Vec::new(), ahead: Vec::new() }
    }

    fn take(&mut self, word: Word<'_>) -> Result<(), Doubt> {
        self.go_on(self.record.weigh(word)?);
        Ok(())
    }

    fn go_on(&mut self, weighed: Weighed) {
        self.record = weighed.record;
        self.changes.extend(weighed.change);
    }

    /// Takes a notification in as far as it is trusted. An order that waits for the customer is nothing to be sure of.
    fn take_notified(&mut self, word: &Notification, asking: Asking) -> Result<(), Untrusted> {
        let weighed = self.record.weigh(Word::Notified(word)).map_err(Untrusted::Doubt)?;
        let was_open = self.record.outcome.is_none_or(|outcome| outcome == Outcome::Pending);
        let is_harmless = !weighed.is_news || (was_open && weighed.record.outcome == Some(Outcome::Pending));
        if asking == Asking::Always && !is_harmless {
            return Err(Untrusted::News);
        }
        self.go_on(weighed);
        Ok(())
    }

    /// Ends the reconciler's turn too, if it was one, and says when it is to ask again.
    fn settled(mut self, case: &Case, policy: &Policy, now: SystemTime) -> Step {
        let is_final = self.record.outcome.is_some_and(Outcome::is_final);
        // One that was thought to be over and is open after all is asked about again; one that waits for a person waits.
        let is_reopened = self.record.ask_at.is_none() && self.record.review.is_none();
        if case.question.is_some() || is_final || is_reopened {
            self.record.ask_at = policy.next_question(&self.record, now);
            self.record.failures = 0;
            self.record.review = None;
        }
        Step::Settle { record: Box::new(self.record), changes: self.changes, ahead: self.ahead }
    }
}

/// Why a notification is not enough.
enum Untrusted {
    Doubt(Doubt),
    News,
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doubt(doubt) => doubt.fmt(f),
            Self::News => f.write_str("its status is not signed"),
        }
    }
}

/// The body is left out: it holds personal data.
impl fmt::Debug for Claimed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claimed")
            .field("id", &self.id)
            .field("tries", &self.tries)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
