//! What is between a store and the code that acts.

use std::error::Error as StdError;

use crate::{Change, Step};

/// What a store's `finish` did.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a worker has to know every case")]
pub enum Finish {
    /// The case is over once the transaction is committed. Act on these changes in that same transaction; often there is
    /// nothing to act on. To undo all of it, roll the transaction back.
    Done(Vec<Change>),
    /// Do this next: ask and finish again with the answer, `give_back`, or `dead`. Nothing was written, but for a question
    /// when it is asked: commit that before you ask, and nobody else asks meanwhile.
    Next(Step),
    /// Nothing was written: the lease has ended, and somebody else has the case.
    Lost,
}

/// An error that a handler may return with `?` from any library.
pub type HandlerError = Box<dyn StdError + Send + Sync>;
