//! The shop's worker: its settings, its events, and how it is stopped.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use midtrans_inbox::{Event, Policy, WorkerSettings};
use tokio::sync::oneshot::{self, Sender};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::journal::{Journal, Way};
use crate::shop::Client;
use crate::store::{Error, Store};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// The client and the settings of a worker.
#[derive(Clone)]
pub(crate) struct WorkerConfig {
    pub(crate) client: Client,
    pub(crate) policy: Policy,
    pub(crate) settings: WorkerSettings,
    /// The time by which the worker's clock is ahead: tests look at later moments.
    pub(crate) clock_ahead: Duration,
    pub(crate) journal: Journal,
}

impl WorkerConfig {
    pub(crate) fn new(client: Client, journal: Journal) -> Self {
        let policy = Policy::new(client.merchant().server_key().clone());
        Self {
            client,
            policy,
            settings: WorkerSettings::default(),
            clock_ahead: Duration::ZERO,
            journal,
        }
    }

    /// Records what the worker does.
    pub(crate) fn observer(&self) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
        let journal = self.journal.clone();
        move |event| match event {
            Event::Acted { order_id, outcome } => journal.acted(order_id, *outcome),
            event => journal.say(Way::Worker, event.to_string()),
        }
    }
}

/// A running worker. Dropping it stops it too, without waiting for its end.
pub(crate) struct RunningWorker {
    stop: Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

impl RunningWorker {
    pub(crate) fn start(store: Arc<dyn Store>, config: WorkerConfig) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self {
            stop,
            task: tokio::spawn(async move { store.work(config, stopped).await }),
        }
    }

    /// Stops the worker, and waits until it has finished the work that it began.
    pub(crate) async fn stop(self) -> Result<(), Error> {
        drop(self.stop);
        self.task.await?
    }
}

/// Forgets personal data that is older than ninety days, once a day.
pub(crate) async fn prune_daily(store: &dyn Store, journal: &Journal) {
    loop {
        match store.prune(SystemTime::now() - 90 * DAY).await {
            Ok(0) => {}
            Ok(count) => journal.say(
                Way::Worker,
                format!("the bodies of {count} old notifications are forgotten"),
            ),
            Err(error) => journal.say(
                Way::Worker,
                format!("old notifications cannot be pruned: {error}"),
            ),
        }
        sleep(DAY).await;
    }
}
