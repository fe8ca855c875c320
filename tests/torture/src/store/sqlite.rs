//! A run's SQLite database, from outside.

use std::path::Path;
use std::time::SystemTime;

use midtrans_inbox::Expectation;
use midtrans_inbox_sqlite::{ExpectResult, expect_in, migrate, tune};
use rusqlite::Connection;

use super::{DEAD, Ledger};
use crate::failure::{Failure, failed};

pub(crate) fn set_up(
    path: &Path,
    expected: &[Expectation],
    now: SystemTime,
) -> Result<(), Failure> {
    let mut connection = Connection::open(path).map_err(failed("opening the database"))?;
    tune(&connection).map_err(failed("setting the database up"))?;
    migrate(&mut connection).map_err(failed("migrating"))?;
    let transaction = connection.transaction().map_err(failed("a transaction"))?;
    let sql =
        "CREATE TABLE effects (order_id TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL)";
    transaction
        .execute(sql, [])
        .map_err(failed("the shop's own table"))?;
    for expectation in expected {
        let result = expect_in(&transaction, expectation, now).map_err(failed("expecting"))?;
        if result != ExpectResult::Recorded {
            return Err(Failure(format!("an order was there already: {result:?}")));
        }
    }
    transaction.commit().map_err(failed("a commit"))
}

pub(crate) fn ledger(path: &Path) -> Result<Ledger, Failure> {
    let connection = Connection::open(path).map_err(failed("opening the database"))?;
    let mut ledger = Ledger::new();
    let rows = |sql: &str, take: &mut dyn FnMut(String, String, String)| -> Result<(), Failure> {
        let mut statement = connection.prepare(sql).map_err(failed("reading"))?;
        let mut rows = statement.query([]).map_err(failed("reading"))?;
        while let Some(row) = rows.next().map_err(failed("reading"))? {
            let text = |at| row.get::<_, String>(at).map_err(failed("reading"));
            take(text(0)?, text(1)?, text(2)?);
        }
        Ok(())
    };
    rows(
        "SELECT order_id, coalesce(outcome, ''), '' FROM midtrans_order",
        &mut |order, outcome, _| {
            ledger.entry(order).or_default().outcome =
                Some(outcome).filter(|outcome| !outcome.is_empty());
        },
    )?;
    rows(
        "SELECT order_id, kind, detail FROM effects ORDER BY rowid",
        &mut |order, kind, detail| {
            ledger
                .entry(order)
                .or_default()
                .effects
                .push((kind, detail));
        },
    )?;
    rows(DEAD, &mut |order, why, _| {
        ledger.entry(order).or_default().dead.push(why)
    })?;
    Ok(ledger)
}
