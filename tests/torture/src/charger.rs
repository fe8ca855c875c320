//! The merchant's charge code, which kills itself where it is told to.

mod postgres;
mod sqlite;

use std::process::{self, Command};
use std::thread;
use std::time::Duration;

use midtrans_inbox::Charged;
use midtrans_protocol::{Charge, IdempotencyKey};
use midtrans_transport::{BlockingTransport, Limits, Request, Response, TransportError};
use midtrans_ureq::UreqTransport;

use crate::failure::{Failure, failed};
use crate::gateway::charge;
use crate::store::Store;

/// A line of the charge code, or what lies between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Begun,
    OrderWritten,
    AboutToSend,
    /// The gateway has done it and answered; nobody has read the answer.
    Sent,
    Answered,
    ReplyStored,
}

pub(crate) const STEPS: [Step; 6] = [
    Step::Begun,
    Step::OrderWritten,
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
        let Some(name) = name else {
            return Ok(Self(None));
        };
        let step = STEPS.into_iter().find(|step| step.name() == name);
        step.map(|step| Self(Some(step)))
            .ok_or_else(|| Failure(format!("there is no step `{name}`")))
    }

    /// Dies here, if it is to be: by SIGKILL, like a process that the machine takes away.
    pub(crate) fn reach(self, step: Step) {
        if self.0 == Some(step) {
            let killed = Command::new("kill")
                .args(["-9", &process::id().to_string()])
                .status();
            // It takes the system a moment; without `kill`, end as hard as is possible.
            thread::sleep(Duration::from_secs(if killed.is_ok() { 60 } else { 0 }));
            process::abort();
        }
    }
}

/// The merchant's database, as far as charging needs it.
trait Books {
    /// The inbox's `charge`, with the shop's own row.
    fn charge(
        &mut self,
        gateway: &str,
        charge: &Charge,
        key: IdempotencyKey,
        fate: Fate,
    ) -> Result<Charged, Failure>;
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
pub(crate) fn pay(
    store: &Store,
    gateway: &str,
    order_id: &str,
    is_kredivo: bool,
    fate: Fate,
) -> Result<(), Failure> {
    let mut books = books(store)?;
    fate.reach(Step::Begun);
    let key = IdempotencyKey::from_random(fastrand::u128(..));
    match books.charge(gateway, &charge(order_id, is_kredivo)?, key, fate)? {
        // What is unknown may have been charged, perhaps by an earlier click: the worker finds out.
        Charged::Instructions(_) | Charged::Unknown | Charged::Decided(_) => {}
        Charged::Refused(error) => return Err(failed("the charge")(error)),
        Charged::Differs(_) => return Err(Failure(format!("{order_id} has another price"))),
    }
    fate.reach(Step::ReplyStored);
    Ok(())
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
