//! Several items in one commit, of which each may fail alone.

use std::time::Instant;

use midtrans_inbox::Error;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::fault::fault;

/// The reason why an item failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// This item alone failed, with the handler's text. Its writes were rolled back.
    Handler(String),
    /// This item alone failed. Its writes were rolled back.
    Item(Error),
    /// The database itself failed: no item can succeed.
    Database(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let is_database =
            error.is_full() || error.is_busy() || error.is_disconnected() || error.is_schema();
        if is_database {
            Self::Database(error)
        } else {
            Self::Item(error)
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Handler(why) => Self::failed_by("the handler failed", why),
            Failure::Item(error) | Failure::Database(error) => error,
        }
    }
}

/// The result of an item.
pub(crate) type ItemResult<R> = Result<R, Failure>;

/// Processes items in one transaction, each behind a savepoint, until all are done or `until` is
/// reached. Returns the results of the processed ones. If an item ends the transaction itself, or
/// its commit fails, the others are processed one by one to find it: they are called again, and
/// their earlier writes were rolled back.
///
/// # Errors
/// [`Error`] when the database itself fails. What was committed before that is kept.
pub(crate) fn each<T, R>(
    connection: &Connection,
    items: &[T],
    until: Option<Instant>,
    work: &mut dyn FnMut(&Transaction<'_>, &T) -> ItemResult<R>,
) -> Result<Vec<ItemResult<R>>, Error> {
    let (at_fault, mut why) = match together(connection, items, until, work)? {
        Together::Committed(results) => return Ok(results),
        Together::EndedBy(at, why) => (Some(at), Some(why)),
        Together::NotCommitted(why) if items.len() == 1 => (Some(0), Some(Failure::Item(why))),
        Together::NotCommitted(_) => (None, None),
    };
    let mut results = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        match why.take_if(|_| at_fault == Some(at)) {
            Some(why) => results.push(Err(why)),
            None => results.extend(each(connection, std::slice::from_ref(item), None, work)?),
        }
    }
    Ok(results)
}

enum Together<R> {
    Committed(Vec<ItemResult<R>>),
    /// The item at this position has ended the transaction.
    EndedBy(usize, Failure),
    /// The writes of one of the items cannot be committed.
    NotCommitted(Error),
}

fn together<T, R>(
    connection: &Connection,
    items: &[T],
    until: Option<Instant>,
    work: &mut dyn FnMut(&Transaction<'_>, &T) -> ItemResult<R>,
) -> Result<Together<R>, Error> {
    // Dropping it rolls back what is not committed.
    let transaction =
        Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(fault)?;
    let mut results = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        run(&transaction, "SAVEPOINT midtrans_inbox").map_err(fault)?;
        let result = match work(&transaction, item) {
            Err(Failure::Database(error)) => return Err(error),
            result => result,
        };
        if transaction.is_autocommit() || end(&transaction, result.is_ok()).is_err() {
            let why = result
                .err()
                .unwrap_or_else(|| Failure::Item(Error::failed(ENDED)));
            return Ok(Together::EndedBy(at, why));
        }
        results.push(result);
        if until.is_some_and(|until| Instant::now() >= until) {
            break;
        }
    }
    match transaction.commit() {
        Ok(()) => Ok(Together::Committed(results)),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Ok(Together::NotCommitted(fault(error)))
        }
        Err(error) => Err(fault(error)),
    }
}

/// Ends the item's savepoint. Fails if it is gone, because its transaction is.
fn end(transaction: &Transaction<'_>, is_good: bool) -> rusqlite::Result<()> {
    if !is_good {
        run(transaction, "ROLLBACK TO midtrans_inbox")?;
    }
    run(transaction, "RELEASE midtrans_inbox")
}

fn run(transaction: &Transaction<'_>, sql: &str) -> rusqlite::Result<()> {
    transaction.prepare_cached(sql)?.execute([]).map(drop)
}

const ENDED: &str = "it ended the inbox's transaction, by a COMMIT or ROLLBACK of its own or a trigger's RAISE(ROLLBACK)";
