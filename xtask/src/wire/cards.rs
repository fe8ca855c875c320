//! Replies to the operations on cards, and pages of payments.

use std::fmt::Display;

use midtrans_protocol::card::{BinData, NewToken, PointBalance, SavedCard};
use midtrans_protocol::reply::Reply;
use midtrans_protocol::transaction::TransactionPage;
use serde_json::Value;

use super::compare;
use super::judge::{UNREADABLE, Verdict, received, verdict};

use Verdict::Failed;

fn read<R: Reply>(text: &str) -> Result<R, Verdict> {
    let Some(reply) = received("200", text) else {
        return Err(Failed(vec![UNREADABLE.to_owned()]));
    };
    R::read(reply).map_err(|error| Failed(vec![error.to_string()]))
}

/// Names of fields and the texts that were read.
type Fields = Vec<(&'static str, Option<String>)>;

/// Compares the reply's fields with what was read of it.
fn compared<R: Reply>(text: &str, fields: fn(&R) -> Fields) -> Verdict {
    match read::<R>(text) {
        Ok(reply) => verdict(compare::texts(text, &fields(&reply)), false),
        Err(verdict) => verdict,
    }
}

fn some(value: impl Display) -> Option<String> {
    Some(value.to_string())
}

pub(super) fn token(text: &str) -> Verdict {
    compared::<NewToken>(text, |token| {
        vec![
            ("token_id", some(token.token_id().as_str())),
            ("hash", token.hash()),
            ("bank", token.bank()),
            ("redirect_url", token.redirect_url()),
        ]
    })
}

pub(super) fn registered(text: &str) -> Verdict {
    compared::<SavedCard>(text, |card| {
        vec![
            ("saved_token_id", some(card.saved_token_id().as_str())),
            ("masked_card", card.masked_card()),
            ("transaction_id", card.transaction_id()),
        ]
    })
}

pub(super) fn points(text: &str) -> Verdict {
    compared::<PointBalance>(text, |points| {
        vec![
            ("point_balance", some(points.balance())),
            ("point_balance_amount", points.amount().and_then(some)),
            ("transaction_time", points.transaction_time().and_then(some)),
        ]
    })
}

pub(super) fn bin(text: &str) -> Verdict {
    let object: Value = serde_json::from_str(text).unwrap_or_default();
    let data = match read::<BinData>(text) {
        Ok(data) => data,
        Err(verdict) => return verdict,
    };
    let fields = [
        ("bin", data.bin),
        ("bank", data.bank),
        ("bank_code", data.bank_code),
        ("brand", data.brand),
        ("bin_type", data.bin_type),
        ("bin_class", data.bin_class),
        ("country_name", data.country_name),
        ("country_code", data.country_code),
        ("channel", data.channel),
        ("registration_required", data.registration_required),
    ];
    verdict(compare::texts(&object["data"].to_string(), &fields), false)
}

pub(super) fn page(text: &str) -> Verdict {
    let object: Value = serde_json::from_str(text).unwrap_or_default();
    let page = match read::<TransactionPage>(text) {
        Ok(page) => page,
        Err(verdict) => return verdict,
    };
    let listed = object["transactions"].as_array().map_or(0, Vec::len);
    let mut problems = Vec::new();
    if page.transactions().len() != listed {
        problems.push(format!(
            "transactions: {} of {listed} were read",
            page.transactions().len()
        ));
    }
    for transaction in page.transactions() {
        let details = transaction.details();
        problems.extend(compare::details(details.raw().as_str(), details));
    }
    verdict(problems, false)
}
