//! The merchant's charge code, which kills itself at a given line.

mod postgres;
mod sqlite;

use std::process::{self, Command};
use std::thread;
use std::time::Duration;

use midtrans_inbox::Charged;
use midtrans_protocol::Charge;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_transport::{BlockingTransport, Limits, Request, Response, TransportError};
use midtrans_ureq::UreqTransport;

use crate::failure::{Failure, failed};
use crate::gateway::charge;
use crate::store::Store;

/// A line of the charge code, or a point between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Begun,
    OrderWritten,
    AboutToSend,
    /// The gateway has charged and answered; the answer is not read yet.
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

/// The point at which to crash, if any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CrashPoint(Option<Step>);

impl CrashPoint {
    pub(crate) fn from_argument(name: Option<&str>) -> Result<Self, Failure> {
        let Some(name) = name else {
            return Ok(Self(None));
        };
        let step = STEPS.into_iter().find(|step| step.name() == name);
        step.map(|step| Self(Some(step)))
            .ok_or_else(|| Failure(format!("there is no step `{name}`")))
    }

    /// Crashes if this is the point: by SIGKILL, like a process that the system kills.
    pub(crate) fn reach(self, step: Step) {
        if self.0 == Some(step) {
            let killed = Command::new("kill")
                .args(["-9", &process::id().to_string()])
                .status();
            // It takes the system a moment; without `kill`, abort.
            thread::sleep(Duration::from_secs(if killed.is_ok() { 60 } else { 0 }));
            process::abort();
        }
    }
}

/// The merchant's database, as far as charging needs it.
trait ChargeStore {
    /// Calls the inbox's `charge`, with the shop's own row.
    fn charge(
        &mut self,
        gateway: &str,
        charge: &Charge,
        key: IdempotencyKey,
        crash_at: CrashPoint,
    ) -> Result<Charged, Failure>;
    /// Runs the worker until nothing is due, with its clock moved by so much.
    fn reconcile(&mut self, gateway: &str, later: Duration) -> Result<(), Failure>;
}

fn open(store: &Store) -> Result<Box<dyn ChargeStore>, Failure> {
    Ok(match store {
        Store::Sqlite { path } => Box::new(sqlite::open(path)?),
        Store::Postgres { url } => Box::new(postgres::open(url)?),
    })
}

pub(crate) fn reconcile(store: &Store, gateway: &str, later: Duration) -> Result<(), Failure> {
    open(store)?.reconcile(gateway, later)
}

/// The shop's code for a customer who wants to pay.
pub(crate) fn pay(
    store: &Store,
    gateway: &str,
    order_id: &str,
    is_kredivo: bool,
    crash_at: CrashPoint,
) -> Result<(), Failure> {
    let mut store = open(store)?;
    crash_at.reach(Step::Begun);
    let key = IdempotencyKey::from_random(fastrand::u128(..));
    match store.charge(gateway, &charge(order_id, is_kredivo)?, key, crash_at)? {
        // An unknown result may be a charge, perhaps of an earlier click: the worker finds out.
        Charged::Instructions(_) | Charged::Unknown | Charged::Decided(_) => {}
        Charged::Refused(error) => return Err(failed("the charge")(error)),
        Charged::Differs(_) => return Err(Failure(format!("{order_id} has another price"))),
    }
    crash_at.reach(Step::ReplyStored);
    Ok(())
}

/// A transport that crashes before sending, or before returning the answer.
struct CrashingTransport(UreqTransport, CrashPoint);

impl BlockingTransport for CrashingTransport {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self.1.reach(Step::AboutToSend);
        let response = self.0.send(request, limits);
        self.1.reach(Step::Sent);
        response
    }
}
