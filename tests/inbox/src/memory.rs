//! An inbox in memory: the pure core and as little around it as possible, for lives by the
//! thousand.
//!
//! It takes the same steps as a store, without the database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use midtrans_inbox::store::{
    ChargeEnd, Check, MAX_PER_ORDER, NewNotification, QuestionResult, StoredChange, from_millis,
    later, moved_forward, to_millis,
};
use midtrans_inbox::{
    Accepted, Charged, ExpectResult, Expectation, Plan, Policy, Record, Sending, Waiting, Wake,
    apply,
};
use midtrans_protocol::{GetStatus, Notification, Transaction};
use midtrans_transport::{CallOptions, Error as CallError, RetryPolicy};

use crate::effect::Effect;
use crate::store::{Handler, Inbox};
use crate::worker::{Act, Click, Ends, NO, Round, blocking};

/// An inbox in memory, or one of several programs that share it.
#[derive(Debug, Default)]
pub struct Memory {
    tables: Arc<Mutex<Tables>>,
    /// Answers that a sleeping worker has not stored yet.
    unsaved: Vec<Ended>,
}

#[derive(Debug, Default)]
struct Tables {
    orders: BTreeMap<String, Order>,
    notifications: Vec<Stored>,
    wakes: Vec<(String, Wake)>,
    changes: Vec<Change>,
    /// The id of the last change.
    last: i64,
    ledger: Vec<Effect>,
}

#[derive(Debug)]
struct Order {
    record: Record,
    leased_until: Option<SystemTime>,
    fence: i64,
}

#[derive(Debug)]
struct Stored {
    new: NewNotification,
    unexpected: bool,
}

#[derive(Debug)]
struct Change {
    id: i64,
    stored: StoredChange,
    failures: u32,
    retry_at: Option<SystemTime>,
    reason: Option<String>,
}

/// A check whose questions have ended.
#[derive(Debug)]
struct Ended {
    check: Check,
    is_answered: bool,
}

const FITS: &str = "what the core writes, it reads";

impl Inbox for Memory {
    fn accept(&mut self, notification: &Notification, now: SystemTime) -> Accepted {
        self.lock().accept(NewNotification::of(notification, now))
    }

    fn expect(&mut self, expectation: &Expectation, now: SystemTime) -> ExpectResult {
        let mut tables = self.lock();
        let order_id = expectation.order_id.as_str();
        let Some(stored) = tables.load(order_id) else {
            tables.insert(&Record::new(expectation.clone(), now));
            return ExpectResult::Recorded;
        };
        match stored.renewed(expectation, now) {
            Ok(_) if tables.has_wakes(order_id) => stored
                .outcome
                .map_or(ExpectResult::Recorded, ExpectResult::Decided),
            Ok(renewed) => {
                tables.renew(&renewed);
                ExpectResult::Recorded
            }
            Err(result) => result,
        }
    }

    fn charge(&mut self, click: &Click) -> Charged {
        let sending = match self.lock().begin(click) {
            Ok(sending) => sending,
            Err(charged) => return charged,
        };
        let mut options = CallOptions::keyed(sending.key.clone());
        options.deadline = Some(sending.deadline);
        let result = blocking(&click.transport, click.retry).send_with(&click.charge, &options);
        self.lock().finish(click, &sending, result)
    }

    fn ask_by(&mut self, order_id: &str, when: SystemTime) {
        if let Some(order) = self.lock().orders.get_mut(order_id) {
            order.record.check_at = order.record.check_at.map(|at| at.min(when));
        }
    }

    fn retry(&mut self, order_id: &str, now: SystemTime) -> u64 {
        let mut tables = self.lock();
        let mut retried = 0;
        for change in tables
            .changes
            .iter_mut()
            .filter(|change| change.stored.order_id == order_id)
        {
            if change.retry_at.is_none() {
                (change.retry_at, change.failures) = (Some(SystemTime::UNIX_EPOCH), 0);
                retried += 1;
            }
        }
        match tables
            .load(order_id)
            .filter(|record| record.review.is_some())
        {
            Some(record) => {
                tables.update(&record.reviewed(now));
                retried + 1
            }
            None => retried,
        }
    }

    fn round(&mut self, round: &Round, act: Handler<'_>) -> usize {
        if round.ends == Ends::Stopped {
            return 0;
        }
        for ended in std::mem::take(&mut self.unsaved) {
            self.lock().save(ended, &round.policy, round.now);
        }
        let claimed = {
            let mut tables = self.lock();
            tables.take_in(&round.policy, round.now);
            tables.claim(&round.policy, round.now)
        };
        if round.ends == Ends::DiesBeforeItAsks {
            return claimed.len();
        }
        let asked = claimed.len();
        let ended: Vec<_> = claimed.into_iter().map(|check| ask(check, round)).collect();
        match round.ends {
            Ends::DiesWithAnswers => return asked,
            Ends::SleepsWithAnswers => {
                self.unsaved = ended;
                return asked;
            }
            Ends::Well | Ends::Stopped | Ends::DiesBeforeItAsks => {}
        }
        let mut tables = self.lock();
        for ended in ended {
            tables.save(ended, &round.policy, round.now);
        }
        asked + tables.act(&round.policy, round.now, act)
    }

    fn load(&mut self, order_id: &str) -> Option<Record> {
        self.lock().load(order_id)
    }

    fn waiting(&mut self, order_id: &str) -> Vec<Waiting> {
        let tables = self.lock();
        let of_order = tables
            .changes
            .iter()
            .filter(|change| change.stored.order_id == order_id);
        let waiting = of_order.map(|change| Waiting {
            id: change.id,
            change: change.stored.change().expect(FITS),
            failures: change.failures,
            retry_at: change.retry_at,
            reason: change.reason.clone(),
        });
        waiting.collect()
    }

    fn ledger(&mut self) -> Vec<Effect> {
        self.lock().ledger.clone()
    }

    fn partner(&mut self) -> Box<dyn Inbox> {
        Box::new(Self {
            tables: Arc::clone(&self.tables),
            unsaved: Vec::new(),
        })
    }
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks all questions of a check, without a lock.
fn ask(mut check: Check, round: &Round) -> Ended {
    let client = blocking(&round.transport, RetryPolicy::never());
    while let Some(id) = check.next_question() {
        match QuestionResult::of(&id, client.send(&GetStatus::new(id.clone()))) {
            QuestionResult::Answered(answer) => check.answers.push(answer),
            QuestionResult::Overloaded { .. } | QuestionResult::Unusable { .. } => {
                return Ended {
                    check,
                    is_answered: false,
                };
            }
        }
    }
    Ended {
        check,
        is_answered: true,
    }
}

impl Tables {
    fn accept(&mut self, new: NewNotification) -> Accepted {
        let of_order = |stored: &&Stored| stored.new.order_id == new.order_id;
        let is_known = self
            .notifications
            .iter()
            .filter(of_order)
            .any(|stored| stored.new.key == new.key);
        let is_full = self.notifications.iter().filter(of_order).count()
            >= MAX_PER_ORDER.try_into().unwrap_or(usize::MAX);
        let is_same =
            |wake: &(String, Wake)| wake.0 == new.order_id && wake.1.status_code == new.status_code;
        let waits = self.wakes.iter().any(is_same);
        let order = self.orders.get(&new.order_id);
        let is_reviewed = order.is_some_and(|order| order.record.review.is_some());
        let told = order.and_then(|order| order.record.outcome);
        let is_contradicted =
            told.is_some_and(|told| new.contradicts.contains(&format!(",{told},")));
        let may_repeat = new.may_repeat || is_contradicted;
        let needs_wake = match (is_known, is_full) {
            (true, _) => is_reviewed || (may_repeat && !waits),
            (false, true) => !waits,
            (false, false) => new.is_about_an_order,
        };
        if needs_wake {
            self.wakes.push((new.order_id.clone(), new.wake()));
        }
        if is_known || is_full {
            return Accepted::Duplicate;
        }
        self.notifications.push(Stored {
            new,
            unexpected: false,
        });
        Accepted::New
    }

    fn load(&self, order_id: &str) -> Option<Record> {
        self.orders.get(order_id).map(|order| order.record.clone())
    }

    fn has_wakes(&self, order_id: &str) -> bool {
        self.wakes.iter().any(|(id, _)| id == order_id)
    }

    fn insert(&mut self, record: &Record) {
        let order_id = record.expectation.order_id.as_str().to_owned();
        for stored in self
            .notifications
            .iter_mut()
            .filter(|stored| stored.new.order_id == order_id)
        {
            if std::mem::take(&mut stored.unexpected) {
                self.wakes.push((order_id.clone(), stored.new.wake()));
            }
        }
        self.orders.insert(
            order_id,
            Order {
                record: record.clone(),
                leased_until: None,
                fence: 0,
            },
        );
    }

    fn update(&mut self, record: &Record) {
        if let Some(order) = self.orders.get_mut(record.expectation.order_id.as_str()) {
            order.record = record.clone();
        }
    }

    /// A worker that is asking about the earlier life must not write to this one.
    fn renew(&mut self, record: &Record) {
        self.update(record);
        if let Some(order) = self.orders.get_mut(record.expectation.order_id.as_str()) {
            (order.fence, order.leased_until) = (order.fence + 1, None);
        }
    }

    fn begin(&mut self, click: &Click) -> Result<Sending, Charged> {
        let order_id = click.charge.transaction_details().order_id().as_str();
        let stored = self.load(order_id);
        match Record::plan(
            stored.as_ref(),
            &click.charge,
            click.key.clone(),
            click.again,
            click.now,
        ) {
            plan if plan.needs_all_read() && self.has_wakes(order_id) => Err(Charged::Unknown),
            Plan::Send(record, sending) => {
                match &stored {
                    None => self.insert(&record),
                    Some(_) if sending.is_new => self.renew(&record),
                    Some(_) => self.update(&record),
                }
                Ok(sending)
            }
            Plan::Show(instructions) => Err(Charged::Instructions(instructions)),
            Plan::Ask => {
                if let Some(stored) = stored {
                    self.update(&stored.ask_soon(click.now));
                }
                Err(Charged::Unknown)
            }
            Plan::Decided(outcome) => Err(Charged::Decided(outcome)),
            Plan::Differs(expectation) => Err(Charged::Differs(expectation)),
        }
    }

    fn finish(
        &mut self,
        click: &Click,
        sending: &Sending,
        result: Result<Transaction, CallError>,
    ) -> Charged {
        let order_id = click.charge.transaction_details().order_id().as_str();
        let stored = self
            .load(order_id)
            .expect("a charge that was begun is stored");
        let end = ChargeEnd::of(Some(result));
        let (record, is_certain) = end.apply_to(&stored, sending, click.now);
        self.update(&record);
        end.charged(Ok(is_certain))
    }

    fn take_in(&mut self, policy: &Policy, now: SystemTime) {
        for (order_id, wake) in std::mem::take(&mut self.wakes) {
            let Some(record) = self.load(&order_id) else {
                let of_order = self
                    .notifications
                    .iter_mut()
                    .filter(|stored| stored.new.order_id == order_id);
                of_order.for_each(|stored| stored.unexpected = true);
                continue;
            };
            let (after, change) = record.notified(&wake, policy, now);
            self.update(&after);
            self.tell(&change.into_iter().collect::<Vec<_>>(), &after, now);
        }
    }

    fn claim(&mut self, policy: &Policy, now: SystemTime) -> Vec<Check> {
        let until = policy.lease_until(now);
        let mut claimed = Vec::new();
        for order in self.orders.values_mut() {
            let is_due = order.record.check_at.is_some_and(|at| at <= now);
            if is_due && order.leased_until.is_none_or(|until| until <= now) {
                let record = order.record.clone();
                order.fence += 1;
                (order.record.check_at, order.leased_until) = (Some(until), Some(until));
                claimed.push(Check {
                    record,
                    fence: order.fence,
                    leased_until: until,
                    answers: Vec::new(),
                });
            }
        }
        claimed
    }

    fn save(&mut self, ended: Ended, policy: &Policy, now: SystemTime) {
        let order_id = ended.check.record.expectation.order_id.as_str();
        let has_wakes = self.has_wakes(order_id);
        let Some(order) = self
            .orders
            .get_mut(order_id)
            .filter(|order| order.fence == ended.check.fence)
        else {
            return;
        };
        let fresh = order.record.clone();
        let moved = moved_forward(
            fresh.check_at.map(to_millis),
            order.leased_until.map(to_millis),
        );
        let moved = moved.map(|at| at.max(later(now, policy.between_questions)));
        order.leased_until = None;
        if !ended.is_answered {
            let mut after = policy.unanswered(&fresh, now);
            after.check_at = after.check_at.into_iter().chain(moved).min();
            return self.update(&after);
        }
        let applied = apply(&fresh, &ended.check.answers, policy, now);
        if has_wakes && applied.needs_all_read() {
            order.record.check_at = Some(now);
            return;
        }
        let mut after = applied.record;
        after.check_at = after.check_at.into_iter().chain(moved).min();
        self.update(&after);
        self.tell(&applied.changes, &fresh, now);
    }

    fn tell(&mut self, changes: &[midtrans_inbox::Change], before: &Record, now: SystemTime) {
        for stored in StoredChange::of(changes, before, now).expect(FITS) {
            self.last += 1;
            let retry_at = Some(from_millis(0));
            self.changes.push(Change {
                id: self.last,
                stored,
                failures: 0,
                retry_at,
                reason: None,
            });
        }
    }

    /// Tries each change once, if no earlier one of its order waits.
    fn act(&mut self, policy: &Policy, now: SystemTime, act: Handler<'_>) -> usize {
        let mut tried = 0;
        let mut held = BTreeSet::new();
        let mut at = 0;
        while at < self.changes.len() {
            let change = &mut self.changes[at];
            if held.contains(&change.stored.order_id) || change.retry_at.is_none_or(|at| at > now) {
                held.insert(change.stored.order_id.clone());
                at += 1;
                continue;
            }
            tried += 1;
            let told = change.stored.change().expect(FITS);
            if act(&told) == Act::Well {
                self.ledger.push(Effect::of(&told));
                self.changes.remove(at);
                continue;
            }
            change.failures += 1;
            change.retry_at = policy.retry_at(change.failures, now);
            change.reason = Some(NO.to_owned());
            held.insert(change.stored.order_id.clone());
            at += 1;
        }
        tried
    }
}

#[cfg(test)]
mod tests;
