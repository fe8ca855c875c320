//! Subscriptions: the gateway charges a card or a linked GoPay account by itself.
//! ([Subscriptions](https://docs.midtrans.com/reference/create-subscription))
//!
//! The card token is not checked, and a name may come again: the official clients' own tests have
//! made-up tokens and one name.

mod agenda;
mod charging;
mod rendering;
mod request;
mod schedule;

use std::fmt;

use http::Request;
use midtrans_protocol::time::WibTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use agenda::Agenda;
pub(super) use charging::Leap;

use super::answer::Answer;
use super::family::Family;
use super::refusal::Refusal;
use super::shelf::Record;
use super::{Gateway, product, row};
use schedule::{Retry, Schedule};

/// A subscription.
#[derive(Serialize, Deserialize)]
pub(super) struct Subscription {
    pub(super) id: String,
    pub(super) name: String,
    /// As it came, for the answer, which has a text.
    amount: String,
    payment_type: String,
    token: String,
    account_id: Option<String>,
    schedule: Schedule,
    retry: Option<Retry>,
    /// The retries of the charge that failed last.
    retried: u64,
    pub(super) is_active: bool,
    is_canceled: bool,
    metadata: Option<Value>,
    customer: Option<Value>,
    #[serde(with = "row::time")]
    made: WibTime,
    transactions: Vec<String>,
}

impl Record for Subscription {
    fn keys(&self) -> Vec<String> {
        vec![self.id.clone()]
    }
}

/// Without the token and the customer.
impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Subscription {
    /// The time of the next charge, while it is active.
    pub(super) fn next_at(&self) -> Option<WibTime> {
        self.schedule.next.filter(|_| self.is_active)
    }

    const fn status(&self) -> &'static str {
        if self.is_active { "active" } else { "inactive" }
    }
}

/// A change of a subscription that has a path of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    Disable,
    Enable,
    /// For good.
    Cancel,
}

impl Gateway {
    /// Tells the recurring notification URL of the new subscription, without a signature, as the
    /// gateway's samples are.
    pub(super) fn create_subscription(
        &mut self,
        request: &Request<Vec<u8>>,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let id = self.ids.uuid();
        let subscription = request::read(request.body(), id, now)?;
        let id = subscription.id.clone();
        let answer = rendering::created(&subscription);
        let told = rendering::told(&subscription, &self.settings.merchant_id).finish();
        let number = self.shelves.subscriptions.add(subscription);
        self.plan(number);
        self.announce_to(Family::Recurring, &id, "active", &told, now);
        Ok(product::answered(200, answer))
    }

    /// ([Get](https://docs.midtrans.com/reference/get-subscription))
    pub(super) fn subscription(&self, id: &str) -> Result<Answer, Refusal> {
        let number = self.find_subscription(id)?;
        let body = rendering::read(&self.shelves.subscriptions[number]);
        Ok(product::answered(200, body))
    }

    /// Any subset of the fields; an unknown id counts before the body.
    /// ([Update](https://docs.midtrans.com/reference/update-subscription))
    pub(super) fn update_subscription(
        &mut self,
        id: &str,
        body: &[u8],
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let number = self.find_subscription(id)?;
        request::update(body, self.shelves.subscriptions.change(number), now)?;
        self.plan(number);
        Ok(updated())
    }

    /// The answers to all three are the same; that to a cancellation is not printed anywhere.
    pub(super) fn switch_subscription(
        &mut self,
        id: &str,
        switch: Switch,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let number = self.find_subscription(id)?;
        let subscription = self.shelves.subscriptions.change(number);
        match switch {
            Switch::Enable if subscription.is_canceled => {
                return Err(request::invalid(&["subscription is canceled".to_owned()]));
            }
            Switch::Enable => {
                subscription.schedule.skip(now);
                subscription.is_active = subscription.schedule.next.is_some();
            }
            Switch::Disable => subscription.is_active = false,
            Switch::Cancel => {
                subscription.is_active = false;
                subscription.is_canceled = true;
            }
        }
        self.plan(number);
        Ok(updated())
    }

    fn find_subscription(&self, id: &str) -> Result<usize, Refusal> {
        self.shelves.subscriptions.find(id).ok_or_else(|| {
            let body = r#"{"status_message":"Subscription doesn't exist."}"#;
            Refusal::Ready(product::answered(404, body.to_owned()))
        })
    }

    /// Puts the next charge of a subscription on the agenda.
    fn plan(&mut self, number: usize) {
        let next = self.shelves.subscriptions[number].next_at();
        self.shelves.agenda.plan(number, next);
    }
}

fn updated() -> Answer {
    let body = r#"{"status_message":"Subscription is updated."}"#;
    product::answered(200, body.to_owned())
}
