//! The running gateway, as the server, the courier and its owner share it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use tokio::sync::{Notify, watch};
use tokio::time;

use crate::clock::Clock;
use crate::courier::forbidden_host;
use crate::gateway::{Accounts, Event, Gateway, Reference};
use crate::hosts::Hosts;
#[cfg(feature = "state")]
use crate::state::State;

pub(crate) type EventHook = Box<dyn Fn(&Event) + Send + Sync>;

pub(crate) struct Shared {
    guarded: Mutex<Guarded>,
    pub(crate) parts: Parts,
    /// Counts resets: a notification sent before one is not recorded after it.
    pub(crate) resets: AtomicU64,
    /// True if the state file has all that happened.
    is_saved: AtomicBool,
    /// Wakes the courier.
    pub(crate) changed: Notify,
    /// Counts the courier's rounds, for those who wait until nothing is left to do.
    pub(crate) rounds: watch::Sender<u64>,
    /// Counts changes, for those who look on.
    pub(crate) changes: watch::Sender<u64>,
}

/// The accounts and their state file, behind one lock.
pub(crate) struct Guarded {
    pub(crate) accounts: Accounts,
    #[cfg(feature = "state")]
    pub(crate) state: Option<State>,
}

impl Guarded {
    /// Writes the changes, before any answer leaves. `false` if the file did not take them; the
    /// next write includes them.
    #[cfg(feature = "state")]
    fn save(&mut self, clock: &Clock) -> bool {
        let Some(state) = &mut self.state else {
            return true;
        };
        let saved = state.save(&mut self.accounts, clock.ahead(), clock.now());
        if let Err(error) = &saved {
            self.accounts.first_mut().report_unsaved(error);
        }
        saved.is_ok()
    }

    #[cfg(not(feature = "state"))]
    #[expect(clippy::unused_self, reason = "there is no file")]
    const fn save(&mut self, _: &Clock) -> bool {
        true
    }
}

/// The parts of a running simulator beside its gateway.
pub(crate) struct Parts {
    pub(crate) clock: Clock,
    pub(crate) allowed_hosts: BTreeSet<String>,
    pub(crate) hosts: Hosts,
    pub(crate) answer_delay: Duration,
    pub(crate) delivery_timeout: Duration,
    /// True if the owner delivers the notifications, and the courier sends none.
    pub(crate) by_hand: bool,
    pub(crate) on_event: Option<EventHook>,
}

impl Shared {
    pub(crate) fn new(guarded: Guarded, parts: Parts) -> Self {
        Self {
            guarded: Mutex::new(guarded),
            parts,
            resets: AtomicU64::new(0),
            is_saved: AtomicBool::new(true),
            changed: Notify::new(),
            rounds: watch::Sender::new(0),
            changes: watch::Sender::new(0),
        }
    }

    /// The host of a notification URL to which nothing may be sent. Any host will do where
    /// notifications are delivered by hand.
    pub(crate) fn forbidden_host(&self, notification_url: &str) -> Option<String> {
        forbidden_host(notification_url, &self.parts.allowed_hosts).filter(|_| !self.parts.by_hand)
    }

    /// Uses the accounts, saves, wakes the courier, and reports the events.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Accounts, WibTime) -> T) -> T {
        let result = self.quietly(work);
        self.changed.notify_one();
        if self.changes.receiver_count() > 0 {
            self.changes.send_modify(|changes| *changes += 1);
        }
        result
    }

    /// As [`with`](Self::with), for the courier itself.
    pub(crate) fn quietly<T>(&self, work: impl FnOnce(&mut Accounts, WibTime) -> T) -> T {
        let (result, events) = {
            let mut guarded = self.guarded.lock().unwrap_or_else(PoisonError::into_inner);
            let result = work(&mut guarded.accounts, self.parts.clock.now());
            self.is_saved
                .store(guarded.save(&self.parts.clock), Ordering::SeqCst);
            (
                result,
                guarded
                    .accounts
                    .all_mut()
                    .flat_map(Gateway::take_events)
                    .collect::<Vec<_>>(),
            )
        };
        if let Some(on_event) = &self.parts.on_event {
            events.iter().for_each(on_event);
        }
        result
    }

    /// Forgets all that happened. A notification that is under way arrives, and its outcome is not
    /// recorded.
    pub(crate) fn reset(&self) {
        self.with(|accounts, _| {
            self.resets.fetch_add(1, Ordering::SeqCst);
            accounts.all_mut().for_each(Gateway::reset);
        });
    }

    /// Returns true if all that happened may be reported: without a state file always, with one
    /// when the file has it.
    pub(crate) fn is_saved(&self) -> bool {
        self.is_saved.load(Ordering::SeqCst)
    }

    /// Closes the state file, so that another simulator can open it. Nothing is written any more.
    pub(crate) fn close(&self) {
        #[cfg(feature = "state")]
        drop(
            self.guarded
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .state
                .take(),
        );
    }

    /// Returns when the browser may go back, at the latest after ten seconds.
    pub(crate) async fn hold_browser(&self, reference: Reference<'_>) {
        let mut changes = self.changes.subscribe();
        let over = async {
            while self.holds_browser(reference) {
                // The sender lives as long as `self`.
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        let _ = time::timeout(Duration::from_secs(10), over).await;
    }

    fn holds_browser(&self, reference: Reference<'_>) -> bool {
        self.quietly(|accounts, _| {
            accounts
                .having(reference)
                .is_some_and(|own| own.holds_browser(reference))
        })
    }

    /// Returns when no notification is due or under way. What is delivered by hand is nothing to
    /// wait for.
    pub(crate) async fn idle(&self) {
        if self.parts.by_hand {
            return;
        }
        let mut rounds = self.rounds.subscribe();
        // Once: waking the courier each time would wake this loop again.
        self.changed.notify_one();
        while self.quietly(|accounts, now| {
            accounts.all().any(|account| {
                account.is_delivering() || account.next_at().is_some_and(|at| at <= now)
            })
        }) {
            // The sender lives as long as `self`.
            if rounds.changed().await.is_err() {
                return;
            }
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("clock", &self.parts.clock)
            .finish_non_exhaustive()
    }
}
