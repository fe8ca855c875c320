//! The loop that does the work: claim, ask, decide, act, finish.

use std::fmt;
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use midtrans_inbox::protocol::{GetStatus, PaymentId};
use midtrans_inbox::{Answer, Case, Change, Event, Pacer, Policy, Settings, Step};
use midtrans_transport::{AsyncClient, AsyncTransport, CallOptions};
use sqlx::{Connection, PgConnection, PgPool};

use crate::handler::act;
use crate::stop::Stop;
use crate::{Error, Finish, Handler, claim, dead, due_for_status, finish, give_back};

/// How long to wait after the database has failed.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

type Observer = Box<dyn Fn(&Event<'_>) + Send + Sync>;
type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// Works an inbox off, and asks about orders that nothing was heard of. Any number of workers may run, in any number of
/// processes: each takes other work, and two never act on one order at the same time.
///
/// It is small and made of public parts: where it does not suit you, write your own around [`claim`], [`finish`],
/// [`give_back`] and [`dead`].
pub struct Worker<T> {
    client: AsyncClient<T>,
    policy: Policy,
    settings: Settings,
    observer: Observer,
    clock: Clock,
    started: Instant,
    pacer: Mutex<Pacer>,
}

impl<T: AsyncTransport> Worker<T> {
    /// A worker that asks with this client, and believes notifications that are signed with the client's key.
    #[must_use]
    pub fn new(client: AsyncClient<T>) -> Self {
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

    /// Works until `stop` is over. Then it ends the case that it is at, which takes at most one question's deadline and the
    /// handler's time, gives the others back, and returns. A future that is dropped instead leaves its claims to end by
    /// themselves.
    ///
    /// It takes one connection of the pool while it works. A database that fails, or is restarted, ends nothing: the loop
    /// goes on after a pause, on a fresh connection.
    pub async fn run(&self, pool: &PgPool, stop: impl Future<Output = ()>, handler: &(impl Handler + ?Sized)) {
        let stop = pin!(stop);
        let mut stop = Stop::on(stop);
        while !stop.is_stopped().await {
            match self.turn(pool, &mut stop, handler).await {
                Ok(0) => drop(stop.wait(self.settings.idle).await),
                Ok(_) => {}
                Err(error) => {
                    (self.observer)(&Event::StoreFailed { error: &error });
                    stop.wait(AFTER_A_FAILURE).await;
                }
            }
        }
    }

    /// Does what is due now, once, and returns how many orders that were. For those who have a loop or a timer already.
    /// Not inside a transaction: it has its own ones.
    ///
    /// # Errors
    /// [`Error`] when the database fails. What was claimed comes again when its lease has ended.
    pub async fn round(
        &self,
        connection: &mut PgConnection,
        handler: &(impl Handler + ?Sized),
    ) -> Result<usize, Error> {
        self.round_until(connection, &mut Stop::on(pin!(pending())), handler).await
    }

    async fn turn<F: Future<Output = ()>>(
        &self,
        pool: &PgPool,
        stop: &mut Stop<'_, F>,
        handler: &(impl Handler + ?Sized),
    ) -> Result<usize, Error> {
        // The pool waits long for a server that is away.
        match stop.before(pool.acquire()).await {
            Some(connection) => {
                let mut connection = connection?;
                let done = self.round_until(&mut connection, stop, handler).await;
                if done.is_err() {
                    // Whatever is wrong with it, such as a server that may no longer write, the next one is fresh.
                    connection.close_on_drop();
                }
                done
            }
            None => Ok(0),
        }
    }

    async fn round_until<F: Future<Output = ()>>(
        &self,
        connection: &mut PgConnection,
        stop: &mut Stop<'_, F>,
        handler: &(impl Handler + ?Sized),
    ) -> Result<usize, Error> {
        let mut cases = claim(connection, &self.policy, self.settings.batch, (self.clock)()).await?;
        if self.settings.reconciles {
            cases.extend(due_for_status(connection, &self.policy, self.settings.batch, (self.clock)()).await?);
        }
        for case in &cases {
            if stop.is_stopped().await {
                give_back(connection, case, (self.clock)(), case.failures(), "the worker was stopped").await?;
            } else {
                self.work(connection, stop, case, handler).await?;
            }
        }
        Ok(cases.len())
    }

    async fn work<F: Future<Output = ()>>(
        &self,
        connection: &mut PgConnection,
        stop: &mut Stop<'_, F>,
        case: &Case,
        handler: &(impl Handler + ?Sized),
    ) -> Result<(), Error> {
        let mut answers = Vec::new();
        loop {
            match self.attempt(connection, case, &answers, handler).await? {
                None => return Ok(()),
                Some(Step::Ask(id)) => match self.ask(stop, &id).await {
                    Ok(answer) => answers.push(answer),
                    Err(why) => {
                        let step = self.policy.postponed(case, why, (self.clock)());
                        return self.leave(connection, case, step).await;
                    }
                },
                Some(step) => return self.leave(connection, case, step).await,
            }
        }
    }

    /// One transaction. `None` if the case is over, or is no longer ours; else nothing was done to it.
    async fn attempt(
        &self,
        connection: &mut PgConnection,
        case: &Case,
        answers: &[Answer],
        handler: &(impl Handler + ?Sized),
    ) -> Result<Option<Step>, Error> {
        let now = (self.clock)();
        let mut transaction = connection.begin().await?;
        let step = match finish(&mut transaction, case, answers, &self.policy, now).await {
            Ok(Finish::Done(changes)) => match act(&mut transaction, &changes, handler).await {
                Ok(()) => {
                    if let Err(error) = transaction.commit().await {
                        return self.after(error.into(), case, now).map(Some);
                    }
                    self.tell_acted(case, &changes);
                    return Ok(None);
                }
                Err(why) => Some(self.policy.failed(case, why, now)),
            },
            Ok(Finish::Next(step @ Step::Ask(_))) => {
                transaction.commit().await?;
                return Ok(Some(step));
            }
            Ok(Finish::Next(step)) => Some(step),
            Ok(Finish::Lost) => None,
            Err(error) => Some(self.after(error, case, now)?),
        };
        transaction.rollback().await?;
        Ok(step)
    }

    /// What to do with a case after the database has refused it. Left alone, it would come again with every lease and hold
    /// up those that are claimed with it. If the database refuses everything, this fails too.
    fn after(&self, error: Error, case: &Case, now: SystemTime) -> Result<Step, Error> {
        if error.is_of_a_value() {
            Ok(self.policy.failed(case, error.to_string(), now))
        } else if error.is_conflict() {
            Ok(self.policy.postponed(case, error.to_string(), now))
        } else {
            Err(error)
        }
    }

    async fn ask<F: Future<Output = ()>>(&self, stop: &mut Stop<'_, F>, id: &PaymentId) -> Result<Answer, String> {
        let pause = self.pacer.lock().unwrap_or_else(PoisonError::into_inner).turn(self.started.elapsed());
        if stop.wait(pause).await {
            return Err("the worker was stopped".to_owned());
        }
        let mut options = CallOptions::default();
        options.deadline = Some(self.settings.question_deadline);
        match self.client.send_with(&GetStatus::new(id.clone()), &options).await {
            Ok(transaction) => Ok(Answer { asked: id.clone(), transaction: Some(transaction) }),
            Err(error) if error.is_not_found() => Ok(Answer { asked: id.clone(), transaction: None }),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn leave(&self, connection: &mut PgConnection, case: &Case, step: Step) -> Result<(), Error> {
        let order_id = case.order_id.as_str();
        match &step {
            Step::GiveBack { until, failures, why } => {
                give_back(connection, case, *until, *failures, why).await?;
                (self.observer)(&Event::GivenBack { order_id, until: *until, why });
            }
            Step::Dead { why } => {
                dead(connection, case, why).await?;
                (self.observer)(&Event::Dead { order_id, why });
            }
            Step::Ask(_) | Step::Settle { .. } => {}
        }
        Ok(())
    }

    fn tell_acted(&self, case: &Case, changes: &[Change]) {
        for change in changes {
            (self.observer)(&Event::Acted { order_id: &case.order_id, outcome: change.outcome });
        }
    }
}

impl<T> fmt::Debug for Worker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("policy", &self.policy).field("settings", &self.settings).finish_non_exhaustive()
    }
}
