//! Lines on standard output that never hold the simulator up: whoever reads may be slow, or not read at all.

use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Duration;

/// A queue with a thread at its end. What does not fit into the queue is counted, and the count is printed when there is
/// room again.
#[derive(Clone, Debug)]
pub(super) struct Output {
    lines: SyncSender<String>,
    lost: Arc<AtomicU64>,
}

/// Waits for the thread.
#[derive(Debug)]
pub(super) struct Written(Receiver<()>);

impl Output {
    pub(super) fn to(writer: impl Write + Send + 'static) -> (Self, Written) {
        let (lines, queue) = mpsc::sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let (end, written) = mpsc::sync_channel(1);
        let count = Arc::clone(&lost);
        thread::spawn(move || {
            write_all(&queue, &count, writer);
            // There may be nobody left who waits for it.
            let _ = end.send(());
        });
        (Self { lines, lost }, Written(written))
    }

    pub(super) fn say(&self, line: impl Into<String>) {
        if self.lines.try_send(line.into()).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Written {
    /// Returns when all lines are written whose senders are gone, or after a second: a reader that never reads must not keep
    /// the program.
    pub(super) fn wait(self) {
        let _ = self.0.recv_timeout(Duration::from_secs(1));
    }
}

/// Until the last sender is gone, or the reader.
fn write_all(queue: &Receiver<String>, lost: &AtomicU64, writer: impl Write) {
    let mut writer = BufWriter::new(writer);
    while let Ok(line) = queue.recv() {
        let mut next = Some(line);
        while let Some(line) = next {
            if writer.write_all(line.as_bytes()).is_err() {
                return;
            }
            next = queue.try_recv().ok();
        }
        // What was lost came after what is written by now.
        if note_lost(&mut writer, lost).and_then(|()| writer.flush()).is_err() {
            return;
        }
    }
}

fn note_lost(writer: &mut impl Write, lost: &AtomicU64) -> std::io::Result<()> {
    match lost.swap(0, Ordering::Relaxed) {
        0 => Ok(()),
        lost => writeln!(writer, "({lost} lines are missing above: nothing read them in time)"),
    }
}

/// How many lines wait.
const WAITING: usize = 1_024;

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, Mutex};

    use super::*;

    /// A reader that begins to read when it is told to.
    #[derive(Clone, Default)]
    struct Reader(Arc<Pipe>);

    #[derive(Default)]
    struct Pipe {
        state: Mutex<(bool, Vec<u8>)>,
        changed: Condvar,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let mut state = self.0.changed.wait_while(self.0.state.lock().unwrap(), |(reads, _)| !*reads).unwrap();
            state.1.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_not_read_in_time_is_counted_and_nothing_waits_for_the_reader() {
        let reader = Reader::default();
        let (output, written) = Output::to(reader.clone());
        for number in 0..100_000 {
            output.say(format!("line {number}\n"));
        }
        reader.0.state.lock().unwrap().0 = true;
        reader.0.changed.notify_all();
        drop(output);
        written.wait();
        let text = String::from_utf8(reader.0.state.lock().unwrap().1.clone()).unwrap();
        let lines = text.lines().filter(|line| line.starts_with("line ")).count();
        let lost: usize =
            text.lines().filter_map(|line| line.strip_prefix('(')?.split(' ').next()?.parse::<usize>().ok()).sum();
        assert!(text.starts_with("line 0\nline 1\n") && lost > 0);
        assert_eq!(lines + lost, 100_000);
    }
}
