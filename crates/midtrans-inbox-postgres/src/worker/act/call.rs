//! One call of the handler, behind its savepoint.

use std::time::Duration;

use midtrans_inbox::store::DatabaseFault;
use midtrans_inbox::{Error, Outcome};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::time::timeout;

use crate::Handler;
use crate::change::Taken;
use crate::fault::{fault, fault_behind};
use crate::handler::guarded;
use crate::keeper::{PLAN_AS_USUAL, patiently};

/// The result of a call after which the transaction continues.
pub(super) enum Verdict {
    /// Its writes are kept.
    Acted(Outcome),
    /// Its writes were rolled back.
    Failed(String),
    /// It conflicted with another transaction, or the disk is full. Its writes were rolled back.
    Hindered(String),
}

/// The result of a call after which the connection cannot be used.
pub(super) enum Broken {
    /// The handler exceeded its deadline.
    Hangs,
    /// The handler has ended the transaction.
    Ended,
    /// The change's row cannot be deleted.
    Kept(sqlx::Error),
    /// The connection is gone.
    Gone(Error),
}

/// Begins the savepoint of the first call. From here on the statements are the shop's.
pub(super) async fn begin(connection: &mut PgConnection) -> Result<(), Broken> {
    let begin = format!("{PLAN_AS_USUAL}; SAVEPOINT midtrans_change");
    run(connection, AssertSqlSafe(begin))
        .await
        .map_err(Broken::of)
}

/// Calls the handler, and deletes the change if it succeeds.
pub(super) async fn call(
    connection: &mut PgConnection,
    taken: &Taken,
    deadline: Duration,
    handler: &(impl Handler + ?Sized),
) -> Result<Verdict, Broken> {
    let change = match taken.stored.change() {
        Ok(change) => change,
        Err(error) => return Ok(Verdict::Failed(error.to_string())),
    };
    let called = timeout(deadline, guarded(handler.changed(connection, &change))).await;
    match called.map_err(|_| Broken::Hangs)? {
        Some(Ok(())) => end(connection, taken.id, change.outcome).await,
        Some(Err(error)) => {
            take_back(connection).await?;
            Ok(Verdict::of(fault_behind(&*error), error.to_string()))
        }
        None => {
            take_back(connection).await?;
            Ok(Verdict::Failed("the handler panicked".to_owned()))
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
async fn end(connection: &mut PgConnection, id: i64, outcome: Outcome) -> Result<Verdict, Broken> {
    let end = format!(
        "SAVEPOINT midtrans_check; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO SAVEPOINT midtrans_check; \
         RELEASE SAVEPOINT midtrans_check; RELEASE SAVEPOINT midtrans_change; \
         DELETE FROM midtrans_change WHERE id = {id}; SAVEPOINT midtrans_change"
    );
    let error = match run(connection, AssertSqlSafe(end)).await {
        Ok(()) if connection.is_in_transaction() => return Ok(Verdict::Acted(outcome)),
        Ok(()) => return Err(Broken::Ended),
        Err(error) => error,
    };
    if let Some(broken) = Broken::by(&error) {
        return Err(broken);
    }
    match take_back(connection).await {
        // The savepoint was released: what failed comes after it.
        Err(Broken::Ended) => return Err(Broken::Kept(error)),
        taken_back => taken_back?,
    }
    Ok(match code(&error).as_deref() {
        Some("25P02") => Verdict::Failed(
            "a statement of the handler failed, and the handler did not return it".to_owned(),
        ),
        _ => Verdict::of(fault_behind(&error), cannot_be_committed(&error)),
    })
}

pub(super) fn cannot_be_committed(error: &sqlx::Error) -> String {
    format!("what the handler did cannot be committed: {error}")
}

async fn take_back(connection: &mut PgConnection) -> Result<(), Broken> {
    let take_back = AssertSqlSafe("ROLLBACK TO SAVEPOINT midtrans_change".to_owned());
    run(connection, take_back).await.map_err(Broken::of)?;
    if connection.is_in_transaction() {
        Ok(())
    } else {
        Err(Broken::Ended)
    }
}

async fn run(connection: &mut PgConnection, sql: AssertSqlSafe<String>) -> sqlx::Result<()> {
    let run = async { Ok(sqlx::raw_sql(sql).execute(connection).await) };
    patiently(run)
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

impl Verdict {
    pub(super) fn of(fault: Option<DatabaseFault>, why: String) -> Self {
        match fault {
            Some(DatabaseFault::Conflict | DatabaseFault::Full | DatabaseFault::Busy) => {
                Self::Hindered(why)
            }
            _ => Self::Failed(why),
        }
    }
}

impl Broken {
    fn of(error: sqlx::Error) -> Self {
        Self::by(&error).unwrap_or_else(|| Self::Gone(fault(error)))
    }

    /// Returns the failure if an error says that the transaction or the connection is gone.
    fn by(error: &sqlx::Error) -> Option<Self> {
        // No transaction; and no such savepoint, in a transaction that the handler began after
        // ending this one.
        if matches!(code(error).as_deref(), Some("25P01" | "3B001")) {
            return Some(Self::Ended);
        }
        let is_gone = fault_behind(error) == Some(DatabaseFault::Disconnected);
        is_gone.then(|| {
            Self::Gone(Error::database(
                DatabaseFault::Disconnected,
                error.to_string(),
            ))
        })
    }
}
