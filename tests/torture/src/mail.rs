//! The gateway's side of a run: lives go on, letters are posted by many hands at once, failures are
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
use crate::lives::{Event, Life};
use crate::pool::{Letter, Pool};

/// How many letters are under way at once.
const HANDS: usize = 24;
/// Lives go on while fewer letters than this wait, so that old and new ones mix.
const MIX: usize = 4_000;

/// What was posted so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) posted: AtomicU64,
    pub(crate) stored: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) unanswered: AtomicU64,
    pub(crate) not_stored: AtomicU64,
    /// Posted besides, by callers that hung up in the middle.
    pub(crate) hung_up: AtomicU64,
}

pub(crate) struct Mail<'a> {
    gateway: &'a Gateway,
    /// The merchant's addresses.
    urls: &'a [String],
    pool: Mutex<Pool>,
    pub(crate) tally: Tally,
    is_over: AtomicBool,
    wrong: Mutex<Option<String>>,
}

impl<'a> Mail<'a> {
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

    /// How many were forged, and how many lie about their status under a genuine signature.
    pub(crate) fn forgeries(&self) -> (u64, u64) {
        let pool = self.pool();
        (pool.forged, pool.twisted)
    }

    /// Delivers everything that happens in these lives.
    pub(crate) fn deliver(
        &self,
        lives: &[Life],
        seed: u64,
        beside: impl FnOnce() + Send,
    ) -> Result<(), Failure> {
        thread::scope(|scope| {
            for hand in 0..HANDS {
                scope.spawn(move || self.post_letters(seed ^ hand as u64));
            }
            scope.spawn(beside);
            let lived = self.live(lives, seed);
            self.is_over.store(true, Ordering::SeqCst);
            lived
        })?;
        let wrong = self
            .wrong
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        wrong.map_or(Ok(()), |words| Err(Failure(words)))
    }

    /// Lets everything happen in every life, in any order over all lives, and waits until all of it
    /// is delivered.
    fn live(&self, lives: &[Life], seed: u64) -> Result<(), Failure> {
        let mut rng = Rng::with_seed(seed);
        let mut left: Vec<(&str, &[Event])> = lives
            .iter()
            .map(|life| (life.order_id.as_str(), life.events.as_slice()))
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

    /// Until nothing is left: letters, those that were held back, and the repeats of those that
    /// failed.
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

    /// What the gateway sends again gets no further copies.
    fn repeat(&self) {
        let mut pool = self.pool();
        for delivery in self.gateway.due() {
            pool.put(Letter {
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

    fn post_letters(&self, seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let agent = agent();
        while !self.is_over() {
            let letter = {
                let mut pool = self.pool();
                let letter = pool.take();
                if letter.is_some() {
                    self.tally.posted.fetch_add(1, Ordering::SeqCst);
                }
                letter
            };
            match letter {
                Some(letter) => self.post(&agent, &mut rng, letter),
                None => thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    fn post(&self, agent: &ureq::Agent, rng: &mut Rng, letter: Letter) {
        let url = &self.urls[rng.usize(0..self.urls.len())];
        if rng.u32(0..100) < 3 && hang_up(url, rng, &letter.body).is_ok() {
            self.tally.hung_up.fetch_add(1, Ordering::SeqCst);
        }
        let sent = agent
            .post(format!("{url}/notification"))
            .content_type("application/json")
            .send(&letter.body);
        let (outcome, count) = match sent {
            Ok(mut response) => {
                // So that the connection can be used again.
                let _ = response.body_mut().read_to_vec();
                let status = response.status().as_u16();
                let count = match status {
                    200 => &self.tally.stored,
                    403 | 400 => &self.tally.refused,
                    _ => &self.tally.not_stored,
                };
                self.check(&letter, status);
                (Outcome::answered(status), count)
            }
            Err(_) => {
                // The way to a merchant that is down takes its time too.
                thread::sleep(Duration::from_millis(20));
                (Outcome::Unreachable, &self.tally.unanswered)
            }
        };
        let is_stored = outcome == Outcome::answered(200);
        match letter.id {
            Some(id) => self.gateway.delivered(id, outcome),
            // A repeat that failed is sent once more, some time, or it is not.
            None if !is_stored && !letter.is_forged && rng.bool() => self.pool().put(letter),
            None => {}
        }
        count.fetch_add(1, Ordering::SeqCst);
    }

    /// A forged letter is turned away, a genuine one never.
    fn check(&self, letter: &Letter, status: u16) {
        let is_right = if letter.is_forged {
            status != 200
        } else {
            status == 200 || status == 503
        };
        if !is_right {
            let words = format!(
                "answered {status} to {}",
                if letter.is_forged {
                    "a forged letter"
                } else {
                    "a genuine letter"
                }
            );
            self.wrong
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert(words);
        }
    }
}

/// A caller that goes away while it sends, or right after, and reads no answer.
fn hang_up(url: &str, rng: &mut Rng, body: &str) -> io::Result<()> {
    let host = url.trim_start_matches("http://");
    let head = format!(
        "POST /notification HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let all = [head.as_bytes(), body.as_bytes()].concat();
    // Half of them have sent everything.
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
