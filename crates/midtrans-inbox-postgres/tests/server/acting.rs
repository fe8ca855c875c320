//! Several connections that act on changes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use midtrans_inbox_postgres::{Change, Handler, HandlerError, WorkerSettings};
use sqlx::{PgConnection, PgPool};
use tokio::sync::{Barrier, oneshot};
use tokio::task::JoinSet;

use crate::shop::{Ships, Shop, signed, until, write};

#[tokio::test(flavor = "multi_thread")]
async fn many_workers_act_once_on_each_change_and_never_block_each_other_for_good() {
    let Some(shop) = Shop::new("many").await else {
        return;
    };
    let orders: Vec<_> = (0..60).map(|order| format!("order-{order}")).collect();
    shop.sells(&orders.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    let shop = Arc::new(shop);
    let mut working = JoinSet::new();
    for _ in 0..6 {
        let shop = Arc::clone(&shop);
        working.spawn(async move {
            let worker = shop.worker();
            while worker.round(&Ships).await.unwrap() > 0 {}
        });
    }
    working.join_all().await;
    while shop.round().await > 0 {}
    assert_eq!(shop.number("SELECT count(*) FROM effects").await, 60);
    assert_eq!(
        shop.number("SELECT count(DISTINCT order_id) FROM effects")
            .await,
        60
    );
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(shop.number(deadlocks).await, 0);
}

/// A handler that waits until two changes are being acted on at the same time.
struct Together(Barrier);

#[async_trait]
impl Handler for Together {
    async fn changed(
        &self,
        connection: &mut PgConnection,
        change: &Change,
    ) -> Result<(), HandlerError> {
        self.0.wait().await;
        write(connection, change).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_connections_act_on_two_orders_at_the_same_time() {
    let Some(shop) = Shop::new("together").await else {
        return;
    };
    shop.sells(&["order-1", "order-2"]).await;
    shop.worker().round_without_handler().await.unwrap();
    let mut settings = WorkerSettings::default();
    settings.batch = 1;
    let worker = shop.worker().with_settings(settings);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        worker
            .run(async { drop(stopped.await) }, &Together(Barrier::new(2)))
            .await;
    });
    until(async || shop.number("SELECT count(*) FROM effects").await == 2).await;
    stop.send(()).unwrap();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_one_order_are_told_in_order_by_any_number_of_connections() {
    let Some(shop) = Shop::new("in_order").await else {
        return;
    };
    shop.sells(&["order-1"]).await;
    shop.gateway.says("order-1", "pending");
    shop.worker().round_without_handler().await.unwrap();
    shop.gateway.says("order-1", "settlement");
    shop.set(20);
    shop.accepts(&signed("order-1", "200", "capture")).await;
    shop.worker().round_without_handler().await.unwrap();
    assert_eq!(shop.number("SELECT count(*) FROM midtrans_change").await, 2);
    // While the first is locked, it cannot be taken, and is skipped.
    let take = "DELETE FROM midtrans_change WHERE id = (SELECT id FROM midtrans_next_change
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING outcome";
    let mut taking = shop.pool.begin().await.unwrap();
    let first: String = sqlx::query_scalar(take)
        .fetch_one(&mut *taking)
        .await
        .unwrap();
    assert_eq!(first, "pending");
    assert_eq!(shop.round().await, 0);
    taking.rollback().await.unwrap();
    assert_eq!(shop.round().await, 2);
    assert_eq!(shop.effects().await, ["order-1 pending", "order-1 paid"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_handler_holds_up_no_webhook_no_question_and_no_other_order() {
    struct Slow(tokio::sync::Semaphore);
    #[async_trait]
    impl Handler for Slow {
        async fn changed(
            &self,
            connection: &mut PgConnection,
            change: &Change,
        ) -> Result<(), HandlerError> {
            if change.order_id.as_str() == "order-1" {
                self.0.acquire().await?.forget();
            }
            write(connection, change).await?;
            Ok(())
        }
    }
    let Some(shop) = Shop::new("slow_handler").await else {
        return;
    };
    shop.sells(&["order-1"]).await;
    let slow = Arc::new(Slow(tokio::sync::Semaphore::new(0)));
    let mut settings = WorkerSettings::default();
    settings.commit_delay = Duration::ZERO;
    let worker = shop.worker().with_settings(settings);
    let (stop, stopped) = oneshot::channel::<()>();
    let handler = Arc::clone(&slow);
    let running =
        tokio::spawn(async move { worker.run(async { drop(stopped.await) }, &*handler).await });
    until(async || shop.number("SELECT count(*) FROM midtrans_change").await == 1).await;
    // Its own order is notified and asked about, and other orders are reported.
    shop.set(60);
    shop.sells(&["order-2"]).await;
    shop.accepts(&signed("order-1", "200", "capture")).await;
    until(async || shop.effects().await == ["order-2 paid"]).await;
    until(async || {
        shop.gateway
            .seen()
            .iter()
            .filter(|seen| *seen == "order-1")
            .count()
            == 2
    })
    .await;
    slow.0.add_permits(1);
    until(async || shop.effects().await.len() == 2).await;
    stop.send(()).unwrap();
    running.await.unwrap();
}

/// A handler that reads, from another connection, the row of a batch's first change during the
/// second: the transaction that deletes it, and the expected one.
struct RowInspector(PgPool, Mutex<Vec<(i64, i64)>>);

#[async_trait]
impl Handler for RowInspector {
    async fn changed(
        &self,
        connection: &mut PgConnection,
        change: &Change,
    ) -> Result<(), HandlerError> {
        if change.order_id.as_str() == "order-2" {
            let of_first =
                "SELECT xmax::text::bigint FROM midtrans_change WHERE order_id = 'order-1'";
            let of_first = sqlx::query_scalar(of_first).fetch_one(&self.0).await?;
            let own = "SELECT txid_current() % 4294967296";
            let own = sqlx::query_scalar(own).fetch_one(&mut *connection).await?;
            self.1.lock().unwrap().push((of_first, own));
        }
        Ok(())
    }
}

/// A row that one transaction locks and its subtransaction deletes has a list of both. PostgreSQL
/// reads such lists so slowly that four workers stood still for minutes.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_ended_by_the_transaction_that_has_locked_it() {
    let Some(shop) = Shop::new("one_locker").await else {
        return;
    };
    shop.sells(&["order-1", "order-2"]).await;
    let mut settings = WorkerSettings::default();
    settings.commit_delay = Duration::from_secs(20);
    let looks = RowInspector(shop.pool.clone(), Mutex::default());
    shop.worker()
        .with_settings(settings)
        .round(&looks)
        .await
        .unwrap();
    let seen = looks.1.into_inner().unwrap();
    assert!(
        matches!(seen.as_slice(), [(of_first, own)] if of_first == own),
        "{seen:?}"
    );
}
