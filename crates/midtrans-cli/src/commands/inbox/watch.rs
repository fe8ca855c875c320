//! `midtrans inbox counts --watch`: counts and rates, again and again.

use std::io::IsTerminal;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use clap::Args;
use midtrans_inbox::Snapshot;
use midtrans_protocol::time::WibTime;
use serde_json::{Map, Value};

use super::reports;
use super::store::Store;
use crate::context::{Context, in_colour, say};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Lines};
use crate::report::Report;
use crate::terminal::Tone;

#[derive(Args, Debug)]
pub(crate) struct Watch {
    /// Show them live, with rates, until Ctrl-C; one line each time where the output is no terminal
    #[arg(long, conflicts_with = "metrics")]
    watch: bool,
    /// Look every so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 2, requires = "watch", value_parser = clap::value_parser!(u64).range(1..=3_600))]
    every: u64,
    /// End after so many looks
    #[arg(long, value_name = "N", requires = "watch")]
    looks: Option<u64>,
}

/// The counts of one look.
#[derive(Clone, Debug, Default)]
struct Look {
    snapshot: Snapshot,
    /// The number of changes ever stored; `None` where the role may not read it.
    stored: Option<u64>,
}

/// The rates between two looks, in tenths per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Rates {
    notifications: u64,
    stored: Option<u64>,
    acted: Option<u64>,
}

impl Watch {
    pub(crate) const fn is_wanted(&self) -> bool {
        self.watch
    }

    pub(crate) fn run(
        &self,
        context: &Context,
        store: &mut dyn Store,
        again: reports::Again<'_>,
    ) -> Result<Exit, Failure> {
        output::queue(Lines::Result, context.json);
        let in_place = !context.json && std::io::stdout().is_terminal();
        let mut last: Option<(Instant, Look)> = None;
        let mut lines = 0;
        for number in 0.. {
            if self.looks.is_some_and(|looks| number >= looks) {
                break;
            }
            if number > 0 {
                thread::sleep(Duration::from_secs(self.every));
            }
            let now = SystemTime::now();
            let look = Look {
                snapshot: store.snapshot(now)?,
                stored: store.changes_stored()?,
            };
            let at = Instant::now();
            let rates = last
                .as_ref()
                .map(|(before, earlier)| Rates::between(earlier, &look, at - *before));
            let report = report(&look.snapshot, rates, again);
            if in_place {
                let text = report.text(in_colour());
                // Back over what was printed last.
                let up = if lines > 0 {
                    format!("\u{1b}[{lines}A\u{1b}[J")
                } else {
                    String::new()
                };
                lines = text.lines().count();
                say(&format!("{up}{text}"));
            } else if context.json {
                say(&format!("{}\n", report.json()));
            } else {
                say(&line(&look.snapshot, rates, now));
            }
            last = Some((at, look));
        }
        output::wait_until_written();
        Ok(Exit::Done)
    }
}

impl Rates {
    fn between(earlier: &Look, later: &Look, elapsed: Duration) -> Self {
        let per_second = |count: u64| {
            let millis = u64::try_from(elapsed.as_millis())
                .unwrap_or(u64::MAX)
                .max(1);
            count.saturating_mul(10_000) / millis
        };
        let stored = earlier
            .stored
            .zip(later.stored)
            .map(|(before, after)| after.saturating_sub(before));
        // What is gone was acted on.
        let acted =
            stored.map(|stored| (earlier.waiting() + stored).saturating_sub(later.waiting()));
        let notifications = later
            .snapshot
            .notifications
            .saturating_sub(earlier.snapshot.notifications);
        Self {
            notifications: per_second(notifications),
            stored: stored.map(per_second),
            acted: acted.map(per_second),
        }
    }

    const fn named(self) -> [(&'static str, &'static str, Option<u64>); 3] {
        [
            (
                "notifications_per_second",
                "notifications",
                Some(self.notifications),
            ),
            ("changes_stored_per_second", "changes stored", self.stored),
            ("changes_acted_per_second", "changes acted on", self.acted),
        ]
    }
}

impl Look {
    const fn waiting(&self) -> u64 {
        self.snapshot.changes + self.snapshot.dead_letters
    }
}

fn report(snapshot: &Snapshot, rates: Option<Rates>, again: reports::Again<'_>) -> Report {
    let mut report = Report::new();
    reports::counts(&mut report, snapshot, again);
    let Some(rates) = rates else {
        report.data("rates", Value::Null);
        return report;
    };
    let mut named = Map::new();
    for (name, label, rate) in rates.named() {
        report.row(label, &format!("{} a second", tenths(rate)), Tone::Neutral);
        named.insert(
            name.to_owned(),
            tenths(rate).parse::<f64>().map_or(Value::Null, Value::from),
        );
    }
    report.data("rates", named);
    report
}

/// For a log.
fn line(snapshot: &Snapshot, rates: Option<Rates>, now: SystemTime) -> String {
    let age = |age: Option<Duration>| {
        age.map_or_else(String::new, |age| format!(" ({} old)", reports::span(age)))
    };
    let rates = rates.map_or_else(String::new, |rates| {
        let named = rates
            .named()
            .map(|(_, label, rate)| format!("{label} {}/s", tenths(rate)));
        format!("  {}", named.join("  "))
    });
    format!(
        "{}  changes waiting {}{}  questions due {}{}  dead letters {}  reviews {}{rates}\n",
        WibTime::try_from(now).map_or_else(|_| "?".to_owned(), |now| now.to_string()),
        snapshot.changes,
        age(snapshot.oldest_change),
        snapshot.due,
        age(snapshot.longest_due),
        snapshot.dead_letters,
        snapshot.reviews,
    )
}

fn tenths(rate: Option<u64>) -> String {
    rate.map_or_else(
        || "?".to_owned(),
        |rate| format!("{}.{}", rate / 10, rate % 10),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(stored: u64, changes: u64, dead_letters: u64) -> Look {
        Look {
            stored: Some(stored),
            snapshot: Snapshot {
                changes,
                dead_letters,
                notifications: stored,
                ..Snapshot::default()
            },
        }
    }

    #[test]
    fn what_was_stored_and_no_longer_waits_was_acted_on() {
        let rates = Rates::between(&look(10, 4, 1), &look(16, 1, 2), Duration::from_secs(2));
        assert_eq!(
            rates,
            Rates {
                notifications: 30,
                stored: Some(30),
                acted: Some(40)
            }
        );
        assert_eq!(tenths(rates.acted), "4.0");
    }

    #[test]
    fn a_retried_dead_letter_is_no_act() {
        let rates = Rates::between(&look(10, 0, 3), &look(10, 3, 0), Duration::from_secs(1));
        assert_eq!(rates.acted, Some(0));
    }
}
