//! One click after the other, for each order: those of other orders do not wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The locks of the orders whose page of Snap is being made. Clones are the same. A shop of several
/// processes locks the order's row instead.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<HashMap<String, Weak<Lock>>>>);

type Lock = tokio::sync::Mutex<()>;

impl Turns {
    /// The lock of an order, as long as one click holds it.
    pub(crate) fn of(&self, id: &str) -> Arc<Lock> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        locks.retain(|_, lock| lock.strong_count() > 0);
        let held = locks.get(id).and_then(Weak::upgrade);
        held.unwrap_or_else(|| {
            let lock = Arc::default();
            locks.insert(id.to_owned(), Arc::downgrade(&lock));
            lock
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clicks_of_one_order_wait_for_each_other_and_those_of_another_do_not() {
        let turns = Turns::default();
        let first = turns.of("order-1");
        let held = first.try_lock().unwrap();
        assert!(turns.clone().of("order-1").try_lock().is_err());
        assert!(turns.of("order-2").try_lock().is_ok());
        drop(held);
        assert!(turns.of("order-1").try_lock().is_ok());
        drop(first);
        turns.of("order-2");
        assert_eq!(turns.0.lock().unwrap().len(), 1, "none is kept for ever");
    }
}
