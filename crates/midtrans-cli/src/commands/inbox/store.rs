//! An inbox, wherever it is.

use std::time::SystemTime;

use midtrans_inbox::{DeadLetter, History, Snapshot};

use crate::failure::Failure;

/// What an operator may ask.
pub(crate) trait Store {
    fn snapshot(&mut self, now: SystemTime) -> Result<Snapshot, Failure>;
    fn dead_letters(&mut self, most: u32) -> Result<Vec<DeadLetter>, Failure>;
    fn history(&mut self, order: &str) -> Result<History, Failure>;
    fn retry(&mut self, order: &str, now: SystemTime) -> Result<u64, Failure>;
}

/// Opens a file or a server's database. Nothing in it is changed by that.
pub(crate) fn open(place: &str) -> Result<Box<dyn Store>, Failure> {
    let scheme = place.split_once("://").map(|(scheme, _)| scheme);
    #[cfg(feature = "postgres")]
    if matches!(scheme, Some("postgres" | "postgresql")) {
        return Ok(Box::new(super::postgres::Server::open(place)?));
    }
    #[cfg(feature = "sqlite")]
    if matches!(scheme, None | Some("sqlite")) {
        let path = place.strip_prefix("sqlite:").map_or(place, |path| path.strip_prefix("//").unwrap_or(path));
        return Ok(Box::new(super::sqlite::File::open(path)?));
    }
    let kind = scheme.unwrap_or("SQLite");
    Err(Failure::usage(format!("this program knows no inbox of the kind {kind}"))
        .next("use a SQLite file or postgres://…, and a program that was built with it"))
}

/// What a database says, down to the bottom.
pub(crate) fn broken(error: &dyn std::error::Error) -> Failure {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(deeper) = source {
        text.push_str(&format!(" ({deeper})"));
        source = deeper.source();
    }
    Failure::refused(text)
}

pub(crate) fn no_inbox() -> Failure {
    Failure::refused("there is no inbox in this database")
        .next("check the database; the shop makes the tables when it starts, with `migrate`")
}
