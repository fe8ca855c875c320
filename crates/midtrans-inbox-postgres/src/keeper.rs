//! The inbox's own connections.
//!
//! A connection becomes idle only by [`Held::done`], which is called where the end of its
//! transaction was seen. One on which anything failed, or whose future was dropped, is closed. So
//! none is ever idle inside a transaction.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use midtrans_inbox::Error;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::fault::fault;

/// How long the server may be silent. A connection that a firewall has cut without a word would be
/// so for many minutes.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that was used so lately is not tried before it is used again.
const LATELY: Duration = Duration::from_secs(1);

/// As many as a webhook and a worker use.
const MOST_IDLE: usize = 4;

/// The begin of a transaction of nothing but the inbox's own statements. The shop's run at the
/// shop's default level.
pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Sets what makes PostgreSQL find rows by index, whatever it knows of the tables, until the end of
/// the transaction.
///
/// It plans a statement once and keeps the plan, and the tables of what waits are empty most of the
/// time. A plan that is good then reads all of a backlog for each batch, or even for each row: four
/// workers took a minute for one batch.
macro_rules! by_index {
    ($value:literal) => {
        concat!(
            "SET LOCAL jit ",
            $value,
            "; SET LOCAL enable_seqscan ",
            $value,
            "; SET LOCAL enable_bitmapscan ",
            $value,
            "; SET LOCAL enable_hashjoin ",
            $value,
            "; SET LOCAL enable_mergejoin ",
            $value,
            "; SET LOCAL enable_sort ",
            $value
        )
    };
}

/// The same as [`BEGIN`], for statements that find all of their rows by index.
pub(crate) const BEGIN_BY_INDEX: &str =
    concat!("BEGIN ISOLATION LEVEL READ COMMITTED; ", by_index!("= off"));

/// The begin of a transaction at the shop's default level, of which the first statement is the
/// inbox's own.
pub(crate) const BEGIN_TO_ACT: &str = concat!("BEGIN; ", by_index!("= off"));

/// Gives the shop's statements in such a transaction the shop's own settings.
pub(crate) const PLAN_AS_USUAL: &str = by_index!("TO DEFAULT");

pub(crate) struct Keeper {
    options: PgConnectOptions,
    idle: Mutex<Vec<(PgConnection, Instant)>>,
    calls: Semaphore,
}

impl Keeper {
    pub(crate) fn new(options: PgConnectOptions, calls: usize) -> Self {
        Self {
            options,
            idle: Mutex::default(),
            calls: Semaphore::new(calls),
        }
    }

    /// A connection for a loop, of which there are few.
    pub(crate) async fn take(&self) -> Result<Held<'_>, Error> {
        while let Some((mut connection, since)) = self.pop() {
            if since.elapsed() < LATELY
                || matches!(timeout(PATIENCE / 4, connection.ping()).await, Ok(Ok(())))
            {
                return Ok(Held {
                    connection,
                    keeper: self,
                    _permit: None,
                });
            }
        }
        let connecting = async {
            PgConnection::connect_with(&self.options)
                .await
                .map_err(fault)
        };
        Ok(Held {
            connection: patiently(connecting).await?,
            keeper: self,
            _permit: None,
        })
    }

    /// A connection for a call from outside. Calls may be many; they wait for each other.
    pub(crate) async fn call(&self) -> Result<Held<'_>, Error> {
        let permit = self.calls.acquire().await.map_err(|_| Error::closed())?;
        let held = self.take().await?;
        Ok(Held {
            _permit: Some(permit),
            ..held
        })
    }

    /// Closes what is idle, after a connection has failed: the server may have gone, or may no
    /// longer write.
    pub(crate) fn forget_idle(&self) {
        self.lock().clear();
    }

    fn pop(&self) -> Option<(PgConnection, Instant)> {
        self.lock().pop()
    }

    fn put(&self, connection: PgConnection) {
        let mut idle = self.lock();
        if idle.len() < MOST_IDLE {
            idle.push((connection, Instant::now()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(PgConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is closed when this is dropped.
pub(crate) struct Held<'a> {
    connection: PgConnection,
    keeper: &'a Keeper,
    _permit: Option<SemaphorePermit<'a>>,
}

impl Held<'_> {
    /// Makes the connection idle. Only after the end of everything that was sent on it was seen.
    pub(crate) fn done(self) {
        self.keeper.put(self.connection);
    }
}

impl Deref for Held<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

/// Waits for the server, but not for ever.
pub(crate) async fn patiently<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|_| Err(Error::silent()))
}
