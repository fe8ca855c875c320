//! A worker beside others: locks, leases, stops, and restarted servers.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use midtrans_inbox_postgres::protocol::ids::IdempotencyKey;
use midtrans_inbox_postgres::{ExpectResult, Expectation, Inbox, WorkerSettings, expect_in};
use midtrans_private_postgres::{PrivatePostgres, Shutdown};
use sqlx::postgres::PgConnectOptions;
use tokio::sync::oneshot;

use crate::shop::{Ships, Shop, at, charge_of, expectation, options, signed, until};

/// Returns settings with which polling never starts anything.
fn without_polling() -> WorkerSettings {
    let mut settings = WorkerSettings::default();
    settings.idle = Duration::from_secs(3_600);
    settings
}

#[tokio::test(flavor = "multi_thread")]
async fn many_questions_are_under_way_at_once_over_few_connections() {
    let Some(shop) = Shop::new("at_once").await else {
        return;
    };
    let orders: Vec<_> = (0..100).map(|order| format!("order-{order}")).collect();
    shop.sells(&orders.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    shop.gateway.answers_only(0);
    let inbox = Inbox::open(options("at_once").unwrap().application_name("at_once"));
    let worker = shop.worker_of(&inbox);
    let asking = tokio::spawn(async move {
        // It counts the limiter's turns as waited for.
        let asked = worker.round_without_handler().await.unwrap();
        (worker, asked)
    });
    until(async || shop.gateway.lock().most == 64).await;
    let here = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'at_once'";
    assert_eq!(shop.number(here).await, 1);
    assert_eq!(shop.idle_in_transaction().await, 0);
    shop.gateway.answers_more(200);
    let (worker, asked) = asking.await.unwrap();
    assert_eq!(asked, 64);
    let mut more = 1;
    while more > 0 {
        more = worker.round(&Ships).await.unwrap();
    }
    assert_eq!(
        shop.number("SELECT count(DISTINCT order_id) FROM effects")
            .await,
        100
    );
    assert_eq!(shop.gateway.seen().len(), 100, "never two about one order");
    shop.accepts(&signed("order-1", "200", "capture")).await;
    assert!(shop.number(here).await <= 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_of_the_same_program_ends_the_workers_wait() {
    let Some(shop) = Shop::new("hint").await else {
        return;
    };
    let worker = shop.worker().with_settings(without_polling());
    let (stop, stopped) = oneshot::channel::<()>();
    let running =
        tokio::spawn(async move { worker.run(async { drop(stopped.await) }, &Ships).await });
    for order in 0..3 {
        shop.sells(&[&format!("order-{order}")]).await;
        until(async || shop.number("SELECT count(*) FROM effects").await == order + 1).await;
    }
    stop.send(()).unwrap();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_inbox_writes_nothing() {
    let Some(shop) = Shop::new("idle").await else {
        return;
    };
    let mut settings = WorkerSettings::default();
    settings.idle = Duration::from_millis(1);
    let worker = shop
        .worker_of(&Inbox::open(
            options("idle").unwrap().application_name("idle"),
        ))
        .with_settings(settings);
    let (stop, stopped) = oneshot::channel::<()>();
    let running =
        tokio::spawn(async move { worker.run(async { drop(stopped.await) }, &Ships).await });
    let looks = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'idle' AND backend_xid IS NOT NULL";
    for _ in 0..300 {
        assert_eq!(shop.number(looks).await, 0);
    }
    stop.send(()).unwrap();
    running.await.unwrap();
    assert!(shop.lines.take().is_empty());
}

#[tokio::test]
async fn an_order_that_another_transaction_holds_waits_alone() {
    let Some(shop) = Shop::new("held").await else {
        return;
    };
    shop.sells(&["order-1", "order-2"]).await;
    let hold = "SELECT FROM midtrans_order WHERE order_id = 'order-1' FOR UPDATE";
    let mut holding = shop.pool.begin().await.unwrap();
    sqlx::query(hold).execute(&mut *holding).await.unwrap();
    assert_eq!(
        shop.round().await,
        2,
        "the other one is asked about and told"
    );
    assert_eq!(shop.effects().await, ["order-2 paid"]);
    assert_eq!(shop.number("SELECT count(*) FROM midtrans_wake").await, 1);
    assert_eq!(
        shop.inbox.unexpected(9).await.unwrap(),
        [],
        "it is expected, although it cannot be read now"
    );
    holding.rollback().await.unwrap();
    assert_eq!(shop.round().await, 2);
    assert_eq!(shop.effects().await, ["order-2 paid", "order-1 paid"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_for_the_transaction_that_holds_its_order_and_others_do_not() {
    let Some(shop) = Shop::new("held_answer").await else {
        return;
    };
    shop.sells(&["order-1", "order-2"]).await;
    shop.gateway.answers_only(0);
    let worker = shop.worker();
    let (stop, stopped) = oneshot::channel::<()>();
    let running =
        tokio::spawn(async move { worker.run(async { drop(stopped.await) }, &Ships).await });
    until(async || shop.gateway.seen().len() == 2).await;
    let mut holding = shop.pool.begin().await.unwrap();
    let hold = "SELECT FROM midtrans_order WHERE order_id = 'order-1' FOR UPDATE";
    sqlx::query(hold).execute(&mut *holding).await.unwrap();
    shop.gateway.answers_more(10);
    until(async || shop.effects().await == ["order-2 paid"]).await;
    holding.rollback().await.unwrap();
    until(async || shop.effects().await == ["order-2 paid", "order-1 paid"]).await;
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(shop.gateway.seen().len(), 2, "the answer was kept");
}

#[tokio::test]
async fn a_notification_of_an_order_that_is_being_written_down_is_not_taken_for_unexpected() {
    let Some(shop) = Shop::new("being_written").await else {
        return;
    };
    shop.gateway.says("order-1", "settlement");
    let mut writing = shop.pool.begin().await.unwrap();
    let result = expect_in(
        &mut writing,
        &expectation("order-1", shop.now()),
        shop.now(),
    )
    .await
    .unwrap();
    assert_eq!(result, ExpectResult::Recorded);
    shop.accepts(&signed("order-1", "200", "settlement")).await;
    shop.accepts(&signed("order-2", "200", "settlement")).await;
    assert_eq!(shop.round().await, 0);
    assert_eq!(
        shop.lines.take(),
        ["a notification came of order-2, which was not expected"]
    );
    writing.commit().await.unwrap();
    assert_eq!(shop.round().await, 2);
    assert_eq!(shop.effects().await, ["order-1 paid"]);
    // In the other order: an unexpected notification is processed when its order is expected.
    shop.gateway.says("order-2", "settlement");
    assert_eq!(
        shop.inbox.unexpected(9).await.unwrap()[0].order_id,
        "order-2"
    );
    shop.expects("order-2").await;
    assert_eq!(shop.inbox.unexpected(9).await.unwrap(), []);
    assert_eq!(shop.round().await, 2);
    assert_eq!(shop.effects().await, ["order-1 paid", "order-2 paid"]);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_a_review_and_stops_no_other_order() {
    let Some(shop) = Shop::new("unreadable").await else {
        return;
    };
    shop.sells(&["order-1", "order-2"]).await;
    shop.expects("order-3").await;
    shop.expects("order-4").await;
    shop.execute(
        "UPDATE midtrans_order SET outcome = 'sold' WHERE order_id IN ('order-1', 'order-3')",
    )
    .await;
    shop.gateway.says("order-4", "pending");
    shop.set(240);
    while shop.round().await > 0 {}
    assert_eq!(shop.effects().await, ["order-2 paid", "order-4 pending"]);
    let letters = shop.inbox.dead_letters(9).await.unwrap();
    let orders: Vec<_> = letters
        .iter()
        .map(|letter| letter.order_id.as_str())
        .collect();
    assert_eq!(orders, ["order-1", "order-3"]);
    assert!(letters[0].reason.contains("outcome"), "{letters:?}");
    assert!(shop.inbox.retry("order-1", shop.now()).await.is_err());
    // Repaired, or read by a program that knows the word, it continues by itself.
    shop.execute("UPDATE midtrans_order SET outcome = NULL WHERE outcome = 'sold'")
        .await;
    shop.gateway.says("order-3", "pending");
    shop.set(240 + 3_600);
    while shop.round().await > 0 {}
    assert_eq!(
        shop.number("SELECT count(*) FROM effects WHERE order_id IN ('order-1', 'order-3')")
            .await,
        2
    );
    assert_eq!(shop.inbox.dead_letters(9).await.unwrap(), []);
}

#[tokio::test]
async fn an_answer_that_cannot_be_stored_is_a_review_and_stops_no_other_order() {
    let Some(shop) = Shop::new("unstorable").await else {
        return;
    };
    shop.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
         CREATE TRIGGER poison BEFORE INSERT ON midtrans_change FOR EACH ROW WHEN (NEW.order_id = 'order-1')
            EXECUTE FUNCTION refuse()",
    )
    .await;
    shop.sells(&["order-1", "order-2"]).await;
    shop.round().await;
    assert_eq!(shop.effects().await, ["order-2 paid"]);
    let letters = shop.inbox.dead_letters(9).await.unwrap();
    assert!(
        letters[0].order_id == "order-1" && letters[0].reason.contains("cannot be stored"),
        "{letters:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wake_that_cannot_be_taken_in_stops_no_other_one() {
    let Some(shop) = Shop::new("poison_wake").await else {
        return;
    };
    shop.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
         CREATE TRIGGER poison BEFORE DELETE ON midtrans_wake FOR EACH ROW WHEN (OLD.order_id = 'order-1')
            EXECUTE FUNCTION refuse()",
    )
    .await;
    shop.sells(&["order-1", "order-2", "order-3"]).await;
    let worker = shop.worker();
    let (stop, stopped) = oneshot::channel::<()>();
    let running =
        tokio::spawn(async move { worker.run(async { drop(stopped.await) }, &Ships).await });
    until(async || shop.effects().await.len() == 2).await;
    stop.send(()).unwrap();
    running.await.unwrap();
    assert!(
        shop.lines
            .take()
            .iter()
            .any(|line| line.contains("cannot work"))
    );
}

#[tokio::test]
async fn an_answer_counts_only_while_its_claim_is_the_orders() {
    let Some(shop) = Shop::new("fenced").await else {
        return;
    };
    shop.sells(&["order-1"]).await;
    shop.gateway.answers_only(0);
    let slow = shop.worker();
    let asking = tokio::spawn(async move { slow.round_without_handler().await.unwrap() });
    until(async || shop.gateway.seen().len() == 1).await;
    // Its lease ends. Another worker takes over, and gets another answer.
    shop.set(100);
    shop.execute("UPDATE midtrans_order SET fence = fence + 1")
        .await;
    shop.gateway.answers_more(1);
    asking.await.unwrap();
    assert_eq!(shop.number("SELECT count(*) FROM midtrans_change").await, 0);
    shop.gateway.answers_more(9);
    assert_eq!(shop.round().await, 2);
    assert_eq!(shop.effects().await, ["order-1 paid"]);
}

#[tokio::test]
async fn ask_by_counts_also_during_a_question() {
    let Some(shop) = Shop::new("ask_by").await else {
        return;
    };
    shop.expects("order-1").await;
    shop.gateway.says("order-1", "pending");
    shop.gateway.answers_only(0);
    shop.set(240);
    let worker = shop.worker();
    let asking = tokio::spawn(async move { worker.round_without_handler().await.unwrap() });
    until(async || shop.gateway.seen().len() == 1).await;
    shop.inbox.ask_by("order-1", at(265)).await.unwrap();
    shop.gateway.answers_more(9);
    asking.await.unwrap();
    // By its age alone it would be asked about two minutes later.
    assert_eq!(shop.check_at("order-1").await, Some(265));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_stopped_releases_what_it_has_not_asked_about() {
    let Some(shop) = Shop::new("stopped").await else {
        return;
    };
    let orders: Vec<_> = (0..5).map(|order| format!("order-{order}")).collect();
    shop.sells(&orders.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    shop.gateway.answers_only(1);
    let worker = shop.worker();
    let (stop, stopped) = oneshot::channel::<()>();
    let running =
        tokio::spawn(async move { worker.run(async { drop(stopped.await) }, &Ships).await });
    until(async || shop.effects().await.len() == 1).await;
    stop.send(()).unwrap();
    running.await.unwrap();
    // At once, and without a failure.
    let released = "SELECT count(*) FROM midtrans_order WHERE leased_until IS NULL AND state NOT LIKE '%\"failures\":1%'";
    assert_eq!(shop.number(released).await, 5);
    shop.gateway.answers_more(99);
    assert_eq!(shop.round().await, 8);
}

#[tokio::test]
async fn a_worker_whose_clock_was_ahead_holds_an_order_up_no_longer_than_a_lease() {
    let Some(shop) = Shop::new("ahead").await else {
        return;
    };
    shop.sells(&["order-1"]).await;
    // Claimed by a worker that died, whose clock was an hour ahead.
    shop.execute(&format!(
        "UPDATE midtrans_order SET leased_until = {0}, check_at = {0}, fence = 1",
        (crate::shop::START + 3_630) * 1_000
    ))
    .await;
    assert_eq!(shop.round().await, 2);
    assert_eq!(shop.effects().await, ["order-1 paid"]);
}

#[tokio::test]
async fn an_order_of_another_life_is_not_changed_by_answers_about_the_earlier_one() {
    let Some(shop) = Shop::new("lives").await else {
        return;
    };
    shop.expects("order-1").await;
    shop.gateway.says("order-1", "expire");
    shop.accepts(&signed("order-1", "202", "expire")).await;
    shop.round().await;
    shop.set(20);
    // Nothing contradicts its outcome; it is asked about once more.
    shop.execute("UPDATE midtrans_order SET check_at = 0").await;
    shop.gateway.answers_only(0);
    let worker = shop.worker();
    let asking = tokio::spawn(async move { worker.round_without_handler().await.unwrap() });
    until(async || shop.gateway.seen().len() == 2).await;
    let key = IdempotencyKey::new("another").unwrap();
    let again = Expectation::of(&charge_of("order-1"), key, shop.now());
    let mut transaction = shop.pool.begin().await.unwrap();
    let result = expect_in(&mut transaction, &again, shop.now())
        .await
        .unwrap();
    assert_eq!(result, ExpectResult::Recorded);
    transaction.commit().await.unwrap();
    shop.gateway.answers_more(9);
    asking.await.unwrap();
    let record = shop.inbox.history("order-1").await.unwrap().record.unwrap();
    assert_eq!(
        (record.life, record.outcome, record.asked_at.is_some()),
        (2, None, true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_outlives_its_server() {
    let Some(server) = PrivatePostgres::start_or_skip("a crash under the worker") else {
        return;
    };
    let shop =
        Arc::new(Shop::at(PgConnectOptions::from_str(&server.url()).unwrap(), "public").await);
    let mut settings = WorkerSettings::default();
    settings.idle = Duration::from_millis(1);
    let worker = shop.worker().with_settings(settings);
    let (stop, stopped) = oneshot::channel::<()>();
    let running =
        tokio::spawn(async move { worker.run(async { drop(stopped.await) }, &Ships).await });
    for crash in 1..4 {
        tokio::task::block_in_place(|| server.restart(Shutdown::Immediate)).unwrap();
        // The test's own connections are gone as well; the pool gives a new one.
        shop.sells(&[&format!("order-{crash}")]).await;
        until(async || shop.number("SELECT count(*) FROM effects").await == crash).await;
    }
    stop.send(()).unwrap();
    running.await.unwrap();
    eprintln!("the worker saw: {:?}", shop.lines.take());
}
