//! The shop's worker: what it works with, what it says, and how it is stopped.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use midtrans_axum::protocol::Merchant;
use midtrans_inbox::{Event, Policy, Settings};
use midtrans_reqwest::midtrans_transport::AsyncTransport;
use tokio::sync::oneshot::{self, Sender};
use tokio::task::JoinHandle;

use crate::books::{Books, Trouble};
use crate::journal::{Journal, Way};

/// What a worker works with.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) transport: Arc<dyn AsyncTransport>,
    pub(crate) merchant: Merchant,
    pub(crate) policy: Policy,
    pub(crate) settings: Settings,
    pub(crate) clock: fn() -> SystemTime,
    pub(crate) journal: Journal,
}

impl Desk {
    pub(crate) fn new(transport: Arc<dyn AsyncTransport>, merchant: Merchant, journal: Journal) -> Self {
        let policy = Policy::new(merchant.server_key().clone());
        let mut settings = Settings::default();
        // Whoever tries the shop looks on. In a real one nobody does, and half a second is as good.
        settings.idle = Duration::from_millis(50);
        Self { transport, merchant, policy, settings, clock: SystemTime::now, journal }
    }

    /// Notes what the worker does.
    pub(crate) fn observer(&self) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
        let journal = self.journal.clone();
        move |event| match event {
            Event::Acted { order_id, outcome } => journal.acted(order_id, *outcome),
            Event::GivenBack { order_id, why, .. } => {
                journal.say(Way::Worker, format!("{order_id} is left for later: {why}"))
            }
            Event::Dead { order_id, why } => journal.say(Way::Worker, format!("{order_id} needs a person: {why}")),
            Event::StoreFailed { error } => journal.say(Way::Worker, format!("{error}")),
            _ => {}
        }
    }
}

/// A worker at work. Dropped, it stops too, but nobody waits for it.
pub(crate) struct Working {
    stop: Sender<()>,
    task: JoinHandle<Result<(), Trouble>>,
}

impl Working {
    pub(crate) fn start(books: Arc<dyn Books>, desk: Desk) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { stop, task: tokio::spawn(async move { books.work(desk, stopped).await }) }
    }

    /// Lets it end what it is at.
    pub(crate) async fn stop(self) -> Result<(), Trouble> {
        drop(self.stop);
        self.task.await?
    }
}
