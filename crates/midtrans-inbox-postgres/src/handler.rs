//! The handler: your code that acts on changes.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use async_trait::async_trait;
use midtrans_inbox::{Change, HandlerError};
use sqlx::PgConnection;

/// Acts on changes of orders. Implement it with [`mod@async_trait`]:
///
/// ```
/// use async_trait::async_trait;
/// use midtrans_inbox_postgres::{Change, Handler, HandlerError, Outcome};
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
    /// Acts on one change, inside the transaction that deletes it. What you write on this
    /// connection happens exactly once, and the changes of one order come in order. Anything else,
    /// such as sending mail, may happen again if the commit fails: store there that it is to be
    /// done.
    ///
    /// Don't end the transaction. A nested one, by [`begin`](sqlx::Connection::begin), is a
    /// savepoint and is fine. Other changes may share the transaction; each has its own savepoint,
    /// so that a failure affects one change only.
    ///
    /// # Errors
    /// Any error. All writes are rolled back, and the handler is retried later; after
    /// [`Policy::max_failures`](midtrans_inbox::Policy::max_failures) the change is a dead letter,
    /// with the error's text as its reason. The same holds for a panic, a statement whose error was
    /// swallowed, a deferred constraint that fails, and a call that exceeds the
    /// [`handler_deadline`](midtrans_inbox::WorkerSettings::handler_deadline). If the cause is a
    /// deadlock or a serialization failure of PostgreSQL, it is not counted, and the handler is
    /// retried soon.
    async fn changed(
        &self,
        connection: &mut PgConnection,
        change: &Change,
    ) -> Result<(), HandlerError>;
}

/// Returns the result of work that may panic; `None` after a panic.
pub(crate) async fn guarded<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    // A future that panicked is dropped and not used again.
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        },
    )
    .await
}
