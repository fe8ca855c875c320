//! The shop's books: its orders, and the inbox of what the gateway says about them, in one database.
//!
//! A shop of your own has one database and needs no trait: take what is in `sqlite.rs` or in `postgres.rs`.

use std::error::Error;
use std::time::SystemTime;

use async_trait::async_trait;
use midtrans_axum::protocol::{Notification, RedirectUrl};
use midtrans_inbox::{Accepted, Expectation, Expecting, Snapshot};
use tokio::sync::oneshot::Receiver;

use crate::cart::OrderForm;
use crate::orders::Order;
use crate::worker::Desk;

/// The books could not be read or written.
pub(crate) type Trouble = Box<dyn Error + Send + Sync>;

#[async_trait]
pub(crate) trait Books: Send + Sync {
    /// Writes an order down, and in the same commit what is expected of its payment. One that may not be charged (again)
    /// stays as it is.
    async fn place(&self, form: &OrderForm, expectation: &Expectation) -> Result<Expecting, Trouble>;

    /// An order, if there is one.
    async fn order(&self, id: &str) -> Result<Option<Order>, Trouble>;

    /// Notes where the customer pays. Only the charge's reply knows that.
    async fn note_pay_page(&self, id: &str, page: &RedirectUrl) -> Result<(), Trouble>;

    /// Notes that the gateway refused the charge.
    async fn note_refusal(&self, id: &str) -> Result<(), Trouble>;

    /// Has the worker ask the gateway about an order no later than then.
    async fn ask_by(&self, id: &str, when: SystemTime) -> Result<(), Trouble>;

    /// Stores what the gateway notified. When this is done, the gateway may forget it.
    async fn accept(&self, notification: &Notification) -> Result<Accepted, Trouble>;

    /// How it is going.
    async fn snapshot(&self) -> Result<Snapshot, Trouble>;

    /// Acts on what the gateway says, until it is told to stop.
    async fn work(&self, desk: Desk, stopped: Receiver<()>) -> Result<(), Trouble>;

    /// Acts on what is there, once. Returns how many orders that were.
    #[cfg(test)]
    async fn round(&self, desk: Desk) -> Result<usize, Trouble>;
}
