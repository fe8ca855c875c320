//! Dropped futures. Each future is polled a number of times and dropped, for every number until it
//! is ready, and then the guarantees are checked from new connections. Every round trip to the
//! server is a separate poll.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use midtrans_inbox_postgres::inbox::Again;
use midtrans_inbox_postgres::protocol::Charge;
use midtrans_inbox_postgres::protocol::ids::IdempotencyKey;
use midtrans_inbox_postgres::{
    Accepted, ChargeRequest, Charged, Handler, Inbox, Worker, WorkerSettings, accept_in, expect_in,
};
use midtrans_transport::CallOptions;
use sqlx::{Connection, PgConnection};
use tokio::sync::Semaphore;

use crate::charging::insert_order;
use crate::gateway::{CHARGE, Gateway, transaction};
use crate::proxy;
use crate::shop::{Ships, Shop, charge_of, expectation, options, polled, signed, socket, until};

/// More polls than any future here needs.
const MOST: usize = 2_000;

/// A shop whose inbox reaches the server in small steps.
async fn slow_shop(schema: &str) -> Option<Shop> {
    let mut shop = Shop::new(schema).await?;
    shop.inbox = Inbox::open(proxy::through(socket(), schema).await);
    Some(shop)
}

impl Shop {
    /// Checks that the inbox has left no open transaction, and still works.
    async fn is_sound(&self, schema: &str, polls: usize) {
        until(async || self.idle_in_transaction().await == 0).await;
        let order_id = format!("sound-{polls}");
        let accepted = self
            .inbox
            .accept(&signed(&order_id, "201", "pending"), self.now())
            .await
            .unwrap();
        assert_eq!(accepted, Accepted::New);
        assert!(is_stored(schema, &order_id).await, "{polls}");
    }
}

async fn is_stored(schema: &str, order_id: &str) -> bool {
    let mut fresh = PgConnection::connect_with(&options(schema).unwrap())
        .await
        .unwrap();
    let stored =
        sqlx::query("SELECT FROM midtrans_notification WHERE order_id = $1").bind(order_id);
    stored.fetch_optional(&mut fresh).await.unwrap().is_some()
}

#[tokio::test]
async fn an_accept_that_is_dropped_has_acknowledged_nothing_and_one_that_returns_is_stored() {
    let Some(shop) = slow_shop("drop_accept").await else {
        return;
    };
    for polls in 0..MOST {
        let order_id = format!("order-{polls}");
        let received = signed(&order_id, "200", "settlement");
        let accepted = polled(shop.inbox.accept(&received, shop.now()), polls).await;
        let is_done = accepted.is_some();
        if let Some(accepted) = accepted {
            assert_eq!(accepted.unwrap(), Accepted::New);
            assert!(is_stored("drop_accept", &order_id).await, "{polls}");
        }
        shop.is_sound("drop_accept", polls).await;
        if is_done {
            assert!(polls > 1, "it waits for the commit: {polls}");
            return;
        }
    }
    panic!("it should have ended");
}

#[test]
fn a_writer_whose_runtime_ends_anywhere_has_acknowledged_nothing_that_is_not_stored() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let Some(shop) = runtime().block_on(Shop::new("drop_writer")) else {
        return;
    };
    for answers in 0..MOST {
        let order_id = format!("order-{answers}");
        let first = runtime();
        let is_acknowledged = first.block_on(async {
            let answers = Arc::new(Semaphore::new(answers));
            let inbox =
                Inbox::open(proxy::until(socket(), "drop_writer", Arc::clone(&answers)).await);
            let (received, now) = (signed(&order_id, "201", "pending"), shop.now());
            let mut accepting = tokio::spawn(async move { inbox.accept(&received, now).await });
            // Either the stop, or the end of the answers.
            let over = tokio::spawn(async move { until(async || answers.is_closed()).await });
            match select(&mut accepting, over).await {
                Either::Left((accepted, _)) => accepted.unwrap().is_ok(),
                Either::Right(_) => false,
            }
        });
        drop(first);
        let is_stored = runtime().block_on(is_stored("drop_writer", &order_id));
        assert!(is_stored || !is_acknowledged, "{answers}");
        if is_acknowledged {
            assert!(answers > 1, "it ended in the middle too: {answers}");
            return;
        }
    }
    panic!("it should have ended");
}

#[tokio::test]
async fn a_charge_that_is_dropped_anywhere_charges_once_and_stores_order_and_expectation_together()
{
    let Some(shop) = slow_shop("drop_charge").await else {
        return;
    };
    for polls in 0..MOST {
        let order_id = format!("order-{polls}");
        shop.gateway
            .replies(CHARGE, 200, &transaction(&order_id, "pending"));
        shop.gateway.lock().seen.clear();
        let charge = charge_of(&order_id);
        let key = IdempotencyKey::new(format!("first-{polls}")).unwrap();
        let request = ChargeRequest::new(&charge, key, shop.now());
        let client = shop.gateway.client();
        let insert =
            async |connection: &mut PgConnection| insert_order(connection, &order_id).await;
        let send =
            async |charge: &Charge, options: &CallOptions| client.send_with(charge, options).await;
        let is_done = polled(shop.inbox.charge_with(request, insert, send), polls)
            .await
            .is_some();
        until(async || shop.idle_in_transaction().await == 0).await;
        let halves = format!(
            "SELECT (SELECT count(*) FROM midtrans_order WHERE order_id = '{order_id}')
                - (SELECT count(*) FROM orders WHERE id = '{order_id}')"
        );
        assert_eq!(shop.number(&halves).await, 0, "{polls}");
        // The customer clicks again.
        match shop
            .click(&order_id, &format!("second-{polls}"))
            .await
            .unwrap()
        {
            Charged::Instructions(_) => {}
            other => panic!("{polls}: {other:?}"),
        }
        let mut charges = shop.charges();
        charges.dedup();
        assert_eq!(
            charges.len(),
            1,
            "{polls}: one key for one charge: {charges:?}"
        );
        assert_eq!(
            shop.number(&format!("SELECT lives FROM orders WHERE id = '{order_id}'"))
                .await,
            1,
            "{polls}"
        );
        if is_done {
            assert!(polls > 12, "it was dropped in the middle too: {polls}");
            return;
        }
    }
    panic!("it should have ended");
}

impl Shop {
    /// Works until the order is done, with its own worker, after the leases of dropped ones have
    /// ended.
    async fn is_told_once(&self, order_id: &str, second: u64, polls: usize) {
        self.set(second + 61);
        let worker = self.worker_of(&Inbox::of(&self.pool));
        let reported = format!(
            "SELECT count(*) FROM effects WHERE order_id = '{order_id}' AND outcome = 'paid'"
        );
        let open =
            "SELECT (SELECT count(*) FROM midtrans_wake) + (SELECT count(*) FROM midtrans_change)";
        // The server may need a moment to notice a lost connection, which holds its locks until
        // then.
        until(async || {
            let worked = worker.round(&Ships).await.unwrap();
            worked == 0 && self.number(open).await == 0 && self.number(&reported).await > 0
        })
        .await;
        assert_eq!(self.number(&reported).await, 1, "{polls}");
        until(async || self.idle_in_transaction().await == 0).await;
    }
}

#[tokio::test]
async fn a_round_that_is_dropped_anywhere_loses_nothing_and_does_nothing_twice() {
    let Some(shop) = slow_shop("drop_round").await else {
        return;
    };
    for polls in 0..MOST {
        let (order_id, second) = (format!("order-{polls}"), 200 * polls as u64);
        shop.set(second);
        shop.sells(&[&order_id]).await;
        let is_done = polled(shop.worker().round(&Ships), polls).await.is_some();
        shop.is_told_once(&order_id, second, polls).await;
        if is_done {
            assert!(polls > 20, "it was dropped in the middle too: {polls}");
            return;
        }
    }
    panic!("it should have ended");
}

async fn run_dropped(shop: &Shop, worker: &Worker<Gateway>, handler: &impl Handler, polls: usize) {
    let (order_id, second) = (format!("order-{polls}"), 200 * polls as u64);
    shop.set(second);
    shop.sells(&[&order_id]).await;
    // It does not end by itself.
    assert!(
        polled(worker.run(pending(), handler), polls)
            .await
            .is_none()
    );
    shop.is_told_once(&order_id, second, polls).await;
}

#[tokio::test]
async fn a_worker_that_is_dropped_anywhere_loses_nothing_and_does_nothing_twice() {
    let Some(shop) = slow_shop("drop_run").await else {
        return;
    };
    let mut settings = WorkerSettings::default();
    settings.idle = Duration::from_millis(1);
    for polls in 0..120 {
        run_dropped(&shop, &shop.worker().with_settings(settings), &Ships, polls).await;
    }
    assert_eq!(shop.number("SELECT count(*) FROM effects").await, 120);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_task_is_aborted_loses_nothing_and_does_nothing_twice() {
    let Some(shop) = Shop::new("abort_run").await else {
        return;
    };
    for round in 0..25_u64 {
        let (order_id, second) = (format!("order-{round}"), 200 * round);
        shop.set(second);
        let worker = shop.worker();
        let task = tokio::spawn(async move { worker.run(pending(), &Ships).await });
        shop.sells(&[&order_id]).await;
        let turns = round * 7;
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        shop.is_told_once(&order_id, second, usize::try_from(round).unwrap())
            .await;
    }
}

/// Polls the future of `work` so many times, for every number until it is ready.
async fn drop_everywhere<T, F: Future<Output = T>>(
    shop: &Shop,
    schema: &str,
    work: impl Fn() -> F,
) {
    for polls in 0..MOST {
        let done = polled(work(), polls).await;
        shop.is_sound(schema, polls).await;
        shop.execute("DELETE FROM midtrans_notification WHERE order_id LIKE 'sound-%'")
            .await;
        if done.is_some() {
            return;
        }
    }
    panic!("it should have ended");
}

#[tokio::test]
async fn whatever_else_is_dropped_leaves_no_transaction_open() {
    let Some(shop) = slow_shop("drop_others").await else {
        return;
    };
    let (inbox, now) = (&shop.inbox, shop.now());
    shop.sells(&["order-1"]).await;
    let mine = async |polls: usize| {
        // On the merchant's own connection, which the merchant closes after dropping the future.
        let slow = proxy::through(socket(), "drop_others").await;
        let mut connection = PgConnection::connect_with(&slow).await.unwrap();
        let received = signed("order-2", "201", "pending");
        let is_done = polled(accept_in(&mut connection, &received, now), polls)
            .await
            .is_some();
        is_done
            & polled(
                expect_in(&mut connection, &expectation("order-2", now), now),
                polls,
            )
            .await
            .is_some()
    };
    let mut polls = 0;
    while !mine(polls).await {
        polls += 1;
    }
    let schema = "drop_others";
    drop_everywhere(&shop, schema, || inbox.migrate()).await;
    drop_everywhere(&shop, schema, || inbox.ask_by("order-1", now)).await;
    drop_everywhere(&shop, schema, || inbox.snapshot(now)).await;
    drop_everywhere(&shop, schema, || inbox.dead_letters(9)).await;
    drop_everywhere(&shop, schema, || inbox.unexpected(9)).await;
    drop_everywhere(&shop, schema, || inbox.history("order-1")).await;
    shop.execute("UPDATE midtrans_order SET review = 'look'")
        .await;
    drop_everywhere(&shop, schema, || inbox.retry("order-1", now)).await;
    drop_everywhere(&shop, schema, || inbox.prune(now)).await;
    let client = shop.gateway.client();
    let charge = charge_of("order-3");
    let key = || IdempotencyKey::new("key-3").unwrap();
    let request = || ChargeRequest::new(&charge, key(), now);
    let clicks = async || {
        let mut request = request();
        request.again = Again::Wanted;
        let send =
            async |charge: &Charge, options: &CallOptions| client.send_with(charge, options).await;
        inbox
            .charge_with(
                request,
                async |_: &mut PgConnection| Ok::<_, sqlx::Error>(()),
                send,
            )
            .await
            .unwrap()
    };
    drop_everywhere(&shop, schema, clicks).await;
    let worker = shop.worker();
    drop_everywhere(&shop, schema, || worker.round_without_handler()).await;
}
