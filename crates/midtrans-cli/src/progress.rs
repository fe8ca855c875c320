//! A progress line on stderr while something takes more than a second.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Shows what is waited for, until it is dropped.
#[derive(Debug)]
pub(crate) struct Waiting {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Waiting {
    pub(crate) fn for_(what: &str) -> Self {
        let (stop, stopped) = mpsc::channel();
        let what = what.to_owned();
        let in_place = io::stderr().is_terminal();
        // Without a thread there is only no sign of life.
        let thread = thread::Builder::new()
            .name("progress".to_owned())
            .spawn(move || {
                let started = Instant::now();
                let mut said = false;
                while stopped.recv_timeout(pause(said, in_place)) == Err(RecvTimeoutError::Timeout)
                {
                    said = true;
                    let text = format!(
                        "still waiting for {what} … {} s",
                        started.elapsed().as_secs()
                    );
                    let line = if in_place {
                        format!("\r{text}")
                    } else {
                        format!("{text}\n")
                    };
                    let _ = io::stderr().write_all(line.as_bytes());
                }
                if said && in_place {
                    // The result begins on an empty line.
                    let _ = io::stderr().write_all(b"\r\x1b[K");
                }
            });
        Self {
            stop: Some(stop),
            thread: thread.ok(),
        }
    }
}

/// The first sign comes after a second. A terminal has one line that changes; a log does not want
/// one per second.
const fn pause(said: bool, in_place: bool) -> Duration {
    Duration::from_secs(if said && !in_place { 5 } else { 1 })
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It cannot have failed at anything that matters.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_hears_less_often_than_a_terminal() {
        assert_eq!(pause(false, false), Duration::from_secs(1));
        assert_eq!(pause(true, false), Duration::from_secs(5));
        assert_eq!(pause(true, true), Duration::from_secs(1));
    }
}
