//! Standard output, which may be full, closed, or read by nothing.

mod queue;

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;
use std::time::Duration;

use crate::exit::Exit;
use crate::failure::Failure;
use queue::{Missing, Output, Written};

/// The first error of standard output.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

/// The queue of a command that goes on until it is told to end.
static QUEUE: OnceLock<Queue> = OnceLock::new();

struct Queue {
    output: Output,
    written: Written,
    kind: Lines,
}

/// The kind of lines that a command that goes on prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// Its result: what is missing shows in the exit code.
    Result,
    /// A log beside what it does.
    Log,
}

/// Prints text, or queues it for a command that goes on. What cannot be written shows in the exit
/// code, and a short text goes to standard error instead.
pub(crate) fn say(text: &str) {
    if let Some(queue) = QUEUE.get() {
        queue.output.say(text);
        return;
    }
    let written = io::stdout()
        .write_all(text.as_bytes())
        .and_then(|()| io::stdout().flush());
    if let Err(error) = written {
        if text.len() <= SHORT {
            complain(text);
        }
        UNWRITTEN.get_or_init(|| error.to_string());
    }
}

/// Writes to standard error. If that is not possible either, the exit code is all there is.
pub(crate) fn complain(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// From now on, printing never waits: lines that are not read in time are dropped and counted.
pub(crate) fn queue(kind: Lines, as_json: bool) {
    let note = if as_json { json_note } else { note };
    QUEUE.get_or_init(|| {
        let (output, written) = Output::to(io::stdout(), note);
        Queue {
            output,
            written,
            kind,
        }
    });
}

/// Returns whether the queue is empty.
pub(crate) fn is_written() -> bool {
    QUEUE
        .get()
        .is_none_or(|queue| queue.written.wait(Duration::ZERO))
}

/// Returns whether the queue could not be written. What is queued from then on is lost.
pub(crate) fn has_failed() -> bool {
    QUEUE
        .get()
        .is_some_and(|queue| queue.written.missing().error.is_some())
}

/// Waits until the queue is empty, or writing has failed.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) fn wait_until_written() {
    while QUEUE
        .get()
        .is_some_and(|queue| !queue.written.wait(Duration::from_secs(60)))
    {}
}

/// The exit code, with what could not be written taken into account.
pub(crate) fn finish(exit: Exit) -> Exit {
    let is_result = QUEUE.get().is_none_or(|queue| queue.kind == Lines::Result);
    let Some(words) = unwritten() else {
        return exit;
    };
    complain(&format!("midtrans: {words}\n"));
    match exit {
        Exit::Refused | Exit::Usage | Exit::Unknown => exit,
        _ if is_result => Exit::Unwritten,
        _ => exit,
    }
}

fn unwritten() -> Option<String> {
    match QUEUE.get() {
        Some(queue) => {
            let _ = queue.written.wait(LAST_LINES);
            missing_words(queue.written.missing())
        }
        None => UNWRITTEN.get().map(|why| {
            format!("what was asked for is done, but standard output could not be written ({why})")
        }),
    }
}

fn missing_words(missing: Missing) -> Option<String> {
    let why = missing.error.map_or_else(
        || "nothing read them in time".to_owned(),
        |kind| kind.to_string(),
    );
    (missing.lines > 0).then(|| {
        format!(
            "{} messages could not be written to standard output ({why})",
            missing.lines
        )
    })
}

fn note(lines: u64) -> String {
    format!("({lines} messages are missing above: nothing read them in time)\n")
}

fn json_note(lines: u64) -> String {
    format!("{}\n", serde_json::json!({"missing_messages": lines}))
}

/// Returns whether stdout is a terminal whose user wants colours.
pub(crate) fn in_colour() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && io::stdout().is_terminal()
}

/// Refuses a call whose result would be lost, because standard output is closed. `what` is the
/// result.
///
/// # Errors
/// The failure to tell; nothing was sent.
pub(crate) fn refuse_if_closed(what: &str) -> Result<(), Failure> {
    if !is_closed() {
        return Ok(());
    }
    let what = format!(
        "standard output is closed or leads nowhere, and {what} would be lost: nothing was sent"
    );
    let next =
        "send it to a file or a pipe; if you do not want it, to the null device, for writing only";
    Err(Failure::usage(what).next(next))
}

/// Returns whether the program was started with its standard output closed. Rust's runtime then
/// puts the null device in its place, open for reading too, which a shell's `> /dev/null` is not.
#[cfg(unix)]
pub(crate) fn is_closed() -> bool {
    use std::fs::{self, File};
    use std::io::Read;
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    let Ok(copy) = io::stdout().as_fd().try_clone_to_owned() else {
        return true;
    };
    let mut file = File::from(copy);
    let (Ok(own), Ok(null)) = (file.metadata(), fs::metadata("/dev/null")) else {
        return false;
    };
    own.rdev() == null.rdev() && own.rdev() != 0 && file.read(&mut [0]).is_ok()
}

#[cfg(not(unix))]
pub(crate) fn is_closed() -> bool {
    false
}

/// The longest text that goes to standard error where standard output cannot be written.
const SHORT: usize = 8 << 10;

/// The time that a reader who does not read keeps a command that was told to end.
const LAST_LINES: Duration = Duration::from_secs(1);
