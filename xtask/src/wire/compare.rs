//! Comparisons of a message with what the crate read.

use midtrans_protocol::card::CardDetails;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::transaction::{Details, FraudStatus, RefundDetails, TransactionStatus};
use serde_json::{Map, Value};

/// Compares everything of a notification or an answer beside its signed texts.
pub(super) fn details(text: &str, details: &Details) -> Vec<String> {
    let fields: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let mut problems = Vec::new();
    if details.raw().as_str() != text || details.raw().names().len() != fields.len() {
        problems.push("the raw body differs".to_owned());
    }
    for (name, value) in &fields {
        if !value.is_null() && details.raw().field::<Value>(name).as_ref() != Some(value) {
            problems.push(format!("{name}: it cannot be read by name"));
        }
    }
    let time = |time: Option<midtrans_protocol::time::WibTime>| time.map(|time| time.to_string());
    let expiry = if fields.contains_key("expiry_time") {
        "expiry_time"
    } else {
        "expire_time"
    };
    problems.extend(texts(
        text,
        &[
            (
                "transaction_status",
                details
                    .transaction_status()
                    .map(|word| word.as_str().to_owned()),
            ),
            (
                "fraud_status",
                details.fraud_status().map(|word| word.as_str().to_owned()),
            ),
            (
                "payment_type",
                details.payment_type().map(|word| word.as_str().to_owned()),
            ),
            (
                "transaction_id",
                details.transaction_id().map(str::to_owned),
            ),
            ("transaction_time", time(details.transaction_time())),
            ("settlement_time", time(details.settlement_time())),
            (expiry, time(details.expiry_time())),
            ("status_message", details.status_message()),
            ("merchant_id", details.merchant_id()),
            ("currency", details.currency()),
            ("channel_response_code", details.channel_response_code()),
            (
                "channel_response_message",
                details.channel_response_message(),
            ),
            (
                "refund_amount",
                details
                    .refund_amount()
                    .map(|amount| amount.as_str().to_owned()),
            ),
            ("refund_key", details.refund_key()),
            ("custom_field1", details.custom_field1()),
            ("custom_field2", details.custom_field2()),
            ("custom_field3", details.custom_field3()),
        ],
    ));
    problems.extend(unknown_words(details));
    if details.metadata().as_ref() != fields.get("metadata").and_then(Value::as_object) {
        problems.push("metadata: it was lost".to_owned());
    }
    if text.contains("gross_amount_info") && details.gross_amount_info().is_none() {
        problems.push(
            "gross_amount_info: it was lost, or it stands in two places and differs".to_owned(),
        );
    }
    let listed = fields
        .get("refunds")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    problems.extend(refunds(listed, &details.refunds()));
    if let Some(found) = details.card() {
        problems.extend(card(text, &found));
    }
    problems
}

/// Compares the fields about a card. An approval code of blanks counts as absent.
fn card(text: &str, card: &CardDetails) -> Vec<String> {
    let fields: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let text = text.replace("\"      \"", "null");
    let number = |number: Option<u64>| number.map(|number| number.to_string());
    // Points come as a number or as a text with decimals.
    let points = |name: &str, rupiah: Option<midtrans_protocol::Rupiah>| match &fields.get(name) {
        Some(Value::String(text)) => rupiah.map(|_| text.clone()),
        _ => number(rupiah.map(midtrans_protocol::Rupiah::get)),
    };
    let completion = if fields.contains_key("challenge_completion") {
        "challenge_completion"
    } else {
        "three_ds_challenge_completion"
    };
    let token = card.saved_token_id.as_ref();
    let read = [
        ("masked_card", card.masked_card.clone()),
        ("bank", card.bank.clone()),
        (
            "card_type",
            card.card_type.as_ref().map(ToString::to_string),
        ),
        ("eci", card.eci.clone()),
        ("approval_code", card.approval_code.clone()),
        ("three_ds_version", card.three_ds_version.clone()),
        (
            completion,
            card.challenge_completion.map(|truth| truth.to_string()),
        ),
        (
            "saved_token_id",
            token.map(|token| token.as_str().to_owned()),
        ),
        (
            "saved_token_id_expired_at",
            card.saved_token_id_expired_at.map(|time| time.to_string()),
        ),
        (
            "installment_term",
            number(card.installment_term.map(u64::from)),
        ),
        ("on_us", card.on_us.map(|truth| truth.to_string())),
        ("channel", card.channel.clone()),
        ("channel_response_code", card.channel_response_code.clone()),
        (
            "channel_response_message",
            card.channel_response_message.clone(),
        ),
        ("point_redeem_quantity", number(card.point_redeem_quantity)),
        (
            "point_redeem_amount",
            points("point_redeem_amount", card.point_redeem_amount),
        ),
        (
            "point_balance_amount",
            points("point_balance_amount", card.point_balance_amount),
        ),
    ];
    texts(&text, &read)
}

fn unknown_words(details: &Details) -> Vec<String> {
    let mut problems = Vec::new();
    if let Some(TransactionStatus::Unknown(word)) = details.transaction_status() {
        problems.push(format!("transaction_status: {word:?} has no name"));
    }
    if let Some(FraudStatus::Unknown(word)) = details.fraud_status() {
        problems.push(format!("fraud_status: {word:?} has no name"));
    }
    if let Some(PaymentType::Unknown(word)) = details.payment_type() {
        problems.push(format!("payment_type: {word:?} has no name"));
    }
    problems
}

fn refunds(listed: &[Value], read: &[RefundDetails]) -> Vec<String> {
    if listed.len() != read.len() {
        return vec![format!(
            "refunds: {} of {} were read",
            read.len(),
            listed.len()
        )];
    }
    let pairs = listed.iter().zip(read).enumerate();
    let problems = pairs.flat_map(|(at, (value, refund))| {
        let fields = [
            ("refund_chargeback_id", refund.refund_chargeback_id.clone()),
            (
                "refund_chargeback_uuid",
                refund.refund_chargeback_uuid.clone(),
            ),
            ("refund_key", refund.refund_key.clone()),
            ("refund_amount", refund.refund_amount.clone()),
            ("refund_method", refund.refund_method.clone()),
            ("reason", refund.reason.clone()),
            ("created_at", refund.created_at.clone()),
            ("bank_confirmed_at", refund.bank_confirmed_at.clone()),
        ];
        texts(&value.to_string(), &fields)
            .into_iter()
            .map(move |problem| format!("refunds[{at}].{problem}"))
    });
    problems.collect()
}

/// Compares each named field of an object with what was read. Words are compared without case.
pub(super) fn texts(text: &str, read: &[(&str, Option<String>)]) -> Vec<String> {
    let object: Value = serde_json::from_str(text).unwrap_or_default();
    let mut problems = Vec::new();
    for (name, found) in read {
        match (spelled(&object[*name]), found) {
            (None, None) => {}
            (Some(said), Some(found)) if said.eq_ignore_ascii_case(found) => {}
            (Some(_), None) => problems.push(format!("{name}: it is there and was not read")),
            (None, Some(_)) => problems.push(format!("{name}: it was read and is not there")),
            (Some(_), Some(_)) => problems.push(format!("{name}: it was read as something else")),
        }
    }
    problems
}

fn spelled(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Returns every sentence of a refusal, in all of its shapes.
pub(super) fn sentences(object: &Value) -> Vec<String> {
    let fields = [
        "status_message",
        "responseMessage",
        "error_messages",
        "validation_messages",
    ];
    let mut values: Vec<&Value> = fields.iter().map(|field| &object[*field]).collect();
    values.extend(
        object["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| &error["message"]),
    );
    let texts = values.into_iter().flat_map(|value| match value {
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    });
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Compares a request with the same request written again; a number and its text are equal.
pub(super) fn requests(text: &str, sent: Option<&[u8]>) -> Vec<String> {
    let read = |bytes: &[u8]| {
        serde_json::from_slice::<Value>(bytes)
            .map(|value| spelled_out(&value))
            .ok()
    };
    match (read(text.as_bytes()), sent.and_then(read)) {
        (Some(said), Some(sent)) if said == sent => Vec::new(),
        (Some(said), Some(sent)) => vec![format!("it would be sent as {sent} and says {said}")],
        _ => vec!["no JSON".to_owned()],
    }
}

fn spelled_out(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(values) => values.iter().map(spelled_out).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match (name.as_str(), value) {
                // A word, and the gateway's pages write it in both ways.
                ("store", Value::String(word)) => (name.clone(), word.to_lowercase().into()),
                _ => (name.clone(), spelled_out(value)),
            })
            .collect(),
        other => other.clone(),
    }
}

/// Returns the JSON as a browser's form.
pub(super) fn form(json: &str) -> String {
    let escaped: String = json
        .bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("response={escaped}&callback_key=x")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_was_not_read_is_named() {
        let text = r#"{"a":"x","b":7,"c":null}"#;
        let read = |a: Option<&str>, b: Option<&str>, c: Option<&str>| {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            texts(text, &[("a", owned(a)), ("b", owned(b)), ("c", owned(c))]).len()
        };
        assert_eq!(read(Some("X"), Some("7"), None), 0);
        assert_eq!(read(None, Some("8"), Some("")), 3);
    }

    #[test]
    fn a_number_and_its_text_are_the_same_request() {
        assert!(requests(r#"{"a":[7]}"#, Some(br#"{"a":["7"]}"#)).is_empty());
        assert_eq!(requests(r#"{"a":7,"b":1}"#, Some(br#"{"a":7}"#)).len(), 1);
        assert_eq!(requests("{}", None).len(), 1);
    }

    #[test]
    fn every_shape_of_a_refusal_has_its_sentences() {
        let object = serde_json::json!({
            "status_message": ["one", "two"], "error_messages": ["three"], "validation_messages": ["four"],
            "errors": [{ "message": "five" }], "other": "six",
        });
        assert_eq!(sentences(&object).len(), 5);
    }
}
