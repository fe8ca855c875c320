//! A running inbox in a SQLite file.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::SystemTime;

use midtrans_inbox::{Accepted, Error, ExpectResult, Expectation, History, Snapshot};
use midtrans_inbox_sqlite::{self as inbox, GroupWriter, Stop, Worker};
use midtrans_protocol::Notification;
use midtrans_ureq::{Client, UreqTransport};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use super::Setup;
use super::service::RunningWorker;
use crate::commands::inbox::sqlite::{changes_stored, has_tables};
use crate::commands::inbox::store::{broken, no_inbox};
use crate::failure::Failure;

/// The connections of a running inbox: one each for the webhook and the worker, and these.
pub(super) struct Files {
    path: String,
    writer: GroupWriter,
    orders: Shared,
    /// Counts on a connection of its own: that takes long where there is much, and reads only.
    counts: Shared,
}

type Shared = Arc<Mutex<Connection>>;

impl Files {
    pub(super) fn start(path: &str, setup: Setup) -> Result<(Self, RunningWorker), Failure> {
        let mut connection = open(path, setup.migrates)?;
        if setup.migrates {
            inbox::migrate(&mut connection).map_err(|error| broken(&error))?;
        } else if !has_tables(&connection)? {
            return Err(no_inbox());
        }
        let another = || open(path, false).map(|connection| Arc::new(Mutex::new(connection)));
        let writer = GroupWriter::start(open(path, false)?).map_err(|error| broken(&error))?;
        let files = Self {
            path: path.to_owned(),
            writer,
            orders: another()?,
            counts: another()?,
        };
        Ok((files, work(connection, setup)?))
    }

    pub(super) async fn accept(
        &self,
        notification: &Notification,
        now: SystemTime,
    ) -> Result<Accepted, Error> {
        self.writer.accept(notification, now).await
    }

    pub(super) async fn expect(&self, expectation: Expectation) -> Result<ExpectResult, Error> {
        on(&self.orders, move |connection| {
            let transaction = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(failed)?;
            let result = inbox::expect_in(&transaction, &expectation, SystemTime::now())?;
            transaction.commit().map_err(failed)?;
            Ok(result)
        })
        .await
    }

    pub(super) async fn history(&self, order: String) -> Result<History, Error> {
        on(&self.orders, move |connection| {
            inbox::history(connection, &order)
        })
        .await
    }

    pub(super) async fn ask(&self, order: String) -> Result<(), Error> {
        on(&self.orders, move |connection| {
            inbox::ask_by(connection, &order, SystemTime::now())
        })
        .await
    }

    pub(super) async fn snapshot(&self) -> Result<(Snapshot, Option<u64>), Error> {
        on(&self.counts, |connection| {
            let stored = changes_stored(connection).map_err(failed)?;
            Ok((
                inbox::snapshot(connection, SystemTime::now())?,
                Some(stored),
            ))
        })
        .await
    }

    pub(super) async fn check(&self) -> Result<(), Error> {
        on(&self.orders, |connection| {
            connection
                .query_row("SELECT version FROM midtrans_schema", [], |_| Ok(()))
                .map_err(failed)
        })
        .await
    }

    /// Runs on a connection of its own, because it takes long and lets others write in between.
    pub(super) async fn prune(&self, before: SystemTime) -> Result<u64, Error> {
        let path = self.path.clone();
        let pruned = spawn_blocking(move || {
            let connection = Connection::open(path).map_err(failed)?;
            inbox::tune(&connection)?;
            inbox::prune(&connection, before)
        });
        pruned.await.unwrap_or_else(|_| Err(Error::closed()))
    }
}

/// Opens the file, and creates it where it may.
fn open(path: &str, may_create: bool) -> Result<Connection, Failure> {
    if !may_create && !std::path::Path::new(path).is_file() {
        return Err(Failure::usage(format!("there is no file {path}")));
    }
    let connection = Connection::open(path).map_err(|error| broken(&error))?;
    inbox::tune(&connection).map_err(|error| broken(&error))?;
    Ok(connection)
}

fn work(mut connection: Connection, setup: Setup) -> Result<RunningWorker, Failure> {
    let stop = Stop::new();
    let (done, ended) = oneshot::channel();
    let journal = setup.journal;
    let worker = Worker::new(Client::new(UreqTransport::new()?, setup.merchant))
        .with_policy(setup.policy)
        .with_settings(setup.settings)
        .with_observer(move |event| journal.event(event));
    let stats = worker.stats();
    let at_stop = stop.clone();
    thread::Builder::new()
        .name("midtrans-worker".to_owned())
        .spawn(move || {
            worker.run_without_handler(&mut connection, &stop);
            // Dropped without this where it has panicked, which is an end, too.
            let _ = done.send(());
        })
        .map_err(|error| broken(&error))?;
    Ok(RunningWorker {
        stats,
        stop: Box::new(move || at_stop.stop()),
        ended,
    })
}

async fn on<R: Send + 'static>(
    connection: &Shared,
    work: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
) -> Result<R, Error> {
    let connection = Arc::clone(connection);
    let worked = spawn_blocking(move || {
        // A panic inside a transaction has rolled it back.
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut connection)
    });
    worked.await.unwrap_or_else(|_| Err(Error::closed()))
}

fn failed(error: rusqlite::Error) -> Error {
    Error::failed_by("the inbox's database failed", error)
}
