//! The inbox's tables, and how they come into being.

use sqlx::{Connection, PgConnection};

use crate::Error;

/// What each version adds to the one before. Never change an entry that was released; add one.
///
/// Moments are milliseconds. What is still to be done about a notification is in a table of its own, which is as short as
/// the work: a claim writes into it and into nothing else. In the long table every claim would write a new version of the
/// row into each of its indexes, which takes the longer the more is done. Ending a notification changes no column that has an
/// index; the tenth of each page that is left free lets the new version of the row stay there, and the indexes as they are.
const VERSIONS: &[&str] = &["
    CREATE TABLE midtrans_notification (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        dedupe_key BYTEA NOT NULL UNIQUE,
        order_id TEXT NOT NULL,
        transaction_id TEXT,
        status_code TEXT NOT NULL,
        transaction_status TEXT,
        fraud_status TEXT,
        gross_amount TEXT NOT NULL,
        received_at BIGINT NOT NULL,
        tries BIGINT NOT NULL DEFAULT 0,
        reason TEXT,
        body TEXT
    ) WITH (fillfactor = 90);
    CREATE INDEX midtrans_notification_order ON midtrans_notification (order_id);
    CREATE TABLE midtrans_due (
        id BIGINT PRIMARY KEY,
        state SMALLINT NOT NULL,
        due_at BIGINT,
        tries BIGINT NOT NULL DEFAULT 0,
        failures BIGINT NOT NULL DEFAULT 0,
        reason TEXT
    );
    CREATE INDEX midtrans_due_at ON midtrans_due (due_at, id) WHERE due_at IS NOT NULL;
    CREATE TABLE midtrans_order (
        order_id TEXT PRIMARY KEY,
        amount BIGINT NOT NULL,
        provider TEXT NOT NULL,
        idempotency_key TEXT NOT NULL,
        ask_from BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        recorded_at BIGINT NOT NULL,
        outcome TEXT,
        acted_paid BOOLEAN NOT NULL DEFAULT FALSE,
        asked_at BIGINT,
        asked BIGINT NOT NULL DEFAULT 0,
        failures BIGINT NOT NULL DEFAULT 0,
        ask_at BIGINT,
        review TEXT
    );
    CREATE INDEX midtrans_order_ask ON midtrans_order (ask_at) WHERE ask_at IS NOT NULL;
    CREATE INDEX midtrans_order_review ON midtrans_order (order_id) WHERE review IS NOT NULL;
    CREATE TABLE midtrans_payment (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        order_id TEXT NOT NULL REFERENCES midtrans_order,
        transaction_id TEXT NOT NULL,
        status TEXT NOT NULL,
        refunded BIGINT,
        outcome TEXT NOT NULL,
        confirmed BOOLEAN NOT NULL,
        PRIMARY KEY (order_id, transaction_id)
    );
    CREATE TABLE midtrans_refund (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        order_id TEXT NOT NULL REFERENCES midtrans_order,
        transaction_id TEXT NOT NULL,
        refund_key TEXT,
        refund_chargeback_id TEXT,
        amount BIGINT NOT NULL,
        confirmed BOOLEAN NOT NULL
    );
    CREATE INDEX midtrans_refund_order ON midtrans_refund (order_id);
"];

/// Ours among the advisory locks of a database, which are numbers: the first bytes of "midtrans".
const LOCK: i64 = i64::from_be_bytes(*b"midtrans");

/// Brings the inbox's tables to this version. Run it at every start, in any number of programs at once: whoever comes
/// first does it, and the others wait and find it done. It begins a transaction of its own, so don't call it inside one.
///
/// Its tables begin with `midtrans_` and are in the first schema of the connection's `search_path`: one schema per account
/// keeps accounts apart. It touches nothing of yours. Where the tables are at this version already, its user need not be
/// allowed to create any. The database's encoding has to be UTF8, as it is by default.
///
/// # Errors
/// [`Error`] when the database fails, or when a newer program has brought the tables to a version that this one does not
/// know; nothing is changed then.
pub async fn migrate(connection: &mut PgConnection) -> Result<(), Error> {
    // Above READ COMMITTED, whoever has waited would still see the tables as they were before.
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
    let exists: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables
            WHERE schemaname = current_schema() AND tablename = 'midtrans_schema')",
    )
    .fetch_one(&mut *transaction)
    .await?;
    if !exists {
        let create = "CREATE TABLE midtrans_schema (version BIGINT NOT NULL); INSERT INTO midtrans_schema VALUES (0)";
        sqlx::raw_sql(create).execute(&mut *transaction).await?;
    }
    let found: i64 = sqlx::query_scalar("SELECT version FROM midtrans_schema").fetch_one(&mut *transaction).await?;
    let known = VERSIONS.len() as i64;
    if found > known {
        return Err(Error::newer(found, known));
    }
    if found < known {
        for version in VERSIONS.iter().skip(usize::try_from(found).unwrap_or_default()) {
            sqlx::raw_sql(*version).execute(&mut *transaction).await?;
        }
        sqlx::query("UPDATE midtrans_schema SET version = $1").bind(known).execute(&mut *transaction).await?;
    }
    Ok(transaction.commit().await?)
}
