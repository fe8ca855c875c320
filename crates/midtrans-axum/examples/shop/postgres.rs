//! The store in PostgreSQL.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use midtrans_axum::protocol::{Notification, RedirectUrl};
use midtrans_inbox::{Accepted, Change, Expectation, Expecting, Outcome, Snapshot};
use midtrans_inbox_postgres::{GroupWriter, Handler, HandlerError, Worker, ask_by, expect, history, migrate, snapshot};
use midtrans_reqwest::midtrans_transport::{AsyncClient, AsyncTransport};
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgConnection, PgPool};
use tokio::sync::oneshot::Receiver;

use crate::store::{Store, Error};
use crate::cart::OrderForm;
use crate::orders::Order;
use crate::worker::WorkerConfig;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS demo_order (
    id TEXT PRIMARY KEY, form TEXT NOT NULL, payment TEXT NOT NULL, pay_page TEXT, shipped INTEGER NOT NULL)";

pub(crate) struct Postgres {
    pool: PgPool,
    writer: GroupWriter,
}

impl Postgres {
    pub(crate) async fn open(url: &str) -> Result<Self, Error> {
        // Less than the webhook's ten seconds: while the server is away the answer is 503, and the gateway comes again.
        let pool = PgPoolOptions::new().acquire_timeout(Duration::from_secs(5)).connect(url).await?;
        migrate(&mut *pool.acquire().await?).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        Ok(Self { writer: GroupWriter::start(pool.clone()), pool })
    }
}

/// What the shop does when something has become of an order.
struct Shelf;

#[async_trait]
impl Handler for Shelf {
    /// It is one commit with the inbox's own, so it happens once.
    async fn changed(&self, connection: &mut PgConnection, change: &Change) -> Result<(), HandlerError> {
        sqlx::query("UPDATE demo_order SET payment = $2, shipped = shipped + $3 WHERE id = $1")
            .bind(change.order_id.as_str())
            .bind(change.outcome.as_str())
            .bind(i32::from(change.outcome == Outcome::Paid))
            .execute(connection)
            .await?;
        Ok(())
    }
}

fn worker(worker_config: WorkerConfig) -> Worker<Arc<dyn AsyncTransport>> {
    Worker::new(AsyncClient::new(Arc::clone(&worker_config.transport), worker_config.merchant.clone()))
        .with_policy(worker_config.policy.clone())
        .with_settings(worker_config.settings)
        .with_clock(worker_config.clock)
        .with_observer(worker_config.observer())
}

#[async_trait]
impl Store for Postgres {
    async fn place(&self, form: &OrderForm, expectation: &Expectation) -> Result<Expecting, Error> {
        let mut transaction = self.pool.begin().await?;
        let expecting = expect(&mut transaction, expectation, SystemTime::now()).await?;
        if expecting == Expecting::Recorded {
            let order = sqlx::query(
                "INSERT INTO demo_order VALUES ($1, $2, 'open', NULL, 0) ON CONFLICT (id)
                 DO UPDATE SET form = excluded.form, payment = 'open', pay_page = NULL",
            );
            let order = order.bind(expectation.order_id.as_str()).bind(serde_json::to_string(form)?);
            order.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(expecting)
    }

    async fn order(&self, id: &str) -> Result<Option<Order>, Error> {
        let order = sqlx::query_as("SELECT form, payment, pay_page, shipped FROM demo_order WHERE id = $1");
        let row: Option<(String, String, _, i32)> = order.bind(id).fetch_optional(&self.pool).await?;
        let Some((form, payment, pay_page, shipped)) = row else { return Ok(None) };
        let history = history(&mut *self.pool.acquire().await?, id).await?;
        Order::read(&form, &payment, pay_page, shipped.try_into()?, &history).map(Some)
    }

    async fn note_pay_page(&self, id: &str, page: &RedirectUrl) -> Result<(), Error> {
        let note = sqlx::query("UPDATE demo_order SET pay_page = $2 WHERE id = $1");
        note.bind(id).bind(page.as_str()).execute(&self.pool).await?;
        Ok(())
    }

    async fn note_refusal(&self, id: &str) -> Result<(), Error> {
        let note = sqlx::query("UPDATE demo_order SET payment = 'refused' WHERE id = $1 AND payment = 'open'");
        note.bind(id).execute(&self.pool).await?;
        Ok(())
    }

    async fn ask_by(&self, id: &str, when: SystemTime) -> Result<(), Error> {
        Ok(ask_by(&mut *self.pool.acquire().await?, id, when).await?)
    }

    async fn accept(&self, notification: &Notification) -> Result<Accepted, Error> {
        Ok(self.writer.accept(notification, SystemTime::now()).await?)
    }

    async fn snapshot(&self) -> Result<Snapshot, Error> {
        Ok(snapshot(&mut *self.pool.acquire().await?, SystemTime::now()).await?)
    }

    async fn work(&self, worker_config: WorkerConfig, stopped: Receiver<()>) -> Result<(), Error> {
        worker(worker_config).run(&self.pool, async { drop(stopped.await) }, &Shelf).await;
        Ok(())
    }

    #[cfg(test)]
    async fn round(&self, worker_config: WorkerConfig) -> Result<usize, Error> {
        Ok(worker(worker_config).round(&mut *self.pool.acquire().await?, &Shelf).await?)
    }
}
