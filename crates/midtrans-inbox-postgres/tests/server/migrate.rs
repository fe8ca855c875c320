//! Several programs that start at once, and programs of several versions.

use midtrans_inbox_postgres::migrate;
use tokio::task::JoinSet;

use crate::shop::{number, pool, shop};

#[tokio::test(flavor = "multi_thread")]
async fn eight_programs_that_start_at_once_have_one_set_of_tables() {
    let Some(pool) = pool("starts").await else { return };
    let mut starting = JoinSet::new();
    for _ in 0..8 {
        let pool = pool.clone();
        starting.spawn(async move { migrate(&mut pool.acquire().await.unwrap()).await });
    }
    for started in starting.join_all().await {
        started.unwrap();
    }
    assert_eq!(number(&pool, "SELECT sum(version)::bigint FROM midtrans_schema").await, 1);
    migrate(&mut pool.acquire().await.unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_newer_version_is_refused_with_both_numbers() {
    let Some(pool) = shop("newer").await else { return };
    sqlx::query("UPDATE midtrans_schema SET version = 7").execute(&pool).await.unwrap();
    let error = migrate(&mut pool.acquire().await.unwrap()).await.unwrap_err().to_string();
    assert!(error.contains('7') && error.contains('1'), "{error}");
    assert_eq!(number(&pool, "SELECT version FROM midtrans_schema").await, 7);
}

#[tokio::test]
async fn a_program_that_may_not_create_tables_finds_them() {
    let Some(pool) = shop("unprivileged").await else { return };
    let mut connection = pool.acquire().await.unwrap();
    let role = "CREATE ROLE clerk; GRANT USAGE ON SCHEMA unprivileged TO clerk;
        GRANT SELECT ON midtrans_schema TO clerk; SET ROLE clerk";
    sqlx::raw_sql(role).execute(&mut *connection).await.unwrap();
    migrate(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn every_schema_has_tables_of_its_own() {
    let (Some(_), Some(second)) = (shop("account_1").await, pool("account_2").await) else { return };
    let mut connection = second.acquire().await.unwrap();
    sqlx::query("SET search_path TO account_2, account_1").execute(&mut *connection).await.unwrap();
    migrate(&mut connection).await.unwrap();
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'account_2'";
    assert_eq!(number(&second, tables).await, 6);
    connection.close().await.unwrap();
}
