//! Shared parts of the fuzz targets: keys, re-signing, and an independent reader.

use std::collections::HashSet;
use std::fmt;

use midtrans_protocol::decision::Evidence;
use midtrans_protocol::notification::signature;
use midtrans_protocol::transaction::Details;
use midtrans_protocol::{Decision, Expected, OrderId, Rupiah, ServerKey, ServerKeys, decide};
use serde::de::{Deserializer as _, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

/// A JSON object's top level, read by serde_json alone.
pub type Object = Map<String, Value>;

/// Returns the keys; seeds are signed with the second one.
pub fn keys() -> ServerKeys {
    ServerKeys::new(key("SB-Mid-server-fuzz-first")).and(signing_key())
}

/// Returns the key that targets sign with.
pub fn signing_key() -> ServerKey {
    key("SB-Mid-server-fuzz-second")
}

fn key(text: &str) -> ServerKey {
    ServerKey::new(text).expect("a well-formed key")
}

/// Returns the object, if the bytes are one, with distinct names, and no deeper than serde_json
/// reads.
pub fn object(bytes: &[u8]) -> Option<Object> {
    struct Distinct;
    impl<'de> Visitor<'de> for Distinct {
        type Value = Object;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
            let mut object = Object::new();
            while let Some((name, value)) = map.next_entry()? {
                if object.insert(name, value).is_some() {
                    return Err(A::Error::custom("a name occurs twice"));
                }
            }
            Ok(object)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let object = deserializer.deserialize_map(Distinct).ok()?;
    deserializer.end().ok()?;
    Some(object)
}

/// Returns a string's content or a number's text; `None` for everything else.
pub fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the object signed again, if it has something to sign. serde_json writes it, so no name
/// occurs twice.
pub fn signed(mut object: Object) -> Option<(Object, Vec<u8>)> {
    let name = |name| word(object.get(name)).filter(|text| !text.is_empty());
    let (order, code, amount) = (
        name("order_id")?,
        name("status_code")?,
        name("gross_amount")?,
    );
    let signed = signature::sign(&order, &code, &amount, &signing_key());
    object.insert("signature_key".to_owned(), Value::String(signed));
    let bytes = serde_json::to_vec(&object).ok()?;
    Some((object, bytes))
}

/// Returns the same bytes with a fitting signature in place of the present one, so that unusual
/// spellings survive.
pub fn signed_in_place(bytes: &[u8]) -> Option<Vec<u8>> {
    const BEFORE: &[u8] = b"\"signature_key\":\"";
    let object = object(bytes)?;
    let name = |name| word(object.get(name));
    let (order, code, amount) = (
        name("order_id")?,
        name("status_code")?,
        name("gross_amount")?,
    );
    let at = bytes
        .windows(BEFORE.len())
        .position(|window| window == BEFORE)?
        + BEFORE.len();
    let end = at + bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
    let signed = signature::sign(&order, &code, &amount, &signing_key());
    Some([&bytes[..at], signed.as_bytes(), &bytes[end..]].concat())
}

/// Returns whether every top-level name occurs once.
pub fn names_are_distinct(details: &Details) -> bool {
    let mut seen = HashSet::new();
    details
        .raw()
        .names()
        .into_iter()
        .all(|name| seen.insert(name))
}

/// Decides with every expectation that the evidence itself suggests, and checks each "paid" against
/// an independent implementation of the gateway's rule.
pub fn decisions(evidence: &impl Evidence, details: &Details, object: &Object) {
    let Some(order) = word(object.get("order_id")).and_then(|id| OrderId::new(id).ok()) else {
        return;
    };
    // serde_json changes the spelling of a number; the raw text keeps it.
    let gross = details.raw().text("gross_amount");
    let gross_number: Option<u64> = gross.as_deref().and_then(whole);
    let within =
        &object.get("metadata").cloned().unwrap_or_default()["extra_info"]["gross_amount_info"];
    let beside = &object.get("extra_info").cloned().unwrap_or_default()["gross_amount_info"];
    if within["original_amount"].is_f64() || beside["original_amount"].is_f64() {
        return;
    }
    let original_in = |fee: &Value| word(fee.get("original_amount")).as_deref().and_then(whole);
    let original = match (within.is_null(), beside.is_null()) {
        (false, false) => {
            original_in(within).filter(|original| original_in(beside) == Some(*original))
        }
        (false, true) => original_in(within),
        (true, _) => original_in(beside),
    };
    let around = gross_number
        .into_iter()
        .flat_map(|gross| [gross, gross.saturating_sub(1), gross.saturating_add(1)]);
    for amount in around.chain(original).chain([11_000]) {
        let expected = Expected::new(order.clone(), Rupiah::new(amount));
        if decide(&expected, evidence) != Decision::Paid {
            continue;
        }
        assert_eq!(
            word(object.get("status_code")).as_deref(),
            Some("200"),
            "paid with another code"
        );
        let status = word(object.get("transaction_status"))
            .unwrap_or_default()
            .to_ascii_lowercase();
        assert!(
            status == "settlement" || status == "capture",
            "paid with status {status}"
        );
        let fraud = word(object.get("fraud_status"));
        assert!(
            fraud.is_none_or(|fraud| fraud.eq_ignore_ascii_case("accept")),
            "paid in spite of fraud"
        );
        let gross = gross_number.expect("paid without an amount");
        assert!(
            gross == amount || (gross > amount && original == Some(amount)),
            "paid with another amount"
        );
        let currency = word(object.get("currency"));
        assert!(
            currency.is_none_or(|currency| currency.eq_ignore_ascii_case("IDR")),
            "paid in another currency"
        );
    }
    let other = Expected::new(
        OrderId::new("never-ordered").expect("a valid id"),
        Rupiah::new(11_000),
    );
    if order.as_str() != "never-ordered" {
        assert!(
            matches!(decide(&other, evidence), Decision::Review(_)),
            "decided about another order"
        );
    }
    everything_can_be_asked(details);
}

/// Reads whole rupiah in an independent way: through the text's characters from the end.
fn whole(text: &str) -> Option<u64> {
    let cut = match text.find('.') {
        Some(point) if text[point + 1..].is_empty() => return None,
        Some(point) if text[point + 1..].trim_end_matches('0').is_empty() => &text[..point],
        Some(_) => return None,
        None => text,
    };
    let number: u64 = cut.parse().ok()?;
    (number.to_string() == cut).then_some(number)
}

fn everything_can_be_asked(details: &Details) {
    let _ = (
        details.transaction_time(),
        details.settlement_time(),
        details.expiry_time(),
    );
    let _ = (
        details.status_message(),
        details.merchant_id(),
        details.currency(),
    );
    let _ = (
        details.channel_response_code(),
        details.channel_response_message(),
    );
    let _ = (
        details.refund_amount(),
        details.refund_key(),
        details.refunds(),
        details.refunded(),
    );
    let _ = (
        details.custom_field1(),
        details.custom_field2(),
        details.custom_field3(),
    );
    let _ = (details.metadata(), details.gross_amount_info());
    let _ = format!("{details:?}");
}
