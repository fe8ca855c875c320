//! Several items in one commit, of which each may fail alone.

use std::time::Instant;

use midtrans_inbox::Error;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::fault::fault;

/// Why an item failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It alone failed, in the handler's words: everything it did was rolled back.
    Handler(String),
    /// It alone failed: everything it did was rolled back.
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

/// What an item came to.
pub(crate) type Outcome<R> = Result<R, Failure>;

/// Works items off in one transaction, each behind a savepoint, until they are through or it is
/// `until`; returns what each came to that was worked off. An item that ends the transaction
/// itself, or whose commit fails, is found by working the others off one by one: they are called
/// again, and whatever they did before was rolled back.
///
/// # Errors
/// [`Error`] when the database itself fails; what was committed before that stays.
pub(crate) fn each<T, R>(
    connection: &Connection,
    items: &[T],
    until: Option<Instant>,
    work: &mut dyn FnMut(&Transaction<'_>, &T) -> Outcome<R>,
) -> Result<Vec<Outcome<R>>, Error> {
    let (guilty, mut why) = match together(connection, items, until, work)? {
        Together::Committed(outcomes) => return Ok(outcomes),
        Together::EndedBy(at, why) => (Some(at), Some(why)),
        Together::NotCommitted(why) if items.len() == 1 => (Some(0), Some(Failure::Item(why))),
        Together::NotCommitted(_) => (None, None),
    };
    let mut outcomes = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        match why.take_if(|_| guilty == Some(at)) {
            Some(why) => outcomes.push(Err(why)),
            None => outcomes.extend(each(connection, std::slice::from_ref(item), None, work)?),
        }
    }
    Ok(outcomes)
}

enum Together<R> {
    Committed(Vec<Outcome<R>>),
    /// That item has ended the transaction.
    EndedBy(usize, Failure),
    /// One of them has left something behind that cannot be committed.
    NotCommitted(Error),
}

fn together<T, R>(
    connection: &Connection,
    items: &[T],
    until: Option<Instant>,
    work: &mut dyn FnMut(&Transaction<'_>, &T) -> Outcome<R>,
) -> Result<Together<R>, Error> {
    // What is not committed is rolled back where this ends.
    let transaction =
        Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(fault)?;
    let mut outcomes = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        run(&transaction, "SAVEPOINT midtrans_inbox").map_err(fault)?;
        let outcome = match work(&transaction, item) {
            Err(Failure::Database(error)) => return Err(error),
            outcome => outcome,
        };
        if transaction.is_autocommit() || end(&transaction, outcome.is_ok()).is_err() {
            let why = outcome
                .err()
                .unwrap_or_else(|| Failure::Item(Error::failed(ENDED)));
            return Ok(Together::EndedBy(at, why));
        }
        outcomes.push(outcome);
        if until.is_some_and(|until| Instant::now() >= until) {
            break;
        }
    }
    match transaction.commit() {
        Ok(()) => Ok(Together::Committed(outcomes)),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Ok(Together::NotCommitted(fault(error)))
        }
        Err(error) => Err(fault(error)),
    }
}

/// Ends the item's savepoint. Fails where it is gone, because the transaction that it was in is.
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
