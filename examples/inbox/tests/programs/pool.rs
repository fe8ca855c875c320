//! The README's check for a shop's own sqlx pool.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use midtrans_private_postgres::PrivatePostgres;
use sqlx::postgres::PgPoolOptions;

#[tokio::test]
async fn a_pool_with_the_check_loses_nothing_after_a_begin_that_was_dropped_at_any_point() {
    let Some(server) = PrivatePostgres::start_or_skip("the README's check of a pool") else {
        return;
    };
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .after_release(|connection, _| {
            Box::pin(async move {
                sqlx::raw_sql("BEGIN; ROLLBACK")
                    .execute(connection)
                    .await
                    .map(|_| true)
            })
        })
        .connect(&server.url())
        .await
        .unwrap();
    let elsewhere = sqlx::PgPool::connect(&server.url()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE written (at INTEGER)")
        .execute(&pool)
        .await
        .unwrap();
    for polls in 0..20 {
        {
            let mut begin = pin!(pool.begin());
            for _ in 0..polls {
                let polled =
                    poll_fn(|context| Poll::Ready(begin.as_mut().poll(context).is_ready())).await;
                if polled {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        sqlx::query("INSERT INTO written VALUES ($1)")
            .bind(polls)
            .execute(&pool)
            .await
            .unwrap();
        let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM written")
            .fetch_one(&elsewhere)
            .await
            .unwrap();
        assert_eq!(
            seen,
            i64::from(polls) + 1,
            "a begin that was dropped after {polls} polls"
        );
    }
}
