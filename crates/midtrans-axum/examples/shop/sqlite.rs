//! The books in SQLite: a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::SystemTime;

use async_trait::async_trait;
use midtrans_axum::protocol::{Notification, RedirectUrl};
use midtrans_inbox::{Accepted, Change, Expectation, Expecting, Outcome, Snapshot};
use midtrans_inbox_sqlite::{
    GroupWriter, HandlerError, Stop, Worker, ask_by, expect, history, migrate, snapshot, tune,
};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::sync::oneshot::{self, Receiver};
use tokio::task::spawn_blocking;

use crate::blocking::Blocking;
use crate::books::{Books, Trouble};
use crate::cart::OrderForm;
use crate::orders::Order;
use crate::worker::Desk;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS demo_order (
    id TEXT PRIMARY KEY, form TEXT NOT NULL, payment TEXT NOT NULL, pay_page TEXT, shipped INTEGER NOT NULL) STRICT";

pub(crate) struct Sqlite {
    file: PathBuf,
    connection: Arc<Mutex<Connection>>,
    writer: GroupWriter,
    /// Dropped last, when nobody has the file open any more.
    _temporary: Option<Temporary>,
}

impl Sqlite {
    pub(crate) fn open(file: &Path) -> Result<Self, Trouble> {
        let mut connection = connect(file)?;
        migrate(&mut connection)?;
        connection.execute_batch(TABLE)?;
        let writer = GroupWriter::start(connect(file)?)?;
        Ok(Self { file: file.to_owned(), connection: Arc::new(Mutex::new(connection)), writer, _temporary: None })
    }

    /// Books that are gone when they are dropped.
    pub(crate) fn temporary(name: &str) -> Result<Self, Trouble> {
        let file = Temporary(std::env::temp_dir().join(format!("midtrans-{name}-{}.db", std::process::id())));
        // What an earlier process of this number may have left.
        file.remove();
        let mut books = Self::open(&file.0)?;
        books._temporary = Some(file);
        Ok(books)
    }

    /// SQLite blocks, so its callers get a thread of their own.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let connection = Arc::clone(&self.connection);
        spawn_blocking(move || work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner))).await?
    }
}

fn connect(file: &Path) -> Result<Connection, Trouble> {
    let connection = Connection::open(file)?;
    tune(&connection)?;
    Ok(connection)
}

/// Everything that the shop does when something has become of an order. It is one commit with the inbox's own, so it happens
/// once.
fn changed(transaction: &Transaction<'_>, change: &Change) -> Result<(), HandlerError> {
    transaction.execute(
        "UPDATE demo_order SET payment = ?2, shipped = shipped + ?3 WHERE id = ?1",
        params![change.order_id.as_str(), change.outcome.as_str(), change.outcome == Outcome::Paid],
    )?;
    Ok(())
}

fn worker(desk: Desk) -> Worker<Blocking> {
    Worker::new(Blocking::client(&desk.transport, desk.merchant.clone()))
        .with_policy(desk.policy.clone())
        .with_settings(desk.settings)
        .with_clock(desk.clock)
        .with_observer(desk.observer())
}

#[async_trait]
impl Books for Sqlite {
    async fn place(&self, form: &OrderForm, expectation: &Expectation) -> Result<Expecting, Trouble> {
        let (form, expectation) = (serde_json::to_string(form)?, expectation.clone());
        self.with(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let expecting = expect(&transaction, &expectation, SystemTime::now())?;
            if expecting == Expecting::Recorded {
                transaction.execute(
                    "INSERT INTO demo_order VALUES (?1, ?2, 'open', NULL, 0) ON CONFLICT (id)
                     DO UPDATE SET form = excluded.form, payment = 'open', pay_page = NULL",
                    params![expectation.order_id.as_str(), form],
                )?;
            }
            transaction.commit()?;
            Ok(expecting)
        })
        .await
    }

    async fn order(&self, id: &str) -> Result<Option<Order>, Trouble> {
        let id = id.to_owned();
        self.with(move |connection| {
            let sql = "SELECT form, payment, pay_page, shipped FROM demo_order WHERE id = ?1";
            let row = connection.query_row(sql, [&id], |row| <(String, String, _, _)>::try_from(row)).optional()?;
            let Some((form, payment, pay_page, shipped)) = row else { return Ok(None) };
            Order::read(&form, &payment, pay_page, shipped, &history(connection, &id)?).map(Some)
        })
        .await
    }

    async fn note_pay_page(&self, id: &str, page: &RedirectUrl) -> Result<(), Trouble> {
        let (id, page) = (id.to_owned(), page.as_str().to_owned());
        self.with(move |connection| {
            connection.execute("UPDATE demo_order SET pay_page = ?2 WHERE id = ?1", [id, page])?;
            Ok(())
        })
        .await
    }

    async fn note_refusal(&self, id: &str) -> Result<(), Trouble> {
        let id = id.to_owned();
        self.with(move |connection| {
            connection.execute("UPDATE demo_order SET payment = 'refused' WHERE id = ?1 AND payment = 'open'", [id])?;
            Ok(())
        })
        .await
    }

    async fn ask_by(&self, id: &str, when: SystemTime) -> Result<(), Trouble> {
        let id = id.to_owned();
        self.with(move |connection| Ok(ask_by(connection, &id, when)?)).await
    }

    async fn accept(&self, notification: &Notification) -> Result<Accepted, Trouble> {
        Ok(self.writer.accept(notification, SystemTime::now()).await?)
    }

    async fn snapshot(&self) -> Result<Snapshot, Trouble> {
        self.with(|connection| Ok(snapshot(connection, SystemTime::now())?)).await
    }

    async fn work(&self, desk: Desk, stopped: Receiver<()>) -> Result<(), Trouble> {
        let (worker, mut connection) = (worker(desk), connect(&self.file)?);
        let (stop, (ended, has_ended)) = (Stop::new(), oneshot::channel::<()>());
        let told = stop.clone();
        thread::Builder::new().name("worker".to_owned()).spawn(move || {
            worker.run(&mut connection, &told, changed);
            drop(ended);
        })?;
        // Nothing is ever sent: the other end is dropped.
        let _ = stopped.await;
        stop.stop();
        let _ = has_ended.await;
        Ok(())
    }

    #[cfg(test)]
    async fn round(&self, desk: Desk) -> Result<usize, Trouble> {
        let (worker, mut connection) = (worker(desk), connect(&self.file)?);
        spawn_blocking(move || Ok(worker.round(&mut connection, &Stop::new(), changed)?)).await?
    }
}

/// A database file that goes with its owner.
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
