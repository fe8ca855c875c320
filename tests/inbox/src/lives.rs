//! Hostile lives: a random gateway, customer, network and forger around an inbox, and an oracle
//! that knows what the gateway last answered.
//!
//! A seed decides a life. It has one or two orders, two workers, and three clocks, some of them an
//! hour wrong. The gateway lags, fails, answers 404, knows an order only by its transaction's id,
//! and seldom does what it does not document. Notifications are lost, late, duplicated and forged,
//! with every code that was genuinely signed. Workers die or sleep while they hold claimed orders,
//! handlers fail, and events happen while a question is under way. Then every fault ends, the life
//! comes to rest, and a person looks at what is under review.

mod check;
mod dice;
mod forger;
mod play;
mod rest;
mod steps;
mod truth;
mod wording;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::store::Inbox;

/// The variable that names the seed of one life, to play it alone.
pub const ONE: &str = "MIDTRANS_LIFE";

/// The variable that sets the number of lives to play, instead of the number in the test.
pub const MANY: &str = "MIDTRANS_LIVES";

/// Seeds of lives that went wrong once, each for a reason of its own.
pub const LESSONS: &[u64] = &[
    // A reversal before the question; a 202 of an earlier life; paid by signature and then
    // reversed.
    28,
    34,
    442,
    // A refund beside its settlement in one lagging answer; a charge again between a person's retry
    // and its question.
    844,
    904,
    // A bare refund that reads as the one before; a confirmation that was never notified; a capture
    // that was cancelled.
    1_279,
    8_459,
    11_276,
    // A worker's clock that was set right between two 404s; a reversal that was notified before the
    // settlement was answered.
    7_000_031_797,
    8_000_041_931,
    // A forged notification, word for word that of money that comes again after it had gone.
    7_000_012_034,
    // A charge again between a person's look and the first answer that is no 404.
    8_000_057_593,
    // Paid by signature; a lagging pending accounted for the signed 200 of a refund.
    8_000_216_808,
    // A dispute whose answer lags, after a settlement and a refund that were never notified.
    7_000_123_294,
    // A full dispute whose answer lags, notified while the gateway knew no transaction at all.
    8_000_419_331,
    // A dispute behind an answer with as many changes as 200s, of which one was never notified.
    7_000_451_151,
];

/// The cost of lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// The questions of all lives.
    pub questions: usize,
    /// The questions of the life that had the most.
    pub most: usize,
}

/// Plays the lesson lives and then so many others, each with an inbox of its own; or the one that
/// [`ONE`] names.
///
/// # Panics
/// With the seed of the first life that goes wrong, and with what is wrong.
#[expect(clippy::panic, reason = "this is a test's assertion")]
pub fn hold(lives: u64, open: impl FnMut() -> Box<dyn Inbox>) -> Cost {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|number| number.parse::<u64>().ok())
    };
    let seeds: Vec<u64> = match number(ONE) {
        Some(seed) => vec![seed],
        None => LESSONS
            .iter()
            .copied()
            .chain(0..number(MANY).unwrap_or(lives))
            .collect(),
    };
    play(seeds, open).unwrap_or_else(|why| panic!("{why}"))
}

/// Plays the lives of these seeds, each with an inbox of its own.
///
/// # Errors
/// The seed of the first life that goes wrong, and what is wrong.
pub fn play(
    seeds: impl IntoIterator<Item = u64>,
    mut open: impl FnMut() -> Box<dyn Inbox>,
) -> Result<Cost, String> {
    let mut cost = Cost::default();
    for seed in seeds {
        let played = catch_unwind(AssertUnwindSafe(|| play::Life::new(seed, open()).play()));
        match played {
            Ok(Ok(questions)) => {
                cost.questions += questions;
                cost.most = cost.most.max(questions);
            }
            Ok(Err(why)) => return Err(format!("life {seed} ({ONE}={seed}): {why}")),
            Err(_) => return Err(format!("life {seed} ({ONE}={seed}) panicked")),
        }
    }
    Ok(cost)
}
