//! The merchant on PostgreSQL: one inbox for the webhook and the worker.

use std::future::{Future, pending};
use std::time::{Duration, SystemTime};

use midtrans_inbox::Change;
use midtrans_inbox::protocol::Notification;
use midtrans_inbox_postgres::{Handler, HandlerError, Inbox, Worker};
use midtrans_reqwest::ReqwestTransport;
use midtrans_transport::AsyncClient;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::{Shop, Task, account, effects, policy, random_failure, settings};
use crate::failure::{Failure, failed};
use crate::store::Store;

pub(crate) struct PostgresShop {
    inbox: Inbox,
    url: String,
}

pub(crate) async fn open(task: &Task) -> Result<PostgresShop, Failure> {
    let Store::Postgres { url } = &task.store else {
        return Err(Failure("no PostgreSQL".to_owned()));
    };
    let inbox = inbox(url)?;
    // The database may be restarting.
    with_retries(|| async { inbox.migrate().await.map_err(failed("migrating")) }).await?;
    let merchant = account(&task.gateway)?;
    for _ in 0..task.workers {
        let client = AsyncClient::new(
            ReqwestTransport::new().map_err(failed("the client"))?,
            merchant.clone(),
        );
        let worker = Worker::new(inbox.clone(), client)
            .with_policy(policy(&merchant))
            .with_settings(settings());
        tokio::spawn(async move {
            worker
                .run(
                    pending(),
                    &ShopHandler {
                        random_failure: true,
                    },
                )
                .await
        });
    }
    Ok(PostgresShop {
        inbox,
        url: url.clone(),
    })
}

pub(crate) fn inbox(url: &str) -> Result<Inbox, Failure> {
    Ok(Inbox::open(
        url.parse::<PgConnectOptions>()
            .map_err(failed("the database's URL"))?,
    ))
}

async fn with_retries<F: Future<Output = Result<(), Failure>>>(
    work: impl Fn() -> F,
) -> Result<(), Failure> {
    let mut tries = 0;
    loop {
        match work().await {
            Err(_) if tries < 50 => tries += 1,
            end => return end,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The shop's handler, in the inbox's transaction.
pub(crate) struct ShopHandler {
    pub(crate) random_failure: bool,
}

#[async_trait::async_trait]
impl Handler for ShopHandler {
    async fn changed(
        &self,
        connection: &mut PgConnection,
        change: &Change,
    ) -> Result<(), HandlerError> {
        for effect in effects(change) {
            sqlx::query("INSERT INTO effects (order_id, kind, detail) VALUES ($1, $2, $3)")
                .bind(change.order_id.as_str())
                .bind(effect.kind)
                .bind(effect.detail)
                .execute(&mut *connection)
                .await?;
        }
        if self.random_failure {
            random_failure()?;
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl Shop for PostgresShop {
    async fn accept(&self, notification: Notification) -> Result<(), Failure> {
        self.inbox
            .accept(&notification, SystemTime::now())
            .await
            .map(drop)
            .map_err(failed("storing"))
    }

    async fn snapshot(&self) -> Result<String, Failure> {
        Ok(self
            .inbox
            .snapshot(SystemTime::now())
            .await
            .map_err(failed("a snapshot"))?
            .to_string())
    }

    async fn ask_now(&self) -> Result<(), Failure> {
        let mut connection = PgConnection::connect(&self.url)
            .await
            .map_err(failed("connecting"))?;
        let sql = "UPDATE midtrans_order SET check_at = 0 WHERE check_at IS NOT NULL";
        sqlx::query(sql)
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(failed("asking"))
    }
}
