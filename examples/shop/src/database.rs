//! The database that the shop uses.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::store::{Error, Store};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// A SQLite file that is gone afterwards.
    Temporary,
    /// A SQLite file that stays.
    File(PathBuf),
    /// A PostgreSQL server.
    Postgres(String),
}

impl Database {
    pub(crate) async fn open(&self) -> Result<Arc<dyn Store>, Error> {
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
