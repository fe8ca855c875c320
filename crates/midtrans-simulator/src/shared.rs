//! The running gateway, as the server, the courier and its owner share it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use midtrans_protocol::WibTime;
use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::gateway::{Event, Gateway};

pub(crate) type EventHook = Box<dyn Fn(&Event) + Send + Sync>;

pub(crate) struct Shared {
    gateway: Mutex<Gateway>,
    pub(crate) clock: Clock,
    pub(crate) allowed_hosts: BTreeSet<String>,
    pub(crate) answer_delay: Duration,
    pub(crate) delivery_timeout: Duration,
    /// Whether somebody else sends the notifications.
    pub(crate) by_hand: bool,
    on_event: Option<EventHook>,
    answers_to_lose: AtomicUsize,
    /// Wakes the courier.
    pub(crate) changed: Notify,
    /// Counts the courier's rounds, for those who wait until nothing is left to do.
    pub(crate) rounds: watch::Sender<u64>,
}

/// What a running simulator is made of, beside its gateway.
pub(crate) struct Parts {
    pub(crate) clock: Clock,
    pub(crate) allowed_hosts: BTreeSet<String>,
    pub(crate) answer_delay: Duration,
    pub(crate) delivery_timeout: Duration,
    pub(crate) by_hand: bool,
    pub(crate) on_event: Option<EventHook>,
}

impl Shared {
    pub(crate) fn new(gateway: Gateway, parts: Parts) -> Self {
        Self {
            gateway: Mutex::new(gateway),
            clock: parts.clock,
            allowed_hosts: parts.allowed_hosts,
            answer_delay: parts.answer_delay,
            delivery_timeout: parts.delivery_timeout,
            by_hand: parts.by_hand,
            on_event: parts.on_event,
            answers_to_lose: AtomicUsize::new(0),
            changed: Notify::new(),
            rounds: watch::Sender::new(0),
        }
    }

    /// Uses the gateway, wakes the courier, and tells what happened.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Gateway, WibTime) -> T) -> T {
        let result = self.quietly(work);
        self.changed.notify_one();
        result
    }

    /// As [`with`](Self::with), for the courier itself.
    pub(crate) fn quietly<T>(&self, work: impl FnOnce(&mut Gateway, WibTime) -> T) -> T {
        let (result, events) = {
            let mut gateway = self.gateway.lock().unwrap_or_else(PoisonError::into_inner);
            let result = work(&mut gateway, self.clock.now());
            (result, gateway.take_events())
        };
        if let Some(on_event) = &self.on_event {
            events.iter().for_each(on_event);
        }
        result
    }

    pub(crate) fn lose_next_answer(&self) {
        self.answers_to_lose.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether this answer is one of those to be lost.
    pub(crate) fn loses_an_answer(&self) -> bool {
        let one_less = |left: usize| left.checked_sub(1);
        self.answers_to_lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
    }

    /// Returns when no notification is due or under way. What is delivered by hand is nothing to wait for.
    pub(crate) async fn idle(&self) {
        if self.by_hand {
            return;
        }
        let mut rounds = self.rounds.subscribe();
        while self.with(|gateway, now| gateway.is_delivering() || gateway.next_at().is_some_and(|at| at <= now)) {
            // The sender lives as long as `self`.
            if rounds.changed().await.is_err() {
                return;
            }
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("clock", &self.clock).finish_non_exhaustive()
    }
}
