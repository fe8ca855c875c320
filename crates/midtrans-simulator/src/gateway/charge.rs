//! `POST /v2/charge`: what a merchant may send.
//! ([Charge](https://docs.midtrans.com/reference/charge-transactions-1))

use std::borrow::Cow;
use std::ops::RangeInclusive;

use http::HeaderMap;
use midtrans_protocol::Rupiah;
use midtrans_protocol::charge::CustomExpiry;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde::Deserialize;
use serde_json::Value;

use super::method::{self, Played};
use super::number::{price, whole};
use super::payment::{Item, Parent, Payment, Targets};
use super::refusal::Refusal;
use super::settings::Settings;
use super::{expiry, limits};

/// A charge that passed validation.
#[derive(Debug)]
pub(super) struct Charge {
    pub(super) method: Played,
    /// The whole of it, for the method to read.
    pub(super) json: Value,
    pub(super) order_id: String,
    pub(super) amount: Rupiah,
    pub(super) items: Vec<Item>,
    pub(super) custom_fields: [Option<String>; 3],
    pub(super) metadata: Option<Value>,
    pub(super) expires: WibTime,
}

/// The API that a charge comes from. Snap takes order ids and repeats that the Core API refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Core,
    Snap,
}

/// The origin of a charge: its API, the URLs that its headers name, and the record that it is made
/// for.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) source: Source,
    pub(super) targets: Targets,
    pub(super) parent: Option<Parent>,
}

impl Origin {
    /// A charge of the gateway's own, such as one of a subscription.
    pub(super) fn own(parent: Option<Parent>) -> Self {
        Self {
            source: Source::Core,
            targets: Targets::default(),
            parent,
        }
    }
}

impl Source {
    /// Not the protocol crate's check: that one refuses ids of its own accord which no page
    /// forbids. A dot segment is none of them: no URL could name it (RFC 3986, 5.2.4).
    pub(super) fn takes(self, order_id: &str) -> bool {
        !["", ".", ".."].contains(&order_id)
            && match self {
                Self::Core => order_id.bytes().all(is_of_an_id),
                Self::Snap => !order_id.chars().any(char::is_control),
            }
    }

    /// Snap counts letters when a session is made, and a payment link's id has a suffix.
    fn fits(self, order_id: &str) -> bool {
        self == Self::Snap || order_id.len() <= MAX_ORDER_ID
    }

    /// Returns true if an order may be charged again after this transaction, which was not paid.
    /// On Snap's page the customer may try again after a refusal.
    pub(super) fn may_follow(self, earlier: &Payment) -> bool {
        let is_denied = earlier.status == TransactionStatus::Deny;
        earlier.frees_its_order() || (self == Self::Snap && is_denied)
    }
}

/// Reads a charge and lists everything that is wrong with it at once.
pub(super) fn read(
    body: &[u8],
    settings: &Settings,
    source: Source,
    now: WibTime,
) -> Result<Charge, Refusal> {
    let json: Value = serde_json::from_slice(body).map_err(|_| Refusal::Malformed)?;
    match &json {
        // The gateway stumbles over these two.
        Value::Null => return Err(Refusal::Unexpected),
        Value::Object(fields) if fields.is_empty() => return Err(Refusal::Unexpected),
        Value::Object(_) => {}
        _ => return Err(Refusal::Malformed),
    }
    let mut problems = Vec::new();
    let (method, refused) = match played(&json, &mut problems) {
        Ok(method) => (method, None),
        Err(refusal) => (None, Some(refusal)),
    };
    let (order_id, amount) = details(&json, method, source, &mut problems);
    let items = items(&json["item_details"], amount, &mut problems);
    limits::check(&json, &mut problems);
    if let Some(method) = method {
        method.check(&json, &mut problems);
        if !settings.lenient {
            method.require(&json, settings, &mut problems);
        }
    }
    let custom_fields = ["custom_field1", "custom_field2", "custom_field3"]
        .map(|name| custom_field(name, &json[name], &mut problems));
    let metadata = match &json["metadata"] {
        Value::Null => None,
        object @ Value::Object(_) => Some(object.clone()),
        _ => {
            problems.push("metadata must be an object".to_owned());
            None
        }
    };
    let expires = expires(&json, method, now, &mut problems);
    // What the merchant may not use is said of a charge that is right otherwise.
    if let Some(refusal) = refused.filter(|_| problems.is_empty()) {
        return Err(refusal);
    }
    if let Some(refusal) = method.and_then(|method| method.refuse(&json))
        && problems.is_empty()
    {
        return Err(refusal);
    }
    match (method, order_id, amount, expires) {
        (Some(method), Some(order_id), Some(amount), Some(expires)) if problems.is_empty() => {
            Ok(Charge {
                method,
                json,
                order_id,
                amount,
                items,
                custom_fields,
                metadata,
                expires,
            })
        }
        _ => Err(Refusal::Invalid(problems)),
    }
}

/// The order that a charge is for, as far as it says: nothing else of the body is built.
pub(super) fn order_id(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Outline<'a> {
        #[serde(borrow)]
        transaction_details: Details<'a>,
    }
    #[derive(Deserialize)]
    struct Details<'a> {
        #[serde(borrow)]
        order_id: Id<'a>,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id<'a> {
        Text(#[serde(borrow)] Cow<'a, str>),
        Number(u64),
    }
    match serde_json::from_slice::<Outline<'_>>(body)
        .ok()?
        .transaction_details
        .order_id
    {
        Id::Text(id) => Some(id.into_owned()),
        Id::Number(id) => Some(id.to_string()),
    }
}

/// Returns true if the gateway recognises the repeat of this charge by its `Idempotency-Key`.
/// ([Idempotency](https://docs.midtrans.com/reference/idempotency-header))
pub(super) fn keeps_key(body: &[u8]) -> bool {
    let charge: Value = serde_json::from_slice(body).unwrap_or_default();
    Played::of(&charge).is_none_or(|method| method.keeps_key(&charge))
}

/// The URLs that a charge's headers name for its notifications. Only the first three URLs of a
/// header count.
pub(super) fn targets(headers: &HeaderMap) -> Targets {
    Targets {
        append: urls_in(headers, "x-append-notification"),
        replace: urls_in(headers, "x-override-notification"),
    }
}

fn urls_in(headers: &HeaderMap, name: &str) -> Vec<String> {
    let list = headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    list.split(',')
        .map(str::trim)
        .filter(|url| !url.is_empty())
        .take(MAX_URLS)
        .map(without_user)
        .collect()
}

/// Removes the user of a URL: the gateway does no basic auth at a merchant's, and a password in a
/// URL must not be shown.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

fn played(charge: &Value, problems: &mut Vec<String>) -> Result<Option<Played>, Refusal> {
    match &charge["payment_type"] {
        Value::Null => problems.push("payment_type is required".to_owned()),
        Value::String(name) => match Played::of(charge) {
            Some(method) => return Ok(Some(method)),
            None if method::is_not_played(name) => return Err(Refusal::NotActivated),
            None => return Err(Refusal::NoAccess),
        },
        _ => problems.push("payment_type must be a string".to_owned()),
    }
    Ok(None)
}

fn details(
    charge: &Value,
    method: Option<Played>,
    source: Source,
    problems: &mut Vec<String>,
) -> (Option<String>, Option<Rupiah>) {
    let details = &charge["transaction_details"];
    if !details.is_object() {
        problems.push("transaction_details is required".to_owned());
        return (None, None);
    }
    let order_id = match &details["order_id"] {
        Value::Null => Err("transaction_details.order_id is required"),
        Value::String(id) if !source.fits(id) => Err("transaction_details.order_id too long"),
        Value::String(id) if source.takes(id) => Ok(id.clone()),
        Value::String(_) => Err("transaction_details.order_id is invalid"),
        // The official client for PHP has `time()` and `rand()` in its examples. The answer has it
        // as a text.
        Value::Number(id) if id.is_u64() => Ok(id.to_string()),
        _ => Err("transaction_details.order_id must be a string"),
    };
    let amount = match &details["gross_amount"] {
        Value::Null => Err("transaction_details.gross_amount is required"),
        value => match whole(value) {
            Some(..=0) => Err("transaction_details.gross_amount must be greater than 0"),
            // The gateway's type is Java's `Long`.
            Some(amount) => match i64::try_from(amount) {
                Ok(amount) => Ok(Rupiah::new(amount.unsigned_abs())),
                Err(_) => Err("transaction_details.gross_amount is too large"),
            },
            None => Err("transaction_details.gross_amount is not an integer"),
        },
    };
    let (order_id, amount) = (noted(order_id, problems), noted(amount, problems));
    if let Some((method, amount)) = method.zip(amount) {
        limit(method.amounts(charge), amount, problems);
    }
    (order_id, amount)
}

fn limit(amounts: RangeInclusive<u64>, amount: Rupiah, problems: &mut Vec<String>) {
    let (least, most) = amounts.into_inner();
    let limit = match amount.get() {
        amount if amount < least => format!("below the minimum of {least}"),
        amount if amount > most => format!("above the maximum of {most}"),
        _ => return,
    };
    problems.push(format!("transaction_details.gross_amount is {limit}"));
}

const fn is_of_an_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-')
}

fn items(list: &Value, amount: Option<Rupiah>, problems: &mut Vec<String>) -> Vec<Item> {
    let list = match list {
        Value::Null => return Vec::new(),
        // An empty list is as good as none, and there is nothing to add up.
        Value::Array(list) if list.is_empty() => return Vec::new(),
        Value::Array(list) => list,
        _ => {
            problems.push("item_details must be an array".to_owned());
            return Vec::new();
        }
    };
    let before = problems.len();
    let items: Vec<Item> = list
        .iter()
        .enumerate()
        .filter_map(|(at, value)| item(at, value, problems))
        .collect();
    let sum = items.iter().fold(0i128, |sum, item| {
        let line = i128::from(item.price).saturating_mul(i128::from(item.quantity));
        sum.saturating_add(line)
    });
    // Without all items the sum would be wrong in any case.
    if problems.len() == before && amount.is_some_and(|amount| sum != i128::from(amount.get())) {
        problems.push(
            "transaction_details.gross_amount must be equal to token request gross_amount"
                .to_owned(),
        );
    }
    items
}

fn item(at: usize, value: &Value, problems: &mut Vec<String>) -> Option<Item> {
    let price = price(&value["price"]).and_then(|price| i64::try_from(price).ok());
    let quantity = whole(&value["quantity"]).filter(|count| (1..=i64::MAX.into()).contains(count));
    let quantity = quantity.and_then(|count| u64::try_from(count).ok());
    let name = value["name"]
        .as_str()
        .filter(|name| !name.trim().is_empty());
    for (name, is_right) in [
        ("price", price.is_some()),
        ("quantity", quantity.is_some()),
        ("name", name.is_some()),
    ] {
        if !is_right {
            problems.push(format!("item_details[{at}].{name} is missing or invalid"));
        }
    }
    if name.is_some() && !limits::is_text(&value["name"], limits::SHORT) {
        problems.push(limits::text_problem(
            &format!("item_details[{at}].name"),
            limits::SHORT,
        ));
    }
    Some(Item {
        name: name?.to_owned(),
        price: price?,
        quantity: quantity?,
    })
}

fn custom_field(name: &str, value: &Value, problems: &mut Vec<String>) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if limits::is_text(value, limits::LONG) => Some(text.clone()),
        _ => {
            problems.push(limits::text_problem(name, limits::LONG));
            None
        }
    }
}

fn expires(
    charge: &Value,
    method: Option<Played>,
    now: WibTime,
    problems: &mut Vec<String>,
) -> Option<WibTime> {
    let expiry = &charge["custom_expiry"];
    let longest = method.map_or(Some(CustomExpiry::MAX), |method| {
        method.longest_expiry(charge)
    });
    match longest {
        Some(longest) if !expiry.is_null() => noted(expiry::ends(expiry, longest, now), problems),
        // At the end of time nothing expires any more.
        _ => Some(now.checked_add(method?.default_expiry()).unwrap_or(now)),
    }
}

fn noted<T>(result: Result<T, &str>, problems: &mut Vec<String>) -> Option<T> {
    result
        .map_err(|problem| problems.push(problem.to_owned()))
        .ok()
}

/// Longest order id, in characters.
pub(super) const MAX_ORDER_ID: usize = 50;
const MAX_URLS: usize = 3;
