//! A writer that groups concurrent inserts into one commit.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::SystemTime;

use midtrans_inbox::protocol::Notification;
use midtrans_inbox::store::NewNotification;
use midtrans_inbox::{Accepted, Error};
use rusqlite::Connection;

use crate::{accept, batch, bell};

/// The most notifications in one commit.
const AT_MOST: usize = 256;

/// Stores notifications for any number of callers in one thread, with one commit for all that wait:
/// a burst costs the disk hardly more than one notification. No caller is answered before its own
/// row is durable.
///
/// Clones share one writer. It ends when the last clone is dropped, after storing all that was
/// queued.
#[derive(Clone)]
pub struct GroupWriter(Sender<(NewNotification, Promise)>);

impl GroupWriter {
    /// Starts the thread, which owns the connection. Call [`tune`](crate::tune) on it first.
    ///
    /// # Errors
    /// An I/O error when the thread cannot be started.
    pub fn start(connection: Connection) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new()
            .name("midtrans-inbox".to_owned())
            .spawn(move || write(connection, &receiver))?;
        Ok(Self(sender))
    }

    /// Queues a notification. Await the returned future, or call [`wait`](Storing::wait) on it.
    pub fn accept(&self, notification: &Notification, now: SystemTime) -> Storing {
        let slot = Arc::new(Slot::default());
        let promise = Promise(Arc::clone(&slot));
        // A writer that has ended drops the promise, which answers it with an error.
        let _ = self
            .0
            .send((NewNotification::of(notification, now), promise));
        Storing(slot)
    }
}

impl fmt::Debug for GroupWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupWriter").finish_non_exhaustive()
    }
}

fn write(connection: Connection, receiver: &Receiver<(NewNotification, Promise)>) {
    while let Ok(first) = receiver.recv() {
        // Callers that were answered a moment ago may send the next one now: to yield costs less
        // than a commit.
        thread::yield_now();
        let group: Vec<_> = std::iter::once(first)
            .chain(receiver.try_iter().take(AT_MOST - 1))
            .collect();
        let (notifications, promises): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let stored = batch::each(
            &connection,
            &notifications,
            None,
            &mut |transaction, new| Ok(accept::store(transaction, new)?),
        );
        match stored {
            Ok(outcomes) => {
                bell::ring_workers();
                let results = outcomes
                    .into_iter()
                    .map(|outcome| outcome.map_err(Error::from));
                promises
                    .into_iter()
                    .zip(results)
                    .for_each(|(promise, result)| promise.keep(result));
            }
            Err(error) => promises
                .into_iter()
                .for_each(|promise| promise.keep(Err(error.clone()))),
        }
    }
}

/// A notification that is being stored. The result is available when it is durable, or when storing
/// has failed.
#[must_use = "the gateway may be answered only when this is over"]
pub struct Storing(Arc<Slot>);

#[derive(Default)]
struct Slot {
    answer: Mutex<State>,
    answered: Condvar,
}

#[derive(Default)]
struct State {
    answer: Option<Result<Accepted, Error>>,
    waker: Option<Waker>,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here is ever half done.
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storing {
    /// Blocks the thread until it is stored.
    ///
    /// # Errors
    /// [`Error`] when it could not be stored: answer 503.
    pub fn wait(self) -> Result<Accepted, Error> {
        let mut state = self.0.lock();
        loop {
            match state.answer.take() {
                Some(answer) => return answer,
                None => {
                    state = self
                        .0
                        .answered
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner)
                }
            }
        }
    }
}

/// Waits without blocking the thread, on any async runtime.
impl Future for Storing {
    type Output = Result<Accepted, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.lock();
        match state.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl fmt::Debug for Storing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Storing").finish_non_exhaustive()
    }
}

/// The writer's end of a [`Storing`]. If it is dropped, its caller gets an error, so that none
/// waits for a writer that is gone.
struct Promise(Arc<Slot>);

impl Promise {
    fn keep(self, answer: Result<Accepted, Error>) {
        self.0.lock().answer = Some(answer);
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.answer.get_or_insert_with(|| Err(Error::closed()));
        let waker = state.waker.take();
        drop(state);
        self.0.answered.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
