//! The store in SQLite: a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use midtrans_axum::protocol::{Charge, Notification};
use midtrans_inbox::{
    Accepted, Again, Change, Charged, ExpectResult, Expectation, Outcome, Snapshot,
};
use midtrans_inbox_sqlite::{
    ChargeRequest, GroupWriter, Stop, Worker, ask_by, charge_with, expect_in, history, migrate,
    prune, snapshot, tune,
};
use midtrans_reqwest::midtrans_transport::CallOptions;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::runtime::Handle;
use tokio::sync::oneshot::Receiver;
use tokio::task::spawn_blocking;

use crate::cart::OrderForm;
use crate::orders::SnapPage;
use crate::shop::Client;
use crate::store::{Error, Store, StoredOrder};
use crate::worker::WorkerConfig;

const TABLES: &str = "CREATE TABLE IF NOT EXISTS demo_order (
    id TEXT PRIMARY KEY, form TEXT NOT NULL, payment TEXT NOT NULL, shipped INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS demo_page (id TEXT PRIMARY KEY, token TEXT NOT NULL, url TEXT NOT NULL) STRICT";

/// Stores a new order, or replaces one that ended without money.
const INSERT: &str = "INSERT INTO demo_order VALUES (?1, ?2, 'open', 0)
    ON CONFLICT (id) DO UPDATE SET form = excluded.form, payment = 'open'";

pub(crate) struct Sqlite {
    file: PathBuf,
    connection: Arc<Mutex<Connection>>,
    writer: GroupWriter,
    /// Dropped last, when no connection has the file open any more.
    _temporary: Option<Temporary>,
}

impl Sqlite {
    pub(crate) fn open(file: &Path) -> Result<Self, Error> {
        let mut connection = connect(file)?;
        migrate(&mut connection)?;
        connection.execute_batch(TABLES)?;
        let writer = GroupWriter::start(connect(file)?)?;
        Ok(Self {
            file: file.to_owned(),
            connection: Arc::new(Mutex::new(connection)),
            writer,
            _temporary: None,
        })
    }

    /// A store that is gone when it is dropped.
    pub(crate) fn temporary(name: &str) -> Result<Self, Error> {
        let file = Temporary(
            std::env::temp_dir().join(format!("midtrans-{name}-{}.db", std::process::id())),
        );
        // What an earlier process of this number may have left.
        file.remove();
        let mut store = Self::open(&file.0)?;
        store._temporary = Some(file);
        Ok(store)
    }

    /// SQLite blocks, so its callers get a thread of their own.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let connection = Arc::clone(&self.connection);
        spawn_blocking(move || work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner)))
            .await?
    }
}

fn connect(file: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(file)?;
    tune(&connection)?;
    Ok(connection)
}

/// Acts on a change. It is one commit with the inbox's own, so it happens once.
///
/// Payment and shipping are columns of their own: a refund of a part changes nothing about what is
/// to be shipped.
fn changed(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    transaction
        .execute(
            "UPDATE demo_order SET payment = ?2, shipped = shipped + ?3 WHERE id = ?1",
            params![
                change.order_id.as_str(),
                change.outcome.as_str(),
                change.outcome == Outcome::Paid
            ],
        )
        .map(drop)
}

fn worker(config: WorkerConfig) -> Worker {
    let (observer, runtime) = (config.observer(), Handle::current());
    Worker::asking(config.policy, move |question, options| {
        runtime.block_on(config.client.send_with(question, options))
    })
    .with_settings(config.settings)
    .with_clock(move || SystemTime::now() + config.clock_ahead)
    .with_observer(observer)
}

#[async_trait]
impl Store for Sqlite {
    async fn charge(
        &self,
        client: &Client,
        form: &OrderForm,
        charge: &Charge,
        again: Again,
    ) -> Result<Charged, Error> {
        let (client, row, charge) = (client.clone(), serde_json::to_string(form)?, charge.clone());
        let (id, file, runtime) = (form.order_id.clone(), self.file.clone(), Handle::current());
        // A connection of its own: the gateway may take its time.
        let charged = move || {
            let mut request =
                ChargeRequest::new(&charge, client.idempotency_key()?, SystemTime::now());
            request.again = again;
            let insert =
                |transaction: &Transaction<'_>| transaction.execute(INSERT, [id, row]).map(drop);
            let send = |charge: &Charge, options: &CallOptions| {
                runtime.block_on(client.send_with(charge, options))
            };
            Ok(charge_with(&mut connect(&file)?, request, insert, send)?)
        };
        spawn_blocking(charged).await?
    }

    async fn expect(
        &self,
        form: &OrderForm,
        expectation: &Expectation,
    ) -> Result<ExpectResult, Error> {
        let (id, row) = (form.order_id.clone(), serde_json::to_string(form)?);
        let expectation = expectation.clone();
        self.with(move |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = expect_in(&transaction, &expectation, SystemTime::now())?;
            if result == ExpectResult::Recorded {
                transaction.execute("DELETE FROM demo_page WHERE id = ?1", [&id])?;
                transaction.execute(INSERT, [id, row])?;
            }
            transaction.commit()?;
            Ok(result)
        })
        .await
    }

    async fn keep_page(&self, id: &str, page: SnapPage) -> Result<(), Error> {
        let row = [id.to_owned(), page.token, page.url];
        self.with(move |connection| {
            connection.execute("INSERT OR REPLACE INTO demo_page VALUES (?1, ?2, ?3)", row)?;
            Ok(())
        })
        .await
    }

    async fn order(&self, id: &str) -> Result<Option<StoredOrder>, Error> {
        let id = id.to_owned();
        self.with(move |connection| {
            let sql = "SELECT form, payment, shipped FROM demo_order WHERE id = ?1";
            let row = connection
                .query_row(sql, [&id], |row| <(String, String, u32)>::try_from(row))
                .optional()?;
            let sql = "SELECT token, url FROM demo_page WHERE id = ?1";
            let page = connection
                .query_row(sql, [&id], |row| <(String, String)>::try_from(row))
                .optional()?;
            let Some((form, payment, shipped)) = row else {
                return Ok(None);
            };
            Ok(Some(StoredOrder {
                form,
                payment,
                shipped,
                page: page.map(|(token, url)| SnapPage { token, url }),
                history: history(connection, &id)?,
            }))
        })
        .await
    }

    async fn ask_by(&self, id: &str, when: SystemTime) -> Result<(), Error> {
        let id = id.to_owned();
        self.with(move |connection| Ok(ask_by(connection, &id, when)?))
            .await
    }

    async fn accept(&self, notification: &Notification) -> Result<Accepted, Error> {
        Ok(self.writer.accept(notification, SystemTime::now()).await?)
    }

    async fn snapshot(&self) -> Result<Snapshot, Error> {
        self.with(|connection| Ok(snapshot(connection, SystemTime::now())?))
            .await
    }

    async fn prune(&self, before: SystemTime) -> Result<u64, Error> {
        self.with(move |connection| Ok(prune(connection, before)?))
            .await
    }

    async fn work(&self, config: WorkerConfig, stopped: Receiver<()>) -> Result<(), Error> {
        let (worker, mut connection, stop) = (worker(config), connect(&self.file)?, Stop::new());
        let told = stop.clone();
        let working = spawn_blocking(move || worker.run(&mut connection, &told, changed));
        // Nothing is ever sent: the other end is dropped.
        let _ = stopped.await;
        stop.stop();
        Ok(working.await?)
    }

    #[cfg(test)]
    async fn round(&self, config: WorkerConfig) -> Result<usize, Error> {
        let (worker, mut connection) = (worker(config), connect(&self.file)?);
        spawn_blocking(move || Ok(worker.round(&mut connection, &Stop::new(), changed)?)).await?
    }
}

/// A database file that is removed when it is dropped.
struct Temporary(PathBuf);

impl Temporary {
    fn remove(&self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            // Not there is fine.
            let _ = fs::remove_file(path);
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        self.remove();
    }
}
