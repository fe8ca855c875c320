//! A run's PostgreSQL database, from outside.

use std::time::SystemTime;

use midtrans_inbox::Expectation;
use midtrans_inbox_postgres::{ExpectResult, expect_in};
use sqlx::{Connection, PgConnection, Row};

use super::{DEAD, Ledger};
use crate::failure::{Failure, failed};
use crate::merchant::inbox;

pub(crate) async fn set_up(
    url: &str,
    expected: &[Expectation],
    now: SystemTime,
) -> Result<(), Failure> {
    inbox(url)?.migrate().await.map_err(failed("migrating"))?;
    let mut connection = PgConnection::connect(url)
        .await
        .map_err(failed("connecting"))?;
    let mut transaction = connection.begin().await.map_err(failed("a transaction"))?;
    let sql =
        "CREATE TABLE effects (id BIGINT GENERATED ALWAYS AS IDENTITY, order_id TEXT NOT NULL,
        kind TEXT NOT NULL, detail TEXT NOT NULL)";
    sqlx::query(sql)
        .execute(&mut *transaction)
        .await
        .map_err(failed("the shop's own table"))?;
    transaction.commit().await.map_err(failed("a commit"))?;
    // Each holds a lock until the commit, and a server has room for some thousands.
    for expected in expected.chunks(1_000) {
        let mut transaction = connection.begin().await.map_err(failed("a transaction"))?;
        for expectation in expected {
            let result = expect_in(&mut transaction, expectation, now)
                .await
                .map_err(failed("expecting"))?;
            if result != ExpectResult::Recorded {
                return Err(Failure(format!("an order was there already: {result:?}")));
            }
        }
        transaction.commit().await.map_err(failed("a commit"))?;
    }
    Ok(())
}

pub(crate) async fn ledger(url: &str) -> Result<Ledger, Failure> {
    let mut connection = PgConnection::connect(url)
        .await
        .map_err(failed("connecting"))?;
    let mut ledger = Ledger::new();
    for (order, outcome, _) in rows(
        &mut connection,
        "SELECT order_id, coalesce(outcome, ''), '' FROM midtrans_order",
    )
    .await?
    {
        ledger.entry(order).or_default().outcome =
            Some(outcome).filter(|outcome| !outcome.is_empty());
    }
    for (order, kind, detail) in rows(
        &mut connection,
        "SELECT order_id, kind, detail FROM effects ORDER BY id",
    )
    .await?
    {
        ledger
            .entry(order)
            .or_default()
            .effects
            .push((kind, detail));
    }
    for (order, why, _) in rows(&mut connection, DEAD).await? {
        ledger.entry(order).or_default().dead.push(why);
    }
    Ok(ledger)
}

async fn rows(
    connection: &mut PgConnection,
    sql: &'static str,
) -> Result<Vec<(String, String, String)>, Failure> {
    let rows = sqlx::query(sql)
        .fetch_all(connection)
        .await
        .map_err(failed("reading"))?;
    let text = |row: &sqlx::postgres::PgRow, at: usize| row.try_get(at).map_err(failed("reading"));
    rows.iter()
        .map(|row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?)))
        .collect()
}
