//! The shop's database: its orders, and the inbox of what the gateway says about them.
//!
//! A shop of your own has one database and needs no trait: take what is in `sqlite.rs` or in
//! `postgres.rs`.

use std::time::SystemTime;

use async_trait::async_trait;
use midtrans_axum::protocol::{Charge, Notification};
use midtrans_inbox::{Accepted, Again, Charged, ExpectResult, Expectation, History, Snapshot};
use tokio::sync::oneshot::Receiver;

use crate::cart::OrderForm;
use crate::orders::SnapPage;
use crate::shop::Client;
use crate::worker::WorkerConfig;

/// Any failure, with its text.
pub(crate) type Error = midtrans_inbox::HandlerError;

/// The row of an order, and what the inbox knows about it.
pub(crate) struct StoredOrder {
    pub(crate) form: String,
    pub(crate) payment: String,
    pub(crate) shipped: u32,
    /// The page of Snap that was made for it.
    pub(crate) page: Option<SnapPage>,
    pub(crate) history: History,
}

#[async_trait]
pub(crate) trait Store: Send + Sync {
    /// Charges an order, or returns what the first click brought. Its row is written in the inbox's
    /// commit.
    async fn charge(
        &self,
        client: &Client,
        form: &OrderForm,
        charge: &Charge,
        again: Again,
    ) -> Result<Charged, Error>;

    /// Stores an order that is paid on a page of Snap, together with what it expects. The row, and
    /// no page, is written only if that is recorded.
    async fn expect(
        &self,
        form: &OrderForm,
        expectation: &Expectation,
    ) -> Result<ExpectResult, Error>;

    /// Keeps the page of an order.
    async fn keep_page(&self, id: &str, page: SnapPage) -> Result<(), Error>;

    /// Returns an order; `None` for an unknown id.
    async fn order(&self, id: &str) -> Result<Option<StoredOrder>, Error>;

    /// Makes the worker ask the gateway about an order, no later than `when`.
    async fn ask_by(&self, id: &str, when: SystemTime) -> Result<(), Error>;

    /// Stores a notification. After this the gateway may forget it.
    async fn accept(&self, notification: &Notification) -> Result<Accepted, Error>;

    /// Returns the state of the inbox in numbers.
    async fn snapshot(&self) -> Result<Snapshot, Error>;

    /// Forgets the personal data of notifications that came before `before`.
    async fn prune(&self, before: SystemTime) -> Result<u64, Error>;

    /// Runs the worker until it is told to stop.
    async fn work(&self, config: WorkerConfig, stopped: Receiver<()>) -> Result<(), Error>;

    /// Does once what is due. Returns how much that was.
    #[cfg(test)]
    async fn round(&self, config: WorkerConfig) -> Result<usize, Error>;
}
