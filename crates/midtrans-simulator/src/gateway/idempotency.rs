//! Repeats of a call, recognised by their `Idempotency-Key`.
//! ([Headers](https://docs.midtrans.com/reference/api-headers))

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use http::{HeaderMap, Method};
use midtrans_protocol::time::WibTime;

use super::answer::Answer;
use super::dirty::Dirty;

/// One key space for all operations.
#[derive(Debug, Default)]
pub(super) struct Memory {
    calls: HashMap<String, Call>,
    /// The times when stored answers are forgotten, the earliest first.
    ends: BTreeSet<(WibTime, String)>,
    pub(super) dirty: Dirty<String>,
}

#[derive(Debug)]
enum Call {
    Running,
    Answered {
        answer: Answer,
        #[cfg_attr(
            not(feature = "state"),
            expect(dead_code, reason = "only a file has to know")
        )]
        end: WibTime,
    },
}

/// The answer of the memory to a call with a key.
#[derive(Debug)]
pub(super) enum Recall {
    /// It is new.
    New,
    /// The first copy is still running.
    Running,
    /// It was answered, whatever the body was then.
    Stored(Answer),
}

/// The key of a call that changes something. A key above 46 characters protects nothing, without an
/// error.
///
/// Several lines are one key, joined: the official client for PHP adds one with every call, and its
/// own tests pass only if the long result then protects nothing.
pub(super) fn key(method: &Method, headers: &HeaderMap) -> Option<String> {
    key_in(method, headers, "idempotency-key")
}

/// As [`key`], in a header of this name.
pub(super) fn key_in(method: &Method, headers: &HeaderMap, name: &str) -> Option<String> {
    if *method != Method::POST {
        return None;
    }
    let mut lines = headers.get_all(name).iter();
    let mut key = lines.next()?.to_str().ok()?.to_owned();
    for line in lines {
        key.push(',');
        key.push_str(line.to_str().ok()?);
        if key.len() > MAX_KEY {
            return None;
        }
    }
    (!key.is_empty() && key.len() <= MAX_KEY).then_some(key)
}

impl Memory {
    /// Forgets all keys.
    pub(super) fn forget(&mut self) {
        self.calls.clear();
        self.ends.clear();
        self.dirty.clear();
    }

    /// Notes that a call begins, unless one with its key runs or was answered.
    pub(super) fn begin(&mut self, key: &str, now: WibTime) -> Recall {
        while self.ends.first().is_some_and(|(end, _)| *end <= now) {
            if let Some((_, key)) = self.ends.pop_first() {
                self.calls.remove(&key);
            }
        }
        match self.calls.get(key) {
            Some(Call::Running) => Recall::Running,
            Some(Call::Answered { answer, .. }) => Recall::Stored(answer.clone()),
            None => {
                self.calls.insert(key.to_owned(), Call::Running);
                Recall::New
            }
        }
    }

    /// Keeps the answer of a call that succeeded, and forgets a call that did not.
    pub(super) fn end(&mut self, key: &str, success: Option<&Answer>, now: WibTime) {
        match success.zip(now.checked_add(KEPT)) {
            Some((answer, end)) => {
                self.calls.insert(
                    key.to_owned(),
                    Call::Answered {
                        answer: answer.clone(),
                        end,
                    },
                );
                self.ends.insert((end, key.to_owned()));
                self.dirty.add(key);
            }
            None => {
                self.calls.remove(key);
            }
        }
    }
}

#[cfg(feature = "state")]
impl Memory {
    /// The answer of a key, and until when it is kept.
    pub(super) fn stored(&self, key: &str) -> Option<(WibTime, &Answer)> {
        match self.calls.get(key)? {
            Call::Answered { answer, end } => Some((*end, answer)),
            Call::Running => None,
        }
    }

    /// An answer that another run of the simulator gave.
    pub(super) fn restore(&mut self, key: String, answer: Answer, end: WibTime) {
        self.ends.insert((end, key.clone()));
        self.calls.insert(key, Call::Answered { answer, end });
    }
}

const MAX_KEY: usize = 46;
const KEPT: Duration = Duration::from_secs(300);
