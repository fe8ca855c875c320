//! Several connections at one order.

use midtrans_inbox_postgres::inbox::protocol::Failure;
use midtrans_inbox_postgres::inbox::{Case, Expecting, Outcome};
use midtrans_inbox_postgres::{Finish, accept, claim, expect, finish};
use sqlx::PgPool;
use tokio::task::JoinSet;

use crate::gateway::{Ships, worker};
use crate::shop::{at, expectation, notified, number, paid, policy, shop, until_waiting, write_down};

/// Claims one notification.
async fn claim_one(pool: &PgPool, seconds: u64) -> Case {
    let mut connection = pool.acquire().await.unwrap();
    let mut cases = claim(&mut connection, &policy(), 1, at(seconds)).await.unwrap();
    cases.pop().unwrap()
}

/// Finishes a case and commits, in a task of its own.
fn finish_elsewhere(pool: &PgPool, case: Case, seconds: u64) -> tokio::task::JoinHandle<Finish> {
    let pool = pool.clone();
    tokio::spawn(async move {
        let mut transaction = pool.begin().await.unwrap();
        let finished = finish(&mut transaction, &case, &[], &policy(), at(seconds)).await.unwrap();
        transaction.commit().await.unwrap();
        finished
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_second_to_an_order_waits_and_finds_nothing_new() {
    let Some(pool) = shop("second").await else { return };
    write_down(&pool, "order-1").await;
    for number in 0..2 {
        accept(&mut pool.acquire().await.unwrap(), &paid("order-1", number), at(2)).await.unwrap();
    }
    let (first, second) = (claim_one(&pool, 3).await, claim_one(&pool, 3).await);

    let mut transaction = pool.begin().await.unwrap();
    let finished = finish(&mut transaction, &first, &[], &policy(), at(4)).await.unwrap();
    assert!(matches!(finished, Finish::Done(changes) if changes[0].outcome == Outcome::Paid));
    let waits = finish_elsewhere(&pool, second, 4);
    until_waiting(&pool, 1).await;
    transaction.commit().await.unwrap();
    assert!(matches!(waits.await.unwrap(), Finish::Done(changes) if changes.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_has_ended_is_lost_to_the_one_that_follows() {
    let Some(pool) = shop("lost").await else { return };
    write_down(&pool, "order-1").await;
    accept(&mut pool.acquire().await.unwrap(), &paid("order-1", 1), at(2)).await.unwrap();
    let slow = claim_one(&pool, 3).await;
    let next = claim_one(&pool, 100).await;

    let mut transaction = pool.begin().await.unwrap();
    let finished = finish(&mut transaction, &next, &[], &policy(), at(101)).await.unwrap();
    assert!(matches!(finished, Finish::Done(changes) if changes.len() == 1));
    let waits = finish_elsewhere(&pool, slow, 101);
    until_waiting(&pool, 1).await;
    transaction.commit().await.unwrap();
    assert!(matches!(waits.await.unwrap(), Finish::Lost));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_passes_over_what_another_is_at() {
    let Some(pool) = shop("passes").await else { return };
    write_down(&pool, "order-1").await;
    for number in 0..2 {
        accept(&mut pool.acquire().await.unwrap(), &paid("order-1", number), at(2)).await.unwrap();
    }
    let mut transaction = pool.begin().await.unwrap();
    let first = claim(&mut transaction, &policy(), 1, at(3)).await.unwrap();
    let other = claim(&mut pool.acquire().await.unwrap(), &policy(), 16, at(3)).await.unwrap();
    assert_eq!((first[0].notifications.len(), other[0].notifications.len()), (1, 1));
    assert_ne!(first[0].notifications[0].id, other[0].notifications[0].id);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_workers_act_once_on_each_order_and_never_block_each_other_for_good() {
    let Some(pool) = shop("many").await else { return };
    for order in 0..20 {
        let order_id = format!("order-{order}");
        write_down(&pool, &order_id).await;
        for number in 0..6 {
            accept(&mut pool.acquire().await.unwrap(), &paid(&order_id, number), at(2)).await.unwrap();
        }
    }
    let mut workers = JoinSet::new();
    for _ in 0..6 {
        let pool = pool.clone();
        workers.spawn(async move {
            let worker = worker();
            let mut connection = pool.acquire().await.unwrap();
            while worker.round(&mut connection, &Ships).await.unwrap() > 0 {}
        });
    }
    workers.join_all().await;
    assert_eq!(number(&pool, "SELECT count(*) FROM shipment").await, 20);
    assert_eq!(number(&pool, "SELECT count(DISTINCT order_id) FROM shipment").await, 20);
    assert_eq!(number(&pool, "SELECT count(*) FROM midtrans_notification WHERE reason IS NOT NULL").await, 120);
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(number(&pool, deadlocks).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_paid_at_that_moment_is_not_charged_again() {
    let Some(pool) = shop("late").await else { return };
    write_down(&pool, "order-1").await;
    let expired = notified("order-1", "202", "expire", r#","transaction_id":"t-1""#);
    let settled = notified("order-1", "200", "settlement", r#","transaction_id":"t-2""#);
    accept(&mut pool.acquire().await.unwrap(), &expired, at(2)).await.unwrap();
    let done = finish_elsewhere(&pool, claim_one(&pool, 3).await, 3).await.unwrap();
    assert!(matches!(done, Finish::Done(changes) if changes[0].outcome == Outcome::Failed(Failure::Expired)));
    accept(&mut pool.acquire().await.unwrap(), &settled, at(4)).await.unwrap();
    let late = claim_one(&pool, 5).await;

    // The order is locked, as by a worker that has yet to judge: whoever charges again still reads that it has expired.
    let mut transaction = pool.begin().await.unwrap();
    sqlx::query("SELECT FROM midtrans_order FOR UPDATE").execute(&mut *transaction).await.unwrap();
    let other = pool.clone();
    let again = tokio::spawn(async move {
        expect(&mut other.acquire().await.unwrap(), &expectation("order-1", "key-2"), at(6)).await.unwrap()
    });
    until_waiting(&pool, 1).await;
    let finished = finish(&mut transaction, &late, &[], &policy(), at(6)).await.unwrap();
    assert!(matches!(finished, Finish::Done(changes) if changes[0].outcome == Outcome::Paid));
    transaction.commit().await.unwrap();
    assert_eq!(again.await.unwrap(), Expecting::Decided(Outcome::Paid));
}
