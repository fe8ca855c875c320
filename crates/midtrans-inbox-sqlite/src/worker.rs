//! The loop that does the work: claim, ask, decide, act, finish.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use midtrans_inbox::protocol::{GetStatus, PaymentId};
use midtrans_inbox::{Answer, Case, Change, Event, Pacer, Policy, Settings, Step};
use midtrans_transport::{BlockingClient, BlockingTransport, CallOptions};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{Error, Finish, Stop, claim, dead, due_for_status, finish, give_back};

/// How long to wait after the database has failed.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

type Observer = Box<dyn Fn(&Event<'_>) + Send + Sync>;
type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// Works an inbox off, and asks about orders that nothing was heard of. Any number of workers may run, in any number of
/// processes; SQLite lets one write at a time, so that more than one gains little.
///
/// It is small and made of public parts: where it does not suit you, write your own around [`claim`], [`finish`],
/// [`give_back`] and [`dead`].
pub struct Worker<T> {
    client: BlockingClient<T>,
    policy: Policy,
    settings: Settings,
    observer: Observer,
    clock: Clock,
    started: Instant,
    pacer: Mutex<Pacer>,
}

impl<T: BlockingTransport> Worker<T> {
    /// A worker that asks with this client, and believes notifications that are signed with the client's key.
    #[must_use]
    pub fn new(client: BlockingClient<T>) -> Self {
        let policy = Policy::new(client.merchant().server_key().clone());
        let settings = Settings::default();
        Self {
            client,
            policy,
            settings,
            observer: Box::new(|_| ()),
            clock: Box::new(SystemTime::now),
            started: Instant::now(),
            pacer: Mutex::new(Pacer::per_second(settings.questions_per_second)),
        }
    }

    /// Sets how patient, how polite and how trusting it is, and all keys that notifications may be signed with.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets how it works.
    #[must_use]
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self.pacer = Mutex::new(Pacer::per_second(settings.questions_per_second));
        self
    }

    /// Has it watched: for logs and metrics. Called between two statements; keep it short.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Sets another clock than the machine's. Tests move it by hand.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Works until it is told to stop. Then it ends the case that it is at, which takes at most one question's deadline and
    /// the handler's time, gives the others back, and returns.
    ///
    /// The handler is called inside the transaction that stores what has become of the order: what it writes there happens
    /// exactly once. What it does elsewhere, such as sending mail, may happen again if the commit fails: write down there
    /// that it is to be done. An error, or a panic, takes everything back, and the handler is called again later.
    ///
    /// A database that fails ends nothing: the loop goes on after a pause.
    pub fn run<E: fmt::Display>(
        &self,
        connection: &mut Connection,
        stop: &Stop,
        mut handler: impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
    ) {
        while !stop.is_stopped() {
            match self.round(connection, stop, &mut handler) {
                Ok(0) => drop(stop.wait(self.settings.idle)),
                Ok(_) => {}
                Err(error) => {
                    (self.observer)(&Event::StoreFailed { error: &error });
                    stop.wait(AFTER_A_FAILURE);
                }
            }
        }
    }

    /// Does what is due now, once, and returns how many orders that were. For those who have a loop or a timer already.
    ///
    /// # Errors
    /// [`Error`] when the database fails. What was claimed comes again when its lease has ended.
    pub fn round<E: fmt::Display>(
        &self,
        connection: &mut Connection,
        stop: &Stop,
        mut handler: impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
    ) -> Result<usize, Error> {
        let mut cases = claim(connection, &self.policy, self.settings.batch, (self.clock)())?;
        if self.settings.reconciles {
            cases.extend(due_for_status(connection, &self.policy, self.settings.batch, (self.clock)())?);
        }
        for case in &cases {
            if stop.is_stopped() {
                give_back(connection, case, (self.clock)(), case.failures(), "the worker was stopped")?;
            } else {
                self.work(connection, stop, case, &mut handler)?;
            }
        }
        Ok(cases.len())
    }

    fn work<E: fmt::Display>(
        &self,
        connection: &mut Connection,
        stop: &Stop,
        case: &Case,
        handler: &mut impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
    ) -> Result<(), Error> {
        let mut answers = Vec::new();
        loop {
            let now = (self.clock)();
            match self.attempt(connection, case, &answers, now, handler)? {
                None => return Ok(()),
                Some(Step::Ask(id)) => match self.ask(stop, &id) {
                    Ok(answer) => answers.push(answer),
                    Err(why) => return self.leave(connection, case, self.policy.postponed(case, why, (self.clock)())),
                },
                Some(step) => return self.leave(connection, case, step),
            }
        }
    }

    /// One transaction. `None` if the case is over, or is no longer ours; else nothing was done to it.
    fn attempt<E: fmt::Display>(
        &self,
        connection: &mut Connection,
        case: &Case,
        answers: &[Answer],
        now: SystemTime,
        handler: &mut impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
    ) -> Result<Option<Step>, Error> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let step = match finish(&transaction, case, answers, &self.policy, now) {
            Ok(Finish::Lost) => None,
            Ok(Finish::Next(step @ Step::Ask(_))) => {
                transaction.commit()?;
                return Ok(Some(step));
            }
            Ok(Finish::Next(step)) => Some(step),
            Ok(Finish::Done(changes)) => match act(&transaction, &changes, handler) {
                Ok(()) => {
                    // What is not committed is rolled back, here and below.
                    if let Err(error) = transaction.commit() {
                        return self.after(error.into(), case, now).map(Some);
                    }
                    self.tell_acted(case, &changes);
                    return Ok(None);
                }
                Err(why) => Some(self.policy.failed(case, why, now)),
            },
            Err(error) => Some(self.after(error, case, now)?),
        };
        transaction.rollback()?;
        Ok(step)
    }

    /// What to do with a case after the database has refused it. Left alone, it would come again with every lease and hold
    /// up those that are claimed with it. If the database refuses everything, this fails too.
    fn after(&self, error: Error, case: &Case, now: SystemTime) -> Result<Step, Error> {
        if error.is_of_a_value() { Ok(self.policy.failed(case, error.to_string(), now)) } else { Err(error) }
    }

    fn ask(&self, stop: &Stop, id: &PaymentId) -> Result<Answer, String> {
        let pause = self.pacer.lock().unwrap_or_else(PoisonError::into_inner).turn(self.started.elapsed());
        if stop.wait(pause) {
            return Err("the worker was stopped".to_owned());
        }
        let mut options = CallOptions::default();
        options.deadline = Some(self.settings.question_deadline);
        match self.client.send_with(&GetStatus::new(id.clone()), &options) {
            Ok(transaction) => Ok(Answer { asked: id.clone(), transaction: Some(transaction) }),
            Err(error) if error.is_not_found() => Ok(Answer { asked: id.clone(), transaction: None }),
            Err(error) => Err(error.to_string()),
        }
    }

    fn leave(&self, connection: &mut Connection, case: &Case, step: Step) -> Result<(), Error> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let order_id = case.order_id.as_str();
        match &step {
            Step::GiveBack { until, failures, why } => {
                give_back(&transaction, case, *until, *failures, why)?;
                transaction.commit()?;
                (self.observer)(&Event::GivenBack { order_id, until: *until, why });
            }
            Step::Dead { why } => {
                dead(&transaction, case, why)?;
                transaction.commit()?;
                (self.observer)(&Event::Dead { order_id, why });
            }
            Step::Ask(_) | Step::Settle { .. } => transaction.rollback()?,
        }
        Ok(())
    }

    fn tell_acted(&self, case: &Case, changes: &[Change]) {
        for change in changes {
            (self.observer)(&Event::Acted { order_id: &case.order_id, outcome: change.outcome });
        }
    }
}

/// Calls the handler for each change. A panic is a failure like any other: everything it did is rolled back.
fn act<E: fmt::Display>(
    transaction: &Transaction<'_>,
    changes: &[Change],
    handler: &mut impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
) -> Result<(), String> {
    changes.iter().try_for_each(|change| {
        let called = catch_unwind(AssertUnwindSafe(|| handler(transaction, change).map_err(|error| error.to_string())));
        called.unwrap_or_else(|_| Err("the handler panicked".to_owned()))
    })
}

impl<T> fmt::Debug for Worker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("policy", &self.policy).field("settings", &self.settings).finish_non_exhaustive()
    }
}
