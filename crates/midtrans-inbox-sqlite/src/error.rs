//! What a store can answer instead of the result.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The database did not do what it was asked to. Nothing was acknowledged: answer 503, and the gateway comes again.
///
/// Clones share the reason, because one failed commit is the answer to everybody who was in it.
#[derive(Clone)]
pub struct Error(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    Database(rusqlite::Error),
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

    /// Whether the disk is full, or the database as large as it may become.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.code() == Some(rusqlite::ErrorCode::DiskFull)
    }

    /// Whether another connection held its lock longer than this one's busy timeout.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self.code(), Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked))
    }

    /// Whether a value was refused, rather than the work: the same again would fail again. Constraints, types, limits.
    pub(crate) fn is_of_a_value(&self) -> bool {
        use rusqlite::ErrorCode::{ConstraintViolation, TooBig, TypeMismatch};
        matches!(&*self.0, Kind::Row(_)) || matches!(self.code(), Some(ConstraintViolation | TooBig | TypeMismatch))
    }

    fn code(&self) -> Option<rusqlite::ErrorCode> {
        match &*self.0 {
            Kind::Database(error) => error.sqlite_error_code(),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self(Arc::new(Kind::Database(error)))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Database(_) if self.is_full() => f.write_str("the inbox's database is full"),
            Kind::Database(_) if self.is_busy() => f.write_str("the inbox's database is locked by another connection"),
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

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Error").field(&self.0).finish()
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
