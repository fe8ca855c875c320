//! The inbox's tables and their migration.

use std::time::Duration;

use midtrans_inbox::Error;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::fault::fault;

/// The changes of each version. Never change an entry that was released; add one.
const VERSIONS: &[&str] = &[include_str!("../schema/001.sql")];

/// The longest wait for another connection's lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// The capacity of the statement cache: all statements of the inbox and some of yours.
const STATEMENTS: usize = 64;

/// Migrates the inbox's tables to this version. Run it at every start, in any number of programs at
/// once: the first one migrates, and the others find it done.
///
/// Its tables begin with `midtrans_`. It changes no table, pragma or version number of yours.
///
/// # Errors
/// [`Error`] when the database fails, or when a newer program has migrated the tables to a version
/// that this one does not know. Nothing is changed then.
pub fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let known = VERSIONS.len() as i64;
    // A program that starts while another one writes need not wait for it.
    if version(connection).is_ok_and(|found| found == Some(known)) {
        return Ok(());
    }
    if !connection.is_autocommit() {
        return Err(Error::in_transaction());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(fault)?;
    transaction
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS midtrans_schema (version INTEGER NOT NULL) STRICT",
        )
        .map_err(fault)?;
    let found = version(&transaction).map_err(fault)?;
    let done = found.unwrap_or(0);
    if done > known {
        return Err(Error::newer(done, known));
    }
    for version in &VERSIONS[usize::try_from(done).unwrap_or(0)..] {
        transaction.execute_batch(version).map_err(fault)?;
    }
    let write = match found {
        Some(_) => "UPDATE midtrans_schema SET version = ?1",
        None => "INSERT INTO midtrans_schema (version) VALUES (?1)",
    };
    transaction.execute(write, [known]).map_err(fault)?;
    transaction.commit().map_err(fault)
}

fn version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    connection
        .query_row("SELECT version FROM midtrans_schema", [], |row| row.get(0))
        .optional()
}

/// Returns the SQL that [`migrate`] runs on an empty database, with a comment for each table and
/// column. Use it if your migrations run elsewhere, or for programs in other languages. It is also
/// the file `schema/001.sql` of this crate.
///
/// If you run it yourself, also insert the version, as its first comment says.
#[must_use]
pub fn schema_sql() -> String {
    VERSIONS.concat()
}

/// Sets up a connection for an inbox: write-ahead log, commits that are on the disk before they are
/// acknowledged, a busy timeout of five seconds, and room for 64 prepared statements. Call it for
/// each connection of your own that has no settings yet.
///
/// # Errors
/// [`Error`] when the database cannot be set up so, for example in memory.
pub fn tune(connection: &Connection) -> Result<(), Error> {
    connection.busy_timeout(PATIENCE).map_err(fault)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .map_err(fault)?;
    // FULL, not NORMAL: with NORMAL, a power failure may undo the last commits, for which the
    // gateway has its 200 already.
    connection
        .pragma_update(None, "synchronous", "FULL")
        .map_err(fault)
}
