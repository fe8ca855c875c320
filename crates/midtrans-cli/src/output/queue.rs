//! A bounded queue in front of standard output.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufWriter, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The queue in front of a program's output, which never makes the program wait: the reader may be
/// slow, or not read at all.
///
/// A thread writes what is in the queue. Lines that find no room are dropped and counted, and the
/// count is written as soon as there is room again.
#[derive(Clone)]
pub(crate) struct Output(Arc<Handle>);

/// The other end of an [`Output`]: what was written, and what was not.
pub(crate) struct Written(Arc<Shared>);

/// Lines that were not written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The number of lines.
    pub(crate) lines: u64,
    /// The reason, where writing has failed; `None` where the lines were not read in time.
    pub(crate) error: Option<io::ErrorKind>,
}

impl Output {
    /// Starts the thread that writes. `note` makes the text for a number of lines that were
    /// dropped.
    pub(crate) fn to(
        writer: impl Write + Send + 'static,
        note: fn(u64) -> String,
    ) -> (Self, Written) {
        let shared = Arc::new(Shared::default());
        let queue = Arc::clone(&shared);
        thread::spawn(move || queue.write_all(writer, note));
        (Self(Arc::new(Handle(Arc::clone(&shared)))), Written(shared))
    }

    /// Queues a line, or several, with what ends them. It never waits.
    pub(crate) fn say(&self, line: impl Into<String>) {
        let line = line.into();
        let shared = &self.0.0;
        let mut state = shared.lock();
        let is_full = state.queue.len() >= MOST_LINES || state.bytes + line.len() > MOST_BYTES;
        if state.ended.is_some() || (is_full && !state.queue.is_empty()) {
            state.missing += 1;
            state.unnoted += 1;
            return;
        }
        state.bytes += line.len();
        state.queue.push_back(line);
        shared.changed.notify_all();
    }
}

impl Written {
    /// Waits until everything is written that was said, at most so long. Returns whether nothing is
    /// waiting any more: it is written, or writing has failed.
    pub(crate) fn wait(&self, at_most: Duration) -> bool {
        let state = self.0.lock();
        let waited = self
            .0
            .changed
            .wait_timeout_while(state, at_most, |state| !state.is_settled());
        waited
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .is_settled()
    }

    /// Returns what was not written so far.
    pub(crate) fn missing(&self) -> Missing {
        let state = self.0.lock();
        let waiting = state.queue.len() + state.in_flight;
        Missing {
            lines: state.missing + waiting as u64,
            error: state.ended.flatten(),
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").finish_non_exhaustive()
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Written").field(&self.missing()).finish()
    }
}

/// Ends the thread with the last [`Output`].
struct Handle(Arc<Shared>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_all();
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<String>,
    bytes: usize,
    /// Lines that the thread has taken and not yet written.
    in_flight: usize,
    missing: u64,
    /// Those of the missing ones that no note has told of.
    unnoted: u64,
    is_closed: bool,
    /// The thread's end, and why, where that is an error.
    ended: Option<Option<io::ErrorKind>>,
}

impl State {
    fn is_settled(&self) -> bool {
        self.ended.is_some() || (self.queue.is_empty() && self.in_flight == 0 && self.unnoted == 0)
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty() || self.unnoted > 0
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until the last sender is gone, or the reader.
    fn write_all(&self, writer: impl Write, note: fn(u64) -> String) {
        let mut writer = BufWriter::new(writer);
        let mut failure = None;
        while let Some((lines, dropped)) = self.next() {
            // What was dropped came after what was in the queue.
            let note = (dropped > 0).then(|| note(dropped));
            let mut all = lines.iter().chain(&note);
            let written = all
                .try_for_each(|line| writer.write_all(line.as_bytes()))
                .and_then(|()| writer.flush());
            if let Err(error) = written {
                failure = Some(error.kind());
                break;
            }
            self.lock().in_flight = 0;
            self.changed.notify_all();
        }
        let mut state = self.lock();
        let unwritten = mem::take(&mut state.in_flight) + mem::take(&mut state.queue).len();
        state.missing += unwritten as u64;
        state.ended = Some(failure);
        self.changed.notify_all();
    }

    /// Waits for lines and for a count of dropped ones. `None` when no more can come.
    fn next(&self) -> Option<(VecDeque<String>, u64)> {
        let waited = self
            .changed
            .wait_while(self.lock(), |state| !state.has_work() && !state.is_closed);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if !state.has_work() {
            return None;
        }
        let lines = mem::take(&mut state.queue);
        state.bytes = 0;
        state.in_flight = lines.len();
        Some((lines, mem::take(&mut state.unnoted)))
    }
}

/// The most lines that wait.
const MOST_LINES: usize = 1_024;

/// The most bytes that wait, except where a single line is longer.
const MOST_BYTES: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that begins to read when it is told to.
    #[derive(Clone, Default)]
    struct Reader(Arc<Pipe>);

    #[derive(Default)]
    struct Pipe {
        state: Mutex<(bool, Vec<u8>)>,
        changed: Condvar,
    }

    impl Reader {
        fn begin(&self) {
            self.0.state.lock().unwrap().0 = true;
            self.0.changed.notify_all();
        }

        fn text(&self) -> String {
            String::from_utf8(self.0.state.lock().unwrap().1.clone()).unwrap()
        }
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut state = self
                .0
                .changed
                .wait_while(self.0.state.lock().unwrap(), |(reads, _)| !*reads)
                .unwrap();
            state.1.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A disk without room.
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn note(lines: u64) -> String {
        format!("({lines} missing)\n")
    }

    /// Long enough for every machine.
    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn what_is_not_read_in_time_is_counted_and_nothing_waits_for_the_reader() {
        let reader = Reader::default();
        let (output, written) = Output::to(reader.clone(), note);
        for number in 0..100_000 {
            output.say(format!("line {number}\n"));
        }
        assert!(!written.wait(Duration::ZERO), "nothing reads");
        assert!(written.missing().lines > 90_000 && written.missing().error.is_none());
        reader.begin();
        assert!(written.wait(LONG));
        let text = reader.text();
        let lines = text
            .lines()
            .filter(|line| line.starts_with("line "))
            .count() as u64;
        let lost = text.lines().filter_map(|line| {
            line.strip_prefix('(')?
                .split(' ')
                .next()?
                .parse::<u64>()
                .ok()
        });
        assert!(text.starts_with("line 0\nline 1\n"));
        assert_eq!(
            (lines + written.missing().lines, lost.sum()),
            (100_000, written.missing().lines)
        );
        // What comes later is written again.
        output.say("the end\n");
        assert!(written.wait(LONG) && reader.text().ends_with("\nthe end\n"));
    }

    #[test]
    fn long_lines_take_no_more_room_than_there_is_but_one_alone_is_written() {
        let reader = Reader::default();
        let (output, written) = Output::to(reader.clone(), note);
        let long = "x".repeat(MOST_BYTES + 1);
        (0..4).for_each(|_| output.say(long.as_str()));
        reader.begin();
        assert!(written.wait(LONG));
        let kept = 4 - written.missing().lines;
        assert!(
            (1..=2).contains(&kept),
            "one that is written, and one that waits"
        );
        assert_eq!(
            reader.text().matches('x').count() as u64,
            kept * long.len() as u64
        );
    }

    #[test]
    fn an_output_that_cannot_be_written_says_why_and_keeps_nothing_waiting() {
        let (output, written) = Output::to(Full, note);
        output.say("first\n");
        assert!(written.wait(LONG));
        output.say("second\n");
        assert!(written.wait(Duration::ZERO));
        assert_eq!(
            written.missing(),
            Missing {
                lines: 2,
                error: Some(io::ErrorKind::StorageFull)
            }
        );
    }

    #[test]
    fn the_thread_ends_with_the_last_sender() {
        let reader = Reader::default();
        reader.begin();
        let (output, written) = Output::to(reader.clone(), note);
        output.clone().say("a line\n");
        drop(output);
        assert!(written.wait(LONG));
        assert_eq!(
            (reader.text().as_str(), written.missing()),
            ("a line\n", Missing::default())
        );
    }
}
