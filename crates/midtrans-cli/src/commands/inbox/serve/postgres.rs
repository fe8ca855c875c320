//! A running inbox in a PostgreSQL database.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use midtrans_inbox::{Error, ExpectResult, Expectation, Snapshot};
use midtrans_inbox_postgres::{Inbox, Worker, expect_in};
use midtrans_transport::{
    AsyncClient, AsyncTransport, BlockingTransport, Limits, Reach, Request, Response,
    TransportError, TransportErrorKind,
};
use midtrans_ureq::UreqTransport;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use super::Setup;
use super::service::RunningWorker;
use crate::commands::inbox::postgres::{changes_stored, has_tables, options, unreachable};
use crate::commands::inbox::store::{broken, no_inbox};
use crate::failure::Failure;

/// The longest time that a request waits for a connection.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Server {
    pub(super) inbox: Inbox,
    /// Serves the queries that are not the inbox's own: the transaction of an expectation, and the
    /// last number of the changes.
    pool: PgPool,
}

impl Server {
    pub(super) async fn start(url: &str, setup: Setup) -> Result<(Self, RunningWorker), Failure> {
        let options = options(url)?;
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .acquire_timeout(TIMEOUT);
        let pool = pool
            .connect_with(options.clone())
            .await
            .map_err(|error| unreachable(broken(&error)))?;
        let inbox = Inbox::open(options);
        if setup.migrates {
            inbox.migrate().await.map_err(|error| broken(&error))?;
        } else {
            let mut connection = pool.acquire().await.map_err(|error| broken(&error))?;
            if !has_tables(&mut connection)
                .await
                .map_err(|error| broken(&error))?
            {
                return Err(no_inbox());
            }
        }
        let worker = work(inbox.clone(), setup)?;
        Ok((Self { inbox, pool }, worker))
    }

    /// Runs in a task of its own: a caller that hangs up does not end it in the middle of a
    /// transaction.
    pub(super) async fn expect(&self, expectation: Expectation) -> Result<ExpectResult, Error> {
        let pool = self.pool.clone();
        let expecting = tokio::spawn(async move {
            let mut transaction = pool.begin().await.map_err(failed)?;
            let result = expect_in(&mut transaction, &expectation, SystemTime::now()).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(result)
        });
        expecting.await.unwrap_or_else(|_| Err(Error::closed()))
    }

    pub(super) async fn snapshot(&self) -> Result<(Snapshot, Option<u64>), Error> {
        let mut connection = self.pool.acquire().await.map_err(failed)?;
        let stored = changes_stored(&mut connection).await.map_err(failed)?;
        drop(connection);
        Ok((self.inbox.snapshot(SystemTime::now()).await?, stored))
    }

    pub(super) async fn check(&self) -> Result<(), Error> {
        let checked = sqlx::query("SELECT version FROM midtrans_schema")
            .fetch_one(&self.pool)
            .await;
        checked.map(drop).map_err(failed)
    }
}

fn work(inbox: Inbox, setup: Setup) -> Result<RunningWorker, Failure> {
    let (stop, stopped) = oneshot::channel::<()>();
    let (done, ended) = oneshot::channel();
    let journal = setup.journal;
    let worker = Worker::new(
        inbox,
        AsyncClient::new(Threads(Arc::new(UreqTransport::new()?)), setup.merchant),
    )
    .with_policy(setup.policy)
    .with_settings(setup.settings)
    .with_observer(move |event| journal.event(event));
    let stats = worker.stats();
    tokio::spawn(async move {
        // A stop that is dropped is one, too.
        worker
            .run_without_handler(async { drop(stopped.await) })
            .await;
        // Dropped without this where it has panicked, which is an end, too.
        let _ = done.send(());
    });
    let stop = move || {
        // A worker that has ended hears nothing.
        let _ = stop.send(());
    };
    Ok(RunningWorker {
        stats,
        stop: Box::new(stop),
        ended,
    })
}

/// The program's blocking HTTP client for an async worker: each question blocks a thread of the
/// runtime's pool. So the program has one HTTP client and not two.
struct Threads(Arc<UreqTransport>);

#[async_trait]
impl AsyncTransport for Threads {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let transport = Arc::clone(&self.0);
        let sent = spawn_blocking(move || transport.send(request, limits)).await;
        sent.unwrap_or_else(|error| {
            Err(TransportError::new(TransportErrorKind::Broken, Reach::Unknown).with_source(error))
        })
    }

    async fn pause(&self, pause: Duration) {
        tokio::time::sleep(pause).await;
    }
}

fn failed(error: sqlx::Error) -> Error {
    Error::failed_by("the inbox's database failed", error)
}
