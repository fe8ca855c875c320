//! The operator's view of an inbox, the same for both databases.

use std::time::SystemTime;

use midtrans_inbox::{DeadLetter, History, Snapshot, Unexpected};

use super::place::{Kind, Place};
use crate::exit::Exit;
use crate::failure::Failure;

/// The questions and commands of an operator.
pub(crate) trait Store {
    fn snapshot(&mut self, now: SystemTime) -> Result<Snapshot, Failure>;
    fn dead_letters(&mut self, at_most: u32) -> Result<Vec<DeadLetter>, Failure>;
    fn unexpected(&mut self, at_most: u32) -> Result<Vec<Unexpected>, Failure>;
    /// Changes that were not acted on yet, oldest first.
    fn changes(&mut self, at_most: u32) -> Result<Vec<ChangeRow>, Failure>;
    /// The number of changes stored since the tables were made; `None` where the role may not read
    /// it.
    fn changes_stored(&mut self) -> Result<Option<u64>, Failure>;
    fn history(&mut self, order: &str) -> Result<History, Failure>;
    fn retry(&mut self, order: &str, now: SystemTime) -> Result<u64, Failure>;
    fn prune(&mut self, before: SystemTime) -> Result<u64, Failure>;
}

/// A row of `midtrans_change`, as any client of the database sees it; a row that this version
/// cannot read is listed too.
#[derive(Clone, Debug)]
pub(crate) struct ChangeRow {
    pub(crate) id: i64,
    pub(crate) order_id: String,
    pub(crate) outcome: String,
    pub(crate) outcome_before: Option<String>,
    pub(crate) changed_at: SystemTime,
    pub(crate) failures: u64,
    /// The time from which it may be acted on; `None` for a dead letter.
    pub(crate) retry_at: Option<SystemTime>,
    pub(crate) reason: Option<String>,
    /// An earlier change of its order is still there.
    pub(crate) is_behind: bool,
}

/// Opens a file or a server's database. Nothing in it is changed by that.
pub(crate) fn open(place: &Place) -> Result<Box<dyn Store>, Failure> {
    match place.kind {
        #[cfg(feature = "sqlite")]
        Kind::Sqlite => Ok(Box::new(super::sqlite::File::open(&place.address)?)),
        #[cfg(feature = "postgres")]
        Kind::Postgres => Ok(Box::new(super::postgres::Server::open(&place.address)?)),
    }
}

/// A database's error as a failure, with all its sources.
pub(crate) fn broken(error: &dyn std::error::Error) -> Failure {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(deeper) = source {
        let words = deeper.to_string();
        // Some errors say their cause themselves.
        if !text.contains(&words) {
            text.push_str(&format!(" ({words})"));
        }
        source = deeper.source();
    }
    Failure::refused(text)
}

/// The failure of a change. Where the connection broke, it may have been made.
pub(crate) fn unmade(error: &midtrans_inbox::Error) -> Failure {
    let mut failure = broken(error);
    if error.is_disconnected() {
        failure.exit = Exit::Unknown;
        return failure.next("it may have been done; the same command again does no harm");
    }
    failure
}

pub(crate) fn no_inbox() -> Failure {
    Failure::refused("there is no inbox in this database").next(
        "check the database; `midtrans inbox migrate` makes the tables, and so does a shop's `migrate` at its start",
    )
}

#[cfg(test)]
mod tests {
    use midtrans_inbox::Error;

    use super::*;

    #[test]
    fn a_change_whose_connection_broke_may_have_been_made() {
        assert_eq!(unmade(&Error::silent()).exit, Exit::Unknown);
        assert_eq!(unmade(&Error::not_migrated()).exit, Exit::Refused);
    }
}
