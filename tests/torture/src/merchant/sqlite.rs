//! The merchant on SQLite: one writer for the webhook, and workers with connections of their own.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use midtrans_inbox::Change;
use midtrans_inbox::protocol::Notification;
use midtrans_inbox_sqlite::{GroupWriter, Stop, Worker, migrate, snapshot, tune};
use midtrans_transport::BlockingClient;
use midtrans_ureq::UreqTransport;
use rusqlite::{Connection, Transaction, params};

use super::{Shop, Task, account, effects, policy, random_failure, settings};
use crate::failure::{Failure, failed};
use crate::store::Store;

pub(crate) struct SqliteShop {
    writer: GroupWriter,
    path: PathBuf,
}

pub(crate) fn open(task: &Task) -> Result<SqliteShop, Failure> {
    let Store::Sqlite { path } = &task.store else {
        return Err(Failure("no SQLite".to_owned()));
    };
    let mut connection = connect(path)?;
    migrate(&mut connection).map_err(failed("migrating"))?;
    let writer = GroupWriter::start(connection).map_err(failed("the writer"))?;
    for _ in 0..task.workers {
        let (task, path) = (task.clone(), path.clone());
        thread::spawn(move || {
            if let Err(failure) = work(&task, &path) {
                eprintln!("a worker ended: {failure}");
            }
        });
    }
    Ok(SqliteShop {
        writer,
        path: path.clone(),
    })
}

pub(crate) fn connect(path: &Path) -> Result<Connection, Failure> {
    let connection = Connection::open(path).map_err(failed("opening the database"))?;
    tune(&connection).map_err(failed("setting the database up"))?;
    Ok(connection)
}

fn work(task: &Task, path: &Path) -> Result<(), Failure> {
    let merchant = account(&task.gateway)?;
    let (policy, client) = (
        policy(&merchant),
        BlockingClient::new(
            UreqTransport::new().map_err(failed("the client"))?,
            merchant,
        ),
    );
    let worker = Worker::new(client)
        .with_policy(policy)
        .with_settings(settings());
    let mut connection = connect(path)?;
    worker.run(&mut connection, &Stop::new(), |transaction, change| {
        act(transaction, change)?;
        random_failure()
    });
    Ok(())
}

/// The shop's handler, in the inbox's transaction.
pub(crate) fn act(transaction: &Transaction<'_>, change: &Change) -> Result<(), Failure> {
    for effect in effects(change) {
        let sql = "INSERT INTO effects (order_id, kind, detail) VALUES (?1, ?2, ?3)";
        let row = params![change.order_id.as_str(), effect.kind, effect.detail];
        transaction
            .execute(sql, row)
            .map_err(failed("the shop's own table"))?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl Shop for SqliteShop {
    async fn accept(&self, notification: Notification) -> Result<(), Failure> {
        self.writer
            .accept(&notification, SystemTime::now())
            .await
            .map(drop)
            .map_err(failed("storing"))
    }

    async fn snapshot(&self) -> Result<String, Failure> {
        let connection = connect(&self.path)?;
        Ok(snapshot(&connection, SystemTime::now())
            .map_err(failed("a snapshot"))?
            .to_string())
    }

    async fn ask_now(&self) -> Result<(), Failure> {
        let sql = "UPDATE midtrans_order SET check_at = 0 WHERE check_at IS NOT NULL";
        connect(&self.path)?
            .execute(sql, [])
            .map(drop)
            .map_err(failed("asking"))
    }
}
