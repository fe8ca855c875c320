//! `cargo xtask wire`: reads recorded messages with the protocol crate.

mod cards;
mod compare;
mod judge;
mod products;
mod requests;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::arguments::Arguments;
use crate::failure::Failure;

use judge::Verdict;

pub(crate) const HELP: &str = "\
Usage: cargo xtask wire DIR

Reads every file of DIR that is named METHOD--KIND--STATE.json with the protocol crate, and says what it could not read,
what it lost, and which words it has no name for. Notifications are signed anew, because the keys of published samples
are mostly unknown; requests are read and written again; what belongs to no operation of ours is skipped. A request that breaks a rule
of its own page has to be refused for that, and is read with that field repaired.

Fails if one file did.
";

pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let folder = arguments.positional();
    arguments.finish()?;
    let Some(folder) = folder else {
        return Err(Failure::Usage("which folder? try --help".to_owned()));
    };
    let report = Report::of(Path::new(&folder))?;
    print!("{}", report.text());
    report.result()
}

/// The results of one folder.
#[derive(Default)]
struct Report {
    problems: Vec<String>,
    kinds: BTreeMap<String, Counts>,
    /// The samples that break a rule of their own page, and the field.
    repaired: Vec<String>,
    /// The number of skipped files by reason.
    skipped: BTreeMap<String, usize>,
    /// The number of notifications signed with a published key.
    verified: usize,
}

#[derive(Default)]
struct Counts {
    read: usize,
    skipped: usize,
    failed: usize,
}

impl Report {
    fn of(folder: &Path) -> Result<Self, Failure> {
        let refused = |source| Failure::Failed(format!("{}: {source}", folder.display()));
        let mut paths: Vec<_> = fs::read_dir(folder)
            .map_err(refused)?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        let mut report = Self::default();
        for path in paths {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            // A file without the two dashes is not a message, but an index or a note.
            if name.contains("--") {
                let text = fs::read_to_string(&path).map_err(refused)?;
                report.add(&name, &text);
            }
        }
        Ok(report)
    }

    fn add(&mut self, name: &str, text: &str) {
        let kind = name.split("--").nth(1).unwrap_or_default().to_owned();
        let verdict = judge::judge(name, text);
        let counts = self.kinds.entry(kind.clone()).or_default();
        match verdict {
            Verdict::Read { verified } => {
                counts.read += 1;
                self.verified += usize::from(verified);
            }
            Verdict::Repaired(field) => {
                counts.read += 1;
                self.repaired.push(format!("{name}: {field}"));
            }
            Verdict::Skipped(reason) => {
                counts.skipped += 1;
                *self.skipped.entry(format!("{kind}: {reason}")).or_default() += 1;
            }
            Verdict::Failed(problems) => {
                counts.failed += 1;
                self.problems.extend(
                    problems
                        .into_iter()
                        .map(|problem| format!("{name}: {problem}")),
                );
            }
        }
    }

    fn text(&self) -> String {
        let mut text: String = self
            .problems
            .iter()
            .map(|problem| format!("{problem}\n"))
            .collect();
        text.push_str(&format!(
            "{:<24}{:>6}{:>9}{:>8}\n",
            "kind", "read", "skipped", "failed"
        ));
        for (kind, counts) in &self.kinds {
            text.push_str(&format!(
                "{kind:<24}{:>6}{:>9}{:>8}\n",
                counts.read, counts.skipped, counts.failed
            ));
        }
        let all = |of: fn(&Counts) -> usize| self.kinds.values().map(of).sum::<usize>();
        let (read, skipped, failed) = (all(|c| c.read), all(|c| c.skipped), all(|c| c.failed));
        text.push_str(&format!("{:<24}{read:>6}{skipped:>9}{failed:>8}\n", "all"));
        text.push_str(&format!(
            "signed with a published key, and verified so: {}\n",
            self.verified
        ));
        for sample in &self.repaired {
            text.push_str(&format!(
                "breaks its page's rule, and is read without that: {sample}\n"
            ));
        }
        for (reason, count) in &self.skipped {
            text.push_str(&format!("skipped {count:>3}  {reason}\n"));
        }
        text
    }

    fn result(&self) -> Result<(), Failure> {
        match self.kinds.values().map(|counts| counts.failed).sum() {
            0 => Ok(()),
            failed => Err(Failure::Failed(format!(
                "{failed} files could not be read without a loss"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixtures_of_the_protocol_crate_are_read() {
        let folder = crate::workspace::root().join("crates/midtrans-protocol/fixtures");
        let report = Report::of(&folder).unwrap();
        assert!(report.result().is_ok(), "{}", report.text());
        assert!(report.kinds["notification"].read > 15 && report.kinds["error"].read > 20);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_counted() {
        let mut report = Report::default();
        report.add("x--status--odd.json", "{}");
        report.add("x--payout-request--minimal.json", "{}");
        assert!(report.result().is_err());
        let text = report.text();
        assert!(text.starts_with("x--status--odd.json: "), "{text}");
        assert!(
            text.contains("all                          0        1       1\n"),
            "{text}"
        );
        assert!(text.contains("skipped   1  payout-request: "), "{text}");
    }

    #[test]
    fn a_folder_is_asked_for_and_must_exist() {
        let arguments =
            |line: &str| Arguments::new(line.split_whitespace().map(str::to_owned).collect());
        assert!(matches!(run(arguments("")), Err(Failure::Usage(_))));
        assert!(matches!(
            run(arguments("no-such-folder")),
            Err(Failure::Failed(_))
        ));
    }
}
