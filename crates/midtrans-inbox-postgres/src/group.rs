//! One writer for many callers: whoever waits for the disk waits together.

use std::time::{Duration, SystemTime};
use std::{fmt, iter};

use midtrans_inbox::protocol::Notification;
use midtrans_inbox::{Accepted, Arrival};
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::{Error, accept};

/// How many notifications share one commit at most, and how many more may wait for the next one; callers beyond wait
/// before they hand theirs over, so that an outage fills no memory.
const AT_MOST: usize = 256;

/// How long one group may take. A connection that a firewall has cut without a word would be silent for many minutes.
const PATIENCE: Duration = Duration::from_secs(10);

/// After so long without work the connection goes back to the pool, which knows how to keep and to test it.
const IDLE: Duration = Duration::from_secs(1);

/// Stores notifications for any number of callers on one connection, with one commit for all that wait: a burst costs the
/// disk hardly more than a single notification. Nobody is answered before his own row is durable.
///
/// Clones are the same writer. It ends, after all that was handed to it, when the last clone is dropped.
///
/// It takes a connection of the pool while there is work. After a failure it takes a fresh one; if the server was restarted
/// meanwhile, nobody notices but by the time it took. How long it waits for a connection is the pool's `acquire_timeout`:
/// make that shorter than the webhook's deadline.
#[derive(Clone)]
pub struct GroupWriter(mpsc::Sender<Waiting>);

struct Waiting {
    arrival: Arrival,
    answer: oneshot::Sender<Result<Accepted, Error>>,
}

impl GroupWriter {
    /// Starts the task that writes.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn start(pool: PgPool) -> Self {
        let (sender, receiver) = mpsc::channel(AT_MOST);
        tokio::spawn(write(pool, receiver));
        Self(sender)
    }

    /// Stores a notification, together with others that come at the same time. A future that is dropped after it was
    /// polled may have stored it or not.
    ///
    /// # Errors
    /// [`Error`] when it could not be stored: answer 503. If the connection broke during the commit, it may be stored.
    pub async fn accept(&self, notification: &Notification, now: SystemTime) -> Result<Accepted, Error> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { arrival: Arrival::of(notification, now), answer };
        self.0.send(waiting).await.map_err(|_| Error::closed())?;
        answered.await.map_err(|_| Error::closed())?
    }
}

impl fmt::Debug for GroupWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupWriter").finish_non_exhaustive()
    }
}

async fn write(pool: PgPool, mut receiver: mpsc::Receiver<Waiting>) {
    let mut connection = None;
    loop {
        let mut group = Vec::new();
        let next = receiver.recv_many(&mut group, AT_MOST);
        let received = if connection.is_some() { timeout(IDLE, next).await.ok() } else { Some(next.await) };
        match received {
            Some(0) => return,
            Some(_) => {
                // Whoever was answered a moment ago comes again in this one: a turn for them costs less than a commit.
                yield_now().await;
                group.extend(iter::from_fn(|| receiver.try_recv().ok()).take(AT_MOST.saturating_sub(group.len())));
                let (arrivals, answers): (Vec<_>, Vec<_>) =
                    group.into_iter().map(|waiting| (waiting.arrival, waiting.answer)).unzip();
                answer(answers, store(&pool, &mut connection, &arrivals).await);
            }
            None => connection = None,
        }
    }
}

fn answer(answers: Vec<oneshot::Sender<Result<Accepted, Error>>>, stored: Result<Vec<Accepted>, Error>) {
    let count = answers.len();
    let results = match stored {
        Ok(accepted) => accepted.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error); count],
    };
    for (answer, result) in answers.into_iter().zip(results) {
        // Whoever is gone has answered 503 and hears of it again.
        let _ = answer.send(result);
    }
}

type Held = Option<PoolConnection<Postgres>>;

async fn store(pool: &PgPool, connection: &mut Held, arrivals: &[Arrival]) -> Result<Vec<Accepted>, Error> {
    let was_held = connection.is_some();
    match store_once(pool, connection, arrivals).await {
        // The server may have gone since the last group. To store again what may be stored already is no harm.
        Err(error) if was_held && error.is_disconnected() => store_once(pool, connection, arrivals).await,
        stored => stored,
    }
}

async fn store_once(pool: &PgPool, connection: &mut Held, arrivals: &[Arrival]) -> Result<Vec<Accepted>, Error> {
    let mut taken = match connection.take() {
        Some(held) => held,
        None => pool.acquire().await?,
    };
    let stored = timeout(PATIENCE, accept::store(&mut taken, arrivals)).await.unwrap_or_else(|_| Err(Error::silent()));
    if stored.is_ok() && !pool.is_closed() {
        *connection = Some(taken);
    } else {
        // Whatever is wrong with it, such as a server that may no longer write, is not handed to others.
        taken.close_on_drop();
    }
    stored
}
