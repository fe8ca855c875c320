//! Many callers of one writer.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use midtrans_inbox_postgres::GroupWriter;
use midtrans_inbox_postgres::inbox::{Accepted, DedupeKey};
use midtrans_private_postgres::{PrivatePostgres, Shutdown};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::shop::{at, notified, number, paid, set_up, shop};

async fn accept_all(writer: &GroupWriter, numbers: impl Iterator<Item = usize>) -> usize {
    let mut accepting = JoinSet::new();
    for number in numbers {
        let writer = writer.clone();
        accepting.spawn(async move { writer.accept(&paid("order-1", number), at(2)).await.unwrap() });
    }
    accepting.join_all().await.into_iter().filter(|accepted| *accepted == Accepted::New).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_two_hundred_callers_hears_the_truth() {
    let Some(pool) = shop("callers").await else { return };
    let writer = GroupWriter::start(pool.clone());
    assert_eq!(accept_all(&writer, (0..200).map(|caller| caller % 70)).await, 70);
    assert_eq!(accept_all(&writer, 60..80).await, 10);
    assert_eq!(number(&pool, "SELECT count(*) FROM midtrans_due WHERE state = 0").await, 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_writers_with_the_same_notifications_never_block_each_other_for_good() {
    let Some(pool) = shop("writers").await else { return };
    let writers = [GroupWriter::start(pool.clone()), GroupWriter::start(pool.clone())];
    for round in 0..20 {
        let numbers = || round * 100..(round + 1) * 100;
        let (one, other) = tokio::join!(accept_all(&writers[0], numbers()), accept_all(&writers[1], numbers().rev()));
        assert_eq!(one + other, 100);
    }
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(number(&pool, deadlocks).await, 0);
}

#[tokio::test]
async fn a_text_that_postgresql_cannot_hold_fails_nobody() {
    let Some(pool) = shop("zero").await else { return };
    let writer = GroupWriter::start(pool.clone());
    let odd = notified("order-1", "200", "settlement", r#","transaction_id":"t-\u0000""#);
    let (odd, usual) = (writer.accept(&odd, at(2)), paid("order-1", 1));
    let (odd, usual) = tokio::join!(odd, writer.accept(&usual, at(2)));
    assert_eq!((odd.unwrap(), usual.unwrap()), (Accepted::New, Accepted::New));
}

#[tokio::test]
async fn a_writer_that_is_idle_keeps_no_connection_and_ends_with_its_last_clone() {
    let Some(pool) = shop("idle").await else { return };
    let writer = GroupWriter::start(pool.clone());
    writer.accept(&paid("order-1", 1), at(2)).await.unwrap();
    // Closing a pool waits for all of its connections.
    tokio::time::timeout(Duration::from_secs(10), pool.close()).await.unwrap();
    let error = writer.accept(&paid("order-1", 2), at(2)).await.unwrap_err();
    assert!(error.is_disconnected(), "{error:?}");
}

async fn is_stored(pool: &PgPool, number: usize) -> bool {
    let key = *DedupeKey::of(&paid("order-1", number)).as_bytes();
    let stored = sqlx::query("SELECT FROM midtrans_notification WHERE dedupe_key = $1").bind(key.to_vec());
    stored.fetch_optional(pool).await.unwrap().is_some()
}

/// Brings one notification after the other until so many were stored by all callers; returns those that it was told are.
async fn caller(writer: GroupWriter, next: Arc<AtomicUsize>, acknowledged: watch::Sender<usize>) -> Vec<usize> {
    let mut stored = Vec::new();
    while *acknowledged.borrow() < 3_000 {
        let number = next.fetch_add(1, Ordering::Relaxed);
        match writer.accept(&paid("order-1", number), at(2)).await {
            Ok(_) => {
                stored.push(number);
                acknowledged.send_modify(|count| *count += 1);
            }
            Err(error) => assert!(error.is_disconnected(), "{error:?}"),
        }
    }
    stored
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_when_the_server_crashes() {
    let Some(server) = PrivatePostgres::start_or_skip("a crash under the group writer") else { return };
    let options = PgConnectOptions::from_str(&server.url()).unwrap();
    let pool = PgPoolOptions::new().acquire_timeout(Duration::from_secs(20)).connect_with(options).await.unwrap();
    set_up(&pool).await;
    let writer = GroupWriter::start(pool.clone());
    let (next, (acknowledged, mut seen)) = (Arc::new(AtomicUsize::new(0)), watch::channel(0));
    let mut calling = JoinSet::new();
    for _ in 0..32 {
        calling.spawn(caller(writer.clone(), Arc::clone(&next), acknowledged.clone()));
    }
    for crash in 1..4 {
        seen.wait_for(|count| *count > crash * 600).await.unwrap();
        tokio::task::block_in_place(|| server.restart(Shutdown::Immediate)).unwrap();
    }
    for number in calling.join_all().await.concat() {
        assert!(is_stored(&pool, number).await, "{number}");
    }
}
