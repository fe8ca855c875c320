//! The work of a running inbox, over either store.

use std::sync::Arc;
use std::time::SystemTime;

use midtrans_inbox::{Accepted, Error, ExpectResult, Expectation, History, Snapshot, Stats};
use midtrans_protocol::Notification;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_ureq::{Client, UreqTransport};
use tokio::sync::oneshot;

use super::Setup;
#[cfg(feature = "postgres")]
use super::postgres::Server;
#[cfg(feature = "sqlite")]
use super::sqlite::Files;
use crate::commands::inbox::place::{Kind, Place};
use crate::failure::Failure;

/// The inbox behind the HTTP interface.
pub(super) struct Service {
    store: Store,
    /// Makes idempotency keys.
    client: Client,
}

enum Store {
    #[cfg(feature = "sqlite")]
    Sqlite(Arc<Files>),
    #[cfg(feature = "postgres")]
    Postgres(Server),
}

/// The handle of a running worker.
pub(super) struct RunningWorker {
    pub(super) stats: Arc<Stats>,
    /// Stops the worker after the orders that it has begun.
    pub(super) stop: Box<dyn FnOnce() + Send>,
    /// Ready when the worker has ended, for whatever reason.
    pub(super) ended: oneshot::Receiver<()>,
}

/// Opens the store, makes its tables and starts its worker.
pub(super) async fn start(
    place: &Place,
    setup: Setup,
) -> Result<(Service, RunningWorker), Failure> {
    let client = Client::new(UreqTransport::new()?, setup.merchant.clone());
    let (store, worker) = match place.kind {
        #[cfg(feature = "sqlite")]
        Kind::Sqlite => {
            let (files, worker) = Files::start(&place.address, setup)?;
            (Store::Sqlite(Arc::new(files)), worker)
        }
        #[cfg(feature = "postgres")]
        Kind::Postgres => {
            let (server, worker) = Server::start(&place.address, setup).await?;
            (Store::Postgres(server), worker)
        }
    };
    Ok((Service { store, client }, worker))
}

impl Service {
    pub(super) async fn accept(&self, notification: Notification) -> Result<Accepted, Error> {
        let now = SystemTime::now();
        match &self.store {
            #[cfg(feature = "sqlite")]
            Store::Sqlite(files) => files.accept(&notification, now).await,
            #[cfg(feature = "postgres")]
            Store::Postgres(server) => server.inbox.accept(&notification, now).await,
        }
    }

    pub(super) async fn expect(&self, expectation: Expectation) -> Result<ExpectResult, Error> {
        match &self.store {
            #[cfg(feature = "sqlite")]
            Store::Sqlite(files) => files.expect(expectation).await,
            #[cfg(feature = "postgres")]
            Store::Postgres(server) => server.expect(expectation).await,
        }
    }

    pub(super) async fn history(&self, order: String) -> Result<History, Error> {
        match &self.store {
            #[cfg(feature = "sqlite")]
            Store::Sqlite(files) => files.history(order).await,
            #[cfg(feature = "postgres")]
            Store::Postgres(server) => server.inbox.history(&order).await,
        }
    }

    /// Makes the worker ask the gateway about an order now.
    pub(super) async fn ask(&self, order: String) -> Result<(), Error> {
        match &self.store {
            #[cfg(feature = "sqlite")]
            Store::Sqlite(files) => files.ask(order).await,
            #[cfg(feature = "postgres")]
            Store::Postgres(server) => server.inbox.ask_by(&order, SystemTime::now()).await,
        }
    }

    /// The counts, and how many changes were ever stored where that may be seen.
    pub(super) async fn snapshot(&self) -> Result<(Snapshot, Option<u64>), Error> {
        match &self.store {
            #[cfg(feature = "sqlite")]
            Store::Sqlite(files) => files.snapshot().await,
            #[cfg(feature = "postgres")]
            Store::Postgres(server) => server.snapshot().await,
        }
    }

    /// Checks that the database answers and has the tables.
    pub(super) async fn check(&self) -> Result<(), Error> {
        match &self.store {
            #[cfg(feature = "sqlite")]
            Store::Sqlite(files) => files.check().await,
            #[cfg(feature = "postgres")]
            Store::Postgres(server) => server.check().await,
        }
    }

    pub(super) async fn prune(&self, before: SystemTime) -> Result<u64, Error> {
        match &self.store {
            #[cfg(feature = "sqlite")]
            Store::Sqlite(files) => files.prune(before).await,
            #[cfg(feature = "postgres")]
            Store::Postgres(server) => server.inbox.prune(before).await,
        }
    }

    pub(super) fn idempotency_key(&self) -> std::io::Result<IdempotencyKey> {
        self.client.idempotency_key()
    }
}
