//! The writer of an inbox: one commit for all callers that wait.

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
use crate::keeper::patiently;

/// How many notifications share one commit at most, and how many more may wait for the next one;
/// callers beyond wait before they hand theirs over, so that an outage fills no memory.
const AT_MOST: usize = 256;

/// How often a commit is tried again that got in another one's way, which happens where the
/// database's default level is above READ COMMITTED.
const CONFLICTS: u32 = 3;

type Answer = oneshot::Sender<Result<Accepted, Error>>;

struct Waiting {
    new: NewNotification,
    answer: Answer,
}

/// The way to the task that writes, which begins with the first notification and ends with the last
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

    /// Stores a notification, together with others that come at the same time.
    pub(crate) async fn accept(&self, new: NewNotification) -> Result<Accepted, Error> {
        let (answer, answered) = oneshot::channel();
        self.sender()
            .send(Waiting { new, answer })
            .await
            .map_err(|_| Error::closed())?;
        answered.await.map_err(|_| Error::closed())?
    }

    /// A runtime that has ended has taken its task along: another one begins.
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
        // Callers that were answered a moment ago come again in this one: a turn for them costs
        // less than a commit.
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
            shared.tell_arrival();
        }
        for (answer, result) in answers.into_iter().zip(results) {
            // A caller that is gone has answered 503, and the gateway comes again.
            let _ = answer.send(result);
        }
    }
}

/// Stores a group; where that fails because of one of them, each by itself.
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
                // The server may have gone since the last group. To store again what may be stored
                // already is no harm.
                Err(error) if error.is_disconnected() && !is_retried => {
                    shared.keeper.forget_idle();
                    is_retried = true;
                }
                result => return result,
            }
        }
    };
    patiently(storing).await
}

async fn store_once(shared: &Shared, new: &[NewNotification]) -> Result<Vec<Accepted>, Error> {
    let mut held = shared.keeper.take().await?;
    let accepted = accept::store(&mut held, new).await?;
    // The statement was its own transaction, and its end was seen.
    held.done();
    Ok(accepted)
}
