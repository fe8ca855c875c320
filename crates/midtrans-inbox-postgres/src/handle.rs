//! The handle of an inbox.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use midtrans_inbox::protocol::Notification;
use midtrans_inbox::store::{NewNotification, to_millis};
use midtrans_inbox::{Accepted, DeadLetter, Error, History, Snapshot, Unexpected};
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::watch;

use crate::fault::fault;
use crate::group::GroupWriter;
use crate::pool::{ConnectionPool, PooledConnection, with_timeout};
use crate::text::text;
use crate::{operator, schema};

/// The connections that all calls but `accept` share: charges and operators' calls.
const CALLS: usize = 2;

/// An inbox in a PostgreSQL database. It is cheap to clone; one serves a whole program: webhook,
/// checkout and [`Worker`](crate::Worker).
///
/// It opens its own connections when needed: one for [`accept`](Self::accept), one for the worker's
/// questions and two for its handler, and at most two for all other calls. It never uses a
/// connection of yours, because it may be inside a forgotten transaction: sqlx 0.9.0 returns a
/// connection to its pool inside a transaction when the future of `begin` is dropped, and what is
/// written on it next is lost. It also closes every connection of its own whose last transaction it
/// did not see end. So you may drop any future of this crate at any moment.
///
/// It needs a tokio runtime.
#[derive(Clone)]
pub struct Inbox {
    shared: Arc<Shared>,
    writer: Arc<GroupWriter>,
}

/// State that the handle, its writer and its workers share.
pub(crate) struct Shared {
    pub(crate) pool: ConnectionPool,
    /// Counts commits of new notifications.
    arrivals: watch::Sender<u64>,
    /// Counts commits of changes.
    changes: watch::Sender<u64>,
}

impl Shared {
    /// Wakes this program's workers for notifications. Other programs poll.
    pub(crate) fn notify_arrival(&self) {
        self.arrivals
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Wakes this program's workers for changes.
    pub(crate) fn notify_change(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn arrivals(&self) -> watch::Receiver<u64> {
        self.arrivals.subscribe()
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Returns a connection for a call.
    pub(crate) async fn call(&self) -> Result<PooledConnection<'_>, Error> {
        self.pool.call().await
    }
}

impl Inbox {
    /// Creates an inbox in the database of these options. It connects at its first use.
    ///
    /// If its tables are not in the schema `public`, set the schema in the options:
    /// `options.options([("search_path", "shop")])`.
    #[must_use]
    pub fn open(options: PgConnectOptions) -> Self {
        let pool = ConnectionPool::new(options, CALLS);
        let shared = Arc::new(Shared {
            pool,
            arrivals: watch::Sender::default(),
            changes: watch::Sender::default(),
        });
        Self {
            writer: Arc::new(GroupWriter::new(Arc::clone(&shared))),
            shared,
        }
    }

    /// Creates an inbox in the database of this pool, with its own connections: it uses the pool's
    /// options, but neither its connections nor its hooks, such as `after_connect`.
    #[must_use]
    pub fn of(pool: &PgPool) -> Self {
        Self::open(PgConnectOptions::clone(&pool.connect_options()))
    }

    /// Migrates the inbox's tables to this version. Run it at every start, in any number of
    /// programs at once: the first one migrates, and the others wait. To run it with another role
    /// than the shop's, open an inbox with that role's options.
    ///
    /// Its tables begin with `midtrans_` and are in the first schema of the connection's
    /// `search_path`; use one schema per merchant account. It changes nothing of yours. If the
    /// tables are at this version already, its role needs no right to create tables. The database's
    /// encoding must be UTF8, which is the default.
    ///
    /// # Errors
    /// [`Error`] when the database fails, or when a newer program has migrated the tables to a
    /// version that this one does not know. Nothing is changed then.
    pub async fn migrate(&self) -> Result<(), Error> {
        let mut connection = self.shared.call().await?;
        schema::migrate(&mut connection).await?;
        connection.release();
        Ok(())
    }

    /// Stores a verified notification, or finds that it is a duplicate. When this returns, the row
    /// is committed: answer 200. After an error answer 503; a `Result` that is converted to an
    /// [`Acknowledge`](midtrans_inbox::protocol::webhook::Acknowledge) does so by itself.
    ///
    /// Do nothing else before the answer: the worker does the rest, and one of a clone of this
    /// inbox starts at once. Concurrent callers share one commit, so that a burst costs the disk
    /// hardly more than one notification.
    ///
    /// Committed means durable, unless `fsync` or `synchronous_commit` is off, which no inbox
    /// survives. If you drop the future, the notification may be stored or not: the gateway got no
    /// answer, and sends it again.
    ///
    /// # Errors
    /// [`Error`] when it could not be stored within about ten seconds. If the connection broke
    /// during the commit, it may be stored.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn accept(
        &self,
        notification: &Notification,
        now: SystemTime,
    ) -> Result<Accepted, Error> {
        self.writer
            .accept(NewNotification::of(notification, now))
            .await
    }

    /// Moves the next check of an order to `when` if it is later now. Use it when the customer is
    /// back and the settlement should have been notified; see
    /// [`SETTLEMENT_IS_TOLD_AFTER`](midtrans_inbox::SETTLEMENT_IS_TOLD_AFTER). It also works while
    /// a worker is asking. It does nothing for an order that needs no further check or is unknown.
    ///
    /// # Errors
    /// [`Error`] when the database fails.
    pub async fn ask_by(&self, order_id: &str, when: SystemTime) -> Result<(), Error> {
        let mut connection = self.shared.call().await?;
        let update = sqlx::query(
            "UPDATE midtrans_order SET check_at = $2 WHERE order_id = $1 AND check_at > $2",
        )
        .bind(text(order_id))
        .bind(to_millis(when));
        with_timeout(async { update.execute(&mut *connection).await.map_err(fault) }).await?;
        connection.release();
        self.shared.notify_arrival();
        Ok(())
    }

    /// Returns the state of the inbox in numbers. It counts all orders and notifications, which
    /// takes some seconds per ten million; pending work is counted by index.
    ///
    /// # Errors
    /// [`Error`] when the database fails.
    pub async fn snapshot(&self, now: SystemTime) -> Result<Snapshot, Error> {
        let mut connection = self.shared.call().await?;
        let snapshot = operator::snapshot(&mut connection, now).await?;
        connection.release();
        Ok(snapshot)
    }

    /// Returns what needs a person, oldest first: orders under review, and dead letters.
    ///
    /// # Errors
    /// [`Error`] when the database fails.
    pub async fn dead_letters(&self, at_most: u32) -> Result<Vec<DeadLetter>, Error> {
        let mut connection = self.shared.call().await?;
        let dead_letters = operator::dead_letters(&mut connection, at_most).await?;
        connection.release();
        Ok(dead_letters)
    }

    /// Returns the notifications of orders that were not expected, by order, latest first. They are
    /// kept, and added to their order when it is expected.
    ///
    /// # Errors
    /// [`Error`] when the database fails.
    pub async fn unexpected(&self, at_most: u32) -> Result<Vec<Unexpected>, Error> {
        let mut connection = self.shared.call().await?;
        let unexpected = operator::unexpected(&mut connection, at_most).await?;
        connection.release();
        Ok(unexpected)
    }

    /// Returns everything that is known about an order.
    ///
    /// # Errors
    /// [`Error`] when the database fails, or a stored value is not valid.
    pub async fn history(&self, order_id: &str) -> Result<History, Error> {
        let mut connection = self.shared.call().await?;
        let history = operator::history(&mut connection, order_id).await?;
        connection.release();
        Ok(history)
    }

    /// Retries everything of an order that waits for a person: the gateway's next answer counts,
    /// whatever it answered before, and the handler is called again for its dead letters. Returns
    /// the number of retries; an order under review counts as one.
    ///
    /// # Errors
    /// [`Error`] when the database fails, or a value in the order's row is not valid. Nothing is
    /// changed then.
    pub async fn retry(&self, order_id: &str, now: SystemTime) -> Result<u64, Error> {
        let mut connection = self.shared.call().await?;
        let retried = operator::retry(&mut connection, order_id, now).await?;
        connection.release();
        self.shared.notify_arrival();
        self.shared.notify_change();
        Ok(retried)
    }

    /// Deletes the bodies, which hold personal data, of notifications received before then, unless
    /// their order is open or under review. Order, transaction, status and amount are kept. Returns
    /// the number of deleted bodies.
    ///
    /// It works in small steps, between which others can write. The bodies are off the disk when
    /// PostgreSQL has vacuumed the table, which it does by itself.
    ///
    /// # Errors
    /// [`Error`] when the database fails. What was deleted before that stays deleted.
    pub async fn prune(&self, before: SystemTime) -> Result<u64, Error> {
        let mut connection = self.shared.call().await?;
        let pruned = operator::prune(&mut connection, before).await?;
        connection.release();
        Ok(pruned)
    }

    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").finish_non_exhaustive()
    }
}
