//! Handlers that run while their sender disconnects: a test sees them begin, lets them continue,
//! and sees how they end.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

/// The orders whose handler waits for [`release`].
pub const PREFIX: &str = "order-left-";

/// The end of a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It ran to its last line.
    Completed,
    /// It was dropped before.
    Dropped,
}

#[derive(Default)]
struct Visit {
    began: bool,
    released: bool,
    waker: Option<Waker>,
    end: Option<End>,
}

type Visits = BTreeMap<String, Visit>;

static VISITS: Mutex<Visits> = Mutex::new(Visits::new());
static CHANGED: Condvar = Condvar::new();

fn visits() -> MutexGuard<'static, Visits> {
    VISITS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The handler's work for such an order: it waits until it is released.
pub async fn work(order: &str) {
    let mut visit = AtWork(order, End::Dropped);
    visits().entry(order.to_owned()).or_default().began = true;
    CHANGED.notify_all();
    poll_fn(|context| {
        let mut visits = visits();
        let visit = visits.entry(order.to_owned()).or_default();
        visit.waker = Some(context.waker().clone());
        if visit.released {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    visit.1 = End::Completed;
}

/// Records the end of a handler, also when it is dropped.
struct AtWork<'o>(&'o str, End);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        visits().entry(self.0.to_owned()).or_default().end = Some(self.1);
        CHANGED.notify_all();
    }
}

/// Waits until the order's handler runs.
///
/// # Panics
/// If it does not begin within ten seconds.
pub fn await_begin(order: &str) {
    assert!(
        wait(order, |visit| visit.began.then_some(())).is_some(),
        "{order}: the handler does not begin"
    );
}

/// Lets the order's handler continue.
pub fn release(order: &str) {
    let waker = {
        let mut visits = visits();
        let visit = visits.entry(order.to_owned()).or_default();
        visit.released = true;
        visit.waker.take()
    };
    waker.into_iter().for_each(Waker::wake);
}

/// The end of the order's handler; `None` if it still runs after ten seconds.
#[must_use]
pub fn await_end(order: &str) -> Option<End> {
    wait(order, |visit| visit.end)
}

fn wait<T>(order: &str, done: impl Fn(&Visit) -> Option<T>) -> Option<T> {
    let find = |visits: &Visits| visits.get(order).and_then(&done);
    let patience = Duration::from_secs(10);
    let waiting = CHANGED.wait_timeout_while(visits(), patience, |visits| find(visits).is_none());
    find(&waiting.unwrap_or_else(PoisonError::into_inner).0)
}
