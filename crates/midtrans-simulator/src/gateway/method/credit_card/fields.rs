//! The object `credit_card` of a charge.

use serde_json::Value;

use crate::gateway::card::{Points, Terms, is_acquirer, is_bank};
use crate::gateway::limits;
use crate::gateway::number::whole;

/// Adds a problem for every field that the gateway refuses in any account.
pub(super) fn check(charge: &Value, problems: &mut Vec<String>) {
    let own = &charge["credit_card"];
    if !own.is_object() {
        return problems.push("credit_card is required".to_owned());
    }
    let mut problem = |name: &str, what: &str| {
        problems.push(format!("credit_card.{name} {what}"));
    };
    if !matches!(own["token_id"], Value::Null | Value::String(_)) {
        problem("token_id", "must be a string");
    }
    if !matches!(own["card"], Value::Null | Value::Object(_)) {
        problem("card", "must be an object");
    }
    for name in ["authentication", "save_token_id"] {
        if !is_flag(&own[name]) {
            problem(name, "must be true or false");
        }
    }
    for (name, words) in WORDS {
        let word = &own[*name];
        if !word.is_null() && !words.iter().any(|known| word == known) {
            problem(name, &format!("must be one of {}", words.join(", ")));
        }
    }
    let bank = &own["bank"];
    if !bank.is_null() && !bank.as_str().is_some_and(is_acquirer) {
        problem("bank", "is invalid");
    }
    let months = &own["installment_term"];
    let is_offered = |months: i128| OFFERED.contains(&months);
    if !months.is_null() && !whole(months).is_some_and(is_offered) {
        problem("installment_term", "is not offered");
    }
    let bins = &own["bins"];
    let are_bins = |list: &Vec<Value>| list.iter().all(|bin| bin.as_str().is_some_and(is_bin));
    if !bins.is_null() && !bins.as_array().is_some_and(are_bins) {
        problem(
            "bins",
            "must be an array of up to eight first digits or of banks",
        );
    }
    let redeemed = &own["point_redeem_amount"];
    if !redeemed.is_null() && whole(redeemed) != Some(0) && points(own).is_none() {
        problem("point_redeem_amount", "must be an integer greater than 0");
    }
    check_descriptor(&own["dynamic_descriptor"], problems);
}

/// ([Dynamic descriptor](https://docs.midtrans.com/reference/credit-card-object))
fn check_descriptor(descriptor: &Value, problems: &mut Vec<String>) {
    for (name, longest) in [
        ("merchant_name", 25),
        ("city_name", 13),
        ("country_code", 2),
    ] {
        let value = &descriptor[name];
        if !value.is_null() && !limits::is_text(value, longest) {
            let place = format!("credit_card.dynamic_descriptor.{name}");
            problems.push(limits::text_problem(&place, longest));
        }
    }
}

/// What a merchant asks for with a card, of a charge that passed the checks.
pub(super) fn terms(own: &Value) -> Terms {
    let bins = own["bins"].as_array().into_iter().flatten();
    Terms {
        authorizes: own["type"] == "authorize",
        saves: is_true(&own["save_token_id"]),
        bank: own["bank"].as_str().map(str::to_owned),
        instalments: whole(&own["installment_term"]).and_then(|months| u64::try_from(months).ok()),
        bins: bins
            .filter_map(Value::as_str)
            .map(str::to_ascii_lowercase)
            .collect(),
        points: points(own),
    }
}

/// Also as a text: one table of the gateway's has it.
pub(super) fn is_true(flag: &Value) -> bool {
    *flag == Value::Bool(true) || flag == "true"
}

fn is_flag(flag: &Value) -> bool {
    matches!(flag, Value::Null | Value::Bool(_)) || flag == "true" || flag == "false"
}

fn is_bin(bin: &str) -> bool {
    let is_digits = (1..=8).contains(&bin.len()) && bin.bytes().all(|byte| byte.is_ascii_digit());
    is_digits || is_bank(&bin.to_ascii_lowercase())
}

fn points(own: &Value) -> Option<Points> {
    match whole(&own["point_redeem_amount"])? {
        -1 => Some(Points::All),
        amount => {
            let amount = u64::try_from(amount).ok().filter(|amount| *amount > 0);
            amount.map(Points::Amount)
        }
    }
}

/// The fields that have one of a few words.
const WORDS: &[(&str, &[&str])] = &[
    ("callback_type", &["js_event", "form"]),
    ("type", &["authorize", "authorize_capture"]),
    ("initiated_by", &["customer", "merchant"]),
];
/// The terms in months. The gateway names a few and leaves the rest to the banks; whether a term
/// that a bank does not offer is 400 or denied is not documented.
const OFFERED: [i128; 7] = [3, 6, 8, 12, 18, 24, 36];
