//! The inbox's tables, and how they come into being.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::Error;

/// What each version adds to the one before. Never change an entry that was released; add one.
const VERSIONS: &[&str] = &["
    CREATE TABLE midtrans_notification (
        id INTEGER PRIMARY KEY,
        dedupe_key BLOB NOT NULL UNIQUE,
        order_id TEXT NOT NULL,
        transaction_id TEXT,
        status_code TEXT NOT NULL,
        transaction_status TEXT,
        fraud_status TEXT,
        gross_amount TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        state INTEGER NOT NULL,
        due_at INTEGER,
        tries INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        reason TEXT,
        body TEXT
    ) STRICT;
    CREATE INDEX midtrans_notification_due ON midtrans_notification (due_at) WHERE due_at IS NOT NULL;
    CREATE INDEX midtrans_notification_order ON midtrans_notification (order_id);
    CREATE INDEX midtrans_notification_dead ON midtrans_notification (id) WHERE state = 3;
    CREATE TABLE midtrans_order (
        order_id TEXT PRIMARY KEY,
        amount INTEGER NOT NULL,
        provider TEXT NOT NULL,
        idempotency_key TEXT NOT NULL,
        ask_from INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        outcome TEXT,
        acted_paid INTEGER NOT NULL DEFAULT 0,
        asked_at INTEGER,
        asked INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        ask_at INTEGER,
        review TEXT
    ) STRICT;
    CREATE INDEX midtrans_order_ask ON midtrans_order (ask_at) WHERE ask_at IS NOT NULL;
    CREATE INDEX midtrans_order_review ON midtrans_order (order_id) WHERE review IS NOT NULL;
    CREATE TABLE midtrans_payment (
        order_id TEXT NOT NULL REFERENCES midtrans_order,
        transaction_id TEXT NOT NULL,
        status TEXT NOT NULL,
        refunded INTEGER,
        outcome TEXT NOT NULL,
        confirmed INTEGER NOT NULL,
        PRIMARY KEY (order_id, transaction_id)
    ) STRICT;
    CREATE TABLE midtrans_refund (
        id INTEGER PRIMARY KEY,
        order_id TEXT NOT NULL REFERENCES midtrans_order,
        transaction_id TEXT NOT NULL,
        refund_key TEXT,
        refund_chargeback_id TEXT,
        amount INTEGER NOT NULL,
        confirmed INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX midtrans_refund_order ON midtrans_refund (order_id);
"];

/// Brings the inbox's tables to this version. Run it at every start, in any number of programs at once: whoever comes
/// first does it, and the others find it done.
///
/// Its tables begin with `midtrans_`. It touches no table, no pragma and no version number of yours.
///
/// # Errors
/// [`Error`] when the database fails, or when a newer program has brought the tables to a version that this one does not
/// know; nothing is changed then.
pub fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch("CREATE TABLE IF NOT EXISTS midtrans_schema (version INTEGER NOT NULL) STRICT")?;
    let found: Option<i64> =
        transaction.query_row("SELECT version FROM midtrans_schema", [], |row| row.get(0)).optional()?;
    let known = VERSIONS.len() as i64;
    let done = found.unwrap_or(0);
    if done > known {
        return Err(Error::newer(done, known));
    }
    for version in &VERSIONS[usize::try_from(done).unwrap_or(0)..] {
        transaction.execute_batch(version)?;
    }
    match found {
        Some(_) => transaction.execute("UPDATE midtrans_schema SET version = ?1", [known])?,
        None => transaction.execute("INSERT INTO midtrans_schema (version) VALUES (?1)", [known])?,
    };
    Ok(transaction.commit()?)
}

/// Sets a connection up as an inbox wants it: write-ahead log, a commit that is on the disk before it is acknowledged,
/// and five seconds of patience with other connections. For each connection of your own that has no settings yet.
///
/// # Errors
/// [`Error`] when the database cannot be set up so, for example in memory.
pub fn tune(connection: &Connection) -> Result<(), Error> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL, not NORMAL: with NORMAL, a power failure takes back the last commits, which the gateway has forgotten by then.
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(())
}
