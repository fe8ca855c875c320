//! The contents of a new subscription.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{RetrySchedule, Schedule, SubscriptionToken};
use crate::charge::{Problems, check};
use crate::pay_account::AccountId;
use crate::{CustomerDetails, InvalidInput, Rupiah};

/// The contents of a new subscription. [`Create::new`](super::Create::new) checks them. ([Create a
/// subscription](https://docs.midtrans.com/reference/create-subscription))
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contents {
    /// The name: 1 to 40 characters out of `A-Z a-z 0-9 - _ ~ .`, used once per account. The order
    /// ids of its charges begin with it.
    pub name: String,
    /// The amount of each charge, in whole rupiah.
    pub amount: Rupiah,
    /// The token of what is charged.
    pub token: SubscriptionToken,
    /// The linked GoPay account that the token belongs to; `None` for a card.
    pub account_id: Option<AccountId>,
    /// The plan.
    pub schedule: Schedule,
    /// The retries of a charge that failed.
    pub retry_schedule: Option<RetrySchedule>,
    /// An object of your own that answers and events echo, below 1 KB.
    pub metadata: Option<Map<String, Value>>,
    /// The customer.
    pub customer_details: Option<CustomerDetails>,
    /// Fields that this version doesn't know.
    pub extra: Map<String, Value>,
}

impl Contents {
    /// A subscription that charges a saved card.
    #[must_use]
    pub fn card(
        name: impl Into<String>,
        amount: Rupiah,
        token: SubscriptionToken,
        schedule: Schedule,
    ) -> Self {
        Self {
            name: name.into(),
            amount,
            token,
            account_id: None,
            schedule,
            retry_schedule: None,
            metadata: None,
            customer_details: None,
            extra: Map::new(),
        }
    }

    /// A subscription that charges a linked GoPay account.
    #[must_use]
    pub fn gopay(
        name: impl Into<String>,
        amount: Rupiah,
        token: SubscriptionToken,
        account_id: AccountId,
        schedule: Schedule,
    ) -> Self {
        Self {
            account_id: Some(account_id),
            ..Self::card(name, amount, token, schedule)
        }
    }

    pub(super) const FIELDS: &[&str] = &[
        "name",
        "amount",
        "currency",
        "payment_type",
        "token",
        "gopay",
        "schedule",
        "retry_schedule",
        "metadata",
        "customer_details",
    ];

    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        let mut problems = Problems::default();
        name(&self.name, &mut problems);
        amount(self.amount, &mut problems);
        self.schedule.check(&mut problems);
        if let Some(retries) = &self.retry_schedule {
            retries.check(&mut problems);
        }
        metadata(self.metadata.as_ref(), &mut problems);
        if let Some(customer) = &self.customer_details {
            check::customer(customer, &mut problems);
        }
        check::extra("", &self.extra, Self::FIELDS, &mut problems);
        problems.end()
    }
}

pub(super) fn name(name: &str, problems: &mut Problems) {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte);
    if !(1..=40).contains(&name.len()) || !name.bytes().all(is_known) {
        let expected = "1 to 40 characters out of A-Z a-z 0-9 - _ ~ .";
        problems.add("name", expected);
    }
}

/// The gateway wants "between 0.01 - 99999999999.00".
pub(super) fn amount(amount: Rupiah, problems: &mut Problems) {
    if !(1..=99_999_999_999).contains(&amount.get()) {
        problems.add("amount", "whole rupiah from 1 to 99999999999");
    }
}

pub(super) fn metadata(metadata: Option<&Map<String, Value>>, problems: &mut Problems) {
    let length = metadata
        .map(serde_json::to_vec)
        .map(|json| json.map(|json| json.len()));
    if !matches!(length, None | Some(Ok(0..1024))) {
        problems.add("metadata", "an object of less than 1024 bytes");
    }
}

/// The amount is a text: the page says so, although a client of the gateway sends a number.
impl Serialize for Contents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut contents = serializer.serialize_map(None)?;
        contents.serialize_entry("name", &self.name)?;
        contents.serialize_entry("amount", &self.amount.get().to_string())?;
        contents.serialize_entry("currency", "IDR")?;
        let payment_type = if self.account_id.is_some() {
            "gopay"
        } else {
            "credit_card"
        };
        contents.serialize_entry("payment_type", payment_type)?;
        contents.serialize_entry("token", &self.token)?;
        contents.serialize_entry("schedule", &self.schedule)?;
        if let Some(retries) = &self.retry_schedule {
            contents.serialize_entry("retry_schedule", retries)?;
        }
        if let Some(metadata) = &self.metadata {
            contents.serialize_entry("metadata", metadata)?;
        }
        if let Some(customer) = &self.customer_details {
            contents.serialize_entry("customer_details", customer)?;
        }
        if let Some(account_id) = &self.account_id {
            contents.serialize_entry("gopay", &Account { account_id })?;
        }
        for (name, value) in &self.extra {
            contents.serialize_entry(name, value)?;
        }
        contents.end()
    }
}

#[derive(Serialize)]
struct Account<'a> {
    account_id: &'a AccountId,
}

/// Names the subscription, never the customer and the token.
impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contents")
            .field("name", &self.name)
            .field("amount", &self.amount)
            .field("schedule", &self.schedule)
            .finish_non_exhaustive()
    }
}
