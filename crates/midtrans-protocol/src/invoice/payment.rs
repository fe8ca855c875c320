//! The way in which an invoice is paid.

use serde::Serialize;
use serde_json::{Map, Value};

use super::read;
use crate::charge::Problems;
use crate::fields::Fields;
use crate::redacted::redacted;
use crate::snap::{CALLBACKS, Callbacks, CardOptions, EnabledPayment};
use crate::time::WibTime;
use crate::vocabulary::wire_enum;

/// The way in which an invoice is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "an invoice is made once, and kept by no one"
)]
#[non_exhaustive]
pub enum PaidBy {
    /// By a payment link.
    Link(LinkOptions),
    /// By transfers to fixed numbers, at least one.
    VirtualAccounts(Vec<VaNumber>),
}

/// The payment link of an invoice. Settings of virtual accounts go into `extra`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LinkOptions {
    /// `true` if the link has the expiry below, and not that of the invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_custom_expiry: Option<bool>,
    /// The methods to offer, at least one.
    pub enabled_payments: Vec<EnabledPayment>,
    /// Settings of cards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_card: Option<CardOptions>,
    /// The expiry, at most two years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry: Option<LinkExpiry>,
    /// The way back after the payment; only `finish`, and only `https`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callbacks: Option<Callbacks>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

wire_enum! {
    /// The unit of a link's expiry.
    pub enum LinkExpiryUnit {
        /// Minutes.
        Minutes = "minutes" | "minute",
        /// Hours.
        Hours = "hours" | "hour",
        /// Days.
        Days = "days" | "day",
        /// Months.
        Months = "months" | "month",
    }
}

/// The expiry of an invoice's link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LinkExpiry {
    /// The unit.
    pub unit: LinkExpiryUnit,
    /// The number of units.
    pub duration: u32,
    /// The time from which it is counted.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::subscription::write_time"
    )]
    pub start_time: Option<WibTime>,
}

/// A fixed virtual account of an invoice.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VaNumber {
    /// The bank: `bca_va`, `mandiri_bill`, `bni_va`, `bri_va`, `cimb_va` or `permata_va`. (A page
    /// of the gateway calls the field `name`.)
    pub bank: String,
    /// The number; the gateway chooses one by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(LinkOptions, VaNumber);

impl LinkOptions {
    /// A link that offers these methods.
    #[must_use]
    pub fn new(enabled_payments: impl IntoIterator<Item = EnabledPayment>) -> Self {
        Self {
            is_custom_expiry: None,
            enabled_payments: enabled_payments.into_iter().collect(),
            credit_card: None,
            expiry: None,
            callbacks: None,
            extra: Map::new(),
        }
    }
}

impl LinkExpiry {
    /// An expiry this long.
    #[must_use]
    pub const fn new(duration: u32, unit: LinkExpiryUnit) -> Self {
        Self {
            unit,
            duration,
            start_time: None,
        }
    }

    fn check(&self, problems: &mut Problems) {
        let path = "payment_link.expiry";
        let longest = match self.unit {
            LinkExpiryUnit::Minutes => 730 * 24 * 60,
            LinkExpiryUnit::Hours => 730 * 24,
            LinkExpiryUnit::Days => 730,
            LinkExpiryUnit::Months => 24,
            LinkExpiryUnit::Unknown(_) => {
                problems.add(format!("{path}.unit"), "minutes, hours, days or months");
                return;
            }
        };
        if !(1..=longest).contains(&self.duration) {
            let expected = format!("1 to {longest} {}, which is two years", self.unit);
            problems.add(format!("{path}.duration"), expected);
        }
    }
}

impl VaNumber {
    /// A virtual account at this bank, such as `bca_va`, whose number the gateway chooses.
    #[must_use]
    pub fn at(bank: impl Into<String>) -> Self {
        Self {
            bank: bank.into(),
            number: None,
            extra: Map::new(),
        }
    }

    pub(super) fn read(mut fields: Fields) -> Self {
        Self {
            bank: fields.text("bank").unwrap_or_default(),
            number: fields.text("number"),
            extra: fields.rest(),
        }
    }

    fn check(&self, path: &str, problems: &mut Problems) {
        problems.refuse_known(path, &self.extra, Some(read::ACCOUNT));
        let (min, max) = match self.bank.as_str() {
            "bca_va" => (11, 11),
            "mandiri_bill" => (1, 12),
            "bni_va" => (1, 8),
            "bri_va" => (1, 13),
            "cimb_va" => (1, 16),
            "permata_va" => (10, 10),
            _ => {
                let expected = "bca_va, mandiri_bill, bni_va, bri_va, cimb_va or permata_va";
                problems.add(format!("{path}.bank"), expected);
                return;
            }
        };
        let is_number = |number: &String| {
            (min..=max).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        if self
            .number
            .as_ref()
            .is_some_and(|number| !is_number(number))
        {
            let expected = format!("{min} to {max} digits at {}", self.bank);
            problems.add(format!("{path}.number"), expected);
        }
    }
}

impl PaidBy {
    pub(super) fn check(&self, problems: &mut Problems) {
        match self {
            Self::Link(link) => {
                if link.enabled_payments.is_empty() {
                    problems.add("payment_link.enabled_payments", "at least one method");
                }
                problems.refuse_known("payment_link", &link.extra, Some(read::LINK));
                if let Some(callbacks) = &link.callbacks {
                    let path = "payment_link.callbacks";
                    problems.refuse_known(path, &callbacks.extra, Some(CALLBACKS));
                }
                if let Some(expiry) = &link.expiry {
                    expiry.check(problems);
                }
                let finish = link
                    .callbacks
                    .as_ref()
                    .and_then(|back| back.finish.as_deref());
                if finish.is_some_and(|url| !url.starts_with("https://")) {
                    let expected = "an https address";
                    problems.add("payment_link.callbacks.finish", expected);
                }
            }
            Self::VirtualAccounts(accounts) => {
                if accounts.is_empty() {
                    problems.add("virtual_accounts", "at least one account");
                }
                for (at, account) in accounts.iter().enumerate() {
                    account.check(&format!("virtual_accounts[{at}]"), problems);
                }
            }
        }
    }
}
