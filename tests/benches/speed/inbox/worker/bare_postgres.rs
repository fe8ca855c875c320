//! By hand on PostgreSQL: the statements without which no worker can do, over arrays of orders, and
//! one HTTP call each.
//!
//! Four lanes, each over a connection of its own and with sixteen orders at once: take
//! notifications and claim their orders, ask, store the answers and what follows, act.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use midtrans_inbox::store::to_millis;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::{APPLICATION, Progress, Task};
use crate::bare::BareReqwest;

const LANES: usize = 4;
const BATCH: i64 = 16;

type Result<R> = std::result::Result<R, Box<dyn Error + Send + Sync>>;

pub(super) fn work(
    task: &Task,
    progress: &Arc<Progress>,
) -> std::result::Result<(), Box<dyn Error>> {
    let options: PgConnectOptions = task.database.parse()?;
    let options = options.application_name(APPLICATION);
    let client = BareReqwest::new(&task.gateway);
    Runtime::new()?.block_on(async {
        let mut lanes = JoinSet::new();
        for _ in 0..LANES {
            let (options, client, progress) =
                (options.clone(), client.clone(), Arc::clone(progress));
            lanes.spawn(async move { lane(&options, &client, &progress).await });
        }
        match lanes.join_next().await {
            Some(ended) => ended?.map_err(|error| error as Box<dyn Error>),
            None => Ok(()),
        }
    })
}

async fn lane(options: &PgConnectOptions, client: &BareReqwest, progress: &Progress) -> Result<()> {
    let mut connection = PgConnection::connect_with(options).await?;
    loop {
        let order_ids = claim(&mut connection).await?;
        if order_ids.is_empty() {
            // Another lane may have left some.
            progress.acted(act(&mut connection).await?);
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        let mut asking = JoinSet::new();
        for order_id in order_ids {
            let client = client.clone();
            asking.spawn(async move {
                client
                    .status(&order_id)
                    .await
                    .map(|reply| (order_id, reply))
            });
        }
        let mut states = (Vec::new(), Vec::new());
        while let Some(answered) = asking.join_next().await {
            let (order_id, reply) = answered??;
            states.0.push(order_id);
            states.1.push(reply);
        }
        store(&mut connection, &states.0, &states.1).await?;
        progress.acted(act(&mut connection).await?);
    }
}

/// Takes notifications, and claims their orders.
async fn claim(connection: &mut PgConnection) -> Result<Vec<String>> {
    let mut transaction = connection.begin().await?;
    let wakes: Vec<(i64, String, String, Option<i64>)> = sqlx::query_as(
        "SELECT id, order_id, status_code, amount FROM midtrans_wake ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED",
    )
    .bind(BATCH)
    .fetch_all(&mut *transaction)
    .await?;
    if wakes.is_empty() {
        transaction.rollback().await?;
        return Ok(Vec::new());
    }
    let order_ids: Vec<String> = wakes.iter().map(|wake| wake.1.clone()).collect();
    let _: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT order_id, amount, state FROM midtrans_order WHERE order_id = ANY ($1) ORDER BY order_id FOR UPDATE",
    )
    .bind(&order_ids)
    .fetch_all(&mut *transaction)
    .await?;
    let until = to_millis(std::time::SystemTime::now() + Duration::from_secs(60));
    sqlx::query(
        "UPDATE midtrans_order SET check_at = $2, leased_until = $2, fence = fence + 1 WHERE order_id = ANY ($1)",
    )
    .bind(&order_ids)
    .bind(until)
    .execute(&mut *transaction)
    .await?;
    sqlx::query("DELETE FROM midtrans_wake WHERE id = ANY ($1)")
        .bind(wakes.iter().map(|wake| wake.0).collect::<Vec<_>>())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(order_ids)
}

/// Stores what the gateway said, and the changes that follow.
async fn store(
    connection: &mut PgConnection,
    order_ids: &[String],
    states: &[String],
) -> Result<()> {
    let mut transaction = connection.begin().await?;
    let _: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT order_id, fence, state FROM midtrans_order WHERE order_id = ANY ($1) ORDER BY order_id FOR UPDATE",
    )
    .bind(order_ids)
    .fetch_all(&mut *transaction)
    .await?;
    sqlx::query(
        "UPDATE midtrans_order AS stored SET outcome = 'paid', check_at = NULL, leased_until = NULL, state = new.state
         FROM UNNEST($1::text[], $2::text[]) AS new (order_id, state) WHERE stored.order_id = new.order_id",
    )
    .bind(order_ids)
    .bind(states)
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "INSERT INTO midtrans_change (order_id, amount, payment_type, transaction_id, outcome, refunds, changed_at)
         SELECT order_id, 149000, 'akulaku', '5f0c2c64-4f0e-4c57-9d2b-7a61c3e8b901', 'paid', '[]', $2
         FROM UNNEST($1::text[]) AS new (order_id)",
    )
    .bind(order_ids)
    .bind(to_millis(std::time::SystemTime::now()))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// Takes changes and ends them. What a shop would do in between is not measured on either side.
async fn act(connection: &mut PgConnection) -> Result<usize> {
    let mut transaction = connection.begin().await?;
    let changes: Vec<(i64, String, String)> =
        sqlx::query_as("SELECT id, order_id, outcome FROM midtrans_change ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED")
            .bind(BATCH)
            .fetch_all(&mut *transaction)
            .await?;
    let ids: Vec<i64> = changes.iter().map(|change| change.0).collect();
    sqlx::query("DELETE FROM midtrans_change WHERE id = ANY ($1)")
        .bind(&ids)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(ids.len())
}
