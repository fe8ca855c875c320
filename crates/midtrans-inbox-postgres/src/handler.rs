//! The merchant's code that acts on what has become of an order.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use async_trait::async_trait;
use midtrans_inbox::{Change, HandlerError};
use sqlx::PgConnection;

/// Acts on what has become of an order. Write it with [`mod@async_trait`]:
///
/// ```
/// use async_trait::async_trait;
/// use midtrans_inbox_postgres::inbox::{Change, Outcome};
/// use midtrans_inbox_postgres::{Handler, HandlerError};
/// use sqlx::PgConnection;
///
/// struct Shop;
///
/// #[async_trait]
/// impl Handler for Shop {
///     async fn changed(&self, connection: &mut PgConnection, change: &Change) -> Result<(), HandlerError> {
///         if change.outcome == Outcome::Paid {
///             let ship = sqlx::query("UPDATE orders SET state = 'to ship' WHERE id = $1");
///             ship.bind(change.order_id.as_str()).execute(connection).await?;
///         }
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait Handler: Send + Sync {
    /// Called inside the transaction that stores the change, on its connection: what it writes there happens exactly once.
    /// What it does elsewhere, such as sending mail, may happen again if the commit fails: write down there that it is to
    /// be done.
    ///
    /// # Errors
    /// Whatever went wrong. Everything is taken back, and the handler is called again later; after too many failures the
    /// case is a dead letter, with the error's text as its reason. A panic counts as an error.
    async fn changed(&self, connection: &mut PgConnection, change: &Change) -> Result<(), HandlerError>;
}

/// Calls the handler for each change, and says why the transaction must not be committed if it must not.
pub(crate) async fn act(
    connection: &mut PgConnection,
    changes: &[Change],
    handler: &(impl Handler + ?Sized),
) -> Result<(), String> {
    for change in changes {
        let called = guarded(handler.changed(connection, change)).await;
        called.unwrap_or_else(|| Err("the handler panicked".into())).map_err(|error| error.to_string())?;
    }
    if changes.is_empty() { Ok(()) } else { check(connection).await }
}

/// What a panicking future yields is `None`.
async fn guarded<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    // Nothing of a future that panicked is looked at again: it is dropped.
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// Finds out before the commit what would undo it. After a statement that failed PostgreSQL makes a rollback of it without
/// a word, even if the handler thought nothing of the error; and a deferred constraint would fail it again and again,
/// without ever being called the handler's failure.
async fn check(connection: &mut PgConnection) -> Result<(), String> {
    let checked = sqlx::query("SET CONSTRAINTS ALL IMMEDIATE").execute(connection).await;
    checked.map(drop).map_err(|error| format!("what the handler did cannot be committed: {error}"))
}
