//! Sends a notification as the gateway does: POST, JSON, its user agent, 15 seconds, at most five
//! redirects that keep the body.

use std::time::{Duration, Instant};

use midtrans_simulator::gateway::Outcome;
use midtrans_simulator::gateway::retry::TIMEOUT;
use midtrans_ureq::ureq::{self, Agent};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::schedule::Schedule;
use crate::target;
use crate::terminal::Tone;

/// The end of one delivery.
#[derive(Debug)]
pub(crate) struct Delivered {
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
    /// The last URL, after redirects.
    url: String,
    unanswered: Option<Unanswered>,
    repeats: Vec<Duration>,
    /// The target of a redirect that the gateway would follow, and the reason why it is not
    /// followed here.
    stopped_before: Option<(String, Failure)>,
}

/// A merchant's notification URL. Everything that is wrong with it is found before anything is
/// sent.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    url: &'a str,
    allowed: &'a [String],
    /// The sender's mark in the header `Via`, by which it knows its own requests again.
    via: Option<String>,
}

impl<'a> Route<'a> {
    /// Refuses a URL that may not be sent to.
    pub(crate) fn new(url: &'a str, allowed: &'a [String]) -> Result<Self, Failure> {
        target::check(url, allowed)?;
        Schedule::new(url)?;
        Ok(Self {
            url,
            allowed,
            via: None,
        })
    }

    pub(crate) fn via(mut self, mark: String) -> Self {
        self.via = Some(mark);
        self
    }

    /// Sends the body, and follows the redirects that the gateway would follow, as far as hosts are
    /// allowed.
    pub(crate) fn send(&self, body: &[u8]) -> Delivered {
        let started = Instant::now();
        let mut url = self.url.to_owned();
        let Ok(mut schedule) = Schedule::new(self.url) else {
            return Delivered::unsent(url);
        };
        loop {
            let (outcome, unanswered) = post(&url, body, self.via.as_deref(), TIMEOUT);
            let follows = schedule.follows(&outcome);
            let refused = if follows {
                target::check(schedule.url(), self.allowed).err()
            } else {
                None
            };
            let took = started.elapsed();
            match refused {
                None if follows => schedule.url().clone_into(&mut url),
                None => {
                    let repeats = schedule.repeats(&outcome);
                    return Delivered {
                        outcome,
                        took,
                        url,
                        unanswered,
                        repeats,
                        stopped_before: None,
                    };
                }
                Some(failure) => {
                    let stopped_before = Some((schedule.url().to_owned(), failure));
                    return Delivered {
                        outcome,
                        took,
                        url,
                        unanswered,
                        repeats: Vec::new(),
                        stopped_before,
                    };
                }
            }
        }
    }
}

/// The reason why there was no answer.
#[derive(Clone, Debug)]
pub(crate) struct Unanswered {
    words: String,
    pub(crate) may_have_arrived: bool,
}

impl Unanswered {
    pub(crate) fn of(error: &ureq::Error) -> Self {
        use std::io::ErrorKind::{AddrNotAvailable, ConnectionRefused};
        use ureq::Error::{BadUri, ConnectionFailed, HostNotFound, Io, Rustls, Timeout, Tls};
        let may_have_arrived = match error {
            HostNotFound | ConnectionFailed | Tls(_) | Rustls(_) | BadUri(_) => false,
            Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => false,
            Io(error) => {
                let is_lookup = error.to_string().starts_with("failed to lookup address");
                !is_lookup && !matches!(error.kind(), ConnectionRefused | AddrNotAvailable)
            }
            _ => true,
        };
        Self {
            words: error.to_string(),
            may_have_arrived,
        }
    }
}

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.may_have_arrived {
            "the connection broke"
        } else {
            "not reachable"
        };
        write!(f, "{what} ({})", self.words)
    }
}

/// Sends one POST.
pub(crate) fn post(
    url: &str,
    body: &[u8],
    via: Option<&str>,
    timeout: Duration,
) -> (Outcome, Option<Unanswered>) {
    let request = agent(timeout)
        .post(url)
        .header("Content-Type", "application/json")
        .header("Accept", "application/json");
    let request = via
        .into_iter()
        .fold(request, |request, via| request.header("Via", via));
    match request.send(body) {
        Ok(mut response) => {
            let location = response
                .headers()
                .get("location")
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned);
            // The merchant may finish its answer, whose text does not matter.
            let _ = response
                .body_mut()
                .with_config()
                .limit(1 << 20)
                .read_to_vec();
            (
                Outcome::Answered {
                    status: response.status().as_u16(),
                    location,
                    body: String::new(),
                },
                None,
            )
        }
        Err(ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve)) => {
            let unanswered = Unanswered {
                words: "no connection in time".to_owned(),
                may_have_arrived: false,
            };
            (Outcome::Unreachable, Some(unanswered))
        }
        Err(ureq::Error::Timeout(_)) => (Outcome::TimedOut, None),
        Err(error) => (Outcome::Unreachable, Some(Unanswered::of(&error))),
    }
}

/// An HTTP client that uses no proxy of the environment.
pub(crate) fn agent(timeout: Duration) -> Agent {
    Agent::config_builder()
        .user_agent("Veritrans")
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(timeout))
        .proxy(None)
        .build()
        .new_agent()
}

impl Delivered {
    /// A delivery that never left.
    fn unsent(url: String) -> Self {
        let (repeats, took) = (Vec::new(), Duration::ZERO);
        Self {
            outcome: Outcome::Unreachable,
            took,
            url,
            unanswered: None,
            repeats,
            stopped_before: None,
        }
    }

    /// Adds the result, and the gateway's next step.
    pub(crate) fn describe(&self, report: &mut Report, sent_to: &str) {
        let seconds = format!("{}.{:03} s", self.took.as_secs(), self.took.subsec_millis());
        let words = format!(
            "{} after {seconds}",
            outcome_words(&self.outcome, self.unanswered.as_ref())
        );
        report.row(
            "answer",
            &words,
            if self.is_accepted() {
                Tone::Good
            } else {
                Tone::Bad
            },
        );
        if self.url != sent_to {
            report.row("redirected to", &self.url, Tone::Neutral);
        }
        if let Some((next, failure)) = &self.stopped_before {
            report.row(
                "gateway next",
                &format!("follows the redirect to {next}"),
                Tone::Neutral,
            );
            report.row(
                "",
                &format!("not followed: {}", failure.what()),
                Tone::Careful,
            );
            for step in failure.steps() {
                report.line(&format!("next: {step}"));
            }
            return;
        }
        report.row(
            "gateway next",
            &next_words(&self.outcome, &self.repeats),
            Tone::Neutral,
        );
    }

    pub(crate) fn json(&self) -> Value {
        let status = if let Outcome::Answered { status, .. } = &self.outcome {
            Some(*status)
        } else {
            None
        };
        let repeats: Vec<_> = self.repeats.iter().map(Duration::as_secs).collect();
        json!({
            "status": status,
            "outcome": outcome_words(&self.outcome, self.unanswered.as_ref()),
            "milliseconds": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            "url": self.url,
            "gateway_repeats_after_seconds": repeats,
            "not_followed_to": self.stopped_before.as_ref().map(|(url, _)| url),
        })
    }

    pub(crate) const fn is_accepted(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::Answered {
                status: 200..=299,
                ..
            }
        )
    }

    /// Returns true if the shop answered that it does not accept the notification.
    pub(crate) const fn is_turned_away(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::Answered {
                status: 400..=499,
                ..
            }
        )
    }

    /// Returns the exit code. A merchant that did not answer to the end may have stored it.
    pub(crate) fn exit(&self) -> Exit {
        match &self.outcome {
            _ if self
                .unanswered
                .as_ref()
                .is_some_and(|unanswered| unanswered.may_have_arrived) =>
            {
                Exit::Unknown
            }
            Outcome::Answered {
                status: 200..=299, ..
            } => Exit::Done,
            Outcome::TimedOut => Exit::Unknown,
            _ => Exit::Refused,
        }
    }
}

fn outcome_words(outcome: &Outcome, unanswered: Option<&Unanswered>) -> String {
    match outcome {
        Outcome::Answered { status, .. } => format!("HTTP {status}"),
        Outcome::TimedOut => "no answer".to_owned(),
        _ => unanswered.map_or_else(|| "not reachable".to_owned(), Unanswered::to_string),
    }
}

fn next_words(outcome: &Outcome, repeats: &[Duration]) -> String {
    if let Outcome::Answered {
        status: 200..=299, ..
    } = outcome
    {
        return "nothing, it is delivered".to_owned();
    }
    if repeats.is_empty() {
        return "nothing, it is not sent again".to_owned();
    }
    let minutes: Vec<_> = repeats
        .iter()
        .map(|pause| (pause.as_secs() / 60).to_string())
        .collect();
    let times = if repeats.len() == 1 {
        "once".to_owned()
    } else {
        format!("up to {} times", repeats.len())
    };
    format!("sends it again {times}, after {} min", minutes.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_says_what_the_gateway_would_do_next() {
        let minute = Duration::from_secs(60);
        assert_eq!(
            next_words(&Outcome::answered(200), &[]),
            "nothing, it is delivered"
        );
        assert_eq!(
            next_words(&Outcome::answered(301), &[]),
            "nothing, it is not sent again"
        );
        assert_eq!(
            next_words(&Outcome::answered(500), &[2 * minute]),
            "sends it again once, after 2 min"
        );
        assert_eq!(
            next_words(&Outcome::TimedOut, &[2 * minute, 10 * minute]),
            "sends it again up to 2 times, after 2, 10 min"
        );
    }
}
