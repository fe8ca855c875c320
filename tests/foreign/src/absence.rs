//! Whether a test may go without a client: on somebody's own machine yes, in CI no.

use std::ffi::OsStr;

use crate::error::Failure;

/// `ci` is the environment variable `CI`, which runners set; empty and `false` count as not set.
pub(crate) fn may_skip(failure: &Failure, ci: Option<&OsStr>) -> bool {
    let is_ci = ci.is_some_and(|value| !value.is_empty() && value != "false");
    !is_ci && matches!(failure, Failure::NotFound(..) | Failure::NotInstalled(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_client_a_test_is_skipped_on_ones_own_machine_and_fails_in_ci() {
        for failure in [Failure::NotFound("npm", "npm"), Failure::NotInstalled(String::new())] {
            for ci in [None, Some(""), Some("false")] {
                assert!(may_skip(&failure, ci.map(OsStr::new)), "{failure:?} {ci:?}");
            }
            assert!(!may_skip(&failure, Some(OsStr::new("true"))), "{failure:?}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_never_a_reason_to_skip() {
        assert!(!may_skip(&Failure::Io(std::io::Error::other("full")), None));
    }
}
