//! Everything at random: what happens to some orders, which notifications come, when, how often and in which order, who
//! crashes, what the handler does. The ledger must end as an oracle says that knows nothing of all that.

mod life;
mod oracle;
mod play;

use std::cell::RefCell;

use midtrans_inbox::Asking;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::store::Store;
use crate::worker::Act;
use life::Life;

/// How many orders there are at most.
const ORDERS: usize = 3;

/// Which of an order's notifications.
#[derive(Clone, Copy, Debug)]
enum Which {
    Next,
    Latest,
    Older(usize),
}

/// What happens next; a number is that of an order, counted round and round.
#[derive(Clone, Debug)]
enum Event {
    /// The order goes one step further at the gateway.
    Advance(usize),
    /// The notification of one of its steps comes, so often: the latest, one that is so many steps older, or the next.
    Deliver { order: usize, which: Which, times: usize },
    /// A worker does a round.
    Work { act: Act, batch: u32 },
    /// A worker takes work and dies.
    Crash { questions: bool },
    /// So many seconds pass.
    Pass(u64),
    /// An outage of the gateway begins or ends.
    Outage(bool),
    /// The customer is back.
    Return(usize),
    /// Somebody who has seen a genuine notification of the order words another one about it.
    Forge { order: usize, status: &'static str, is_of_it: bool },
    /// The database is opened again.
    Reopen,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let order = || 0..ORDERS;
    let which =
        select(vec![Which::Next, Which::Latest, Which::Latest, Which::Latest, Which::Older(1), Which::Older(2)]);
    let act = select(vec![Act::Well, Act::Well, Act::Well, Act::Well, Act::Fails, Act::Panics, Act::Overlooks]);
    let status = select(vec!["pending", "settlement", "chargeback"]);
    let forged =
        (order(), status, any::<bool>()).prop_map(|(order, status, is_of_it)| Event::Forge { order, status, is_of_it });
    let event = prop_oneof![
        5 => order().prop_map(Event::Advance),
        7 => (order(), which, 1..3_usize).prop_map(|(order, which, times)| Event::Deliver { order, which, times }),
        7 => (act, 1..4_u32).prop_map(|(act, batch)| Event::Work { act, batch }),
        1 => any::<bool>().prop_map(|questions| Event::Crash { questions }),
        4 => select(vec![1, 9, 10, 59, 60, 240, 3_600]).prop_map(Event::Pass),
        1 => any::<bool>().prop_map(Event::Outage),
        1 => order().prop_map(Event::Return),
        1 => forged,
        1 => Just(Event::Reopen),
    ];
    proptest::collection::vec(event, 0..56)
}

/// Plays so many random pasts.
///
/// # Panics
/// With the shortest past that ends in another ledger, if one does.
#[expect(clippy::panic, reason = "this is a test's assertion")]
pub fn hold(store: &mut dyn Store, cases: u32) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let store = RefCell::new(store);
    let lives = proptest::collection::vec(select(Life::ALL.as_slice()), 1..=ORDERS);
    let asking = select(vec![Asking::Always, Asking::Always, Asking::Doubtful]);
    let held = TestRunner::new(config).run(&(lives, asking, events()), |(lives, asking, events)| {
        let mut store = store.borrow_mut();
        play::play(&mut **store, &lives, asking, &events).map_err(TestCaseError::fail)
    });
    if let Err(error) = held {
        panic!("{error}");
    }
}
