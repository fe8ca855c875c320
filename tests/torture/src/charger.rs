//! The merchant's charge code, which kills itself where it is told to.

mod postgres;
mod sqlite;

use std::process::{self, Command};
use std::thread;
use std::time::{Duration, SystemTime};

use midtrans_inbox::{Expectation, Expecting};
use midtrans_transport::{BlockingClient, BlockingTransport, CallOptions, Limits, Request, Response, TransportError};
use midtrans_ureq::UreqTransport;

use crate::failure::{Failure, failed};
use crate::gateway::charge;
use crate::merchant::account;
use crate::store::{Store, expectation};

/// A line of the charge code, or what lies between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Begun,
    OrderWritten,
    Expected,
    Committed,
    AboutToSend,
    /// The gateway has done it and answered; nobody has read the answer.
    Sent,
    Answered,
    ReplyStored,
}

pub(crate) const STEPS: [Step; 8] = [
    Step::Begun,
    Step::OrderWritten,
    Step::Expected,
    Step::Committed,
    Step::AboutToSend,
    Step::Sent,
    Step::Answered,
    Step::ReplyStored,
];

impl Step {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::OrderWritten => "order-written",
            Self::Expected => "expected",
            Self::Committed => "committed",
            Self::AboutToSend => "about-to-send",
            Self::Sent => "sent",
            Self::Answered => "answered",
            Self::ReplyStored => "reply-stored",
        }
    }
}

/// Where to die.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate(Option<Step>);

impl Fate {
    pub(crate) fn from_argument(name: Option<&str>) -> Result<Self, Failure> {
        let Some(name) = name else { return Ok(Self(None)) };
        let step = STEPS.into_iter().find(|step| step.name() == name);
        step.map(|step| Self(Some(step))).ok_or_else(|| Failure(format!("there is no step `{name}`")))
    }

    /// Dies here, if it is to be: by SIGKILL, like a process that the machine takes away.
    pub(crate) fn reach(self, step: Step) {
        if self.0 == Some(step) {
            let killed = Command::new("kill").args(["-9", &process::id().to_string()]).status();
            // It takes the system a moment; without `kill`, end as hard as is possible.
            thread::sleep(Duration::from_secs(if killed.is_ok() { 60 } else { 0 }));
            process::abort();
        }
    }
}

/// The merchant's database, as far as charging needs it.
trait Books {
    /// The order and what is expected of it, in one transaction.
    fn write_down(&mut self, expectation: &Expectation, fate: Fate) -> Result<Expecting, Failure>;
    fn store_reply(&mut self, order_id: &str, pay_page: &str) -> Result<(), Failure>;
    fn ask_soon(&mut self, order_id: &str) -> Result<(), Failure>;
    /// Runs the worker, so much later, until nothing is due.
    fn reconcile(&mut self, gateway: &str, later: Duration) -> Result<(), Failure>;
}

fn books(store: &Store) -> Result<Box<dyn Books>, Failure> {
    Ok(match store {
        Store::Sqlite { path } => Box::new(sqlite::open(path)?),
        Store::Postgres { url } => Box::new(postgres::open(url)?),
    })
}

pub(crate) fn reconcile(store: &Store, gateway: &str, later: Duration) -> Result<(), Failure> {
    books(store)?.reconcile(gateway, later)
}

/// What a shop does when its customer wants to pay.
pub(crate) fn pay(store: &Store, gateway: &str, order_id: &str, is_kredivo: bool, fate: Fate) -> Result<(), Failure> {
    let mut books = books(store)?;
    fate.reach(Step::Begun);
    let wanted = expectation(order_id, is_kredivo, SystemTime::now())?;
    let key = match books.write_down(&wanted, fate)? {
        Expecting::Recorded => wanted.idempotency_key,
        // Written down before, and nobody knows what became of it: the same charge, with its own key.
        Expecting::Open(stored) => stored.idempotency_key,
        Expecting::Decided(_) => return Ok(()),
        Expecting::Differs(_) => return Err(Failure(format!("{order_id} has another price"))),
    };
    let client = BlockingClient::new(Dying(UreqTransport::new(), fate), account(gateway)?);
    match client.send_with(&charge(order_id, is_kredivo)?, &CallOptions::keyed(key)) {
        Ok(transaction) => {
            fate.reach(Step::Answered);
            books.store_reply(order_id, &transaction.redirect_url().unwrap_or_default())?;
            fate.reach(Step::ReplyStored);
            Ok(())
        }
        // It may have been charged, perhaps by an earlier click: the reconciler finds out.
        Err(error) if error.outcome_unknown() || error.is_duplicate_order() => books.ask_soon(order_id),
        Err(error) => Err(failed("the charge")(error)),
    }
}

/// A transport that dies before it has sent, or before it has told.
struct Dying(UreqTransport, Fate);

impl BlockingTransport for Dying {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self.1.reach(Step::AboutToSend);
        let response = self.0.send(request, limits);
        self.1.reach(Step::Sent);
        response
    }
}
