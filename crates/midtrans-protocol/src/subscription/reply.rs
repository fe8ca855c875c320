//! A subscription in the gateway's words.

use super::{IntervalUnit, SubscriptionId};
use crate::money::WireAmount;
use crate::object_reply::object_reply;
use crate::raw::RawBody;
use crate::time::WibTime;
use crate::vocabulary::wire_enum;

wire_enum! {
    /// The status of a subscription.
    pub enum SubscriptionStatus {
        /// The gateway charges it by its plan.
        Active = "active",
        /// It is paused, has ended, or its charges failed.
        Inactive = "inactive",
    }
}

object_reply! {
    /// A subscription. The status is the gateway's word over TLS; in a
    /// [`SubscriptionEvent`](crate::notification::SubscriptionEvent) it is only a hint.
    Subscription, "id", "the id of a subscription"
}

impl Subscription {
    pub(crate) const fn of(raw: RawBody) -> Self {
        Self { raw }
    }

    /// The gateway's id.
    #[must_use]
    pub fn id(&self) -> Option<SubscriptionId> {
        SubscriptionId::received(self.raw.text("id")?).ok()
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.raw.text("name")
    }

    /// The amount of each charge, exactly as received: a text or a number.
    #[must_use]
    pub fn amount(&self) -> Option<WireAmount> {
        self.raw.amount("amount")
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> Option<SubscriptionStatus> {
        let status = self.raw.text("status")?;
        Some(SubscriptionStatus::from(status.as_str()))
    }

    /// The time at which it was made.
    #[must_use]
    pub fn created_at(&self) -> Option<WibTime> {
        self.raw.time("created_at")
    }

    /// The number of units between two charges.
    #[must_use]
    pub fn interval(&self) -> Option<u32> {
        self.count("interval")
    }

    /// The unit of the interval.
    #[must_use]
    pub fn interval_unit(&self) -> Option<IntervalUnit> {
        let unit = self.schedule()?.text("interval_unit")?;
        Some(IntervalUnit::from(unit.as_str()))
    }

    /// The number of charges that were made.
    #[must_use]
    pub fn current_interval(&self) -> Option<u32> {
        self.count("current_interval")
    }

    /// The number of charges after which it ends.
    #[must_use]
    pub fn max_interval(&self) -> Option<u32> {
        self.count("max_interval")
    }

    /// The times of its charges.
    #[must_use]
    pub fn times(&self) -> ExecutionTimes {
        let schedule = self.schedule();
        let time = |name| schedule.as_ref().and_then(|schedule| schedule.time(name));
        ExecutionTimes {
            start: time("start_time"),
            previous: time("previous_execution_at"),
            next: time("next_execution_at"),
        }
    }

    /// The transactions that it has made, for [`GetStatus`](crate::GetStatus). (The page calls the
    /// field `transaction_ids`, a client of the gateway `transaction_id`; both are read.)
    #[must_use]
    pub fn transaction_ids(&self) -> Vec<String> {
        let mut ids = self.raw.texts("transaction_ids");
        ids.extend(self.raw.texts("transaction_id"));
        ids
    }

    fn schedule(&self) -> Option<RawBody> {
        self.raw.object("schedule")
    }

    fn count(&self, name: &str) -> Option<u32> {
        self.schedule()?.text(name)?.parse().ok()
    }
}

/// The times of a subscription's charges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionTimes {
    /// The first charge.
    pub start: Option<WibTime>,
    /// The last charge that was made.
    pub previous: Option<WibTime>,
    /// The next charge.
    pub next: Option<WibTime>,
}

object_reply! {
    /// The confirmation of a change.
    Updated, "status_message", "a status_message"
}

impl Updated {
    /// The gateway's sentence, such as `Subscription is updated.`
    #[must_use]
    pub fn message(&self) -> Option<String> {
        self.raw.text("status_message")
    }
}
