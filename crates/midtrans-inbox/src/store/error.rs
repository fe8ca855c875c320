//! The error of all stores.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The database failed. The notification is not acknowledged: answer 503, and the gateway sends it
/// again.
///
/// Clones share the reason, because one failed commit answers every caller in it.
#[derive(Clone)]
pub struct Error(Arc<Kind>);

enum Kind {
    Database {
        fault: DatabaseFault,
        source: Box<dyn StdError + Send + Sync>,
    },
    Row(&'static str),
    Newer {
        found: i64,
        known: i64,
    },
    Missing,
    Closed,
    Silent,
    InTransaction,
    Other {
        what: &'static str,
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
}

/// The kind of a database failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseFault {
    /// The disk is full, or the database has reached its maximum size.
    Full,
    /// Another connection held a lock for too long.
    Busy,
    /// Two transactions were in conflict, and this one was ended: a deadlock or a serialization
    /// failure.
    Conflict,
    /// The connection is lost.
    Disconnected,
    /// The inbox's tables are missing.
    NoTables,
    /// The database user lacks the permission.
    NotAllowed,
    /// Anything else.
    Other,
}

impl Error {
    /// Creates the error of a failure of the database itself.
    pub fn database(
        fault: DatabaseFault,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Kind::Database {
            fault,
            source: source.into(),
        }))
    }

    /// Creates the error of a stored value that is not valid.
    #[must_use]
    pub fn row(column: &'static str) -> Self {
        Self(Arc::new(Kind::Row(column)))
    }

    /// Creates the error of tables with a version that this program does not know.
    #[must_use]
    pub fn newer(found: i64, known: i64) -> Self {
        Self(Arc::new(Kind::Newer { found, known }))
    }

    /// Creates the error of tables that are missing, or older than this program.
    #[must_use]
    pub fn not_migrated() -> Self {
        Self(Arc::new(Kind::Missing))
    }

    /// Creates the error of a writer that has ended.
    #[must_use]
    pub fn closed() -> Self {
        Self(Arc::new(Kind::Closed))
    }

    /// Creates the error of a database that did not answer in time.
    #[must_use]
    pub fn silent() -> Self {
        Self(Arc::new(Kind::Silent))
    }

    /// Creates the error of a connection inside a transaction that the caller may not know of.
    #[must_use]
    pub fn in_transaction() -> Self {
        Self(Arc::new(Kind::InTransaction))
    }

    /// Creates the error of a failure outside the database, in words.
    #[must_use]
    pub fn failed(what: &'static str) -> Self {
        Self(Arc::new(Kind::Other { what, source: None }))
    }

    /// Creates the error of a failure outside the database, with its cause: the error of the shop's
    /// part of a transaction.
    pub fn failed_by(
        what: &'static str,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Kind::Other {
            what,
            source: Some(source.into()),
        }))
    }

    fn fault(&self) -> Option<DatabaseFault> {
        match &*self.0 {
            Kind::Database { fault, .. } => Some(*fault),
            _ => None,
        }
    }

    /// Returns whether the disk is full, or the database has reached its maximum size.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.fault() == Some(DatabaseFault::Full)
    }

    /// Returns whether another connection held its lock for too long.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.fault() == Some(DatabaseFault::Busy)
    }

    /// Returns whether two transactions were in conflict. A retry may succeed.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.fault() == Some(DatabaseFault::Conflict)
    }

    /// Returns whether the connection is lost, or the database does not answer.
    #[must_use]
    pub fn is_disconnected(&self) -> bool {
        self.fault() == Some(DatabaseFault::Disconnected) || matches!(&*self.0, Kind::Silent)
    }

    /// Returns whether the tables are missing or of another version: run `migrate`.
    #[must_use]
    pub fn is_schema(&self) -> bool {
        matches!(&*self.0, Kind::Newer { .. } | Kind::Missing)
            || self.fault() == Some(DatabaseFault::NoTables)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Database { fault, source } => match fault {
                DatabaseFault::Full => f.write_str("the inbox's database is full"),
                DatabaseFault::Busy => f.write_str("the inbox's database is locked by another connection"),
                DatabaseFault::Conflict => f.write_str("the inbox's transaction got in another one's way"),
                DatabaseFault::Disconnected => write!(f, "the inbox's database cannot be reached: {source}"),
                DatabaseFault::NoTables => f.write_str("the inbox's tables are missing: run its migration first"),
                DatabaseFault::NotAllowed => {
                    write!(f, "the database user lacks a right that the inbox needs: {source}")
                }
                DatabaseFault::Other => write!(f, "the inbox's database failed: {source}"),
            },
            Kind::Row(column) => write!(f, "the inbox's column `{column}` holds a value that it cannot have"),
            Kind::Newer { found, known } => write!(
                f,
                "the inbox's tables have version {found}, this program knows {known}: a newer program has changed them"
            ),
            Kind::Missing => {
                f.write_str("the inbox's tables are missing or older than this program: run its migration first")
            }
            Kind::Closed => f.write_str("the inbox's writer has ended"),
            Kind::Silent => f.write_str("the inbox's database does not answer"),
            Kind::InTransaction => f.write_str(
                "the connection is inside a transaction, whose end would decide what is stored: end it first, or use the \
                 function for your own transaction",
            ),
            Kind::Other { what, source: None } => f.write_str(what),
            Kind::Other { what, source: Some(source) } => write!(f, "{what}: {source}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self})")
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0 {
            Kind::Database { source, .. }
            | Kind::Other {
                source: Some(source),
                ..
            } => Some(&**source),
            _ => None,
        }
    }
}
