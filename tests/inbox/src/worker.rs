//! What a store is given for one round of a worker or one click, and how the shop's handler may
//! behave.

use std::time::SystemTime;

use midtrans_inbox::{Again, Policy, WorkerSettings};
use midtrans_protocol::{Charge, Environment, IdempotencyKey, Merchant};
use midtrans_transport::{AsyncClient, AsyncTransport, BlockingClient, Config, RetryPolicy};

use crate::gateway::Transport;
use crate::message;

/// What a worker is given.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "mounts take it apart")]
pub struct Round {
    /// The way to the gateway that it asks.
    pub transport: Transport,
    /// Its retry, lease and verification settings.
    pub policy: Policy,
    /// How much it does at once.
    pub settings: WorkerSettings,
    /// What its clock says, the whole round long.
    pub now: SystemTime,
    /// How it ends.
    pub ends: Ends,
}

/// How a round ends. Where a store cannot end so, it ends well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "mounts play all of them")]
pub enum Ends {
    /// It does what is due.
    Well,
    /// It was told to stop before it began.
    Stopped,
    /// It dies after it has claimed orders.
    DiesBeforeItAsks,
    /// It dies when it has the answers.
    DiesWithAnswers,
    /// It sleeps with the answers in its hands until its next round.
    SleepsWithAnswers,
}

/// What the shop's handler does after it has written to the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "mounts play all of them")]
pub enum Act {
    /// It is content.
    Well,
    /// It returns the error [`NO`].
    Fails,
    /// It panics.
    Panics,
    /// One of its statements fails in the database, and it goes on as if nothing had happened.
    Overlooks,
}

/// What the shop's handler says when it fails.
pub const NO: &str = "the shop has no such shelf";

/// What the overlooked statement says to the database.
pub const NONSENSE: &str = "INSERT INTO no_such_table VALUES (1)";

/// A click of a customer who wants to pay.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "mounts take it apart")]
pub struct Click {
    /// The way to the gateway.
    pub transport: Transport,
    /// What is charged.
    pub charge: Charge,
    /// A new key, for a new charge.
    pub key: IdempotencyKey,
    /// Whether a payment that has ended without money is begun again.
    pub again: Again,
    /// When it is.
    pub now: SystemTime,
    /// How often the client tries by itself.
    pub retry: RetryPolicy,
}

/// A client for a blocking store.
#[must_use]
pub fn blocking(transport: &Transport, retry: RetryPolicy) -> BlockingClient<Transport> {
    BlockingClient::new(transport.clone(), merchant()).with_config(config(retry))
}

/// A client for an async store.
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
