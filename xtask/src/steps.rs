//! Running steps one after another, with the time each one took.

use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::failure::Failure;

/// A named part of a longer check. `C` is the context that the steps of one command share.
pub(crate) struct Step<C> {
    pub(crate) name: &'static str,
    /// A short description of what it checks.
    pub(crate) about: &'static str,
    pub(crate) run: fn(&C) -> Result<Outcome, Failure>,
}

/// The outcome of a step that did not fail.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It was checked and is right.
    Passed,
    /// It was not checked; the reason.
    Skipped(String),
    /// It was checked in part and is right; the rest, line by line.
    Incomplete(Vec<String>),
}

/// The steps to run, and the action after a failure.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    from: Option<String>,
    only: Option<String>,
    keep_going: bool,
}

impl Selection {
    /// Takes the options that choose steps.
    pub(crate) fn take(arguments: &mut Arguments) -> Result<Self, Failure> {
        Ok(Self {
            from: arguments.option("--from")?,
            only: arguments.option("--only")?,
            keep_going: arguments.flag("--keep-going"),
        })
    }

    fn choose<'a, C>(&self, steps: &'a [Step<C>]) -> Result<&'a [Step<C>], Failure> {
        match (&self.only, &self.from) {
            (Some(name), _) => position(steps, name).map(|at| &steps[at..=at]),
            (None, Some(name)) => position(steps, name).map(|at| &steps[at..]),
            (None, None) => Ok(steps),
        }
    }
}

fn position<C>(steps: &[Step<C>], name: &str) -> Result<usize, Failure> {
    steps
        .iter()
        .position(|step| step.name == name)
        .ok_or_else(|| {
            let names = steps
                .iter()
                .map(|step| step.name)
                .collect::<Vec<_>>()
                .join(", ");
            Failure::Usage(format!("there is no step `{name}`; the steps are {names}"))
        })
}

/// Runs the chosen steps and prints a table of them. Fails if one of them failed.
pub(crate) fn run<C>(steps: &[Step<C>], context: &C, selection: &Selection) -> Result<(), Failure> {
    let chosen = selection.choose(steps)?;
    let mut rows = Vec::new();
    for (at, step) in chosen.iter().enumerate() {
        println!(
            "\n==> {}/{} {}: {}",
            at + 1,
            chosen.len(),
            step.name,
            step.about
        );
        let start = Instant::now();
        let result = (step.run)(context);
        let row = Row::new(step.name, start.elapsed(), &result);
        println!("{}", row.line());
        if let Err(failure) = &result {
            println!("{}", failure.message().unwrap_or_default());
        }
        rows.push(row);
        if result.is_err() && !selection.keep_going {
            break;
        }
    }
    summarise(chosen, &rows)
}

fn summarise<C>(chosen: &[Step<C>], rows: &[Row]) -> Result<(), Failure> {
    println!("\nstep            time  result");
    for row in rows {
        println!("{}", row.line());
    }
    for step in &chosen[rows.len()..] {
        println!("{:<12}{:>8}  not run", step.name, "");
    }
    println!(
        "{:<12}{:>8}",
        "together",
        seconds(rows.iter().map(|row| row.time).sum())
    );
    let incomplete: Vec<_> = rows
        .iter()
        .filter(|row| row.incomplete)
        .map(|row| row.name)
        .collect();
    if !incomplete.is_empty() {
        println!(
            "not all was checked: {}; with CI set what is missing is a failure",
            incomplete.join(", ")
        );
    }
    let failed: Vec<_> = rows
        .iter()
        .filter(|row| row.failed)
        .map(|row| row.name)
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(format!("failed: {}", failed.join(", "))))
    }
}

/// One line of the table.
struct Row {
    name: &'static str,
    time: Duration,
    result: String,
    incomplete: bool,
    failed: bool,
}

impl Row {
    fn new(name: &'static str, time: Duration, result: &Result<Outcome, Failure>) -> Self {
        let words = match result {
            Ok(Outcome::Passed) => "ok".to_owned(),
            Ok(Outcome::Skipped(why)) => format!("SKIPPED: {why}"),
            Ok(Outcome::Incomplete(lines)) => {
                let lines = lines.iter().map(|line| format!("\n{:<24}{line}", ""));
                format!("ok, and SKIPPED:{}", lines.collect::<String>())
            }
            Err(_) => "FAILED".to_owned(),
        };
        let incomplete = matches!(result, Ok(Outcome::Skipped(_) | Outcome::Incomplete(_)));
        Self {
            name,
            time,
            result: words,
            incomplete,
            failed: result.is_err(),
        }
    }

    fn line(&self) -> String {
        format!(
            "{:<12}{:>8}  {}",
            self.name,
            seconds(self.time),
            self.result
        )
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f32())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    type Log = RefCell<Vec<&'static str>>;

    const STEPS: &[Step<Log>] = &[
        Step {
            name: "one",
            about: "",
            run: |log| note(log, "one", Ok(Outcome::Passed)),
        },
        Step {
            name: "two",
            about: "",
            run: |log| note(log, "two", Err(Failure::Failed("no".to_owned()))),
        },
        Step {
            name: "three",
            about: "",
            run: |log| note(log, "three", Ok(Outcome::Skipped("no tool".to_owned()))),
        },
    ];

    fn note(
        log: &Log,
        name: &'static str,
        result: Result<Outcome, Failure>,
    ) -> Result<Outcome, Failure> {
        log.borrow_mut().push(name);
        result
    }

    fn ran(selection: Selection) -> (Vec<&'static str>, Result<(), Failure>) {
        let log = Log::default();
        let result = run(STEPS, &log, &selection);
        (log.into_inner(), result)
    }

    #[test]
    fn the_first_failure_ends_the_run() {
        let (steps, result) = ran(Selection::default());
        assert_eq!(steps, ["one", "two"]);
        assert!(matches!(result, Err(Failure::Failed(message)) if message == "failed: two"));
    }

    #[test]
    fn keep_going_runs_everything_and_still_fails() {
        let (steps, result) = ran(Selection {
            keep_going: true,
            ..Selection::default()
        });
        assert_eq!(steps, ["one", "two", "three"]);
        assert!(result.is_err());
    }

    #[test]
    fn from_and_only_choose_steps() {
        assert_eq!(
            ran(Selection {
                from: Some("three".to_owned()),
                ..Selection::default()
            })
            .0,
            ["three"]
        );
        let (steps, result) = ran(Selection {
            only: Some("one".to_owned()),
            ..Selection::default()
        });
        assert_eq!(steps, ["one"]);
        assert!(result.is_ok());
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_names_of_all() {
        let result = ran(Selection {
            only: Some("four".to_owned()),
            ..Selection::default()
        })
        .1;
        assert!(
            matches!(result, Err(Failure::Usage(message)) if message.contains("one, two, three"))
        );
    }

    #[test]
    fn a_skipped_step_says_why() {
        let row = Row::new(
            "deny",
            Duration::from_millis(1500),
            &Ok(Outcome::Skipped("no network".to_owned())),
        );
        assert_eq!(row.line(), "deny           1.5 s  SKIPPED: no network");
    }

    #[test]
    fn a_step_that_skipped_tests_does_not_only_say_ok() {
        let lines = ["no node", "  a walk (shop)"].map(str::to_owned).into();
        let row = Row::new(
            "tests",
            Duration::from_millis(1500),
            &Ok(Outcome::Incomplete(lines)),
        );
        let indent = " ".repeat(24);
        let told = format!(
            "tests          1.5 s  ok, and SKIPPED:\n{indent}no node\n{indent}  a walk (shop)"
        );
        assert_eq!((row.line(), row.incomplete), (told, true));
    }
}
