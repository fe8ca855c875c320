//! One call of the handler, behind its savepoint.

use std::time::Duration;

use midtrans_inbox::store::DatabaseFault;
use midtrans_inbox::{Error, Outcome};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::time::timeout;

use crate::Handler;
use crate::change::LockedChange;
use crate::fault::{fault, fault_behind};
use crate::handler::guarded;
use crate::pool::{RESET_PLANNER, with_timeout};

/// The result of a call after which the transaction continues.
pub(super) enum HandlerResult {
    /// Its writes are kept.
    Acted(Outcome),
    /// Its writes were rolled back.
    Failed(String),
    /// It conflicted with another transaction, or the disk is full. Its writes were rolled back.
    Conflicted(String),
}

/// The result of a call after which the connection cannot be used.
pub(super) enum Broken {
    /// The handler exceeded its deadline.
    TimedOut,
    /// The handler has ended the transaction.
    TransactionEnded,
    /// The change's row cannot be deleted.
    NotDeleted(sqlx::Error),
    /// The connection is gone.
    Disconnected(Error),
}

/// Begins the savepoint of the first call. From here on the statements are the shop's.
pub(super) async fn begin(connection: &mut PgConnection) -> Result<(), Broken> {
    let begin = format!("{RESET_PLANNER}; SAVEPOINT midtrans_change");
    run(connection, AssertSqlSafe(begin))
        .await
        .map_err(Broken::of)
}

/// Calls the handler, and deletes the change if it succeeds.
pub(super) async fn call(
    connection: &mut PgConnection,
    locked: &LockedChange,
    deadline: Duration,
    handler: &(impl Handler + ?Sized),
) -> Result<HandlerResult, Broken> {
    let change = match locked.stored.change() {
        Ok(change) => change,
        Err(error) => return Ok(HandlerResult::Failed(error.to_string())),
    };
    let called = timeout(deadline, guarded(handler.changed(connection, &change))).await;
    match called.map_err(|_| Broken::TimedOut)? {
        Some(Ok(())) => end(connection, locked.id, change.outcome).await,
        Some(Err(error)) => {
            roll_back(connection).await?;
            Ok(HandlerResult::of(fault_behind(&*error), error.to_string()))
        }
        None => {
            roll_back(connection).await?;
            Ok(HandlerResult::Failed("the handler panicked".to_owned()))
        }
    }
}

/// Deletes the change, ends its savepoint, and begins the next one, in one round trip. It finds now
/// what would undo the commit: after a failed statement PostgreSQL turns the commit silently into a
/// rollback, and a deferred constraint would fail it for all changes of the batch. What is found
/// within its own savepoint leaves deferred constraints deferred.
///
/// The row is deleted here, and not at the end of the batch: if a later handler commits, the rows
/// of earlier changes are deleted with it. And it is deleted outside the savepoint, by the
/// transaction that locked it: a row that is locked by one transaction and deleted by a
/// subtransaction has a list of both, which PostgreSQL (up to 16 at least) reads so slowly that
/// several workers wait for each other for minutes.
async fn end(
    connection: &mut PgConnection,
    id: i64,
    outcome: Outcome,
) -> Result<HandlerResult, Broken> {
    let end = format!(
        "SAVEPOINT midtrans_check; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO SAVEPOINT midtrans_check; \
         RELEASE SAVEPOINT midtrans_check; RELEASE SAVEPOINT midtrans_change; \
         DELETE FROM midtrans_change WHERE id = {id}; SAVEPOINT midtrans_change"
    );
    let error = match run(connection, AssertSqlSafe(end)).await {
        Ok(()) if connection.is_in_transaction() => return Ok(HandlerResult::Acted(outcome)),
        Ok(()) => return Err(Broken::TransactionEnded),
        Err(error) => error,
    };
    if let Some(broken) = Broken::by(&error) {
        return Err(broken);
    }
    match roll_back(connection).await {
        // The savepoint was released: what failed comes after it.
        Err(Broken::TransactionEnded) => return Err(Broken::NotDeleted(error)),
        rolled_back => rolled_back?,
    }
    Ok(match code(&error).as_deref() {
        Some("25P02") => HandlerResult::Failed(
            "a statement of the handler failed, and the handler did not return it".to_owned(),
        ),
        _ => HandlerResult::of(fault_behind(&error), cannot_be_committed(&error)),
    })
}

pub(super) fn cannot_be_committed(error: &sqlx::Error) -> String {
    format!("what the handler did cannot be committed: {error}")
}

async fn roll_back(connection: &mut PgConnection) -> Result<(), Broken> {
    let roll_back = AssertSqlSafe("ROLLBACK TO SAVEPOINT midtrans_change".to_owned());
    run(connection, roll_back).await.map_err(Broken::of)?;
    if connection.is_in_transaction() {
        Ok(())
    } else {
        Err(Broken::TransactionEnded)
    }
}

async fn run(connection: &mut PgConnection, sql: AssertSqlSafe<String>) -> sqlx::Result<()> {
    let run = async { Ok(sqlx::raw_sql(sql).execute(connection).await) };
    with_timeout(run)
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
        .map(drop)
}

fn code(error: &sqlx::Error) -> Option<String> {
    error
        .as_database_error()
        .and_then(|error| error.code())
        .map(|code| code.into_owned())
}

impl HandlerResult {
    pub(super) fn of(fault: Option<DatabaseFault>, why: String) -> Self {
        match fault {
            Some(DatabaseFault::Conflict | DatabaseFault::Full | DatabaseFault::Busy) => {
                Self::Conflicted(why)
            }
            _ => Self::Failed(why),
        }
    }
}

impl Broken {
    fn of(error: sqlx::Error) -> Self {
        Self::by(&error).unwrap_or_else(|| Self::Disconnected(fault(error)))
    }

    /// Returns the failure if an error says that the transaction or the connection is gone.
    fn by(error: &sqlx::Error) -> Option<Self> {
        // No transaction; and no such savepoint, in a transaction that the handler began after
        // ending this one.
        if matches!(code(error).as_deref(), Some("25P01" | "3B001")) {
            return Some(Self::TransactionEnded);
        }
        let is_gone = fault_behind(error) == Some(DatabaseFault::Disconnected);
        is_gone.then(|| {
            Self::Disconnected(Error::database(
                DatabaseFault::Disconnected,
                error.to_string(),
            ))
        })
    }
}
