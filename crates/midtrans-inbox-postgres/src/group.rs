//! The writer of an inbox: one commit for all waiting callers.

use std::fmt;
use std::iter;
use std::sync::{Arc, Mutex, PoisonError};

use midtrans_inbox::store::NewNotification;
use midtrans_inbox::{Accepted, Error};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;

use crate::accept;
use crate::fault::is_of_an_item;
use crate::handle::Shared;
use crate::pool::with_timeout;

/// The most notifications in one commit, and the most that wait for the next one. Further callers
/// block before their notification is queued, so that an outage fills no memory.
const AT_MOST: usize = 256;

/// The number of retries of a commit after a conflict, which happens if the database's default
/// level is above READ COMMITTED.
const CONFLICTS: u32 = 3;

type Answer = oneshot::Sender<Result<Accepted, Error>>;

struct Waiting {
    new: NewNotification,
    answer: Answer,
}

/// The sender to the writing task, which starts with the first notification and ends with the last
/// clone of the inbox.
pub(crate) struct GroupWriter {
    shared: Arc<Shared>,
    sender: Mutex<Option<mpsc::Sender<Waiting>>>,
}

impl GroupWriter {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            sender: Mutex::new(None),
        }
    }

    /// Stores a notification, together with concurrent ones.
    pub(crate) async fn accept(&self, new: NewNotification) -> Result<Accepted, Error> {
        let (answer, answered) = oneshot::channel();
        self.sender()
            .send(Waiting { new, answer })
            .await
            .map_err(|_| Error::closed())?;
        answered.await.map_err(|_| Error::closed())?
    }

    /// Returns the sender. The task ends with its runtime; then a new one is started.
    fn sender(&self) -> mpsc::Sender<Waiting> {
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        match &*sender {
            Some(sender) if !sender.is_closed() => sender.clone(),
            _ => {
                let (new, receiver) = mpsc::channel(AT_MOST);
                tokio::spawn(write(Arc::clone(&self.shared), receiver));
                sender.insert(new).clone()
            }
        }
    }
}

impl fmt::Debug for GroupWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupWriter").finish_non_exhaustive()
    }
}

async fn write(shared: Arc<Shared>, mut receiver: mpsc::Receiver<Waiting>) {
    loop {
        let mut group = Vec::new();
        if receiver.recv_many(&mut group, AT_MOST).await == 0 {
            return;
        }
        // Callers that were answered a moment ago may send the next one now: to yield costs less
        // than a commit.
        yield_now().await;
        group.extend(
            iter::from_fn(|| receiver.try_recv().ok()).take(AT_MOST.saturating_sub(group.len())),
        );
        let (new, answers): (Vec<_>, Vec<_>) = group
            .into_iter()
            .map(|waiting| (waiting.new, waiting.answer))
            .unzip();
        let results = store(&shared, &new).await;
        if results
            .iter()
            .any(|result| matches!(result, Ok(Accepted::New)))
        {
            shared.notify_arrival();
        }
        for (answer, result) in answers.into_iter().zip(results) {
            // A caller that is gone has not answered 200, so the gateway sends it again.
            let _ = answer.send(result);
        }
    }
}

/// Stores a group. If one of them makes it fail, each is stored separately.
async fn store(shared: &Shared, new: &[NewNotification]) -> Vec<Result<Accepted, Error>> {
    match store_together(shared, new).await {
        Ok(accepted) => accepted.into_iter().map(Ok).collect(),
        Err(error) if is_of_an_item(&error) && new.len() > 1 => {
            let mut results = Vec::with_capacity(new.len());
            for one in new {
                let stored = store_together(shared, std::slice::from_ref(one)).await;
                results.push(
                    stored.map(|accepted| accepted.first().copied().unwrap_or(Accepted::Duplicate)),
                );
            }
            results
        }
        Err(error) => vec![Err(error); new.len()],
    }
}

async fn store_together(shared: &Shared, new: &[NewNotification]) -> Result<Vec<Accepted>, Error> {
    let (mut conflicts, mut is_retried) = (0, false);
    let storing = async {
        loop {
            match store_once(shared, new).await {
                Err(error) if error.is_conflict() && conflicts < CONFLICTS => conflicts += 1,
                // The server may have gone since the last group. Storing a second time does no
                // harm.
                Err(error) if error.is_disconnected() && !is_retried => {
                    shared.pool.forget_idle();
                    is_retried = true;
                }
                result => return result,
            }
        }
    };
    with_timeout(storing).await
}

async fn store_once(shared: &Shared, new: &[NewNotification]) -> Result<Vec<Accepted>, Error> {
    let mut connection = shared.pool.take().await?;
    let accepted = accept::store(&mut connection, new).await?;
    // The statement was its own transaction, and its end was seen.
    connection.release();
    Ok(accepted)
}
