//! Changes a notification's fields, and signs it again.

use midtrans_protocol::ServerKey;
use midtrans_protocol::notification::signature;
use serde_json::Value;

use crate::failure::Failure;
use crate::field_change::Change;

/// The body with all changes. One without changes stays as it is, to the byte.
pub(crate) fn changed(body: &str, changes: &[Change]) -> Result<String, Failure> {
    if changes.is_empty() {
        return Ok(body.to_owned());
    }
    let mut json = parsed(body)?;
    for change in changes {
        change.apply(&mut json).map_err(impossible)?;
    }
    Ok(json.to_string())
}

fn impossible(field: String) -> Failure {
    Failure::usage(format!("the notification has no place for {field}"))
        .next("midtrans trigger EVENT --dry-run shows the fields")
}

/// The fields that the signature of a payment's notification covers, in its order.
pub(crate) const OF_PAYMENT: [&str; 3] = ["order_id", "status_code", "gross_amount"];

/// The fields that the signature of a linked account's notification covers, in its order.
pub(crate) const OF_PAY_ACCOUNT: [&str; 3] = ["account_id", "account_status", "status_code"];

/// The body with the signature that this key makes over three fields of its own.
pub(crate) fn signed(
    body: &str,
    [first, second, third]: [&str; 3],
    key: &ServerKey,
) -> Result<String, Failure> {
    let mut json = parsed(body)?;
    let text = |name: &str| match &json[name] {
        Value::String(text) if !text.is_empty() => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(
            Failure::usage(format!("without {name} there is nothing to sign"))
                .next("add --forge to send it without a fitting signature"),
        ),
    };
    let made = signature::sign(&text(first)?, &text(second)?, &text(third)?, key);
    match &json["signature_key"] {
        // Everything else stays as it is, also the order of the fields.
        Value::String(old)
            if old.len() == made.len() && body.matches(old.as_str()).count() == 1 =>
        {
            Ok(body.replace(old.as_str(), &made))
        }
        _ => {
            json["signature_key"] = Value::from(made);
            Ok(json.to_string())
        }
    }
}

fn parsed(body: &str) -> Result<Value, Failure> {
    serde_json::from_str(body)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Failure::usage("the notification is not a JSON object"))
}

#[cfg(test)]
mod tests {
    use midtrans_protocol::{ServerKeys, notification};
    use proptest::prelude::{any, prop_assert, proptest};

    use super::*;

    const BODY: &str = r#"{"z":1,"order_id":"o-1","status_code":"200","gross_amount":"1.00","refunds":[{"a":"b"}]}"#;

    #[test]
    fn what_was_signed_again_is_genuine_and_otherwise_unchanged() {
        let key = ServerKey::new("SB-Mid-server-x").unwrap();
        let first = signed(BODY, OF_PAYMENT, &key).unwrap();
        assert!(notification::verify(first.as_bytes(), &ServerKeys::from(key)).is_ok());
        let other = ServerKey::new("SB-Mid-server-y").unwrap();
        let second = signed(&first, OF_PAYMENT, &other).unwrap();
        assert!(notification::verify(second.as_bytes(), &ServerKeys::from(other)).is_ok());
        assert_eq!(first.len(), second.len());
        assert!(
            signed(
                r#"{"order_id":"o-1"}"#,
                OF_PAYMENT,
                &ServerKey::new("k").unwrap()
            )
            .is_err()
        );
    }

    proptest! {
        #[test]
        fn no_text_and_no_change_makes_it_panic(body in any::<String>(), change in any::<String>()) {
            let changes: Vec<_> = Change::set(&change).into_iter().chain(Change::unset(&change)).collect();
            let _ = changed(&body, &changes);
            let _ = signed(&body, OF_PAYMENT, &ServerKey::new("k").unwrap());
            prop_assert!(changed(&body, &[]).is_ok());
        }
    }
}
