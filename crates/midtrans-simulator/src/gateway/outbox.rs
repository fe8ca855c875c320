//! Notifications on their way to the merchant.

use std::collections::BTreeSet;

use http::Uri;
use midtrans_protocol::{TransactionStatus, WibTime};

use super::retry::{self, Next, Outcome};

/// Which notification: the same for all attempts to deliver it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(usize);

/// A notification to be sent now, by POST.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// What to report the outcome under.
    pub id: DeliveryId,
    /// Where to.
    pub url: String,
    /// The JSON.
    pub body: String,
}

/// One attempt that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// When it ended.
    pub at: WibTime,
    /// Where it went: after a redirect, another URL than the notification's own.
    pub url: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// What becomes of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryState {
    /// It will be sent then.
    Waiting(WibTime),
    /// It was handed out, and its outcome is not known yet.
    UnderWay,
    /// It arrived.
    Delivered,
    /// It did not arrive, and no more attempts follow.
    GivenUp,
}

/// A notification and its history.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Message {
    /// Which one.
    pub id: DeliveryId,
    /// The merchant's order.
    pub order_id: String,
    /// The transaction.
    pub transaction_id: String,
    /// What it tells.
    pub transaction_status: TransactionStatus,
    /// Where it goes.
    pub url: String,
    /// Its JSON, the same in every attempt.
    pub body: String,
    /// The attempts so far.
    pub attempts: Vec<Attempt>,
    /// What becomes of it.
    pub state: DeliveryState,
    repeats: usize,
    hops: usize,
    next_url: String,
}

/// All notifications ever made.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    messages: Vec<Message>,
    waiting: BTreeSet<(WibTime, DeliveryId)>,
    under_way: usize,
}

/// What a new notification is about.
#[derive(Debug)]
pub(super) struct News<'a> {
    pub(super) order_id: &'a str,
    pub(super) transaction_id: &'a str,
    pub(super) status: &'a TransactionStatus,
    pub(super) body: &'a str,
}

impl Outbox {
    pub(super) fn add(&mut self, news: &News<'_>, url: &str, at: WibTime) {
        let id = DeliveryId(self.messages.len());
        self.messages.push(Message {
            id,
            order_id: news.order_id.to_owned(),
            transaction_id: news.transaction_id.to_owned(),
            transaction_status: news.status.clone(),
            url: url.to_owned(),
            body: news.body.to_owned(),
            attempts: Vec::new(),
            state: DeliveryState::Waiting(at),
            repeats: 0,
            hops: 0,
            next_url: url.to_owned(),
        });
        self.waiting.insert((at, id));
    }

    /// Hands out what is to be sent by now. Each must be reported with [`delivered`](Self::delivered).
    pub(super) fn due(&mut self, now: WibTime) -> Vec<Delivery> {
        let mut due = Vec::new();
        while let Some(&(at, id)) = self.waiting.first() {
            if at > now {
                break;
            }
            self.waiting.pop_first();
            if let Some(message) = self.messages.get_mut(id.0) {
                message.state = DeliveryState::UnderWay;
                self.under_way += 1;
                due.push(Delivery { id, url: message.next_url.clone(), body: message.body.clone() });
            }
        }
        due
    }

    /// Notes how an attempt ended and plans the next. Returns the message, or `None` if it was not under way.
    pub(super) fn delivered(&mut self, id: DeliveryId, outcome: Outcome, now: WibTime) -> Option<&Message> {
        let message = self.messages.get_mut(id.0).filter(|message| message.state == DeliveryState::UnderWay)?;
        self.under_way = self.under_way.saturating_sub(1);
        let next = retry::next(&outcome, message.repeats, message.hops);
        message.attempts.push(Attempt { at: now, url: message.next_url.clone(), outcome });
        message.state = match next {
            Next::Done => DeliveryState::Delivered,
            Next::GiveUp => DeliveryState::GivenUp,
            Next::Follow(location) => {
                message.hops += 1;
                message.next_url = resolved(&message.next_url, &location);
                DeliveryState::Waiting(now)
            }
            Next::Again(pause) => {
                message.repeats += 1;
                message.hops = 0;
                message.next_url.clone_from(&message.url);
                now.checked_add(pause).map_or(DeliveryState::GivenUp, DeliveryState::Waiting)
            }
        };
        if let DeliveryState::Waiting(at) = message.state {
            self.waiting.insert((at, id));
        }
        Some(message)
    }

    /// Sends a notification once more, as the gateway sometimes does. `false` if it is on its way anyway.
    pub(super) fn repeat(&mut self, id: DeliveryId, now: WibTime) -> bool {
        let over = |message: &&mut Message| matches!(message.state, DeliveryState::Delivered | DeliveryState::GivenUp);
        let Some(message) = self.messages.get_mut(id.0).filter(over) else { return false };
        message.state = DeliveryState::Waiting(now);
        (message.repeats, message.hops) = (0, 0);
        message.next_url.clone_from(&message.url);
        self.waiting.insert((now, id));
        true
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
    let (Some(scheme), Some(authority)) =
        (base.as_ref().and_then(Uri::scheme_str), base.as_ref().and_then(Uri::authority))
    else {
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
