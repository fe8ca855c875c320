//! Where a stored notification is, in words that an operator understands.

use std::fmt;

/// Where a stored notification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "stores and operators know all of them")]
pub enum State {
    /// It waits for a worker, or for the end of a pause.
    Waiting,
    /// A worker has claimed it. If the worker died, the claim ends by itself.
    Working,
    /// It was acted on, or there was nothing to act on.
    Done,
    /// It failed too often: a person has to look, and can have it tried again.
    Dead,
}

impl State {
    /// All of them, in the order of a notification's life.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Working, Self::Done, Self::Dead];

    /// The word for the operator.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Working => "working",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// The number that stores keep.
    #[must_use]
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The state of that number.
    #[must_use]
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_the_state_it_was_written_for() {
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
        }
        assert_eq!(State::from_code(4), None);
    }
}
