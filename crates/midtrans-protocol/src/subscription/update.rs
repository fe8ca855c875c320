//! `PATCH /v1/subscriptions/{id}`
//!
//! Changes a subscription. [Gateway page](https://docs.midtrans.com/reference/update-subscription)

use std::fmt;

use http::{Method, Request};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{SubscriptionId, SubscriptionToken, Updated, contents};
use crate::account::Host;
use crate::charge::{Problems, check};
use crate::json::to_json;
use crate::operation::{Operation, Replay};
use crate::{Environment, InvalidInput, Merchant, Rupiah};

/// The fields of a subscription to change; `None` leaves one as it is.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// The name, as in [`Contents::name`](super::Contents::name). (A page of the gateway gives it
    /// 15 characters here.)
    pub name: Option<String>,
    /// The amount of each charge, in whole rupiah.
    pub amount: Option<Rupiah>,
    /// The token of what is charged.
    pub token: Option<SubscriptionToken>,
    /// The number of units between two charges.
    pub interval: Option<u32>,
    /// The metadata. The page does not list it; the gateway's own clients change it.
    pub metadata: Option<Map<String, Value>>,
    /// Fields that this version doesn't know.
    pub extra: Map<String, Value>,
}

#[derive(Serialize)]
struct Interval {
    interval: u32,
}

impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut changes = serializer.serialize_map(None)?;
        if let Some(name) = &self.name {
            changes.serialize_entry("name", name)?;
        }
        if let Some(amount) = self.amount {
            changes.serialize_entry("amount", &amount.get().to_string())?;
            changes.serialize_entry("currency", "IDR")?;
        }
        if let Some(token) = &self.token {
            changes.serialize_entry("token", token)?;
        }
        if let Some(interval) = self.interval {
            changes.serialize_entry("schedule", &Interval { interval })?;
        }
        if let Some(metadata) = &self.metadata {
            changes.serialize_entry("metadata", metadata)?;
        }
        for (name, value) in &self.extra {
            changes.serialize_entry(name, value)?;
        }
        changes.end()
    }
}

/// Leaves out the token.
impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes")
            .field("name", &self.name)
            .field("amount", &self.amount)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

/// Changes a subscription.
///
/// ```
/// use midtrans_protocol::Rupiah;
/// use midtrans_protocol::subscription::{Changes, SubscriptionId, Update};
///
/// let mut changes = Changes::default();
/// changes.amount = Some(Rupiah::new(15_000));
/// let id = SubscriptionId::received("d98a63b8-97e4-4059-825f-0f62340407e9")?;
/// let update = Update::new(id, changes)?;
/// # let _ = update;
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    id: SubscriptionId,
    changes: Changes,
}

impl Update {
    /// Checks the changes.
    ///
    /// # Errors
    /// [`InvalidInput`] names every field that the gateway would refuse, and a change of nothing.
    pub fn new(id: SubscriptionId, changes: Changes) -> Result<Self, InvalidInput> {
        let mut problems = Problems::default();
        if changes == Changes::default() {
            problems.add("changes", "at least one field to change");
        }
        if let Some(name) = &changes.name {
            contents::name(name, &mut problems);
        }
        if let Some(amount) = changes.amount {
            contents::amount(amount, &mut problems);
        }
        if changes.interval == Some(0) {
            problems.add("schedule.interval", "at least 1");
        }
        contents::metadata(changes.metadata.as_ref(), &mut problems);
        let known = [
            "name", "amount", "currency", "token", "schedule", "metadata",
        ];
        check::extra("", &changes.extra, &known, &mut problems);
        problems.end().map(|()| Self { id, changes })
    }
}

impl Operation for Update {
    type Account = Merchant;
    type Reply = Updated;
    const NAME: &'static str = "update_subscription";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let body = to_json(&self.changes);
        environment.request(Method::PATCH, Host::Api, &self.id.path(""), body)
    }

    /// A second copy sets the same values again.
    fn replay(&self) -> Replay {
        Replay::Idempotent
    }

    fn target(&self) -> Option<&str> {
        Some(self.id.as_str())
    }
}
