//! Reading a refusal out of a reply.

use http::StatusCode;
use serde_json::Value;

use super::ApiError;
use super::code::{gateway_code, numeric, own_code};
use crate::raw;

/// The refusal in a reply, or `None` if it is an answer (or unreadable).
pub(crate) fn refusal(http_status: StatusCode, body: &[u8]) -> Option<ApiError> {
    if http_status.is_success() && http_status != StatusCode::ACCEPTED && begins_with_success(body)
    {
        return None;
    }
    judged(http_status, body)
}

fn judged(http_status: StatusCode, body: &[u8]) -> Option<ApiError> {
    let code = gateway_code(body);
    let accepted = match code.as_deref().map(numeric) {
        // 202 is a denied transaction and 407 an expired one: states, and not refusals.
        Some(Some(200..=299 | 407)) => true,
        Some(_) => false,
        None => http_status.is_success(),
    };
    if !accepted {
        return Some(api_error(http_status, code, body));
    }
    let in_progress = http_status == StatusCode::ACCEPTED && !names_transaction(body);
    in_progress.then(|| ApiError {
        in_progress,
        ..api_error(http_status, code, body)
    })
}

/// Returns whether the body's first field is a `status_code` of success, as in every answer of the
/// Core API. Such a body is no refusal, and looking for the code would only read all of it twice.
fn begins_with_success(body: &[u8]) -> bool {
    let mut left = body;
    for start in [b"{".as_slice(), b"\"status_code\"", b":", b"\"2"] {
        let Some(rest) = left.trim_ascii_start().strip_prefix(start) else {
            return false;
        };
        left = rest;
    }
    matches!(left, [tens, ones, b'"', ..] if tens.is_ascii_digit() && ones.is_ascii_digit())
}

/// A denied charge is HTTP 202 too, but it names its transaction. So is a refused link to an
/// account, which has the provider's code.
fn names_transaction(body: &[u8]) -> bool {
    let json = std::str::from_utf8(body).unwrap_or_default();
    let has_text = |name| raw::find(json, name).and_then(raw::scalar_text).is_some();
    has_text("transaction_status")
        || has_text("transaction_id")
        || has_text("channel_response_code")
}

pub(super) fn api_error(
    http_status: StatusCode,
    status_code: Option<String>,
    body: &[u8],
) -> ApiError {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut messages = Vec::new();
    for name in ["status_message", "responseMessage", "error_messages"] {
        texts(&json[name], &mut messages);
    }
    for error in json["errors"].as_array().into_iter().flatten() {
        texts(&error["message"], &mut messages);
    }
    let mut validation_messages = Vec::new();
    texts(&json["validation_messages"], &mut validation_messages);
    let id = json["id"]
        .as_str()
        .or(json["Id"].as_str())
        .map(str::to_owned);
    ApiError {
        http_status,
        status_code,
        messages,
        validation_messages,
        id,
        own_code: own_code(body),
        in_progress: false,
        denied: false,
        advice: None,
        body: body.to_vec(),
    }
}

/// A text, or a list of texts.
fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(values) => {
            into.extend(values.iter().filter_map(Value::as_str).map(str::to_owned))
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    proptest! {
        #[test]
        fn what_begins_with_success_is_never_a_refusal(
            body in r#"[ \n]?\{[ \n]?"(status_code|x)"[ \n]?:[ \n]?"?[2-4][0-9a]{1,3}"?(,"status_code":"4[0-9]{2}")?[ -~]{0,4}\}?"#
        ) {
            let refused = judged(StatusCode::OK, body.as_bytes()).is_some();
            prop_assert!(!(refused && begins_with_success(body.as_bytes())), "{}", body);
        }
    }

    #[test]
    fn the_core_apis_answers_begin_with_success() {
        for body in [
            r#"{"status_code":"201"}"#,
            "{\n  \"status_code\" : \"200\",\n  \"x\": 1}",
        ] {
            assert!(begins_with_success(body.as_bytes()), "{body}");
        }
        for body in [
            "",
            "{",
            r#"{"status_code":"407"}"#,
            r#"{"status_code":"2002500"}"#,
            r#"{"status_code":200}"#,
        ] {
            assert!(!begins_with_success(body.as_bytes()), "{body}");
        }
    }
}
