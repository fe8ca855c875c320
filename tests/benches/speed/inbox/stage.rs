//! A PostgreSQL server with the tables of an inbox, for workers in other processes.

use midtrans_inbox_postgres::Inbox;
use midtrans_private_postgres::PrivatePostgres;
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
        Ok(Self { runtime, fill, server })
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

    /// How many connections the workers have open now.
    pub(super) fn connections(&mut self) -> Result<i64> {
        let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
        let count = sqlx::query_scalar(count).bind(APPLICATION);
        Ok(self.runtime.block_on(count.fetch_one(self.fill.connection()))?)
    }

    /// One number.
    pub(super) fn number(&mut self, sql: &'static str) -> Result<i64> {
        let number = sqlx::query_scalar(sql);
        Ok(self.runtime.block_on(number.fetch_one(self.fill.connection()))?)
    }
}
