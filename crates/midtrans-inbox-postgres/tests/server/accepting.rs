//! Accepting notifications: acknowledged is stored.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use midtrans_inbox_postgres::inbox::store::MAX_PER_ORDER;
use midtrans_inbox_postgres::protocol::notification::signature;
use midtrans_inbox_postgres::protocol::{ServerKeys, notification};
use midtrans_inbox_postgres::{Accepted, Inbox, accept_in};
use midtrans_private_postgres::{PrivatePostgres, Shutdown};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::gateway::key;
use crate::shop::{Shop, at, options, polled, signed, signed_with};

const STORED: &str = "SELECT count(*) FROM midtrans_notification";
const WAKES: &str = "SELECT count(*) FROM midtrans_wake";

async fn accept_all(inbox: &Inbox, numbers: impl Iterator<Item = usize>) -> usize {
    let mut accepting = JoinSet::new();
    for number in numbers {
        let inbox = inbox.clone();
        let received = signed(&format!("order-{number}"), "201", "pending");
        accepting.spawn(async move { inbox.accept(&received, at(2)).await.unwrap() });
    }
    accepting
        .join_all()
        .await
        .into_iter()
        .filter(|accepted| *accepted == Accepted::New)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_two_hundred_callers_hears_the_truth() {
    let Some(shop) = Shop::new("callers").await else {
        return;
    };
    assert_eq!(
        accept_all(&shop.inbox, (0..200).map(|caller| caller % 70)).await,
        70
    );
    assert_eq!(accept_all(&shop.inbox, 60..80).await, 10);
    assert_eq!(
        (shop.number(STORED).await, shop.number(WAKES).await),
        (80, 80)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_with_the_same_notifications_never_block_each_other_for_good() {
    let Some(shop) = Shop::new("programs").await else {
        return;
    };
    let other = Inbox::of(&shop.pool);
    for round in 0..20 {
        let numbers = || round * 100..(round + 1) * 100;
        let (one, two) = tokio::join!(
            accept_all(&shop.inbox, numbers()),
            accept_all(&other, numbers().rev())
        );
        assert_eq!(one + two, 100);
    }
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(shop.number(deadlocks).await, 0);
}

#[tokio::test]
async fn a_begin_that_was_dropped_on_the_merchants_pool_takes_nothing_back_that_was_acknowledged() {
    let Some(options) = options("dropped_begin") else {
        return;
    };
    let shop = Shop::at(options.clone(), "dropped_begin").await;
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await
        .unwrap();
    let inbox = Inbox::of(&pool);
    for polls in 0..8 {
        if let Some(begun) = polled(pool.begin(), polls).await {
            begun.unwrap().rollback().await.unwrap();
        }
        let order_id = format!("order-{polls}");
        assert_eq!(
            inbox
                .accept(&signed(&order_id, "200", "settlement"), at(1))
                .await
                .unwrap(),
            Accepted::New
        );
        let mut fresh = PgConnection::connect_with(&options).await.unwrap();
        let stored =
            sqlx::query("SELECT FROM midtrans_notification WHERE order_id = $1").bind(&order_id);
        assert!(
            stored.fetch_optional(&mut fresh).await.unwrap().is_some(),
            "{polls}"
        );
    }
    pool.close().await;
    assert_eq!(
        (shop.number(STORED).await, shop.number(WAKES).await),
        (8, 8)
    );
}

#[tokio::test]
async fn the_check_of_the_documentation_keeps_a_connection_inside_a_transaction_out_of_the_merchants_pool()
 {
    let Some(shop) = Shop::new("pool_check").await else {
        return;
    };
    for is_checked in [false, true] {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .after_release(move |connection, _| {
                Box::pin(async move {
                    if !is_checked {
                        return Ok(true);
                    }
                    let is_outside = sqlx::raw_sql("SELECT now() = statement_timestamp()")
                        .fetch_one(connection)
                        .await?;
                    is_outside.try_get(0)
                })
            });
        let pool = pool
            .connect_with(options("pool_check").unwrap())
            .await
            .unwrap();
        for polls in 0..8 {
            if let Some(begun) = polled(pool.begin(), polls).await {
                begun.unwrap().rollback().await.unwrap();
            }
            let insert = format!(
                "INSERT INTO effects (order_id, outcome) VALUES ('order-{polls}', '{is_checked}')"
            );
            sqlx::query(AssertSqlSafe(insert))
                .execute(&pool)
                .await
                .unwrap();
        }
        pool.close().await;
    }
    assert_eq!(
        shop.number("SELECT count(*) FROM effects WHERE outcome = 'true'")
            .await,
        8
    );
    let lost = 8 - shop
        .number("SELECT count(*) FROM effects WHERE outcome = 'false'")
        .await;
    eprintln!("without the check, this version of sqlx lost {lost} of 8 rows");
}

#[tokio::test]
async fn in_the_merchants_transaction_the_merchants_commit_is_the_acknowledgement() {
    let Some(shop) = Shop::new("merchants").await else {
        return;
    };
    let received = signed("order-1", "200", "settlement");
    let mut transaction = shop.pool.begin().await.unwrap();
    assert_eq!(
        accept_in(&mut transaction, &received, at(1)).await.unwrap(),
        Accepted::New
    );
    transaction.rollback().await.unwrap();
    assert_eq!(
        (shop.number(STORED).await, shop.number(WAKES).await),
        (0, 0)
    );

    let mut transaction = shop.pool.begin().await.unwrap();
    assert_eq!(
        accept_in(&mut transaction, &received, at(1)).await.unwrap(),
        Accepted::New
    );
    assert_eq!(
        accept_in(&mut transaction, &received, at(1)).await.unwrap(),
        Accepted::Duplicate
    );
    transaction.commit().await.unwrap();
    assert_eq!(
        (shop.number(STORED).await, shop.number(WAKES).await),
        (1, 1)
    );
}

#[tokio::test]
async fn a_text_that_postgresql_cannot_hold_fails_nothing() {
    let Some(shop) = Shop::new("zero").await else {
        return;
    };
    shop.expects("order-1").await;
    let odd = signed_with(
        "order-1",
        "200",
        "settlement",
        r#""transaction_id":"t-\u0000","#,
    );
    let usual = signed_with(
        "order-1",
        "200",
        "settlement",
        r#""transaction_id":"t-\ufffd","#,
    );
    let (first, second) = tokio::join!(
        shop.inbox.accept(&odd, at(2)),
        shop.inbox.accept(&usual, at(2))
    );
    assert_eq!(
        (first.unwrap(), second.unwrap()),
        (Accepted::New, Accepted::New)
    );
    shop.gateway.says("order-1", "settlement");
    assert_eq!(shop.round().await, 2);
    assert_eq!(shop.effects().await, ["order-1 paid"]);
}

#[tokio::test]
async fn two_order_ids_that_differ_in_a_character_that_is_replaced_fail_no_round() {
    let Some(shop) = Shop::new("two_ids").await else {
        return;
    };
    for order_id in ["order-\\u0000", "order-\\ufffd"] {
        let plain: String = serde_like(order_id);
        let signed = signature::sign(&plain, "200", "40000.00", &key());
        let body = format!(
            r#"{{"order_id":"{order_id}","status_code":"200","gross_amount":"40000.00","transaction_id":"t-1",
                "transaction_status":"settlement","signature_key":"{signed}"}}"#
        );
        let received = notification::verify(body.as_bytes(), &ServerKeys::from(key())).unwrap();
        assert_eq!(
            shop.inbox.accept(&received, at(1)).await.unwrap(),
            Accepted::New
        );
    }
    shop.sells(&["order-1"]).await;
    assert_eq!(
        shop.round().await,
        2,
        "the other order is asked about and told"
    );
    assert_eq!(
        (shop.number(STORED).await, shop.number(WAKES).await),
        (3, 0)
    );
    assert!(
        shop.lines
            .take()
            .iter()
            .all(|line| !line.contains("cannot work"))
    );
}

/// Returns a text with JSON's escapes decoded.
fn serde_like(escaped: &str) -> String {
    escaped
        .replace("\\u0000", "\0")
        .replace("\\ufffd", "\u{fffd}")
}

#[tokio::test]
async fn a_notification_that_cannot_be_stored_fails_alone_in_its_group() {
    let Some(shop) = Shop::new("poison").await else {
        return;
    };
    shop.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'no such order here'; END $$;
         CREATE TRIGGER poison BEFORE INSERT ON midtrans_notification FOR EACH ROW WHEN (NEW.order_id = 'order-7')
            EXECUTE FUNCTION refuse()",
    )
    .await;
    let mut accepting = JoinSet::new();
    for order in 0..20 {
        let inbox = shop.inbox.clone();
        let received = signed(&format!("order-{order}"), "201", "pending");
        accepting.spawn(async move { (order, inbox.accept(&received, at(0)).await.is_ok()) });
    }
    for (order, is_ok) in accepting.join_all().await {
        assert_eq!(is_ok, order != 7, "{order}");
    }
    assert_eq!(shop.number(STORED).await, 19);
}

#[tokio::test]
async fn a_duplicate_writes_nothing() {
    let Some(shop) = Shop::new("duplicate").await else {
        return;
    };
    shop.accepts(&signed("order-1", "201", "pending")).await;
    let written = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn";
    let numbers = "SELECT last_value FROM pg_sequences WHERE schemaname = 'duplicate'
        AND sequencename = 'midtrans_notification_id_seq'";
    let before: (i64, i64) = (shop.number(numbers).await, shop.number(WAKES).await);
    for _ in 0..100 {
        let accepted = shop
            .inbox
            .accept(&signed("order-1", "201", "pending"), at(5))
            .await
            .unwrap();
        assert_eq!(accepted, Accepted::Duplicate);
    }
    assert_eq!(
        (shop.number(numbers).await, shop.number(WAKES).await),
        before,
        "{written}"
    );
    assert_eq!(shop.number(STORED).await, 1);
}

#[tokio::test]
async fn beyond_the_most_that_are_kept_of_an_order_one_of_each_code_wakes_it() {
    let Some(shop) = Shop::new("flood").await else {
        return;
    };
    let kept = i64::from(MAX_PER_ORDER);
    let vary = |n: usize| {
        signed_with(
            "order-1",
            "201",
            "pending",
            &format!(r#""fraud_status":"f-{n}","#),
        )
    };
    let mut accepting = JoinSet::new();
    for n in 0..600 {
        let (inbox, received) = (shop.inbox.clone(), vary(n));
        accepting.spawn(async move { inbox.accept(&received, at(0)).await.unwrap() });
    }
    let new = accepting
        .join_all()
        .await
        .into_iter()
        .filter(|accepted| *accepted == Accepted::New)
        .count();
    assert_eq!(
        (
            new as i64,
            shop.number(STORED).await,
            shop.number(WAKES).await
        ),
        (kept, kept, kept + 1)
    );
    // The genuine notification is acknowledged and processed.
    let settled = shop
        .inbox
        .accept(&signed("order-1", "200", "settlement"), at(0))
        .await
        .unwrap();
    assert_eq!(
        (settled, shop.number(WAKES).await),
        (Accepted::Duplicate, kept + 2)
    );
    // Other orders are not blocked.
    let other = shop
        .inbox
        .accept(&signed("order-2", "200", "settlement"), at(0))
        .await
        .unwrap();
    assert_eq!(other, Accepted::New);
}

#[tokio::test]
async fn a_resent_notification_of_an_order_under_review_wakes_it_and_of_another_one_does_not() {
    let Some(shop) = Shop::new("resent").await else {
        return;
    };
    shop.sells(&["order-1"]).await;
    shop.round().await;
    shop.accepts(&signed("order-1", "200", "settlement")).await;
    assert_eq!(shop.number(WAKES).await, 0);
    shop.execute("UPDATE midtrans_order SET review = 'look'")
        .await;
    for _ in 0..3 {
        shop.accepts(&signed("order-1", "200", "settlement")).await;
    }
    assert_eq!(
        (shop.number(STORED).await, shop.number(WAKES).await),
        (1, 1)
    );
    shop.set(10);
    shop.round().await;
    assert_eq!(
        (shop.number(WAKES).await, shop.gateway.seen().len()),
        (0, 2)
    );
}

#[tokio::test]
async fn the_dashboards_test_is_kept_and_wakes_nothing() {
    let Some(shop) = Shop::new("dashboard").await else {
        return;
    };
    let order_id = "payment_notif_test_G123456789_1a2b3c";
    let signed = signature::sign(order_id, "200", "105000.00", &key());
    let body = format!(
        r#"{{"order_id":"{order_id}","status_code":"200","gross_amount":"105000.00","signature_key":"{signed}",
            "transaction_status":"settlement","transaction_id":"t"}}"#
    );
    let test = notification::verify(body.as_bytes(), &ServerKeys::from(key())).unwrap();
    assert!(test.is_test());
    assert_eq!(
        shop.inbox.accept(&test, at(0)).await.unwrap(),
        Accepted::New
    );
    assert_eq!(
        (shop.number(STORED).await, shop.number(WAKES).await),
        (1, 0)
    );
}

#[test]
fn an_inbox_outlives_the_runtime_that_it_was_first_used_in() {
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let Some(shop) = first.block_on(Shop::new("runtimes")) else {
        return;
    };
    first.block_on(shop.accepts(&signed("order-1", "201", "pending")));
    let Shop { inbox, pool, .. } = shop;
    drop(pool);
    drop(first);
    let second = runtime();
    second
        .block_on(inbox.accept(&signed("order-2", "201", "pending"), at(1)))
        .map(drop)
        .unwrap();
    let accepted = second.block_on(inbox.accept(&signed("order-1", "201", "pending"), at(1)));
    assert_eq!(accepted.unwrap(), Accepted::Duplicate);
    assert_eq!(
        second
            .block_on(inbox.snapshot(at(1)))
            .unwrap()
            .notifications,
        2
    );
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_said_to_be_so() {
    let nowhere = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(1);
    let error = Inbox::open(nowhere)
        .accept(&signed("order-1", "201", "pending"), at(1))
        .await
        .unwrap_err();
    assert!(error.is_disconnected(), "{error:?}");
}

/// Sends one notification after another until all callers have stored so many. Returns those that
/// were acknowledged.
async fn caller(
    inbox: Inbox,
    next: Arc<AtomicUsize>,
    acknowledged: watch::Sender<usize>,
) -> Vec<String> {
    let mut stored = Vec::new();
    while *acknowledged.borrow() < 3_000 {
        let order_id = format!("order-{}", next.fetch_add(1, Ordering::Relaxed));
        match inbox
            .accept(&signed(&order_id, "201", "pending"), at(2))
            .await
        {
            Ok(_) => {
                stored.push(order_id);
                acknowledged.send_modify(|count| *count += 1);
            }
            Err(error) => assert!(error.is_disconnected(), "{error:?}"),
        }
    }
    stored
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_when_the_server_crashes() {
    let Some(server) = PrivatePostgres::start_or_skip("a crash under the writer") else {
        return;
    };
    let options = PgConnectOptions::from_str(&server.url()).unwrap();
    let inbox = Inbox::open(options.clone());
    inbox.migrate().await.unwrap();
    let (next, (acknowledged, mut seen)) = (Arc::new(AtomicUsize::new(0)), watch::channel(0));
    let mut calling = JoinSet::new();
    for _ in 0..32 {
        calling.spawn(caller(
            inbox.clone(),
            Arc::clone(&next),
            acknowledged.clone(),
        ));
    }
    for crash in 1..4 {
        seen.wait_for(|count| *count > crash * 600).await.unwrap();
        tokio::task::block_in_place(|| server.restart(Shutdown::Immediate)).unwrap();
    }
    let acknowledged = calling.join_all().await.concat();
    let mut fresh = PgConnection::connect_with(&options).await.unwrap();
    let stored: Vec<String> = sqlx::query_scalar("SELECT order_id FROM midtrans_notification")
        .fetch_all(&mut fresh)
        .await
        .unwrap();
    let stored: std::collections::HashSet<_> = stored.into_iter().collect();
    assert!(
        acknowledged
            .iter()
            .all(|order_id| stored.contains(order_id))
    );
}

#[tokio::test]
async fn notifications_in_partitions_by_month_are_found_again_and_dropped_with_their_month() {
    const PARTITIONED: &str = include_str!("../../schema/partitioned.sql");
    let Some(shop) = Shop::new("partitions").await else {
        return;
    };
    shop.execute(PARTITIONED).await;
    shop.sells(&["order-1"]).await;
    assert_eq!(shop.round().await, 2);
    assert_eq!(shop.effects().await, ["order-1 paid"]);
    let (inbox, next_month) = (&shop.inbox, 30 * 24 * 3_600);
    let again = inbox
        .accept(&signed("order-1", "200", "settlement"), at(next_month))
        .await
        .unwrap();
    assert_eq!(again, Accepted::Duplicate);
    let other = inbox
        .accept(&signed("order-2", "200", "settlement"), at(next_month))
        .await
        .unwrap();
    assert_eq!(other, Accepted::New);
    shop.set(next_month);
    shop.round().await;
    assert_eq!(inbox.unexpected(9).await.unwrap().len(), 1);
    assert_eq!(
        shop.number("SELECT count(*) FROM midtrans_notification_2027_01")
            .await,
        1
    );
    assert_eq!(
        shop.number("SELECT count(*) FROM midtrans_notification_other")
            .await,
        1
    );
    assert_eq!(inbox.prune(at(next_month)).await.unwrap(), 1);
    shop.execute("DROP TABLE midtrans_notification_2027_01")
        .await;
    assert!(
        inbox
            .history("order-1")
            .await
            .unwrap()
            .notifications
            .is_empty()
    );
    assert_eq!(inbox.snapshot(shop.now()).await.unwrap().notifications, 1);
    let refused = sqlx::raw_sql(PARTITIONED)
        .execute(&shop.pool)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("before the first notification"),
        "{refused}"
    );
}
