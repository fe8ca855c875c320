//! What a store's own worker is given for one round, and how the shop's handler may behave.

use std::time::SystemTime;

use midtrans_inbox::{Policy, Settings};
use midtrans_protocol::{Environment, Merchant};
use midtrans_transport::{AsyncClient, BlockingClient, Config, RetryPolicy};

use crate::gateway::Gateway;
use crate::message;

/// What a worker is given.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "mounts take it apart")]
pub struct Round {
    /// Whom it asks.
    pub gateway: Gateway,
    /// How patient it is.
    pub policy: Policy,
    /// How it works.
    pub settings: Settings,
    /// What the clock says, the whole round long.
    pub now: SystemTime,
    /// Whether it was told to stop before it began.
    pub is_stopped: bool,
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

impl Round {
    /// A client for a blocking worker. It asks once, so that questions can be counted.
    #[must_use]
    pub fn blocking(&self) -> BlockingClient<Gateway> {
        BlockingClient::new(self.gateway.clone(), merchant()).with_config(once())
    }

    /// A client for an async worker.
    #[must_use]
    pub fn asynchronous(&self) -> AsyncClient<Gateway> {
        AsyncClient::new(self.gateway.clone(), merchant()).with_config(once())
    }
}

/// The shop's account.
pub(crate) fn merchant() -> Merchant {
    Merchant::new(Environment::Sandbox, message::key()).expect("a sandbox key for the sandbox")
}

fn once() -> Config {
    let mut config = Config::default();
    config.retry = RetryPolicy::never();
    config
}
