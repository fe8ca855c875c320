//! A PostgreSQL server with the tables of an inbox, for workers in other processes.

use midtrans_inbox_postgres::Inbox;
use midtrans_private_postgres::{PrivatePostgres, Shutdown};
use sqlx::AssertSqlSafe;
use tokio::runtime::Runtime;

use super::fill::{PostgresFill, Span, State};
use super::template::Template;
use super::worker::APPLICATION;

/// A server, and a connection to fill it and to look at it.
pub(super) struct Stage {
    pub(super) runtime: Runtime,
    pub(super) fill: PostgresFill,
    pub(super) server: PrivatePostgres,
}

type Result<R> = std::result::Result<R, Box<dyn std::error::Error>>;

impl Stage {
    pub(super) fn new() -> Result<Self> {
        let server = PrivatePostgres::start()?;
        let runtime = Runtime::new()?;
        let inbox = Inbox::open(server.url().parse()?);
        runtime.block_on(inbox.migrate())?;
        let fill = runtime.block_on(PostgresFill::new(&server.url()))?;
        Ok(Self {
            runtime,
            fill,
            server,
        })
    }

    /// Empties the tables and writes so many orders.
    pub(super) fn set(&mut self, template: &Template, state: State, count: u64) -> Result<()> {
        self.runtime.block_on(async {
            self.fill.clear().await?;
            self.fill.write(template, state, Span::first(count)).await?;
            self.fill.settle().await
        })?;
        Ok(())
    }

    /// Returns the number of connections that the workers have open now.
    pub(super) fn connections(&mut self) -> Result<i64> {
        let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
        let count = sqlx::query_scalar(count).bind(APPLICATION);
        Ok(self
            .runtime
            .block_on(count.fetch_one(self.fill.connection()))?)
    }

    /// Runs a statement.
    pub(super) fn execute(&mut self, sql: &str) -> Result<()> {
        let run = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        self.runtime.block_on(run.execute(self.fill.connection()))?;
        Ok(())
    }

    /// Starts the server again, with what was set.
    pub(super) fn restart(&mut self, shutdown: Shutdown) -> Result<()> {
        self.server.restart(shutdown)?;
        self.fill = self
            .runtime
            .block_on(PostgresFill::new(&self.server.url()))?;
        Ok(())
    }

    /// The bytes of a table and of its indexes.
    pub(super) fn size(&mut self, table: &str) -> Result<[f64; 2]> {
        let size =
            sqlx::query_as("SELECT pg_table_size($1::regclass), pg_indexes_size($1::regclass)")
                .bind(table);
        let size: (i64, i64) = self
            .runtime
            .block_on(size.fetch_one(self.fill.connection()))?;
        Ok([size.0 as f64, size.1 as f64])
    }

    /// One number.
    pub(super) fn number(&mut self, sql: &'static str) -> Result<i64> {
        let number = sqlx::query_scalar(sql);
        Ok(self
            .runtime
            .block_on(number.fetch_one(self.fill.connection()))?)
    }
}
