//! Counters of stores: the customer shows a code at Indomaret or Alfamart.
//! ([Indomaret](https://docs.midtrans.com/reference/indomaret-1),
//! [Alfamart](https://docs.midtrans.com/reference/alfamart-1))

use std::ops::RangeInclusive;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{Instructions, Method, text_of};
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, Keys};
use crate::gateway::limits;
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;

#[derive(Debug)]
pub(super) struct Cstore;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Store {
    Indomaret,
    Alfamart,
}

impl Store {
    /// The gateway's own samples write it with and without a capital.
    fn of(word: &Value) -> Option<Self> {
        let word = word.as_str()?;
        [Self::Indomaret, Self::Alfamart]
            .into_iter()
            .find(|store| word.eq_ignore_ascii_case(store.name()))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Indomaret => "Indomaret",
            Self::Alfamart => "Alfamart",
        }
    }

    /// The digits of a payment code.
    const fn length(self) -> usize {
        match self {
            Self::Indomaret => 14,
            Self::Alfamart => 16,
        }
    }
}

impl Method for Cstore {
    fn payment_type(&self) -> &'static str {
        "cstore"
    }

    fn name(&self, instructions: &Instructions) -> String {
        store_of(instructions).map_or("", Store::name).to_owned()
    }

    fn amounts(&self, charge: &Value) -> RangeInclusive<u64> {
        match Store::of(&charge["cstore"]["store"]) {
            Some(Store::Indomaret) => 10_000..=5_000_000,
            _ => 1..=5_000_000,
        }
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        let counter = &charge["cstore"];
        if !counter.is_object() {
            return problems.push("cstore is required".to_owned());
        }
        let store = Store::of(&counter["store"]);
        match &counter["store"] {
            Value::Null => problems.push("cstore.store is required".to_owned()),
            _ if store.is_none() => problems.push("cstore.store is invalid".to_owned()),
            _ => {}
        }
        let limited = [
            ("message", limits::LONG),
            ("alfamart_free_text_1", RECEIPT_LINE),
            ("alfamart_free_text_2", RECEIPT_LINE),
            ("alfamart_free_text_3", RECEIPT_LINE),
        ];
        for (name, longest) in limited {
            if !counter[name].is_null() && !limits::is_text(&counter[name], longest) {
                problems.push(limits::text_problem(&format!("cstore.{name}"), longest));
            }
        }
        if store == Some(Store::Alfamart) {
            refuse_bars(charge, "", problems);
        }
    }

    /// ([Idempotency](https://docs.midtrans.com/reference/idempotency-header))
    fn keeps_key(&self, charge: &Value) -> bool {
        Store::of(&charge["cstore"]["store"]) != Some(Store::Indomaret)
    }

    fn instruct(&self, charge: &Value, numbers: &mut Numbers<'_>) -> Instructions {
        let Some(store) = Store::of(&charge["cstore"]["store"]) else {
            return Instructions::new();
        };
        let length = store.length();
        let code = numbers.draw("", length..=length, None);
        Instructions::from_iter([
            ("store".to_owned(), store.name().to_ascii_lowercase().into()),
            ("payment_code".to_owned(), code.into()),
        ])
    }

    /// Indomaret's till has a number for each payment.
    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        if store_of(&payment.instructions) == Some(Store::Indomaret) {
            let approval = ids.digits(20);
            let fields = &mut payment.instructions;
            fields.insert("approval_code".to_owned(), approval.into());
        }
    }

    fn charge_message(&self) -> &'static str {
        "Success, cstore transaction is successful"
    }

    /// The samples are older than `merchant_id` and `currency` in other answers.
    fn charged(&self) -> Added {
        &[("fraud_status", &["payment_code", "store", "expiry_time"])]
    }

    fn notified(&self) -> Added {
        &[
            ("transaction_id", &["store"]),
            ("payment_type", &["payment_code"]),
            ("currency", &["approval_code"]),
        ]
    }

    fn echoed(&self) -> Keys {
        &["store", "payment_code", "approval_code"]
    }

    fn has_fraud_status(&self, instructions: &Instructions) -> bool {
        store_of(instructions) != Some(Store::Indomaret)
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        PayPage::Code {
            store: self.name(instructions),
            code: text_of(instructions, "payment_code"),
        }
    }
}

fn store_of(instructions: &Instructions) -> Option<Store> {
    Store::of(instructions.get("store")?)
}

/// Adds a problem for every `|`: Alfamart allows it in no text.
fn refuse_bars(value: &Value, place: &str, problems: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains('|') => {
            problems.push(format!("{place} must not contain |"));
        }
        Value::Array(list) => {
            for (at, item) in list.iter().enumerate() {
                refuse_bars(item, &format!("{place}[{at}]"), problems);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let joint = if place.is_empty() { "" } else { "." };
                refuse_bars(field, &format!("{place}{joint}{name}"), problems);
            }
        }
        _ => {}
    }
}

const RECEIPT_LINE: usize = 40;
