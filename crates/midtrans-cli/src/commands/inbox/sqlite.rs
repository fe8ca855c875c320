//! An inbox in a SQLite file.

use std::time::{Duration, SystemTime};

use midtrans_inbox::{DeadLetter, History, Snapshot};
use midtrans_inbox_sqlite as inbox;
use rusqlite::{Connection, OpenFlags};

use super::store::{Store, broken, no_inbox};
use crate::failure::Failure;

pub(crate) struct File(Connection);

impl File {
    /// Opens a file that is there; none is made, and no table either.
    pub(crate) fn open(path: &str) -> Result<Self, Failure> {
        if !std::path::Path::new(path).is_file() {
            return Err(Failure::usage(format!("there is no file {path}")));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| broken(&error))?;
        connection.busy_timeout(Duration::from_secs(5)).map_err(|error| broken(&error))?;
        let tables = "SELECT count(*) FROM sqlite_master WHERE name = 'midtrans_schema'";
        let tables: i64 = connection.query_row(tables, [], |row| row.get(0)).map_err(|error| broken(&error))?;
        if tables == 0 { Err(no_inbox()) } else { Ok(Self(connection)) }
    }
}

impl Store for File {
    fn snapshot(&mut self, now: SystemTime) -> Result<Snapshot, Failure> {
        inbox::snapshot(&self.0, now).map_err(|error| broken(&error))
    }

    fn dead_letters(&mut self, most: u32) -> Result<Vec<DeadLetter>, Failure> {
        inbox::dead_letters(&self.0, most).map_err(|error| broken(&error))
    }

    fn history(&mut self, order: &str) -> Result<History, Failure> {
        inbox::history(&self.0, order).map_err(|error| broken(&error))
    }

    fn retry(&mut self, order: &str, now: SystemTime) -> Result<u64, Failure> {
        inbox::retry(&self.0, order, now).map_err(|error| broken(&error))
    }
}
