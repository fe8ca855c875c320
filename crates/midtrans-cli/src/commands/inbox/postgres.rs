//! An inbox in a PostgreSQL database.

use std::time::{Duration, SystemTime};

use midtrans_inbox::{DeadLetter, History, Snapshot};
use midtrans_inbox_postgres as inbox;
use sqlx::{Connection, PgConnection};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::store::{Store, broken, no_inbox};
use crate::failure::Failure;
use crate::progress::Waiting;

pub(crate) struct Server {
    runtime: Runtime,
    connection: PgConnection,
}

/// How long a server may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(10);

impl Server {
    pub(crate) fn open(url: &str) -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| broken(&error))?;
        let waiting = Waiting::for_("the database");
        let connecting = runtime.block_on(async { timeout(PATIENCE, PgConnection::connect(url)).await });
        drop(waiting);
        let unreachable = |failure: Failure| failure.next("check the URL and that the server runs");
        let mut connection = connecting
            .map_err(|_| unreachable(Failure::refused("the database does not answer")))?
            .map_err(|error| unreachable(broken(&error)))?;
        let exists = "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables
            WHERE schemaname = current_schema() AND tablename = 'midtrans_schema')";
        let exists: Result<bool, _> = runtime.block_on(sqlx::query_scalar(exists).fetch_one(&mut connection));
        if exists.map_err(|error| broken(&error))? { Ok(Self { runtime, connection }) } else { Err(no_inbox()) }
    }
}

impl Store for Server {
    fn snapshot(&mut self, now: SystemTime) -> Result<Snapshot, Failure> {
        let asked = inbox::snapshot(&mut self.connection, now);
        self.runtime.block_on(asked).map_err(|error| broken(&error))
    }

    fn dead_letters(&mut self, most: u32) -> Result<Vec<DeadLetter>, Failure> {
        let asked = inbox::dead_letters(&mut self.connection, most);
        self.runtime.block_on(asked).map_err(|error| broken(&error))
    }

    fn history(&mut self, order: &str) -> Result<History, Failure> {
        let asked = inbox::history(&mut self.connection, order);
        self.runtime.block_on(asked).map_err(|error| broken(&error))
    }

    fn retry(&mut self, order: &str, now: SystemTime) -> Result<u64, Failure> {
        let asked = inbox::retry(&mut self.connection, order, now);
        self.runtime.block_on(asked).map_err(|error| broken(&error))
    }
}
