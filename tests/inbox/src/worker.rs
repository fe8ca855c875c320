//! The input of one round of a worker or one click, and the behaviour of the shop's handler.

use std::time::SystemTime;

use midtrans_inbox::{Again, Policy, WorkerSettings};
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::{Charge, Environment, Merchant};
use midtrans_transport::{AsyncClient, AsyncTransport, BlockingClient, Config, RetryPolicy};

use crate::gateway::Transport;
use crate::message;

/// The input of a worker.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "mounts take it apart")]
pub struct Round {
    /// The transport to the gateway.
    pub transport: Transport,
    /// Its retry, lease and verification settings.
    pub policy: Policy,
    /// Its worker settings.
    pub settings: WorkerSettings,
    /// Its time during the whole round.
    pub now: SystemTime,
    /// Its end.
    pub ends: Ends,
}

/// The end of a round. A store that cannot end so completes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "mounts play all of them")]
pub enum Ends {
    /// It does what is due.
    Well,
    /// It was told to stop before it began.
    Stopped,
    /// It crashes after it has claimed orders.
    DiesBeforeItAsks,
    /// It crashes when it has the answers.
    DiesWithAnswers,
    /// It sleeps with the answers, without storing them, until its next round.
    SleepsWithAnswers,
}

/// The behaviour of the shop's handler after it has written to the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "mounts play all of them")]
pub enum Act {
    /// It succeeds.
    Well,
    /// It returns the error [`NO`].
    Fails,
    /// It panics.
    Panics,
    /// One of its statements fails in the database, and it ignores the error.
    Overlooks,
}

/// The error of the shop's handler.
pub const NO: &str = "the shop has no such shelf";

/// The statement whose error the handler ignores.
pub const NONSENSE: &str = "INSERT INTO no_such_table VALUES (1)";

/// A click of a customer who wants to pay.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "mounts take it apart")]
pub struct Click {
    /// The transport to the gateway.
    pub transport: Transport,
    /// The charge.
    pub charge: Charge,
    /// A new key, for a new charge.
    pub key: IdempotencyKey,
    /// The orders without money that are charged again.
    pub again: Again,
    /// The time.
    pub now: SystemTime,
    /// The client's own retries.
    pub retry: RetryPolicy,
}

/// Creates a client for a blocking store.
#[must_use]
pub fn blocking(transport: &Transport, retry: RetryPolicy) -> BlockingClient<Transport> {
    BlockingClient::new(transport.clone(), merchant()).with_config(config(retry))
}

/// Creates a client for an async store.
#[must_use]
pub fn asynchronous<T: AsyncTransport>(transport: T, retry: RetryPolicy) -> AsyncClient<T> {
    AsyncClient::new(transport, merchant()).with_config(config(retry))
}

/// The shop's account.
///
/// # Panics
/// Never; it is constant.
#[must_use]
pub fn merchant() -> Merchant {
    Merchant::new(Environment::Sandbox, message::key()).expect("a sandbox key for the sandbox")
}

fn config(retry: RetryPolicy) -> Config {
    let mut config = Config::default();
    config.retry = retry;
    config
}
