//! The table of guarantees. The name of a row is the sentence that it proves.

mod acting;
mod asking;
mod charging;
mod doubting;
mod expecting;
mod failing;
mod keeping;
mod migrating;
mod operating;
mod together;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::store::Store;

/// The variable that selects guarantees by a part of their sentence.
pub const ONLY: &str = "MIDTRANS_PROMISE";

/// A guarantee.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Promise {
    /// The sentence.
    pub name: &'static str,
    /// Panics if it is broken.
    play: fn(&mut dyn Store),
}

/// Makes rows of scenarios.
macro_rules! promises {
    ($($scenario:ident,)+) => {
        pub(super) const PROMISES: &[super::Promise] = &[
            $(super::Promise {
                name: stringify!($scenario),
                play: |store| $scenario(&mut $crate::world::World::new(store)),
            },)+
        ];
    };
}
use promises;

/// Returns all of them.
#[must_use]
pub fn table() -> Vec<Promise> {
    [
        keeping::PROMISES,
        migrating::PROMISES,
        expecting::PROMISES,
        acting::PROMISES,
        charging::PROMISES,
        together::PROMISES,
        failing::PROMISES,
        asking::PROMISES,
        doubting::PROMISES,
        operating::PROMISES,
    ]
    .concat()
}

/// Checks every guarantee over an empty store.
///
/// # Panics
/// If one is broken; the message names all of them.
#[expect(clippy::panic, reason = "this is a test's assertion")]
pub fn hold<S: Store>(open: impl Fn() -> S) {
    let only = std::env::var(ONLY).ok();
    let is_wanted = |promise: &Promise| {
        only.as_deref()
            .is_none_or(|only| promise.name.contains(only))
    };
    let promises: Vec<_> = table().into_iter().filter(is_wanted).collect();
    let kept = |promise: &Promise| catch_unwind(AssertUnwindSafe(|| (promise.play)(&mut open())));
    let broken: Vec<_> = promises
        .iter()
        .filter_map(|promise| {
            kept(promise)
                .err()
                .map(|said| format!("{}: {}", promise.name, in_words(&*said)))
        })
        .collect();
    if !broken.is_empty() {
        panic!(
            "{} of {} promises are broken:\n{}",
            broken.len(),
            promises.len(),
            broken.join("\n")
        );
    }
}

fn in_words(said: &(dyn Any + Send)) -> String {
    let text = said.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| said.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}
