//! What a store can answer instead of the result.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;

/// The database did not do what it was asked to. Nothing was acknowledged: answer 503, and the gateway comes again.
///
/// Clones share the reason, because one failed commit is the answer to everybody who was in it.
#[derive(Clone)]
pub struct Error(Arc<Kind>);

enum Kind {
    Database(sqlx::Error),
    Row(&'static str),
    Newer { found: i64, known: i64 },
    Closed,
}

impl Error {
    /// A stored value that cannot be what it says.
    pub(crate) fn row(column: &'static str) -> Self {
        Self(Arc::new(Kind::Row(column)))
    }

    pub(crate) fn newer(found: i64, known: i64) -> Self {
        Self(Arc::new(Kind::Newer { found, known }))
    }

    pub(crate) fn closed() -> Self {
        Self(Arc::new(Kind::Closed))
    }

    /// The server did not answer in time.
    pub(crate) fn silent() -> Self {
        sqlx::Error::Io(io::ErrorKind::TimedOut.into()).into()
    }

    /// Whether the server's disk is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.code().is_some_and(|code| code == "53100")
    }

    /// Whether the server cannot be reached, went away, is starting or has no connection left. What was under way then
    /// may have been committed or not.
    #[must_use]
    pub fn is_disconnected(&self) -> bool {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
        match &*self.0 {
            Kind::Database(Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed) => true,
            // Class 08 is a broken connection; 57P01 to 57P05 are the ways in which a server ends one.
            _ => self.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57P") || code == "53300"),
        }
    }

    /// Whether another transaction was in the way: a deadlock, a lock that was waited for too long, or an isolation level
    /// above READ COMMITTED. The same transaction, begun again, may well succeed.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.code().is_some_and(|code| matches!(&*code, "40001" | "40P01" | "55P03"))
    }

    /// Whether a value was refused, rather than the work: the same again would fail again. Data that does not fit its
    /// type, constraints, limits.
    pub(crate) fn is_of_a_value(&self) -> bool {
        let refuses = |code: Cow<'_, str>| ["22", "23", "54"].iter().any(|class| code.starts_with(class));
        matches!(&*self.0, Kind::Row(_)) || self.code().is_some_and(refuses)
    }

    /// The server's SQLSTATE.
    fn code(&self) -> Option<Cow<'_, str>> {
        match &*self.0 {
            Kind::Database(sqlx::Error::Database(error)) => error.code(),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self(Arc::new(Kind::Database(error)))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Database(_) if self.is_full() => f.write_str("the inbox's database is full"),
            Kind::Database(_) if self.is_disconnected() => f.write_str("the inbox's database cannot be reached"),
            Kind::Database(_) if self.is_conflict() => {
                f.write_str("another transaction was in the way of the inbox's database")
            }
            Kind::Database(_) if self.is_of_a_value() => f.write_str("the inbox's database refused a value"),
            Kind::Database(_) => f.write_str("the inbox's database failed"),
            Kind::Row(column) => write!(f, "the inbox's column `{column}` holds a value that it cannot have"),
            Kind::Newer { found, known } => write!(
                f,
                "the inbox's tables have version {found}, this program knows {known}: a newer program has changed them"
            ),
            Kind::Closed => f.write_str("the inbox's writer has ended"),
        }
    }
}

/// The server's message without its details, which may show a whole row.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut error = f.debug_tuple("Error");
        match &*self.0 {
            Kind::Database(database) => error.field(&self.code()).field(&database.to_string()),
            _ => error.field(&self.to_string()),
        };
        error.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0 {
            Kind::Database(error) => Some(error),
            _ => None,
        }
    }
}
