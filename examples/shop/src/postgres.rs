//! The store in PostgreSQL.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use midtrans_axum::protocol::{Charge, Notification};
use midtrans_inbox::{
    Accepted, Again, Change, Charged, ExpectResult, Expectation, Outcome, Snapshot,
};
use midtrans_inbox_postgres::{Handler, HandlerError, Inbox, Worker, expect_in};
use midtrans_reqwest::midtrans_transport::AsyncTransport;
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgConnection, PgPool};
use tokio::sync::oneshot::Receiver;

use crate::cart::OrderForm;
use crate::orders::SnapPage;
use crate::shop::Client;
use crate::store::{Error, Store, StoredOrder};
use crate::worker::WorkerConfig;

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS demo_order (
    id TEXT PRIMARY KEY, form TEXT NOT NULL, payment TEXT NOT NULL, shipped INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS demo_page (id TEXT PRIMARY KEY, token TEXT NOT NULL, url TEXT NOT NULL)",
];

/// Stores a new order, or replaces one that ended without money.
const INSERT: &str = "INSERT INTO demo_order VALUES ($1, $2, 'open', 0)
    ON CONFLICT (id) DO UPDATE SET form = excluded.form, payment = 'open'";

pub(crate) struct Postgres {
    pool: PgPool,
    inbox: Inbox,
}

impl Postgres {
    pub(crate) async fn open(url: &str) -> Result<Self, Error> {
        let pool = PgPoolOptions::new()
            .acquire_timeout(Duration::from_secs(5))
            .connect(url)
            .await?;
        let inbox = Inbox::of(&pool);
        inbox.migrate().await?;
        for table in TABLES {
            sqlx::query(table).execute(&pool).await?;
        }
        Ok(Self { pool, inbox })
    }

    fn worker(&self, config: WorkerConfig) -> Worker<Arc<dyn AsyncTransport>> {
        let observer = config.observer();
        Worker::new(self.inbox.clone(), config.client)
            .with_policy(config.policy)
            .with_settings(config.settings)
            .with_clock(move || SystemTime::now() + config.clock_ahead)
            .with_observer(observer)
    }
}

/// The shop's handler of changes.
struct Orders;

#[async_trait]
impl Handler for Orders {
    /// It is one commit with the inbox's own, so it happens once. Payment and shipping are columns
    /// of their own: a refund of a part changes nothing about what is to be shipped.
    async fn changed(
        &self,
        connection: &mut PgConnection,
        change: &Change,
    ) -> Result<(), HandlerError> {
        sqlx::query("UPDATE demo_order SET payment = $2, shipped = shipped + $3 WHERE id = $1")
            .bind(change.order_id.as_str())
            .bind(change.outcome.as_str())
            .bind(i32::from(change.outcome == Outcome::Paid))
            .execute(connection)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl Store for Postgres {
    async fn charge(
        &self,
        client: &Client,
        form: &OrderForm,
        charge: &Charge,
        again: Again,
    ) -> Result<Charged, Error> {
        let (id, row) = (form.order_id.as_str(), serde_json::to_string(form)?);
        let insert = async |connection: &mut PgConnection| {
            sqlx::query(INSERT)
                .bind(id)
                .bind(row)
                .execute(connection)
                .await
                .map(drop)
        };
        Ok(match again {
            Again::Never => self.inbox.charge(client, charge, insert).await?,
            Again::Wanted => self.inbox.charge_again(client, charge, insert).await?,
        })
    }

    async fn expect(
        &self,
        form: &OrderForm,
        expectation: &Expectation,
    ) -> Result<ExpectResult, Error> {
        let mut transaction = self.pool.begin().await?;
        let result = expect_in(&mut transaction, expectation, SystemTime::now()).await?;
        if result == ExpectResult::Recorded {
            let (id, row) = (form.order_id.as_str(), serde_json::to_string(form)?);
            let forget = sqlx::query("DELETE FROM demo_page WHERE id = $1").bind(id);
            forget.execute(&mut *transaction).await?;
            let insert = sqlx::query(INSERT).bind(id).bind(row);
            insert.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(result)
    }

    async fn keep_page(&self, id: &str, page: SnapPage) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO demo_page VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET token = excluded.token, url = excluded.url",
        )
        .bind(id)
        .bind(page.token)
        .bind(page.url)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn order(&self, id: &str) -> Result<Option<StoredOrder>, Error> {
        let order = sqlx::query_as("SELECT form, payment, shipped FROM demo_order WHERE id = $1");
        let row: Option<(String, String, i32)> = order.bind(id).fetch_optional(&self.pool).await?;
        let Some((form, payment, shipped)) = row else {
            return Ok(None);
        };
        let page = sqlx::query_as("SELECT token, url FROM demo_page WHERE id = $1");
        let page: Option<(String, String)> = page.bind(id).fetch_optional(&self.pool).await?;
        let history = self.inbox.history(id).await?;
        Ok(Some(StoredOrder {
            form,
            payment,
            shipped: shipped.try_into()?,
            page: page.map(|(token, url)| SnapPage { token, url }),
            history,
        }))
    }

    async fn ask_by(&self, id: &str, when: SystemTime) -> Result<(), Error> {
        Ok(self.inbox.ask_by(id, when).await?)
    }

    async fn accept(&self, notification: &Notification) -> Result<Accepted, Error> {
        Ok(self.inbox.accept(notification, SystemTime::now()).await?)
    }

    async fn snapshot(&self) -> Result<Snapshot, Error> {
        Ok(self.inbox.snapshot(SystemTime::now()).await?)
    }

    async fn prune(&self, before: SystemTime) -> Result<u64, Error> {
        Ok(self.inbox.prune(before).await?)
    }

    async fn work(&self, config: WorkerConfig, stopped: Receiver<()>) -> Result<(), Error> {
        self.worker(config)
            .run(async { drop(stopped.await) }, &Orders)
            .await;
        Ok(())
    }

    #[cfg(test)]
    async fn round(&self, config: WorkerConfig) -> Result<usize, Error> {
        Ok(self.worker(config).round(&Orders).await?)
    }
}
