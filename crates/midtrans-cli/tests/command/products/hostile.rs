//! Answers that would steer a terminal, or that are about something else.

use serde_json::{Value, json};

use super::{asked, fed, words};

/// A text that would clear the screen, turn the direction of writing, and begin a line of its own.
const STEERING: &str = "a\u{1b}[2Jb\u{202e}c\nnext: midtrans evil\u{7}";

/// The answer with every text steering, but for those that the reading checks.
fn steered(answer: &Value, kept: &[&str]) -> Value {
    match answer {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let value = if kept.contains(&name.as_str()) {
                    value.clone()
                } else {
                    steered(value, kept)
                };
                (name.clone(), value)
            });
            Value::Object(fields.collect())
        }
        Value::Array(entries) => entries.iter().map(|entry| steered(entry, kept)).collect(),
        Value::String(_) => STEERING.into(),
        other => other.clone(),
    }
}

#[test]
fn what_the_gateway_says_does_not_steer_the_terminal() {
    let session = json!({"token": "t-1", "redirect_url": "u"});
    let preferences = json!({"merchant_id": "m", "display_name": "d", "locale": "l",
        "payment_channels": [{"name": "n", "enabled": true}]});
    let subscription = json!({"id": "s-1", "name": "kopi", "amount": "1", "status": "s",
        "schedule": {"interval": 2, "interval_unit": "u"}, "transaction_ids": ["t"]});
    let account = json!({"account_id": "a-1", "account_status": "s", "status_code": "201",
        "actions": [{"name": "activation-link-url", "url": "u"}],
        "metadata": {"payment_options": [{"name": "n", "active": true, "token": "t", "balance": {"value": "v"}}]}});
    let promotions = json!({"account_id": "a-1", "recommended_promotion_id": "p",
        "promotions": [{"id": "i", "title": "t", "promotion_amount": "a"}]});
    let link = json!({"order_id": "link-1", "payment_url": "u", "payment_link_url": "u",
        "payment_link_id": "i", "gross_amount": "g", "enabled_payments": ["e"],
        "purchases": [{"order_id": "o", "payment_status": "s", "payment_method": "m"}]});
    let deleted = json!({"message": "m"});
    let updated = json!({"status_message": "m"});
    let invoice = json!({"id": "i-1", "order_id": "o", "status": "s", "gross_amount": "g",
        "pdf_url": "p", "payment_link_url": "l", "virtual_accounts": [{"bank": "b", "number": "n"}]});
    let balance =
        json!({"currency": "c", "opening_balance_overall": "o", "wallets": [{"source": "s"}]});
    let calls: [(&str, &Value); 12] = [
        ("snap create --order order-1 --amount 40000", &session),
        ("snap preferences", &preferences),
        (
            "subscription create --name kopi --amount 1 --every day",
            &subscription,
        ),
        ("subscription get s-1", &subscription),
        ("subscription enable s-1", &updated),
        ("pay-account create --phone 81234567890", &account),
        ("pay-account get a-1", &account),
        ("pay-account promotions a-1 --amount 5000", &promotions),
        ("link create --order link-1 --amount 5000", &link),
        ("link get link-1", &link),
        ("invoice get i-1", &invoice),
        ("balance", &balance),
    ];
    for (line, answer) in calls {
        let kept: &[&str] = if line.starts_with("link") || line.starts_with("snap") {
            &["token", "order_id"]
        } else if line.starts_with("pay-account") {
            &["account_id", "status_code"]
        } else {
            &["id", "name"]
        };
        let answer = steered(answer, kept);
        let (ran, _) = fed(&words(line), b"MARKER-token", "200 OK", &answer);
        let ran = ran.says(0, &["\\u{1b}[2J"]);
        says_plainly(line, &ran.out);
    }
    let (ran, _) = asked(
        &words("link delete link-1"),
        "200 OK",
        &steered(&deleted, &[]),
    );
    says_plainly("link delete", &ran.says(0, &["\\u{1b}"]).out);
}

#[track_caller]
fn says_plainly(line: &str, said: &str) {
    let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!said.contains(steers), "{line}: {said:?}");
    assert!(!said.contains("\nnext: midtrans evil"), "{line}: {said:?}");
}

#[test]
fn a_refusal_does_not_steer_the_terminal() {
    let refusal = json!({"error_messages": [STEERING], "status_message": STEERING});
    for line in [
        "snap create --order order-1 --amount 40000",
        "subscription get s-1",
        "pay-account get a-1",
        "link get link-1",
        "invoice get i-1",
        "balance",
    ] {
        let (ran, _) = asked(&words(line), "400 Bad Request", &refusal);
        says_plainly(line, &ran.says(1, &["400"]).err);
    }
}

#[test]
fn an_answer_about_something_else_is_not_taken_for_this_one() {
    for (line, answer) in [
        (
            "subscription get s-1",
            json!({"id": "s-2", "token": "MARKER"}),
        ),
        ("pay-account get a-1", json!({"account_id": "a-2"})),
        (
            "pay-account promotions a-1 --amount 1",
            json!({"account_id": "a-2", "promotions": []}),
        ),
        (
            "link get link-1",
            json!({"order_id": "link-2", "payment_link_id": "x"}),
        ),
        ("invoice get i-1", json!({"id": "i-2"})),
    ] {
        let (ran, _) = asked(&words(line), "200 OK", &answer);
        let ran = ran.says(1, &["asked about"]);
        assert_eq!(ran.out, "", "{line}");
    }
    let other = json!({"order_id": "link-2", "payment_url": "https://app.midtrans.com/x"});
    let (ran, _) = asked(
        &words("link create --order link-1 --amount 5000"),
        "200 OK",
        &other,
    );
    ran.says(
        3,
        &[
            "the link of this order id",
            "next: midtrans link get link-1",
        ],
    );
}
