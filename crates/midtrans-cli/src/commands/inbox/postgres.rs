//! An inbox in a PostgreSQL database.

use std::time::{Duration, SystemTime};

use midtrans_inbox::store::from_millis;
use midtrans_inbox::{DeadLetter, Error, History, Snapshot, Unexpected};
use midtrans_inbox_postgres as inbox;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{Connection, PgConnection, Row};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::store::{ChangeRow, Store, broken, no_inbox, unmade};
use crate::failure::Failure;
use crate::progress::Waiting;

pub(crate) struct Server {
    runtime: Runtime,
    connection: PgConnection,
    inbox: inbox::Inbox,
}

/// The longest time that a server may take to accept a connection.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Server {
    /// Opens a database that has an inbox; no table is made.
    pub(crate) fn open(url: &str) -> Result<Self, Failure> {
        let mut server = Self::connect(url)?;
        let exists = server.runtime.block_on(has_tables(&mut server.connection));
        if exists.map_err(|error| broken(&error))? {
            Ok(server)
        } else {
            Err(no_inbox())
        }
    }

    fn connect(url: &str) -> Result<Self, Failure> {
        let options = options(url)?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| broken(&error))?;
        let waiting = Waiting::for_("the database");
        let connecting = runtime
            .block_on(async { timeout(TIMEOUT, PgConnection::connect_with(&options)).await });
        drop(waiting);
        let connection = connecting
            .map_err(|_| unreachable(Failure::refused("the database does not answer")))?
            .map_err(|error| unreachable(broken(&error)))?;
        Ok(Self {
            runtime,
            connection,
            inbox: inbox::Inbox::open(options),
        })
    }

    /// As [`ask`](Self::ask), for a change.
    fn change<R>(&self, change: impl Future<Output = Result<R, Error>>) -> Result<R, Failure> {
        self.runtime
            .block_on(change)
            .map_err(|error| unmade(&error))
    }

    fn ask<R>(&self, question: impl Future<Output = Result<R, Error>>) -> Result<R, Failure> {
        self.runtime
            .block_on(question)
            .map_err(|error| broken(&error))
    }
}

/// Parses a URL. The parser's error would show the URL, so it is left out.
pub(crate) fn options(url: &str) -> Result<PgConnectOptions, Failure> {
    url.parse().map_err(|_| {
        Failure::usage("the database's URL cannot be read")
            .next("write it as postgres://user@host:port/database, with characters such as @ and / percent-encoded")
    })
}

pub(crate) fn unreachable(failure: Failure) -> Failure {
    failure.next("check the URL and that the server runs")
}

/// Makes the tables, and gives a role its rights.
pub(crate) fn migrate(url: &str, role: Option<&str>) -> Result<(), Failure> {
    let mut server = Server::connect(url)?;
    server.change(server.inbox.migrate())?;
    let Some(role) = role else { return Ok(()) };
    let granting = sqlx::raw_sql(sqlx::AssertSqlSafe(grants(role))).execute(&mut server.connection);
    server
        .runtime
        .block_on(granting)
        .map(drop)
        .map_err(|error| {
            broken(&error).next(
                "the tables are up to date, and the role has not got its rights: run it again",
            )
        })
}

/// The SQL that `migrate` runs on an empty database, with the version that it writes down.
pub(crate) fn schema() -> String {
    format!(
        "{}\n-- The version, for programs that migrate.\n\
         CREATE TABLE midtrans_schema (version BIGINT NOT NULL);\n\
         INSERT INTO midtrans_schema (version) VALUES (1);\n",
        inbox::schema_sql().trim_end()
    )
}

/// The least rights of a running shop, for this role.
pub(crate) fn grants(role: &str) -> String {
    let role = format!(" TO \"{}\";", role.replace('"', "\"\""));
    format!("\n{}", inbox::grants_sql().replace(" TO shop;", &role))
}

pub(crate) async fn has_tables(connection: &mut PgConnection) -> sqlx::Result<bool> {
    // Found by the search path, as the inbox's own statements find them.
    sqlx::query_scalar("SELECT to_regclass('midtrans_schema') IS NOT NULL")
        .fetch_one(connection)
        .await
}

/// The last number that was given out. A number whose transaction was rolled back counts too, and
/// none does where the sequence may not be read.
pub(crate) async fn changes_stored(connection: &mut PgConnection) -> sqlx::Result<Option<u64>> {
    let last: Option<i64> = sqlx::query_scalar(
        "SELECT CASE WHEN has_sequence_privilege(numbers, 'SELECT') THEN coalesce(pg_sequence_last_value(numbers), 0) END
         FROM (SELECT pg_get_serial_sequence('midtrans_change', 'id')::regclass AS numbers) AS of_changes",
    )
    .fetch_one(connection)
    .await?;
    Ok(last.map(i64::unsigned_abs))
}

async fn changes(connection: &mut PgConnection, at_most: u32) -> sqlx::Result<Vec<ChangeRow>> {
    let rows = sqlx::query(
        "SELECT id, order_id, outcome, outcome_before, changed_at, failures, retry_at, reason,
            EXISTS (SELECT FROM midtrans_change AS earlier WHERE earlier.order_id = change.order_id
                AND earlier.id < change.id) AS is_behind
         FROM midtrans_change AS change ORDER BY id LIMIT $1",
    );
    let rows = rows.bind(i64::from(at_most)).fetch_all(connection).await?;
    rows.iter().map(change_of).collect()
}

fn change_of(row: &PgRow) -> sqlx::Result<ChangeRow> {
    Ok(ChangeRow {
        id: row.try_get("id")?,
        order_id: row.try_get("order_id")?,
        outcome: row.try_get("outcome")?,
        outcome_before: row.try_get("outcome_before")?,
        changed_at: from_millis(row.try_get("changed_at")?),
        failures: u64::from(row.try_get::<i32, _>("failures")?.unsigned_abs()),
        retry_at: row.try_get::<Option<i64>, _>("retry_at")?.map(from_millis),
        reason: row.try_get("reason")?,
        is_behind: row.try_get("is_behind")?,
    })
}

impl Store for Server {
    fn snapshot(&mut self, now: SystemTime) -> Result<Snapshot, Failure> {
        self.ask(self.inbox.snapshot(now))
    }

    fn dead_letters(&mut self, at_most: u32) -> Result<Vec<DeadLetter>, Failure> {
        self.ask(self.inbox.dead_letters(at_most))
    }

    fn unexpected(&mut self, at_most: u32) -> Result<Vec<Unexpected>, Failure> {
        self.ask(self.inbox.unexpected(at_most))
    }

    fn changes(&mut self, at_most: u32) -> Result<Vec<ChangeRow>, Failure> {
        self.runtime
            .block_on(changes(&mut self.connection, at_most))
            .map_err(|error| broken(&error))
    }

    fn changes_stored(&mut self) -> Result<Option<u64>, Failure> {
        self.runtime
            .block_on(changes_stored(&mut self.connection))
            .map_err(|error| broken(&error))
    }

    fn history(&mut self, order: &str) -> Result<History, Failure> {
        self.ask(self.inbox.history(order))
    }

    fn retry(&mut self, order: &str, now: SystemTime) -> Result<u64, Failure> {
        self.change(self.inbox.retry(order, now))
    }

    fn prune(&mut self, before: SystemTime) -> Result<u64, Failure> {
        self.change(self.inbox.prune(before))
    }
}
