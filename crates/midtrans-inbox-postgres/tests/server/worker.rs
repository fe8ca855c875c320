//! A worker that is stopped, that has a bad handler, or that loses its server.

use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use midtrans_inbox_postgres::inbox::{Change, Event, Settings, State};
use midtrans_inbox_postgres::{Handler, HandlerError, accept, history};
use midtrans_private_postgres::{PrivatePostgres, Shutdown};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool};
use tokio::sync::{Notify, oneshot};

use crate::gateway::{Ships, worker};
use crate::shop::{at, number, paid, set_up, shop, until, write_down};

async fn pay(pool: &PgPool, order_id: &str) {
    write_down(pool, order_id).await;
    accept(&mut pool.acquire().await.unwrap(), &paid(order_id, 1), at(2)).await.unwrap();
}

/// Says when it is called.
struct Tells(Notify);

#[async_trait]
impl Handler for Tells {
    async fn changed(&self, connection: &mut PgConnection, change: &Change) -> Result<(), HandlerError> {
        self.0.notify_one();
        Ships.changed(connection, change).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_stopped_ends_its_case_and_gives_the_others_back() {
    let Some(pool) = shop("stopped").await else { return };
    for order in 0..5 {
        pay(&pool, &format!("order-{order}")).await;
    }
    let handler = Tells(Notify::new());
    // The stop is said when the first case is under way.
    tokio::time::timeout(Duration::from_secs(20), worker().run(&pool, handler.0.notified(), &handler)).await.unwrap();
    assert_eq!(number(&pool, "SELECT count(*) FROM shipment").await, 1);
    assert_eq!(number(&pool, "SELECT count(*) FROM midtrans_notification WHERE reason IS NOT NULL").await, 1);
    let given_back = "SELECT count(*) FROM midtrans_due WHERE state = 0 AND due_at = 10000 AND failures = 0";
    assert_eq!(number(&pool, given_back).await, 4);
}

enum Bad {
    Panics,
    Fails,
    SwallowsAnError,
    LeavesADebt,
}

#[async_trait]
impl Handler for Bad {
    async fn changed(&self, connection: &mut PgConnection, change: &Change) -> Result<(), HandlerError> {
        Ships.changed(connection, change).await?;
        match self {
            Self::Panics => panic!("as the test wants it"),
            Self::Fails => return Err("no stock".into()),
            Self::SwallowsAnError => drop(sqlx::query("SELECT 1 / 0").execute(connection).await),
            Self::LeavesADebt => {
                sqlx::query("INSERT INTO debt VALUES ('nobody')").execute(connection).await?;
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn whatever_a_handler_does_wrong_is_taken_back_and_counted() {
    let Some(pool) = shop("bad").await else { return };
    let deferred = "CREATE TABLE debtor (name TEXT PRIMARY KEY);
        CREATE TABLE debt (name TEXT REFERENCES debtor DEFERRABLE INITIALLY DEFERRED)";
    sqlx::raw_sql(deferred).execute(&pool).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    for (at, handler) in [Bad::Panics, Bad::Fails, Bad::SwallowsAnError, Bad::LeavesADebt].into_iter().enumerate() {
        let order_id = format!("order-{at}");
        pay(&pool, &order_id).await;
        assert_eq!(worker().round(&mut connection, &handler).await.unwrap(), 1);
        let history = history(&mut connection, &order_id).await.unwrap();
        let entry = &history.notifications[0];
        assert_eq!((entry.state, entry.failures), (State::Waiting, 1), "{entry:?}");
        assert!(!entry.reason.as_ref().unwrap().is_empty());
        assert!(!history.record.unwrap().acted_paid);
    }
    assert_eq!(number(&pool, "SELECT count(*) FROM shipment").await, 0);
}

#[tokio::test]
async fn an_order_that_cannot_be_read_fails_alone() {
    let Some(pool) = shop("odd").await else { return };
    for order_id in ["order-1", "order-2"] {
        pay(&pool, order_id).await;
    }
    sqlx::query("UPDATE midtrans_order SET outcome = 'sold' WHERE order_id = 'order-1'").execute(&pool).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(worker().round(&mut connection, &Ships).await.unwrap(), 2);
    assert_eq!(number(&pool, "SELECT count(*) FROM shipment WHERE order_id = 'order-2'").await, 1);
    let failed = "SELECT count(*) FROM midtrans_due JOIN midtrans_notification USING (id) WHERE order_id = 'order-1' AND failures = 1";
    assert_eq!(number(&pool, failed).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_outlives_its_server() {
    let Some(server) = PrivatePostgres::start_or_skip("a crash under the worker") else { return };
    let options = PgConnectOptions::from_str(&server.url()).unwrap();
    let pool = PgPoolOptions::new().connect_with(options).await.unwrap();
    set_up(&pool).await;
    let failures = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&failures);
    let mut settings = Settings::default();
    settings.idle = Duration::from_millis(1);
    let worker = worker().with_settings(settings).with_observer(move |event| {
        if let Event::StoreFailed { error } = event {
            seen.lock().unwrap().push(error.to_string());
        }
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let works = pool.clone();
    let running = tokio::spawn(async move { worker.run(&works, async { drop(stopped.await) }, &Ships).await });
    for crash in 1..4 {
        tokio::task::block_in_place(|| server.restart(Shutdown::Immediate)).unwrap();
        // The test's own connections are gone as well; the pool gives a new one.
        pay(&pool, &format!("order-{crash}")).await;
        until(async || number(&pool, "SELECT count(*) FROM shipment").await == crash).await;
    }
    stop.send(()).unwrap();
    running.await.unwrap();
    eprintln!("the worker saw: {:?}", failures.lock().unwrap());
}
