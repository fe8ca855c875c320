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
use crate::keeper::{Held, Keeper, patiently};
use crate::text::text;
use crate::{operator, schema};

/// The connections that calls other than `accept` share: charges, and what operators ask for.
const CALLS: usize = 2;

/// An inbox in a PostgreSQL database. Cheap to clone; one serves a whole program, with its webhook,
/// its checkout and its [`Worker`](crate::Worker).
///
/// It opens connections of its own, when they are needed: one for [`accept`](Self::accept), one for
/// the worker's questions and two for its handler, and at most two for all other calls together. It
/// never uses a connection of yours, because one may be inside a transaction without anyone
/// knowing: sqlx 0.9.0 returns a connection to its pool inside a transaction when the future of
/// `begin` was dropped, and what is written on it next is lost. Nor does it use one of its own
/// again whose last transaction it did not see end. So any future of this crate may be dropped at
/// any moment.
///
/// An inbox needs a tokio runtime.
#[derive(Clone)]
pub struct Inbox {
    shared: Arc<Shared>,
    writer: Arc<GroupWriter>,
}

/// What the handle, its writer and its workers share.
pub(crate) struct Shared {
    pub(crate) keeper: Keeper,
    /// Counts commits of new notifications.
    arrivals: watch::Sender<u64>,
    /// Counts commits of changes.
    changes: watch::Sender<u64>,
}

impl Shared {
    /// Ends the wait of this program's workers for notifications. Other programs look by
    /// themselves.
    pub(crate) fn tell_arrival(&self) {
        self.arrivals
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Ends the wait of this program's workers for changes.
    pub(crate) fn tell_change(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn arrivals(&self) -> watch::Receiver<u64> {
        self.arrivals.subscribe()
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// A connection for a call.
    pub(crate) async fn call(&self) -> Result<Held<'_>, Error> {
        self.keeper.call().await
    }
}

impl Inbox {
    /// An inbox in the database that these options lead to. It connects when it is first used.
    ///
    /// Where its tables are not in the schema `public`, say so in the options:
    /// `options.options([("search_path", "shop")])`.
    #[must_use]
    pub fn open(options: PgConnectOptions) -> Self {
        let keeper = Keeper::new(options, CALLS);
        let shared = Arc::new(Shared {
            keeper,
            arrivals: watch::Sender::default(),
            changes: watch::Sender::default(),
        });
        Self {
            writer: Arc::new(GroupWriter::new(Arc::clone(&shared))),
            shared,
        }
    }

    /// An inbox in the database of this pool, over connections of its own: it takes the pool's
    /// options, and neither its connections nor its hooks, such as `after_connect`.
    #[must_use]
    pub fn of(pool: &PgPool) -> Self {
        Self::open(PgConnectOptions::clone(&pool.connect_options()))
    }

    /// Brings the inbox's tables to this version. Run it at every start, in any number of programs
    /// at once: the first one does it, and the others wait and find it done. To run it as another
    /// role than the shop's, open an inbox for it with that role's options.
    ///
    /// Its tables begin with `midtrans_` and are in the first schema of the connection's
    /// `search_path`: one schema per merchant account keeps accounts apart. It touches nothing of
    /// yours. Where the tables are at this version already, its role need not be allowed to create
    /// any. The database's encoding has to be UTF8, as it is by default.
    ///
    /// # Errors
    /// [`Error`] when the database fails, or when a newer program has brought the tables to a
    /// version that this one does not know; nothing is changed then.
    pub async fn migrate(&self) -> Result<(), Error> {
        let mut held = self.shared.call().await?;
        schema::migrate(&mut held).await?;
        held.done();
        Ok(())
    }

    /// Stores a verified notification, or finds that it was stored before. When this returns, the
    /// row is committed, and the gateway may forget it: answer 200. After an error answer 503,
    /// which a `Result` that is turned into an
    /// [`Acknowledge`](midtrans_inbox::protocol::Acknowledge) does by itself.
    ///
    /// Do nothing else before the answer: the worker does the rest, and one over a clone of this
    /// inbox begins at once. All callers that come at the same time share one commit, so that a
    /// burst costs the disk hardly more than a single one.
    ///
    /// Committed means durable unless `fsync` or `synchronous_commit` was turned off, which no
    /// inbox survives. A future that is dropped may have stored it or not: the gateway, which has
    /// no answer then, comes again.
    ///
    /// # Errors
    /// [`Error`] when it could not be stored, within some ten seconds. If the connection broke
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

    /// Has a worker ask about an order no later than then: when the customer is back and the
    /// settlement should have been notified, see
    /// [`SETTLEMENT_IS_TOLD_AFTER`](midtrans_inbox::SETTLEMENT_IS_TOLD_AFTER). It counts also while
    /// a worker is asking. Does nothing for an order of which there is a last word, or none at all.
    ///
    /// # Errors
    /// [`Error`] when the database fails.
    pub async fn ask_by(&self, order_id: &str, when: SystemTime) -> Result<(), Error> {
        let mut held = self.shared.call().await?;
        let update = sqlx::query(
            "UPDATE midtrans_order SET check_at = $2 WHERE order_id = $1 AND check_at > $2",
        )
        .bind(text(order_id))
        .bind(to_millis(when));
        patiently(async { update.execute(&mut *held).await.map_err(fault) }).await?;
        held.done();
        self.shared.tell_arrival();
        Ok(())
    }

    /// The state of the inbox in numbers. Counts all orders and notifications, which takes some
    /// seconds per ten million; what is still to be done is counted by indexes.
    ///
    /// # Errors
    /// [`Error`] when the database fails.
    pub async fn snapshot(&self, now: SystemTime) -> Result<Snapshot, Error> {
        let mut held = self.shared.call().await?;
        let snapshot = operator::snapshot(&mut held, now).await?;
        held.done();
        Ok(snapshot)
    }

    /// Everything that a person has to look at, oldest first: orders under review, and changes that
    /// the handler failed for too often.
    ///
    /// # Errors
    /// [`Error`] when the database fails.
    pub async fn dead_letters(&self, at_most: u32) -> Result<Vec<DeadLetter>, Error> {
        let mut held = self.shared.call().await?;
        let letters = operator::dead_letters(&mut held, at_most).await?;
        held.done();
        Ok(letters)
    }

    /// Notifications of orders that were not expected, by order, the latest first. They are kept,
    /// and taken in when their order is expected.
    ///
    /// # Errors
    /// [`Error`] when the database fails.
    pub async fn unexpected(&self, at_most: u32) -> Result<Vec<Unexpected>, Error> {
        let mut held = self.shared.call().await?;
        let unexpected = operator::unexpected(&mut held, at_most).await?;
        held.done();
        Ok(unexpected)
    }

    /// Everything that is known about an order.
    ///
    /// # Errors
    /// [`Error`] when the database fails, or holds what it cannot hold.
    pub async fn history(&self, order_id: &str) -> Result<History, Error> {
        let mut held = self.shared.call().await?;
        let history = operator::history(&mut held, order_id).await?;
        held.done();
        Ok(history)
    }

    /// Has everything about an order that waits for a person tried again at once: what the gateway
    /// answers now counts, whatever it answered before, and the handler is called again for its
    /// dead letters. Returns how many there were; an order under review is one.
    ///
    /// # Errors
    /// [`Error`] when the database fails, or the order's row holds what it cannot hold. Nothing is
    /// changed then.
    pub async fn retry(&self, order_id: &str, now: SystemTime) -> Result<u64, Error> {
        let mut held = self.shared.call().await?;
        let retried = operator::retry(&mut held, order_id, now).await?;
        held.done();
        self.shared.tell_arrival();
        self.shared.tell_change();
        Ok(retried)
    }

    /// Forgets the bodies, which hold personal data, of notifications that came before then, unless
    /// their order is still open or under review. What they told stays: order, transaction, status,
    /// amount. Returns how many were forgotten.
    ///
    /// It works in small steps and lets others write in between. The bodies are off the disk when
    /// PostgreSQL has vacuumed the table, which it does by itself.
    ///
    /// # Errors
    /// [`Error`] when the database fails; what was forgotten until then stays forgotten.
    pub async fn prune(&self, before: SystemTime) -> Result<u64, Error> {
        let mut held = self.shared.call().await?;
        let pruned = operator::prune(&mut held, before).await?;
        held.done();
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
