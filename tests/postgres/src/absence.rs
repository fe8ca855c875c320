//! Whether a test may go without a server: on somebody's own machine yes, in CI no.

use std::ffi::OsStr;

use crate::error::StartError;

/// `ci` is the environment variable `CI`, which runners set; empty and `false` count as not set.
pub(crate) fn may_skip(error: &StartError, ci: Option<&OsStr>) -> bool {
    let is_ci = ci.is_some_and(|value| !value.is_empty() && value != "false");
    matches!(error, StartError::NotFound) && !is_ci
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_skip_with(error: &StartError, ci: Option<&str>) -> bool {
        may_skip(error, ci.map(OsStr::new))
    }

    #[test]
    fn without_postgresql_a_test_is_skipped_on_ones_own_machine() {
        for ci in [None, Some(""), Some("false")] {
            assert!(may_skip_with(&StartError::NotFound, ci), "{ci:?}");
        }
    }

    #[test]
    fn without_postgresql_a_test_fails_in_ci() {
        for ci in ["true", "1", "0", "woodpecker"] {
            assert!(!may_skip_with(&StartError::NotFound, Some(ci)), "{ci}");
        }
    }

    #[test]
    fn a_server_that_does_not_start_is_never_a_reason_to_skip() {
        let refused = StartError::Refused { program: "initdb", said: String::new() };
        assert!(!may_skip_with(&refused, None));
        assert!(!may_skip_with(&StartError::NoUser, None));
    }
}
