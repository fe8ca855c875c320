//! The contents of a new payment link.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::charge::Problems;
use crate::charge::check::{self, LONG};
use crate::snap::{CALLBACKS, Callbacks, CardOptions, EnabledPayment, Expiry, VirtualAccounts};
use crate::{CustomerDetails, InvalidInput, ItemDetails, OrderId, Rupiah};

/// The amount of a payment link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Amount {
    /// This amount.
    Fixed(Rupiah),
    /// The amount that the buyer types.
    Dynamic {
        /// The least.
        min: Option<Rupiah>,
        /// The most.
        max: Option<Rupiah>,
        /// The amount that is filled in beforehand.
        preset: Option<Rupiah>,
    },
}

/// The contents of a new payment link. [`Create::new`](super::Create::new) checks them. ([Create a
/// payment link](https://docs.midtrans.com/reference/create-payment-link))
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contents {
    /// Your id of the link, used once per account. No transaction has it: see
    /// [`is_attempt_of`](super::is_attempt_of).
    pub order_id: OrderId,
    /// The amount.
    pub amount: Amount,
    /// The last part of the link's address, 1 to 50 characters out of `a-z 0-9 -`. Make it hard to
    /// guess; the gateway makes one by default.
    pub payment_link_id: Option<String>,
    /// The number of payments that the link takes, 1 to 1,000,000. A pending payment counts until it
    /// expires.
    pub usage_limit: u32,
    /// The lines, which add up to the amount. Not for an amount that the buyer types.
    pub item_details: Vec<ItemDetails>,
    /// The customer. With an e-mail address the gateway sends the link there; `notes` (at most 255
    /// characters, for that mail) and `customer_details_required_fields` go into its
    /// [`extra`](CustomerDetails::extra).
    pub customer_details: Option<CustomerDetails>,
    /// `true` if the buyer has to fill in contact data.
    pub customer_required: Option<bool>,
    /// The methods to offer; all that the account has, where it is empty.
    pub enabled_payments: Vec<EnabledPayment>,
    /// The title, at most 255 characters, of which 40 are shown.
    pub title: Option<String>,
    /// The expiry of the link, without a documented longest.
    pub expiry: Option<Expiry>,
    /// Settings of cards.
    pub credit_card: Option<CardOptions>,
    /// Settings of virtual accounts: BCA, BNI, BRI, CIMB Niaga and Permata.
    pub virtual_accounts: VirtualAccounts,
    /// The way back after the payment; only `finish`.
    pub callbacks: Option<Callbacks>,
    /// Echoed in notifications and status replies, at most 255 characters.
    pub custom_field1: Option<String>,
    /// Echoed, at most 255 characters.
    pub custom_field2: Option<String>,
    /// Echoed, at most 255 characters.
    pub custom_field3: Option<String>,
    /// Fields that this version doesn't know.
    pub extra: Map<String, Value>,
}

impl Contents {
    /// A link for one payment of this amount.
    #[must_use]
    pub fn new(order_id: OrderId, amount: Amount) -> Self {
        Self {
            order_id,
            amount,
            payment_link_id: None,
            usage_limit: 1,
            item_details: Vec::new(),
            customer_details: None,
            customer_required: None,
            enabled_payments: Vec::new(),
            title: None,
            expiry: None,
            credit_card: None,
            virtual_accounts: VirtualAccounts::default(),
            callbacks: None,
            custom_field1: None,
            custom_field2: None,
            custom_field3: None,
            extra: Map::new(),
        }
    }

    pub(super) const FIELDS: &[&str] = &[
        "transaction_details",
        "customer_required",
        "customer_details",
        "item_details",
        "usage_limit",
        "expiry",
        "enabled_payments",
        "title",
        "payment_link_type",
        "dynamic_amount",
        "credit_card",
        "bca_va",
        "permata_va",
        "bni_va",
        "bri_va",
        "cimb_va",
        "danamon_va",
        "bsi_va",
        "seabank_va",
        "callbacks",
        "custom_field1",
        "custom_field2",
        "custom_field3",
    ];

    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        let mut problems = Problems::default();
        let id = "transaction_details.order_id";
        if let Err(error) = self.order_id.check_chargeable(id) {
            problems.add(id, error.expected().to_owned());
        }
        self.check_amount(&mut problems);
        if self
            .payment_link_id
            .as_ref()
            .is_some_and(|id| !is_link_id(id))
        {
            let expected = "1 to 50 characters out of a-z 0-9 -";
            problems.add("transaction_details.payment_link_id", expected);
        }
        if !(1..=1_000_000).contains(&self.usage_limit) {
            problems.add("usage_limit", "1 to 1000000");
        }
        if let Some(customer) = &self.customer_details {
            check::customer(customer, &mut problems);
            let notes = customer.extra.get("notes").and_then(Value::as_str);
            if notes.is_some_and(|notes| notes.chars().count() > LONG) {
                problems.add("customer_details.notes", "at most 255 characters");
            }
        }
        if let Some(card) = &self.credit_card {
            crate::snap::check_card(card, &mut problems);
        }
        self.virtual_accounts.check(&mut problems);
        if let Some(callbacks) = &self.callbacks {
            problems.limit("callbacks", &[("finish", &callbacks.finish)], LONG);
            problems.refuse_known("callbacks", &callbacks.extra, Some(CALLBACKS));
            if callbacks.error.is_some() {
                problems.add("callbacks.error", "nothing: a link has only finish");
            }
        }
        let texts = [
            ("title", &self.title),
            ("custom_field1", &self.custom_field1),
            ("custom_field2", &self.custom_field2),
            ("custom_field3", &self.custom_field3),
        ];
        problems.limit("", &texts, LONG);
        check::extra("", &self.extra, Self::FIELDS, &mut problems);
        problems.end()
    }

    fn check_amount(&self, problems: &mut Problems) {
        match self.amount {
            Amount::Fixed(amount) => {
                if amount == Rupiah::new(0) || i64::try_from(amount.get()).is_err() {
                    let expected = "whole rupiah above zero";
                    problems.add("transaction_details.gross_amount", expected);
                }
                check::items(&self.item_details, amount, problems);
            }
            Amount::Dynamic { min, max, preset } => {
                if !self.item_details.is_empty() {
                    let expected = "no lines: the buyer types the amount";
                    problems.add("item_details", expected);
                }
                let (least, most) = (
                    min.unwrap_or_default(),
                    max.unwrap_or(Rupiah::new(u64::MAX)),
                );
                if least > most {
                    problems.add("dynamic_amount.max_amount", "min_amount or more");
                } else if preset.is_some_and(|preset| !(least..=most).contains(&preset)) {
                    let expected = "an amount between min_amount and max_amount";
                    problems.add("dynamic_amount.preset_amount", expected);
                }
            }
        }
    }
}

fn is_link_id(id: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=50).contains(&id.len()) && id.bytes().all(is_known)
}

#[derive(Serialize)]
struct Details<'a> {
    order_id: &'a OrderId,
    #[serde(skip_serializing_if = "Option::is_none")]
    gross_amount: Option<Rupiah>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_link_id: Option<&'a str>,
}

#[derive(Serialize)]
struct DynamicAmount {
    #[serde(skip_serializing_if = "Option::is_none")]
    min_amount: Option<Rupiah>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_amount: Option<Rupiah>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preset_amount: Option<Rupiah>,
}

impl Serialize for Contents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut link = serializer.serialize_map(None)?;
        let fixed = match self.amount {
            Amount::Fixed(amount) => Some(amount),
            Amount::Dynamic { .. } => None,
        };
        let details = Details {
            order_id: &self.order_id,
            gross_amount: fixed,
            payment_link_id: self.payment_link_id.as_deref(),
        };
        link.serialize_entry("transaction_details", &details)?;
        link.serialize_entry("usage_limit", &self.usage_limit)?;
        if let Amount::Dynamic { min, max, preset } = self.amount {
            link.serialize_entry("payment_link_type", "DYNAMIC_AMOUNT")?;
            let amount = DynamicAmount {
                min_amount: min,
                max_amount: max,
                preset_amount: preset,
            };
            link.serialize_entry("dynamic_amount", &amount)?;
        }
        macro_rules! some {
            ($($field:ident),+) => {$(
                if let Some(value) = &self.$field {
                    link.serialize_entry(stringify!($field), value)?;
                }
            )+};
        }
        some!(
            customer_required,
            customer_details,
            title,
            expiry,
            credit_card,
            callbacks
        );
        some!(custom_field1, custom_field2, custom_field3);
        if !self.item_details.is_empty() {
            link.serialize_entry("item_details", &self.item_details)?;
        }
        if !self.enabled_payments.is_empty() {
            link.serialize_entry("enabled_payments", &self.enabled_payments)?;
        }
        for (bank, options) in self.virtual_accounts.set() {
            link.serialize_entry(bank, options)?;
        }
        for (name, value) in &self.extra {
            link.serialize_entry(name, value)?;
        }
        link.end()
    }
}

/// Names the order, never the customer.
impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contents")
            .field("order_id", &self.order_id)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}
