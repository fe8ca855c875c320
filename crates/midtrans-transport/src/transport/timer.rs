//! A pause that needs no runtime.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

/// Ends when the pause is over. A thread sleeps and wakes the task; pauses are rare and take
/// seconds.
///
/// Where no thread can be started the task's own thread sleeps: a repeat that comes at once would
/// be worse for a gateway that is in trouble.
pub(super) async fn sleep(pause: Duration) {
    let shared = Arc::new(Mutex::new(State::default()));
    let theirs = Arc::clone(&shared);
    let started = thread::Builder::new()
        .name("midtrans-pause".to_owned())
        .spawn(move || {
            thread::sleep(pause);
            end(&theirs);
        });
    if started.is_err() {
        thread::sleep(pause);
        return;
    }
    poll_fn(|context| {
        let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_over {
            return Poll::Ready(());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    })
    .await;
}

#[derive(Default)]
struct State {
    is_over: bool,
    waker: Option<Waker>,
}

fn end(shared: &Mutex<State>) {
    let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
    state.is_over = true;
    let waker = state.waker.take();
    // What is woken may be polled in this thread and would find the lock taken.
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}
