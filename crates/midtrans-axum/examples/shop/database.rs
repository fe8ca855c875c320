//! Which database the shop keeps its books in.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::books::{Books, Trouble};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// A SQLite file that is gone afterwards.
    Temporary,
    /// A SQLite file that stays.
    File(PathBuf),
    /// Somebody's PostgreSQL.
    Postgres(String),
}

impl Database {
    pub(crate) async fn open(&self) -> Result<Arc<dyn Books>, Trouble> {
        Ok(match self {
            Self::Temporary => Arc::new(Sqlite::temporary("shop")?),
            Self::File(file) => Arc::new(Sqlite::open(file)?),
            Self::Postgres(url) => Arc::new(Postgres::open(url).await?),
        })
    }
}

/// Without the URL, which may hold a password.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Temporary => f.write_str("a temporary SQLite file"),
            Self::File(file) => write!(f, "the SQLite file {}", file.display()),
            Self::Postgres(_) => f.write_str("PostgreSQL"),
        }
    }
}
