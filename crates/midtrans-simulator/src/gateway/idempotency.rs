//! Repeats of a call, recognised by their `Idempotency-Key`.
//! ([Headers](https://docs.midtrans.com/reference/api-headers))

use std::collections::BTreeMap;
use std::time::Duration;

use http::{HeaderMap, Method};
use midtrans_protocol::WibTime;

use super::answer::Answer;

/// One key space for all operations.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<String, Call>);

#[derive(Debug)]
enum Call {
    Running,
    Answered { until: WibTime, answer: Answer },
}

/// What a key says about a call.
#[derive(Debug)]
pub(super) enum Recall {
    /// It is new.
    New,
    /// The first copy is still running.
    Running,
    /// It was answered, whatever the body was then.
    Stored(Answer),
}

/// The key of a call that changes something. A key above 46 characters protects nothing, silently.
pub(super) fn key(method: &Method, headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key")?.to_str().ok()?;
    (*method == Method::POST && !key.is_empty() && key.len() <= MAX_KEY).then(|| key.to_owned())
}

impl Memory {
    /// Notes that a call begins, unless one with its key runs or was answered.
    pub(super) fn begin(&mut self, key: &str, now: WibTime) -> Recall {
        self.0.retain(|_, call| !matches!(call, Call::Answered { until, .. } if *until <= now));
        match self.0.get(key) {
            Some(Call::Running) => Recall::Running,
            Some(Call::Answered { answer, .. }) => Recall::Stored(answer.clone()),
            None => {
                self.0.insert(key.to_owned(), Call::Running);
                Recall::New
            }
        }
    }

    /// Keeps the answer of a call that succeeded, and forgets a call that did not.
    pub(super) fn end(&mut self, key: &str, success: Option<&Answer>, now: WibTime) {
        match success.zip(now.checked_add(KEPT)) {
            Some((answer, until)) => {
                self.0.insert(key.to_owned(), Call::Answered { until, answer: answer.clone() });
            }
            None => {
                self.0.remove(key);
            }
        }
    }
}

const MAX_KEY: usize = 46;
const KEPT: Duration = Duration::from_secs(300);
