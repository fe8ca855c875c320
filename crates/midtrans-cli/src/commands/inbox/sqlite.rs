//! An inbox in a SQLite file.

use std::path::Path;
use std::time::{Duration, SystemTime};

use midtrans_inbox::store::from_millis;
use midtrans_inbox::{DeadLetter, History, Snapshot, Unexpected};
use midtrans_inbox_sqlite as inbox;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::store::{ChangeRow, Store, broken, no_inbox, unmade};
use crate::failure::Failure;

pub(crate) struct File(Connection);

impl File {
    /// Opens an existing file; it creates neither file nor table.
    pub(crate) fn open(path: &str) -> Result<Self, Failure> {
        if !Path::new(path).is_file() {
            return Err(Failure::usage(format!("there is no file {path}")));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| broken(&error))?;
        connection
            .busy_timeout(Duration::from_secs(5))
            .map_err(|error| broken(&error))?;
        if has_tables(&connection)? {
            Ok(Self(connection))
        } else {
            Err(no_inbox())
        }
    }
}

/// Makes the tables, and creates the file where there is none.
pub(crate) fn migrate(path: &str) -> Result<(), Failure> {
    let mut connection = Connection::open(path).map_err(|error| broken(&error))?;
    inbox::tune(&connection)
        .and_then(|()| inbox::migrate(&mut connection))
        .map_err(|error| broken(&error))
}

/// The SQL that [`migrate`] runs on an empty file, with the version that it writes down.
pub(crate) fn schema() -> String {
    format!(
        "{}\n-- The version, for programs that migrate.\n\
         CREATE TABLE midtrans_schema (version INTEGER NOT NULL) STRICT;\n\
         INSERT INTO midtrans_schema (version) VALUES (1);\n",
        inbox::schema_sql().trim_end()
    )
}

pub(crate) fn has_tables(connection: &Connection) -> Result<bool, Failure> {
    let tables = "SELECT 1 FROM sqlite_schema WHERE name = 'midtrans_schema'";
    let found = connection.query_row(tables, [], |_| Ok(())).optional();
    found
        .map(|found| found.is_some())
        .map_err(|error| broken(&error))
}

/// Returns the number of changes ever stored: ids are never used again, so it is the last one.
pub(crate) fn changes_stored(connection: &Connection) -> rusqlite::Result<u64> {
    let last = "SELECT seq FROM sqlite_sequence WHERE name = 'midtrans_change'";
    let last: Option<i64> = connection
        .query_row(last, [], |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or(0).unsigned_abs())
}

fn changes(connection: &Connection, at_most: u32) -> rusqlite::Result<Vec<ChangeRow>> {
    let mut statement = connection.prepare(
        "SELECT id, order_id, outcome, outcome_before, changed_at, failures, retry_at, reason,
            id NOT IN (SELECT id FROM midtrans_next_change)
         FROM midtrans_change ORDER BY id LIMIT ?1",
    )?;
    let rows = statement.query_map([at_most], |row| {
        Ok(ChangeRow {
            id: row.get(0)?,
            order_id: row.get(1)?,
            outcome: row.get(2)?,
            outcome_before: row.get(3)?,
            changed_at: from_millis(row.get(4)?),
            failures: row.get::<_, i64>(5)?.unsigned_abs(),
            retry_at: row.get::<_, Option<i64>>(6)?.map(from_millis),
            reason: row.get(7)?,
            is_behind: row.get(8)?,
        })
    })?;
    rows.collect()
}

impl Store for File {
    fn snapshot(&mut self, now: SystemTime) -> Result<Snapshot, Failure> {
        inbox::snapshot(&self.0, now).map_err(|error| broken(&error))
    }

    fn dead_letters(&mut self, at_most: u32) -> Result<Vec<DeadLetter>, Failure> {
        inbox::dead_letters(&self.0, at_most).map_err(|error| broken(&error))
    }

    fn unexpected(&mut self, at_most: u32) -> Result<Vec<Unexpected>, Failure> {
        inbox::unexpected(&self.0, at_most).map_err(|error| broken(&error))
    }

    fn changes(&mut self, at_most: u32) -> Result<Vec<ChangeRow>, Failure> {
        changes(&self.0, at_most).map_err(|error| broken(&error))
    }

    fn changes_stored(&mut self) -> Result<Option<u64>, Failure> {
        changes_stored(&self.0)
            .map(Some)
            .map_err(|error| broken(&error))
    }

    fn history(&mut self, order: &str) -> Result<History, Failure> {
        inbox::history(&self.0, order).map_err(|error| broken(&error))
    }

    fn retry(&mut self, order: &str, now: SystemTime) -> Result<u64, Failure> {
        inbox::retry(&self.0, order, now).map_err(|error| unmade(&error))
    }

    fn prune(&mut self, before: SystemTime) -> Result<u64, Failure> {
        inbox::prune(&self.0, before).map_err(|error| unmade(&error))
    }
}
