//! The messages of Snap, linked accounts, subscriptions, payment links, invoices, balance and
//! history.

mod answers;
mod requests;

use midtrans_protocol::notification::{
    PayAccountNotification, SubscriptionEvent, SubscriptionEventKind, signature,
};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::webhook::Rejection;
use midtrans_protocol::{GatewayReply, ServerKey, decode};
use serde_json::Value;

use super::judge::Verdict;

/// The verdict on a message of one of these products; `None` where it is of none, and where every
/// product has it in the same shape.
pub(super) fn judge(method: &str, kind: &str, text: &str) -> Option<Verdict> {
    let problems = match (method, kind) {
        ("pay-account", "notification") => linked(text),
        ("subscription", "notification") => told(text),
        _ => requests::judge(method, kind, text).or_else(|| answers::judge(method, kind, text))?,
    };
    Some(if problems.is_empty() {
        Verdict::Read { verified: false }
    } else {
        Verdict::Failed(problems)
    })
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The field of that name as text.
fn field(text: &str, name: &str) -> String {
    match &object(text)[name] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Reads an answer to an operation, or says why it cannot be read.
fn answer<O: Operation>(
    operation: Result<O, midtrans_protocol::InvalidInput>,
    text: &str,
) -> Result<O::Reply, Vec<String>> {
    let operation = operation.map_err(|error| vec![error.to_string()])?;
    let status = "200".parse().map_err(|_| vec!["no status".to_owned()])?;
    let reply = GatewayReply::from_own_client(status, text.into());
    decode(&operation, reply).map_err(|error| vec![error.to_string()])
}

/// Says which fields are in the message and were not read, or the other way about.
fn present(text: &str, read: &[(&str, bool)]) -> Vec<String> {
    let object = object(text);
    let wrong = read.iter().filter(|(name, is_read)| {
        let path = format!("/{}", name.replace('.', "/"));
        let is_there = object.pointer(&path).is_some_and(|value| !value.is_null());
        is_there != *is_read
    });
    wrong
        .map(|(name, is_read)| {
            if *is_read {
                format!("{name}: it was read and is not there")
            } else {
                format!("{name}: it is there and was not read")
            }
        })
        .collect()
}

/// Signs a notification about a linked account anew, and reads it.
fn linked(text: &str) -> Vec<String> {
    let Ok(key) = ServerKey::new("SB-Mid-server-wire") else {
        return vec!["no key to sign with".to_owned()];
    };
    let (id, status, code) = (
        field(text, "account_id"),
        field(text, "account_status"),
        field(text, "status_code"),
    );
    let signed = signature::sign_pay_account(&id, &status, &code, &key);
    let claimed = format!("\"{}\"", field(text, "signature_key"));
    let body = text.replace(&claimed, &format!("\"{signed}\""));
    let keys = key.into();
    let notification = match PayAccountNotification::verify(body.as_bytes(), &keys) {
        Ok(notification) => notification,
        Err(rejection) => return vec![format!("signed anew: {rejection}")],
    };
    let mut problems = Vec::new();
    let read = [
        notification.account_id().as_str(),
        notification.account_status().as_str(),
        notification.status_code(),
    ];
    if read != [id.as_str(), status.as_str(), code.as_str()] {
        problems.push("the signed texts are not what stands there".to_owned());
    }
    let forged = PayAccountNotification::verify(text.as_bytes(), &keys);
    if !matches!(forged, Err(Rejection::Forged)) {
        problems.push("a strange key does not make it forged".to_owned());
    }
    problems
}

fn told(text: &str) -> Vec<String> {
    let event = match SubscriptionEvent::read(text.as_bytes()) {
        Ok(event) => event,
        Err(rejection) => return vec![rejection.to_string()],
    };
    let is_charge = object(text)["event_name"] == "subscription.charge";
    let mut problems = present(
        text,
        &[
            (
                "transaction.transaction_id",
                event.to_confirm_transaction().is_some(),
            ),
            ("transaction.status_code", event.reported_code().is_some()),
            (
                "transaction.transaction_status",
                event.reported_status().is_some(),
            ),
        ],
    );
    if (event.kind() == SubscriptionEventKind::Charged) != is_charge {
        problems.push("event_name: the kind differs".to_owned());
    }
    let subscription = event.reported();
    let own = subscription.raw().as_str();
    problems.extend(answers::subscription(own, &subscription));
    problems
}

#[cfg(test)]
mod tests {
    use super::super::judge::{Verdict, judge};

    fn problems(name: &str, text: &str) -> usize {
        match judge(name, text) {
            Verdict::Failed(problems) => problems.len(),
            Verdict::Read { .. } => 0,
            Verdict::Skipped(_) | Verdict::Repaired(_) => panic!("{name}: it is none of these"),
        }
    }

    #[test]
    fn a_request_that_would_be_sent_otherwise_is_a_problem() {
        let order = r#"{"transaction_details":{"order_id":"wire-1","gross_amount":5000}}"#;
        assert_eq!(problems("snap--transaction-request--x.json", order), 0);
        let units = r#"{"transaction_details":{"order_id":"wire-1","gross_amount":5000},
            "expiry":{"unit":"minutes","duration":180}}"#;
        assert_eq!(problems("snap--transaction-request--x.json", units), 0);
        let no_amount = r#"{"transaction_details":{"order_id":"wire-1"}}"#;
        assert_eq!(problems("snap--transaction-request--x.json", no_amount), 1);
        assert_eq!(problems("subscription--create-request--x.json", "{"), 1);
    }

    #[test]
    fn an_answer_that_loses_a_field_is_a_problem() {
        let made = r#"{"token":"t-1","redirect_url":"https://app.sandbox.midtrans.com/snap/v3/redirection/t-1"}"#;
        assert_eq!(problems("snap--transaction-response--x.json", made), 0);
        let elsewhere = made.replace("app.sandbox", "app.evil");
        assert_eq!(
            problems("snap--transaction-response--x.json", &elsewhere),
            1
        );
        let odd = r#"{"canceled_at":"yesterday"}"#;
        assert_eq!(problems("snap--cancel-response--x.json", odd), 1);
    }

    #[test]
    fn a_family_that_is_not_told_is_a_problem() {
        let linked = r#"{"account_id":"a","account_status":"ENABLED","status_code":"200","signature_key":"00"}"#;
        assert_eq!(problems("pay-account--notification--x.json", linked), 0);
        let both = linked.replace("\"account_id\"", "\"order_id\":\"o\",\"account_id\"");
        assert_eq!(problems("pay-account--notification--x.json", &both), 1);
        assert_eq!(problems("subscription--notification--x.json", linked), 1);
    }
}
