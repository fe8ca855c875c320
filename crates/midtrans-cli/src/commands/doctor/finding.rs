//! The findings of `midtrans doctor`, and their grades.

use serde_json::{Value, json};

use crate::exit::Exit;
use crate::report::Report;
use crate::terminal::Tone;

/// One thing that was looked at.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(super) name: &'static str,
    pub(super) grade: Grade,
    words: String,
    /// The next step.
    next: Option<String>,
}

/// The grade of a finding, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// It is as it should be.
    Good,
    /// It works, and something about it is worth a look.
    Careful,
    /// It could not be found out, so it does not count as well.
    Unknown,
    /// It has to be changed.
    Bad,
}

impl Grade {
    const fn told(self) -> (&'static str, &'static str, Tone) {
        match self {
            Self::Good => ("ok", "ok", Tone::Good),
            Self::Careful => ("look", "look", Tone::Careful),
            Self::Unknown => ("?", "unknown", Tone::Careful),
            Self::Bad => ("BAD", "bad", Tone::Bad),
        }
    }
}

impl Finding {
    pub(crate) fn new(name: &'static str, grade: Grade, words: impl Into<String>) -> Self {
        Self {
            name,
            grade,
            words: words.into(),
            next: None,
        }
    }

    pub(crate) fn next(mut self, step: impl Into<String>) -> Self {
        self.next = Some(step.into());
        self
    }

    fn json(&self) -> Value {
        json!({"check": self.name, "grade": self.grade.told().1, "finding": self.words, "next": self.next})
    }
}

/// Adds all findings. The exit code is that of the worst of them.
pub(super) fn describe(report: &mut Report, findings: &[Finding]) -> Exit {
    for finding in findings {
        let (word, _, tone) = finding.grade.told();
        report.row(finding.name, &format!("{word:<5} {}", finding.words), tone);
        if let Some(step) = &finding.next {
            report.row("", &format!("      next: {step}"), Tone::Neutral);
        }
    }
    let exit = match findings.iter().map(|finding| finding.grade).max() {
        Some(Grade::Bad) => Exit::Refused,
        Some(Grade::Good | Grade::Careful) => Exit::Done,
        Some(Grade::Unknown) | None => Exit::Unknown,
    };
    report.data(
        "findings",
        findings.iter().map(Finding::json).collect::<Vec<_>>(),
    );
    report.data("is_well", exit == Exit::Done);
    exit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_found_out_is_not_well_and_the_worst_finding_is_the_exit_code() {
        let exit = |grades: &[Grade]| {
            let findings: Vec<_> = grades
                .iter()
                .map(|grade| Finding::new("it", *grade, "is so"))
                .collect();
            let mut report = Report::new();
            let exit = describe(&mut report, &findings);
            assert_eq!(report.json()["is_well"], exit == Exit::Done);
            exit
        };
        assert_eq!(exit(&[Grade::Good, Grade::Careful]), Exit::Done);
        assert_eq!(
            exit(&[Grade::Good, Grade::Unknown, Grade::Careful]),
            Exit::Unknown
        );
        assert_eq!(
            exit(&[Grade::Bad, Grade::Unknown, Grade::Good]),
            Exit::Refused
        );
        assert_eq!(exit(&[]), Exit::Unknown);
    }
}
