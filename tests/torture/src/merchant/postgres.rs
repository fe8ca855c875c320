//! The merchant on PostgreSQL: one grouping writer for the webhook, worker tasks on a pool.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use midtrans_inbox::Change;
use midtrans_inbox::protocol::Notification;
use midtrans_inbox_postgres::{GroupWriter, Handler, HandlerError, Worker, migrate, snapshot};
use midtrans_reqwest::ReqwestTransport;
use midtrans_transport::AsyncClient;
use sqlx::PgConnection;
use sqlx::postgres::{PgPool, PgPoolOptions};

use super::{Shop, Task, account, effects, policy, settings, stumbles};
use crate::failure::{Failure, failed};
use crate::store::Store;

pub(crate) struct PostgresShop {
    writer: GroupWriter,
    pool: PgPool,
}

pub(crate) async fn open(task: &Task) -> Result<PostgresShop, Failure> {
    let Store::Postgres { url } = &task.store else { return Err(Failure("no PostgreSQL".to_owned())) };
    let options = PgPoolOptions::new().max_connections(10).acquire_timeout(Duration::from_secs(5));
    let pool = options.connect_lazy(url).map_err(failed("the database's URL"))?;
    migrate_patiently(&pool).await?;
    let writer = GroupWriter::start(pool.clone());
    let merchant = account(&task.gateway)?;
    let client = AsyncClient::new(ReqwestTransport::new().map_err(failed("the client"))?, merchant.clone());
    let worker = Worker::new(client).with_policy(policy(&merchant)).with_settings(settings());
    let worker = Arc::new(worker);
    for _ in 0..task.workers {
        let (worker, pool) = (Arc::clone(&worker), pool.clone());
        tokio::spawn(async move { worker.run(&pool, pending(), &TheShop { stumbles: true }).await });
    }
    Ok(PostgresShop { writer, pool })
}

/// The database may be just restarting.
async fn migrate_patiently(pool: &PgPool) -> Result<(), Failure> {
    let mut tries = 0;
    loop {
        let migrated = async {
            let mut connection = pool.acquire().await.map_err(failed("connecting"))?;
            migrate(&mut connection).await.map_err(failed("migrating"))
        };
        match migrated.await {
            Err(_) if tries < 50 => tries += 1,
            end => return end,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// What the shop does, in the transaction that the inbox gives it.
pub(crate) struct TheShop {
    pub(crate) stumbles: bool,
}

#[async_trait::async_trait]
impl Handler for TheShop {
    async fn changed(&self, connection: &mut PgConnection, change: &Change) -> Result<(), HandlerError> {
        for effect in effects(change) {
            sqlx::query("INSERT INTO effects (order_id, kind, detail) VALUES ($1, $2, $3)")
                .bind(change.order_id.as_str())
                .bind(effect.kind)
                .bind(effect.detail)
                .execute(&mut *connection)
                .await?;
        }
        if self.stumbles {
            stumbles()?;
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl Shop for PostgresShop {
    async fn accept(&self, notification: Notification) -> Result<(), Failure> {
        self.writer.accept(&notification, SystemTime::now()).await.map(drop).map_err(failed("storing"))
    }

    async fn snapshot(&self) -> Result<String, Failure> {
        let mut connection = self.pool.acquire().await.map_err(failed("connecting"))?;
        Ok(snapshot(&mut connection, SystemTime::now()).await.map_err(failed("a snapshot"))?.to_string())
    }

    async fn ask_now(&self) -> Result<(), Failure> {
        let sql = "UPDATE midtrans_order SET ask_at = 0 WHERE ask_at IS NOT NULL";
        sqlx::query(sql).execute(&self.pool).await.map(drop).map_err(failed("asking"))
    }
}
