//! The inbox's tables and their migration.

use midtrans_inbox::Error;
use sqlx::{Connection, PgConnection};

use crate::fault::fault;
use crate::pool::BEGIN;

/// The changes of each version. Never change an entry that was released; add one.
const VERSIONS: &[&str] = &[include_str!("../schema/001.sql")];

/// The inbox's key among the advisory locks of a database, which are numbers: the first bytes of
/// "midtrans".
const LOCK: i64 = i64::from_be_bytes(*b"midtrans");

/// Returns the SQL that [`Inbox::migrate`](crate::Inbox::migrate) runs on an empty database, with a
/// comment for each table and column. Use it if your migrations run elsewhere, or for programs in
/// other languages. It is also the file `schema/001.sql` of this crate.
///
/// If you run it yourself, also insert the version, as its first comment says.
#[must_use]
pub fn schema_sql() -> String {
    VERSIONS.concat()
}

/// Returns the SQL of the least rights that a running shop needs, for a role named `shop`; replace
/// it with your role's name. It is also the file `schema/grants.sql` of this crate.
#[must_use]
pub const fn grants_sql() -> &'static str {
    include_str!("../schema/grants.sql")
}

/// See [`Inbox::migrate`](crate::Inbox::migrate).
pub(crate) async fn migrate(connection: &mut PgConnection) -> Result<(), Error> {
    // Above READ COMMITTED, a program that has waited would still see the tables as they were
    // before.
    let mut transaction = connection.begin_with(BEGIN).await.map_err(fault)?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *transaction)
        .await
        .map_err(fault)?;
    let exists: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables
            WHERE schemaname = current_schema() AND tablename = 'midtrans_schema')",
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(fault)?;
    if !exists {
        let create = sqlx::query("CREATE TABLE midtrans_schema (version BIGINT NOT NULL)");
        create.execute(&mut *transaction).await.map_err(fault)?;
    }
    let found = sqlx::query_scalar("SELECT version FROM midtrans_schema")
        .fetch_optional(&mut *transaction)
        .await;
    let (found, known): (Option<i64>, _) = (found.map_err(fault)?, VERSIONS.len() as i64);
    let done = found.unwrap_or(0);
    if done > known {
        return Err(Error::newer(done, known));
    }
    if done < known {
        for version in VERSIONS
            .iter()
            .skip(usize::try_from(done).unwrap_or_default())
        {
            sqlx::raw_sql(*version)
                .execute(&mut *transaction)
                .await
                .map_err(fault)?;
        }
        let write = match found {
            Some(_) => "UPDATE midtrans_schema SET version = $1",
            None => "INSERT INTO midtrans_schema (version) VALUES ($1)",
        };
        sqlx::query(write)
            .bind(known)
            .execute(&mut *transaction)
            .await
            .map_err(fault)?;
    }
    transaction.commit().await.map_err(fault)
}
