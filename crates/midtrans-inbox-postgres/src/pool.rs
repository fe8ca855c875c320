//! The inbox's own connections.
//!
//! A connection becomes idle only by [`PooledConnection::release`], which is called when the end of
//! its transaction was seen. After any failure, or a dropped future, it is closed. So no idle
//! connection is ever inside a transaction.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use midtrans_inbox::Error;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::fault::fault;

/// The longest silence of the server. A connection that a firewall has cut would otherwise be
/// silent for many minutes.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A connection that was used within this time is used again without a ping.
const FRESH_FOR: Duration = Duration::from_secs(1);

/// The connections that a webhook and a worker use.
const MOST_IDLE: usize = 4;

/// Begins a transaction of nothing but the inbox's own statements. The shop's run at the shop's
/// default level.
pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Makes PostgreSQL find rows by index until the end of the transaction, whatever its statistics
/// say.
///
/// PostgreSQL plans a statement once and keeps the plan, and the queue tables are empty most of the
/// time. A plan for an empty table reads a whole backlog for each batch, or even for each row: four
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

/// Begins a transaction like [`BEGIN`], for statements that find all of their rows by index.
pub(crate) const BEGIN_BY_INDEX: &str =
    concat!("BEGIN ISOLATION LEVEL READ COMMITTED; ", by_index!("= off"));

/// Begins a transaction at the shop's default level whose first statement is the inbox's own.
pub(crate) const BEGIN_TO_ACT: &str = concat!("BEGIN; ", by_index!("= off"));

/// Restores the shop's own planner settings for the shop's statements in such a transaction.
pub(crate) const RESET_PLANNER: &str = by_index!("TO DEFAULT");

pub(crate) struct ConnectionPool {
    options: PgConnectOptions,
    idle: Mutex<Vec<(PgConnection, Instant)>>,
    calls: Semaphore,
}

impl ConnectionPool {
    pub(crate) fn new(options: PgConnectOptions, calls: usize) -> Self {
        Self {
            options,
            idle: Mutex::default(),
            calls: Semaphore::new(calls),
        }
    }

    /// Returns a connection for a loop. There are few loops.
    pub(crate) async fn take(&self) -> Result<PooledConnection<'_>, Error> {
        while let Some((mut connection, since)) = self.pop() {
            if since.elapsed() < FRESH_FOR
                || matches!(timeout(TIMEOUT / 4, connection.ping()).await, Ok(Ok(())))
            {
                return Ok(PooledConnection {
                    connection,
                    pool: self,
                    _permit: None,
                });
            }
        }
        let connecting = async {
            PgConnection::connect_with(&self.options)
                .await
                .map_err(fault)
        };
        Ok(PooledConnection {
            connection: with_timeout(connecting).await?,
            pool: self,
            _permit: None,
        })
    }

    /// Returns a connection for a call from outside. Many calls wait for each other.
    pub(crate) async fn call(&self) -> Result<PooledConnection<'_>, Error> {
        let permit = self.calls.acquire().await.map_err(|_| Error::closed())?;
        let connection = self.take().await?;
        Ok(PooledConnection {
            _permit: Some(permit),
            ..connection
        })
    }

    /// Closes the idle connections after one has failed: the server may be gone, or have become
    /// read-only.
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
pub(crate) struct PooledConnection<'a> {
    connection: PgConnection,
    pool: &'a ConnectionPool,
    _permit: Option<SemaphorePermit<'a>>,
}

impl PooledConnection<'_> {
    /// Makes the connection idle. Call it only after the end of everything that was sent on it was
    /// seen.
    pub(crate) fn release(self) {
        self.pool.put(self.connection);
    }
}

impl Deref for PooledConnection<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for PooledConnection<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

/// Limits the wait for the server.
pub(crate) async fn with_timeout<T>(
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    timeout(TIMEOUT, work)
        .await
        .unwrap_or_else(|_| Err(Error::silent()))
}
