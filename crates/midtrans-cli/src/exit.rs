//! The exit codes of the program.

use std::process::ExitCode;

use midtrans_protocol::Decision;
use midtrans_protocol::decision::{Extent, Failure};

/// The end of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what it was asked to; an order is paid.
    Done,
    /// It was refused, is not genuine, or could not be done.
    Refused,
    /// The command line, the keys or a file are not usable, and nothing was sent.
    Usage,
    /// It may have happened; an order is neither paid nor failed.
    Unknown,
    /// It was done, and what it has to say could not be written.
    Unwritten,
    /// An order that is not paid.
    Pending,
    Denied,
    Cancelled,
    Expired,
    Failed,
    Refunded,
    PartlyRefunded,
    Disputed,
    PartlyDisputed,
}

impl Exit {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Unknown => 3,
            Self::Unwritten => 4,
            Self::Pending => 10,
            Self::Denied => 11,
            Self::Cancelled => 12,
            Self::Expired => 13,
            Self::Failed => 14,
            Self::Refunded => 15,
            Self::PartlyRefunded => 16,
            Self::Disputed => 17,
            Self::PartlyDisputed => 18,
        }
    }

    /// The exit code of an order. Only [`Decision::Paid`] is 0.
    pub(crate) const fn of(decision: Decision) -> Self {
        match decision {
            Decision::Paid => Self::Done,
            Decision::Pending => Self::Pending,
            Decision::Failed(Failure::Denied) => Self::Denied,
            Decision::Failed(Failure::Cancelled) => Self::Cancelled,
            Decision::Failed(Failure::Expired) => Self::Expired,
            Decision::Failed(_) => Self::Failed,
            Decision::Refunded(Extent::Full) => Self::Refunded,
            Decision::Refunded(Extent::Partial) => Self::PartlyRefunded,
            Decision::Disputed(Extent::Full) => Self::Disputed,
            Decision::Disputed(Extent::Partial) => Self::PartlyDisputed,
            Decision::Review(_) => Self::Unknown,
        }
    }

    /// The exit code of several deliveries: "may have happened" outweighs "did not happen", and
    /// that outweighs "done".
    pub(crate) fn and(self, other: Self) -> Self {
        let weight = |exit: Self| match exit {
            Self::Done => 0,
            Self::Unknown => 2,
            _ => 1,
        };
        if weight(other) > weight(self) {
            other
        } else {
            self
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// The exit codes of all commands.
pub(crate) const CODES: [(Exit, &str); 5] = [
    (Exit::Done, "done"),
    (Exit::Refused, "refused, not genuine, or not possible"),
    (
        Exit::Usage,
        "the command line, the keys or a file are not usable; nothing was sent",
    ),
    (
        Exit::Unknown,
        "the outcome is unknown: it may have happened",
    ),
    (
        Exit::Unwritten,
        "done, but standard output could not be written",
    ),
];

/// The exit codes of an order: of `decide`, and of `status` and `verify` with `--amount`.
pub(crate) const ORDER_CODES: [(Exit, &str); 11] = [
    (Exit::Done, "paid"),
    (
        Exit::Unknown,
        "review: neither paid nor failed, as when the amount is another one; ask before you act",
    ),
    (Exit::Pending, "pending"),
    (Exit::Denied, "denied by the provider"),
    (Exit::Cancelled, "cancelled"),
    (Exit::Expired, "expired"),
    (Exit::Failed, "failed, by an error at the gateway"),
    (Exit::Refunded, "refunded in full"),
    (Exit::PartlyRefunded, "refunded in part"),
    (Exit::Disputed, "disputed"),
    (Exit::PartlyDisputed, "disputed in part"),
];

/// The end of every help text.
pub(crate) fn help() -> String {
    format!("Exit codes:\n{}", lines(&CODES))
}

/// The end of the help of a command that judges an order.
pub(crate) fn order_help(when: &str) -> String {
    format!(
        "{}\n\nExit codes of an order{when}; only 0 means that it may be shipped:\n{}",
        help(),
        lines(&ORDER_CODES)
    )
}

fn lines(codes: &[(Exit, &str)]) -> String {
    let width = codes
        .iter()
        .map(|(exit, _)| exit.number().to_string().len())
        .max()
        .unwrap_or(1);
    let lines: Vec<_> = codes
        .iter()
        .map(|(exit, words)| format!("  {:<width$}  {words}", exit.number()))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use midtrans_protocol::decision::Review;

    use super::*;
    use crate::meaning;

    const DECISIONS: [Decision; 11] = [
        Decision::Paid,
        Decision::Review(Review::AmountDiffers),
        Decision::Pending,
        Decision::Failed(Failure::Denied),
        Decision::Failed(Failure::Cancelled),
        Decision::Failed(Failure::Expired),
        Decision::Failed(Failure::Error),
        Decision::Refunded(Extent::Full),
        Decision::Refunded(Extent::Partial),
        Decision::Disputed(Extent::Full),
        Decision::Disputed(Extent::Partial),
    ];

    #[test]
    fn only_paid_is_zero_and_every_other_outcome_has_a_documented_code_of_its_own() {
        let codes: BTreeSet<u8> = DECISIONS
            .iter()
            .map(|decision| Exit::of(*decision).number())
            .collect();
        assert_eq!(codes.len(), DECISIONS.len());
        for (decision, (exit, words)) in DECISIONS.iter().zip(ORDER_CODES) {
            assert_eq!(Exit::of(*decision), exit, "{decision:?}");
            assert_eq!(exit == Exit::Done, *decision == Decision::Paid);
            let word = meaning::word(*decision);
            let word = word.strip_prefix("partly_").unwrap_or(word);
            assert!(words.starts_with(word), "{word:?}: {words:?}");
        }
    }

    #[test]
    fn the_codes_of_the_readme_are_those_of_the_program() {
        let readme = include_str!("../README.md");
        let (_, section) = readme.split_once("\n## Exit codes\n").unwrap();
        let section = section.split("\n## ").next().unwrap();
        let rows: Vec<String> = section
            .lines()
            .filter(|line| line.starts_with("| "))
            .map(str::to_owned)
            .collect();
        let expected = |codes: &[(Exit, &str)]| {
            codes
                .iter()
                .map(|(exit, words)| format!("| {} | {words} |", exit.number()))
                .collect::<Vec<_>>()
        };
        let all = [expected(&CODES), expected(&ORDER_CODES)].concat();
        let rows: Vec<String> = rows
            .into_iter()
            .filter(|row| row.as_bytes()[2].is_ascii_digit())
            .collect();
        assert_eq!(rows, all);
    }

    #[test]
    fn what_may_have_happened_outweighs_what_did_not() {
        assert_eq!(Exit::Refused.and(Exit::Unknown), Exit::Unknown);
        assert_eq!(Exit::Unknown.and(Exit::Refused), Exit::Unknown);
        assert_eq!(Exit::Done.and(Exit::Refused).and(Exit::Done), Exit::Refused);
    }
}
