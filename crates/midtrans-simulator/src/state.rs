//! The state in a file: SQLite, written before an answer leaves.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::gateway::saved::{Pieces, Rows, Unreadable};
use crate::gateway::{Accounts, Gateway};

/// Counts up when the tables or the JSON in them change.
const VERSION: i64 = 7;
/// The oldest version that is read: the fields that it lacks have defaults.
const OLDEST: i64 = 6;

/// An open file.
#[derive(Debug)]
pub(crate) struct State {
    connection: Connection,
    /// The last written values of the pieces that are looked at after every call.
    written: (Duration, Vec<String>),
}

impl State {
    /// Opens a file, makes it where there is none, and keeps it to itself: two simulators would
    /// overwrite each other.
    pub(crate) fn open(path: &Path) -> Result<Self, StateError> {
        private(path)?;
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::ZERO)?;
        // Looked at before anything is changed: the file may be another program's.
        let tables = "SELECT count(*), coalesce(sum(name = 'midtrans_simulator'), 0) FROM sqlite_schema WHERE type = 'table'";
        let (tables, own): (i64, i64) =
            connection.query_row(tables, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if tables > 0 && own == 0 {
            return Err(StateError::Foreign);
        }
        if own > 0 {
            let query = "SELECT version FROM midtrans_simulator";
            let version = connection.query_row(query, [], |row| row.get(0));
            if !version.is_ok_and(|version| (OLDEST..=VERSION).contains(&version)) {
                return Err(StateError::Version);
            }
        }
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        // Not WAL: after every commit all is in the one file, which can be copied, or be all that a
        // container keeps.
        connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
        // A kill of the program loses nothing. A fall of the machine may damage the file, and the
        // next start says so.
        connection.pragma_update(None, "synchronous", "OFF")?;
        let said: String =
            connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if said != "ok" {
            return Err(StateError::Damaged);
        }
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS midtrans_simulator (
                 version INTEGER NOT NULL, ahead INTEGER NOT NULL, seen INTEGER NOT NULL);
             CREATE TABLE IF NOT EXISTS account (merchant_id TEXT PRIMARY KEY, json TEXT NOT NULL);
             CREATE TABLE IF NOT EXISTS answer (
                 merchant_id TEXT NOT NULL, key TEXT NOT NULL, ends INTEGER NOT NULL, json TEXT NOT NULL,
                 PRIMARY KEY (merchant_id, key)) WITHOUT ROWID;
             CREATE INDEX IF NOT EXISTS answer_ends ON answer (ends);
             CREATE TABLE IF NOT EXISTS token (
                 merchant_id TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL,
                 PRIMARY KEY (merchant_id, id)) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS payment (
                 merchant_id TEXT NOT NULL, number INTEGER NOT NULL, json TEXT NOT NULL,
                 PRIMARY KEY (merchant_id, number)) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS record (
                 merchant_id TEXT NOT NULL, kind TEXT NOT NULL, number INTEGER NOT NULL, json TEXT NOT NULL,
                 PRIMARY KEY (merchant_id, kind, number)) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS message (
                 merchant_id TEXT NOT NULL, number INTEGER NOT NULL, json TEXT NOT NULL,
                 PRIMARY KEY (merchant_id, number)) WITHOUT ROWID;",
        )?;
        if own == 0 {
            connection.execute(
                "INSERT INTO midtrans_simulator VALUES (?1, 0, 0)",
                [VERSION],
            )?;
        }
        // A file of an older version is of this one from the first write on.
        connection.execute("UPDATE midtrans_simulator SET version = ?1", [VERSION])?;
        Ok(Self {
            connection,
            written: (Duration::MAX, Vec::new()),
        })
    }

    /// The distance that the clock was moved by hand (in the file: nanoseconds), and the last
    /// moment that was seen.
    pub(crate) fn clock(&self) -> Result<(Duration, Option<WibTime>), StateError> {
        let query = "SELECT ahead, seen FROM midtrans_simulator";
        let (ahead, seen): (i64, i64) = self
            .connection
            .query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((
            Duration::from_nanos(ahead.unsigned_abs()),
            WibTime::from_unix(seen),
        ))
    }

    /// Restores the rows of each merchant that has an account now.
    pub(crate) fn load(&self, accounts: &mut Accounts, now: WibTime) -> Result<(), StateError> {
        self.connection
            .execute("DELETE FROM answer WHERE ends <= ?1", [now.unix()])?;
        for account in accounts.all_mut() {
            let merchant_id = account.settings().merchant_id.clone();
            let kept = self.connection.query_row(
                "SELECT json FROM account WHERE merchant_id = ?1",
                [&merchant_id],
                |row| row.get(0),
            );
            if let Some(json) = kept.optional()? {
                account.restore(&Pieces {
                    account: json,
                    payments: self.rows(
                        "SELECT number, json FROM payment WHERE merchant_id = ?1",
                        &merchant_id,
                    )?,
                    messages: self.rows(
                        "SELECT number, json FROM message WHERE merchant_id = ?1",
                        &merchant_id,
                    )?,
                    answers: self.answers(&merchant_id)?,
                    records: self.records(&merchant_id)?,
                    tokens: self.tokens(&merchant_id)?,
                    is_reset: false,
                })?;
            }
            account.keep_changes();
        }
        Ok(())
    }

    /// Writes the changed rows. After a failure they stay marked, and the next write includes them.
    pub(crate) fn save(
        &mut self,
        accounts: &mut Accounts,
        ahead: Duration,
        now: WibTime,
    ) -> Result<(), StateError> {
        let pieces: Vec<Pieces> = accounts.all().map(Gateway::changes).collect();
        let small = (
            ahead,
            pieces.iter().map(|pieces| pieces.account.clone()).collect(),
        );
        if self.written == small && pieces.iter().all(Pieces::is_small) {
            return Ok(());
        }
        let transaction = self.connection.transaction()?;
        let ahead = i64::try_from(ahead.as_nanos()).unwrap_or(i64::MAX);
        transaction
            .prepare_cached("UPDATE midtrans_simulator SET ahead = ?1, seen = max(seen, ?2)")?
            .execute([ahead, now.unix()])?;
        if pieces.iter().any(|pieces| !pieces.answers.is_empty()) {
            transaction
                .prepare_cached("DELETE FROM answer WHERE ends <= ?1")?
                .execute([now.unix()])?;
        }
        for (account, pieces) in accounts.all().zip(&pieces) {
            write(&transaction, &account.settings().merchant_id, pieces)?;
        }
        transaction.commit()?;
        self.written = small;
        accounts.all_mut().for_each(Gateway::forget_changes);
        Ok(())
    }

    fn answers(&self, merchant_id: &str) -> Result<BTreeMap<String, (i64, String)>, StateError> {
        let mut statement = self
            .connection
            .prepare("SELECT key, ends, json FROM answer WHERE merchant_id = ?1")?;
        let rows = statement.query_map([merchant_id], |row| {
            Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn records(&self, merchant_id: &str) -> Result<Rows, StateError> {
        let mut statement = self
            .connection
            .prepare("SELECT number, json, kind FROM record WHERE merchant_id = ?1")?;
        let rows = statement.query_map([merchant_id], |row| {
            let kind: String = row.get(2)?;
            Ok((kind, row.get::<_, i64>(0)?, row.get(1)?))
        })?;
        rows.map(|row| {
            let (kind, number, json) = row?;
            let (number, json) = numbered(Ok((number, json)))?;
            Ok(((kind, number), json))
        })
        .collect()
    }

    fn tokens(&self, merchant_id: &str) -> Result<BTreeMap<String, String>, StateError> {
        let query = "SELECT id, json FROM token WHERE merchant_id = ?1";
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map([merchant_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn rows(&self, query: &str, merchant_id: &str) -> Result<BTreeMap<usize, String>, StateError> {
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map([merchant_id], |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?))
        })?;
        rows.map(numbered).collect()
    }
}

fn numbered(row: Result<(i64, String), rusqlite::Error>) -> Result<(usize, String), StateError> {
    let (number, json) = row?;
    usize::try_from(number)
        .map(|number| (number, json))
        .map_err(|_| Unreadable("number").into())
}

fn write(
    transaction: &Transaction<'_>,
    merchant_id: &str,
    pieces: &Pieces,
) -> Result<(), rusqlite::Error> {
    if pieces.is_reset {
        for table in ["payment", "message", "answer", "record", "token"] {
            transaction.execute(
                &format!("DELETE FROM {table} WHERE merchant_id = ?1"),
                [merchant_id],
            )?;
        }
    }
    transaction
        .prepare_cached("INSERT OR REPLACE INTO account VALUES (?1, ?2)")?
        .execute(params![merchant_id, pieces.account])?;
    let mut statement =
        transaction.prepare_cached("INSERT OR REPLACE INTO answer VALUES (?1, ?2, ?3, ?4)")?;
    for (key, (end, json)) in &pieces.answers {
        statement.execute(params![merchant_id, key, end, json])?;
    }
    let mut statement =
        transaction.prepare_cached("INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4)")?;
    for ((kind, number), json) in &pieces.records {
        let number = i64::try_from(*number).unwrap_or(i64::MAX);
        statement.execute(params![merchant_id, kind, number, json])?;
    }
    for (id, json) in &pieces.tokens {
        let query = match json.is_empty() {
            true => "DELETE FROM token WHERE merchant_id = ?1 AND id = ?2 AND ?3 = ''",
            false => "INSERT OR REPLACE INTO token VALUES (?1, ?2, ?3)",
        };
        let mut statement = transaction.prepare_cached(query)?;
        statement.execute(params![merchant_id, id, json])?;
    }
    for (query, rows) in [
        (
            "INSERT OR REPLACE INTO payment VALUES (?1, ?2, ?3)",
            &pieces.payments,
        ),
        (
            "INSERT OR REPLACE INTO message VALUES (?1, ?2, ?3)",
            &pieces.messages,
        ),
    ] {
        let mut statement = transaction.prepare_cached(query)?;
        for (number, json) in rows {
            // There are fewer than any integer of SQLite's.
            statement.execute(params![
                merchant_id,
                i64::try_from(*number).unwrap_or(i64::MAX),
                json
            ])?;
        }
    }
    Ok(())
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

/// Makes a new file readable for its owner alone: merchants send people's data.
fn private(path: &Path) -> Result<(), StateError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(StateError::File)
}

/// The reason why the state cannot be kept or read.
#[derive(Debug)]
#[non_exhaustive]
pub enum StateError {
    /// An error of SQLite: the file cannot be opened or written, is no database, or another
    /// simulator has it.
    Sqlite(rusqlite::Error),
    /// The file cannot be made or opened.
    File(io::Error),
    /// The file is another program's database.
    Foreign,
    /// The file is of another version of the simulator.
    Version,
    /// A page of the file is damaged.
    Damaged,
    /// A piece of it cannot be read.
    Piece(&'static str),
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) if is_busy(error) => {
                f.write_str("it is in use: another simulator has it")
            }
            Self::Sqlite(_) => f.write_str("it cannot be used"),
            Self::File(_) => f.write_str("it cannot be opened"),
            Self::Foreign => f.write_str("it is another program's database: use a new file"),
            Self::Version => {
                f.write_str("it is of another version of the simulator: use a new file")
            }
            Self::Damaged => f.write_str("a page of it is damaged: use a new file"),
            Self::Piece(piece) => write!(f, "it has a {piece} that cannot be read: use a new file"),
        }
    }
}

impl Error for StateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Sqlite(error) if !is_busy(error) => Some(error),
            Self::File(error) => Some(error),
            Self::Sqlite(_) | Self::Foreign | Self::Version | Self::Damaged | Self::Piece(_) => {
                None
            }
        }
    }
}

impl From<rusqlite::Error> for StateError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Unreadable> for StateError {
    fn from(Unreadable(piece): Unreadable) -> Self {
        Self::Piece(piece)
    }
}
