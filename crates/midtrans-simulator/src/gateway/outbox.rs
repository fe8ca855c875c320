//! Notifications on their way to the merchant.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use http::Uri;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::dirty::Dirty;
use super::fault::{Fault, HELD};
use super::message::{Attempt, Delivery, DeliveryId, DeliveryState, Message, Route};
use super::retry::{self, Next, Outcome};

/// All notifications ever made.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    account: u32,
    messages: Vec<Message>,
    waiting: BTreeSet<(WibTime, DeliveryId)>,
    /// Notifications that wait for a later one of their transaction to the same URL: one at a time,
    /// by transaction and URL.
    held: BTreeMap<(String, String), DeliveryId>,
    under_way: usize,
    pub(super) dirty: Dirty<DeliveryId>,
}

/// The contents of a new notification.
#[derive(Debug)]
pub(super) struct NewMessage<'a> {
    pub(super) order_id: &'a str,
    pub(super) transaction_id: &'a str,
    pub(super) status: &'a TransactionStatus,
    pub(super) body: &'a str,
}

impl Outbox {
    /// Forgets all notifications.
    pub(super) fn forget(&mut self) {
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.clear();
        *self = Self {
            dirty,
            ..Self::new(self.account)
        };
    }

    pub(super) fn new(account: u32) -> Self {
        Self {
            account,
            ..Self::default()
        }
    }

    pub(super) fn add(
        &mut self,
        new: &NewMessage<'_>,
        url: &str,
        at: WibTime,
        fault: Option<Fault>,
    ) -> DeliveryId {
        // Four thousand million notifications do not fit into any memory.
        let number = u32::try_from(self.messages.len()).unwrap_or(u32::MAX);
        let id = DeliveryId {
            account: self.account,
            number,
        };
        let place = (new.transaction_id.to_owned(), url.to_owned());
        let later = |by: Duration| at.checked_add(by).unwrap_or(at);
        let state = match fault {
            Some(Fault::Lose) => DeliveryState::GivenUp,
            Some(Fault::Delay(by)) => DeliveryState::Waiting(later(by)),
            Some(Fault::Reorder) if !self.held.contains_key(&place) => {
                self.held.insert(place, id);
                DeliveryState::Waiting(later(HELD))
            }
            _ => DeliveryState::Waiting(at),
        };
        let copies = usize::from(fault == Some(Fault::Duplicate));
        self.messages.push(Message {
            id,
            order_id: new.order_id.to_owned(),
            transaction_id: new.transaction_id.to_owned(),
            transaction_status: new.status.clone(),
            url: url.to_owned(),
            body: new.body.to_owned(),
            fault,
            attempts: Vec::new(),
            state,
            route: Route {
                copies,
                ..Route::default()
            },
        });
        if let DeliveryState::Waiting(at) = state {
            self.waiting.insert((at, id));
        }
        self.dirty.add(id);
        if state == DeliveryState::GivenUp {
            self.release(id, at);
        }
        id
    }

    /// Puts a notification back that another run of the simulator made, in the order of their
    /// numbers.
    #[cfg(feature = "state")]
    pub(super) fn restore(&mut self, message: Message) {
        if let DeliveryState::Waiting(at) = message.state {
            self.waiting.insert((at, message.id));
            if message.fault == Some(Fault::Reorder) && message.attempts.is_empty() {
                self.held.insert(
                    (message.transaction_id.clone(), message.url.clone()),
                    message.id,
                );
            }
        }
        self.messages.push(message);
    }

    /// Hands out the notifications that are due by now. Report each with
    /// [`delivered`](Self::delivered).
    pub(super) fn due(&mut self, now: WibTime) -> Vec<Delivery> {
        let mut due = Vec::new();
        while let Some(&(at, id)) = self.waiting.first() {
            if at > now {
                break;
            }
            self.waiting.pop_first();
            if let Some(message) = self.messages.get_mut(id.number as usize) {
                message.state = DeliveryState::UnderWay;
                self.under_way += 1;
                Self::forget_held(&mut self.held, message);
                due.push(Delivery {
                    id,
                    url: message.goes_to().to_owned(),
                    body: message.text_now().to_owned(),
                });
            }
        }
        due
    }

    /// Records the outcome of an attempt and plans the next. Returns the message, or `None` if it
    /// was not under way.
    pub(super) fn delivered(
        &mut self,
        id: DeliveryId,
        outcome: Outcome,
        now: WibTime,
    ) -> Option<&Message> {
        let message = self.messages.get_mut(id.number as usize);
        let message = message
            .filter(|message| message.id == id && message.state == DeliveryState::UnderWay)?;
        self.under_way = self.under_way.saturating_sub(1);
        self.dirty.add(id);
        let mut route = std::mem::take(&mut message.route);
        let next = retry::next(&outcome, route.repeats, route.hops);
        let url = route.next_url.as_deref().unwrap_or(&message.url).to_owned();
        let is_forged = message.fault == Some(Fault::Forge);
        message.state = match next {
            // A forger does not keep the gateway's schedule.
            Next::Again(_) | Next::Follow(_) if is_forged => DeliveryState::GivenUp,
            Next::Done if route.copies > 0 => {
                route = Route {
                    copies: route.copies - 1,
                    ..Route::default()
                };
                DeliveryState::Waiting(now)
            }
            Next::Done => DeliveryState::Delivered,
            Next::GiveUp => DeliveryState::GivenUp,
            Next::Follow(location) => {
                route.hops += 1;
                route.next_url = Some(resolved(&url, &location));
                DeliveryState::Waiting(now)
            }
            Next::Again(pause) => {
                route = Route {
                    repeats: route.repeats + 1,
                    copies: route.copies,
                    ..Route::default()
                };
                now.checked_add(pause)
                    .map_or(DeliveryState::GivenUp, DeliveryState::Waiting)
            }
        };
        if !message.is_over() {
            message.route = route;
        }
        message.attempts.push(Attempt {
            at: now,
            url,
            outcome,
        });
        match message.state {
            DeliveryState::Waiting(at) => {
                self.waiting.insert((at, id));
            }
            _ => self.release(id, now),
        }
        self.messages.get(id.number as usize)
    }

    /// Sends the notification that waited for this one.
    fn release(&mut self, over: DeliveryId, now: WibTime) {
        let Some(message) = self.messages.get(over.number as usize) else {
            return;
        };
        let place = (message.transaction_id.clone(), message.url.clone());
        if let Some(held) = self.held.get(&place).copied().filter(|held| *held < over) {
            self.held.remove(&place);
            self.wait_until(held, |_| now);
        }
    }

    /// Ends the wait of a notification that is sent.
    fn forget_held(held: &mut BTreeMap<(String, String), DeliveryId>, message: &Message) {
        if message.fault == Some(Fault::Reorder) {
            let place = (message.transaction_id.clone(), message.url.clone());
            if held.get(&place) == Some(&message.id) {
                held.remove(&place);
            }
        }
    }

    /// Sends a notification once more, as the gateway sometimes does. `false` if it is on its way
    /// anyway.
    pub(super) fn repeat(&mut self, id: DeliveryId, now: WibTime) -> bool {
        let Some(message) = self
            .messages
            .get_mut(id.number as usize)
            .filter(|message| message.id == id)
        else {
            return false;
        };
        if !message.is_over() {
            return false;
        }
        message.state = DeliveryState::Waiting(now);
        message.route = Route::default();
        self.waiting.insert((now, id));
        self.dirty.add(id);
        true
    }

    /// Adds one copy. `false` if there is no such notification.
    pub(super) fn duplicate(&mut self, id: DeliveryId, now: WibTime) -> bool {
        if self.repeat(id, now) {
            return true;
        }
        let message = self
            .messages
            .get_mut(id.number as usize)
            .filter(|message| message.id == id);
        self.dirty.add(id);
        message.map(|message| message.route.copies += 1).is_some()
    }

    /// Sends a waiting notification now. `false` if it does not wait.
    pub(super) fn hasten(&mut self, id: DeliveryId, now: WibTime) -> bool {
        let waits = self
            .messages
            .get(id.number as usize)
            .is_some_and(|message| message.id == id && message.waits());
        if waits {
            self.wait_until(id, |_| now);
        }
        waits
    }

    /// Postpones a waiting notification. `false` if it does not wait.
    pub(super) fn postpone(&mut self, id: DeliveryId, by: Duration, now: WibTime) -> bool {
        if self
            .messages
            .get(id.number as usize)
            .filter(|message| message.id == id && message.waits())
            .is_none()
        {
            return false;
        }
        self.wait_until(id, |at| at.max(now).checked_add(by).unwrap_or(at));
        true
    }

    fn wait_until(&mut self, id: DeliveryId, new: impl FnOnce(WibTime) -> WibTime) {
        let Some(message) = self.messages.get_mut(id.number as usize) else {
            return;
        };
        if let DeliveryState::Waiting(at) = message.state {
            self.waiting.remove(&(at, id));
            let at = new(at);
            message.state = DeliveryState::Waiting(at);
            self.waiting.insert((at, id));
            self.dirty.add(id);
        }
    }

    pub(super) fn next_at(&self) -> Option<WibTime> {
        self.waiting.first().map(|(at, _)| *at)
    }

    pub(super) const fn is_under_way(&self) -> bool {
        self.under_way > 0
    }

    pub(super) fn messages(&self) -> &[Message] {
        &self.messages
    }
}

/// A `Location`, which may lack a scheme and a host, seen from where it was given.
fn resolved(from: &str, location: &str) -> String {
    let base: Option<Uri> = from.parse().ok();
    let (Some(scheme), Some(authority)) = (
        base.as_ref().and_then(Uri::scheme_str),
        base.as_ref().and_then(Uri::authority),
    ) else {
        return location.to_owned();
    };
    if location.contains("://") {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        let path = base.as_ref().map_or("/", Uri::path);
        let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
        format!("{scheme}://{authority}{folder}{location}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_may_be_relative() {
        let from = "http://127.0.0.1:3000/a/hook?x=1";
        for (location, expected) in [
            ("http://localhost/b", "http://localhost/b"),
            ("//localhost/b", "http://localhost/b"),
            ("/hook/", "http://127.0.0.1:3000/hook/"),
            ("hook/", "http://127.0.0.1:3000/a/hook/"),
            ("", "http://127.0.0.1:3000/a/"),
        ] {
            assert_eq!(resolved(from, location), expected);
        }
        assert_eq!(resolved("no url", "/x"), "/x");
    }
}
