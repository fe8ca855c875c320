//! The gateway's side of a run: scenarios continue, many threads post messages, and failed ones are
//! repeated.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use midtrans_simulator::gateway::Outcome;

use crate::failure::Failure;
use crate::gateway::Gateway;
use crate::pool::{Message, Pool};
use crate::scenarios::{Event, Scenario};

/// The number of threads, and so of messages in flight.
const THREADS: usize = 24;
/// Scenarios continue while fewer messages than this wait, so that old and new ones mix.
const MIX: usize = 4_000;

/// The counts of posted messages.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) posted: AtomicU64,
    pub(crate) stored: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) unanswered: AtomicU64,
    pub(crate) not_stored: AtomicU64,
    /// Posted in addition, by callers that hung up in the middle.
    pub(crate) hung_up: AtomicU64,
}

pub(crate) struct Deliveries<'a> {
    gateway: &'a Gateway,
    /// The merchant's URLs.
    urls: &'a [String],
    pool: Mutex<Pool>,
    pub(crate) tally: Tally,
    is_over: AtomicBool,
    wrong: Mutex<Option<String>>,
}

impl<'a> Deliveries<'a> {
    pub(crate) fn new(gateway: &'a Gateway, urls: &'a [String], seed: u64) -> Self {
        Self {
            gateway,
            urls,
            pool: Mutex::new(Pool::new(seed)),
            tally: Tally::default(),
            is_over: AtomicBool::new(false),
            wrong: Mutex::new(None),
        }
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// Returns the numbers of forged messages, and of those with a genuine signature and a false
    /// status.
    pub(crate) fn forgeries(&self) -> (u64, u64) {
        let pool = self.pool();
        (pool.forged, pool.altered)
    }

    /// Delivers everything that happens in these scenarios.
    pub(crate) fn deliver(
        &self,
        scenarios: &[Scenario],
        seed: u64,
        beside: impl FnOnce() + Send,
    ) -> Result<(), Failure> {
        thread::scope(|scope| {
            for number in 0..THREADS {
                scope.spawn(move || self.post_messages(seed ^ number as u64));
            }
            scope.spawn(beside);
            let played = self.play(scenarios, seed);
            self.is_over.store(true, Ordering::SeqCst);
            played
        })?;
        let wrong = self
            .wrong
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        wrong.map_or(Ok(()), |words| Err(Failure(words)))
    }

    /// Runs all events of every scenario, in any order over all scenarios, and waits until all is
    /// delivered.
    fn play(&self, scenarios: &[Scenario], seed: u64) -> Result<(), Failure> {
        let mut rng = Rng::with_seed(seed);
        let mut left: Vec<(&str, &[Event])> = scenarios
            .iter()
            .map(|scenario| (scenario.order_id.as_str(), scenario.events.as_slice()))
            .collect();
        self.collect();
        while !left.is_empty() {
            if self.pool().len() > MIX {
                thread::sleep(Duration::from_millis(1));
                continue;
            }
            let at = rng.usize(0..left.len());
            match left[at] {
                (order_id, [event, rest @ ..]) => {
                    self.gateway.happen(order_id, event)?;
                    left[at].1 = rest;
                    self.collect();
                }
                (_, []) => drop(left.swap_remove(at)),
            }
        }
        self.drain();
        Ok(())
    }

    fn collect(&self) {
        self.pool().add(self.gateway.due());
    }

    /// Waits until nothing is left: messages, those held back, and the repeats of failed ones.
    fn drain(&self) {
        loop {
            while self.pool().len() > 0 || self.is_under_way() {
                thread::sleep(Duration::from_millis(5));
            }
            let has_more = self.pool().release();
            if !has_more && !self.gateway.skip_to_next_repeat() {
                return;
            }
            self.repeat();
        }
    }

    /// Adds what the gateway sends again, without further copies.
    fn repeat(&self) {
        let mut pool = self.pool();
        for delivery in self.gateway.due() {
            pool.put(Message {
                body: delivery.body,
                id: Some(delivery.id),
                is_forged: false,
            });
        }
    }

    fn is_under_way(&self) -> bool {
        let done = [
            &self.tally.stored,
            &self.tally.refused,
            &self.tally.unanswered,
            &self.tally.not_stored,
        ];
        let done: u64 = done.iter().map(|count| count.load(Ordering::SeqCst)).sum();
        done < self.tally.posted.load(Ordering::SeqCst)
    }

    fn post_messages(&self, seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let agent = agent();
        while !self.is_over() {
            let message = {
                let mut pool = self.pool();
                let message = pool.take();
                if message.is_some() {
                    self.tally.posted.fetch_add(1, Ordering::SeqCst);
                }
                message
            };
            match message {
                Some(message) => self.post(&agent, &mut rng, message),
                None => thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    fn post(&self, agent: &ureq::Agent, rng: &mut Rng, message: Message) {
        let url = &self.urls[rng.usize(0..self.urls.len())];
        if rng.u32(0..100) < 3 && hang_up(url, rng, &message.body).is_ok() {
            self.tally.hung_up.fetch_add(1, Ordering::SeqCst);
        }
        let sent = agent
            .post(format!("{url}/notification"))
            .content_type("application/json")
            .send(&message.body);
        let (outcome, count) = match sent {
            Ok(mut response) => {
                // So that the connection can be reused.
                let _ = response.body_mut().read_to_vec();
                let status = response.status().as_u16();
                let count = match status {
                    200 => &self.tally.stored,
                    403 | 400 => &self.tally.refused,
                    _ => &self.tally.not_stored,
                };
                self.check(&message, status);
                (Outcome::answered(status), count)
            }
            Err(_) => {
                // A connection to a stopped merchant takes time, too.
                thread::sleep(Duration::from_millis(20));
                (Outcome::Unreachable, &self.tally.unanswered)
            }
        };
        let is_stored = outcome == Outcome::answered(200);
        match message.id {
            Some(id) => self.gateway.delivered(id, outcome),
            // A failed repeat is sent once more later, or not at all.
            None if !is_stored && !message.is_forged && rng.bool() => self.pool().put(message),
            None => {}
        }
        count.fetch_add(1, Ordering::SeqCst);
    }

    /// Checks that a forged message is refused, and a genuine one never.
    fn check(&self, message: &Message, status: u16) {
        let is_right = if message.is_forged {
            status != 200
        } else {
            status == 200 || status == 503
        };
        if !is_right {
            let words = format!(
                "answered {status} to {}",
                if message.is_forged {
                    "a forged message"
                } else {
                    "a genuine message"
                }
            );
            self.wrong
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert(words);
        }
    }
}

/// Sends as a caller that hangs up while sending, or right after, without reading an answer.
fn hang_up(url: &str, rng: &mut Rng, body: &str) -> io::Result<()> {
    let host = url.trim_start_matches("http://");
    let head = format!(
        "POST /notification HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let all = [head.as_bytes(), body.as_bytes()].concat();
    // Half of them send everything.
    let end = if rng.bool() {
        all.len()
    } else {
        rng.usize(1..all.len())
    };
    let mut stream = TcpStream::connect(host)?;
    stream.write_all(&all[..end])?;
    thread::sleep(Duration::from_micros(rng.u64(0..3_000)));
    stream.shutdown(Shutdown::Both)
}

pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(15)))
        .max_redirects(0)
        .proxy(None)
        .build()
        .into()
}
