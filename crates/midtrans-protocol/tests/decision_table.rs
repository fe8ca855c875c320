//! The gateway's decision table, line by line, for a signed notification and for an answer over
//! TLS.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, answered, expected, notified, settlement, with};
use midtrans_protocol::Decision::{Disputed, Failed, Paid, Pending, Refunded};
use midtrans_protocol::decision::Extent::{Full, Partial};
use midtrans_protocol::decision::Failure::{Cancelled, Denied, Error, Expired};
use midtrans_protocol::decision::Review::{CodeDisagrees, Fraud, UnknownStatus};
use midtrans_protocol::{Decision, decide};
use serde_json::{Value, json};

const DISAGREES: Decision = Decision::Review(CodeDisagrees);
const FRAUD: Decision = Decision::Review(Fraud);
const UNKNOWN: Decision = Decision::Review(UnknownStatus);

/// Status code, transaction status, fraud status, what a notification decides, what an answer
/// decides.
#[rustfmt::skip]
const TABLE: &[(&str, &str, Option<&str>, Decision, Decision)] = &[
    // The documented lines.
    ("200", "settlement", Some("accept"), Paid, Paid),
    ("200", "settlement", None, Paid, Paid),
    ("200", "capture", Some("accept"), Paid, Paid),
    ("200", "capture", None, Paid, Paid),
    ("201", "capture", Some("challenge"), FRAUD, FRAUD),
    ("201", "authorize", Some("challenge"), FRAUD, FRAUD),
    ("200", "authorize", Some("accept"), Pending, Pending),
    ("201", "pending", Some("accept"), Pending, Pending),
    ("201", "pending", None, Pending, Pending),
    ("202", "deny", Some("accept"), Failed(Denied), Failed(Denied)),
    ("202", "deny", Some("deny"), Failed(Denied), Failed(Denied)),
    ("202", "deny", None, Failed(Denied), Failed(Denied)),
    ("202", "expire", Some("accept"), Failed(Expired), Failed(Expired)),
    ("202", "cancel", Some("accept"), Failed(Cancelled), Failed(Cancelled)),
    ("407", "expire", Some("accept"), Failed(Expired), Failed(Expired)),
    ("200", "refund", Some("accept"), Refunded(Full), Refunded(Full)),
    ("200", "refund", None, Refunded(Full), Refunded(Full)),
    ("200", "partial_refund", Some("accept"), Refunded(Partial), Refunded(Partial)),
    ("200", "partial_refund", None, Refunded(Partial), Refunded(Partial)),
    ("200", "chargeback", None, Disputed(Full), Disputed(Full)),
    ("200", "partial_chargeback", None, Disputed(Partial), Disputed(Partial)),
    ("202", "failure", None, Failed(Error), Failed(Error)),
    // Codes of answers. A notification with 200 has the signature that a paid one has, and so says
    // nothing else.
    ("200", "cancel", Some("accept"), DISAGREES, Failed(Cancelled)),
    ("200", "deny", Some("deny"), DISAGREES, Failed(Denied)),
    ("200", "expire", Some("accept"), DISAGREES, Failed(Expired)),
    ("200", "failure", None, DISAGREES, Failed(Error)),
    ("200", "pending", Some("accept"), DISAGREES, Pending),
    // A direct refund that the provider refused.
    ("202", "settlement", Some("accept"), DISAGREES, DISAGREES),
    // Codes that belong to another status.
    ("201", "settlement", Some("accept"), DISAGREES, DISAGREES),
    ("407", "settlement", Some("accept"), DISAGREES, DISAGREES),
    ("204", "settlement", Some("accept"), DISAGREES, DISAGREES),
    ("201", "capture", Some("accept"), DISAGREES, DISAGREES),
    ("202", "pending", Some("accept"), DISAGREES, DISAGREES),
    ("202", "refund", Some("accept"), DISAGREES, DISAGREES),
    ("201", "partial_refund", None, DISAGREES, DISAGREES),
    ("201", "chargeback", None, DISAGREES, DISAGREES),
    ("201", "deny", Some("accept"), DISAGREES, DISAGREES),
    ("201", "expire", Some("accept"), DISAGREES, DISAGREES),
    // Fraud detection did not accept, or its word is unknown.
    ("200", "capture", Some("challenge"), FRAUD, FRAUD),
    ("200", "capture", Some("deny"), FRAUD, FRAUD),
    ("200", "settlement", Some("denied"), FRAUD, FRAUD),
    ("200", "settlement", Some("hold"), FRAUD, FRAUD),
    ("200", "settlement", Some(""), FRAUD, FRAUD),
    ("201", "pending", Some("challenge"), FRAUD, FRAUD),
    // Case does not matter, and one page writes `expired`.
    ("200", "SETTLEMENT", Some("ACCEPT"), Paid, Paid),
    ("200", "Capture", Some("Accept"), Paid, Paid),
    ("201", "PENDING", Some("accept"), Pending, Pending),
    ("200", "PENDING", Some("accept"), DISAGREES, Pending),
    ("202", "expired", Some("accept"), Failed(Expired), Failed(Expired)),
    // An unknown status is neither paid nor failed.
    ("200", "PARTIAL_SETTLEMENT", Some("accept"), UNKNOWN, UNKNOWN),
    ("200", "settled", Some("accept"), UNKNOWN, UNKNOWN),
    ("202", "denied", Some("deny"), UNKNOWN, UNKNOWN),
    ("200", "", Some("accept"), UNKNOWN, UNKNOWN),
];

fn evidence(code: &str, status: &str, fraud: Option<&str>) -> Value {
    with(
        settlement(),
        json!({ "status_code": code, "transaction_status": status, "fraud_status": fraud }),
    )
}

#[test]
fn a_notification_decides_as_the_table_says() {
    for (code, status, fraud, decision, _) in TABLE {
        let notification = notified(&evidence(code, status, *fraud));
        assert_eq!(
            decide(&expected(ORDER, 125_000), &notification),
            *decision,
            "{code} {status} {fraud:?}"
        );
    }
}

#[test]
fn an_answer_decides_as_the_table_says() {
    for (code, status, fraud, _, decision) in TABLE {
        let transaction = answered(&evidence(code, status, *fraud));
        assert_eq!(
            decide(&expected(ORDER, 125_000), &transaction),
            *decision,
            "{code} {status} {fraud:?}"
        );
    }
}

#[test]
fn without_a_status_or_a_code_there_is_no_decision() {
    let without_status = with(settlement(), json!({ "transaction_status": null }));
    assert_eq!(
        decide(&expected(ORDER, 125_000), &notified(&without_status)),
        UNKNOWN
    );
    assert_eq!(
        decide(&expected(ORDER, 125_000), &answered(&without_status)),
        UNKNOWN
    );
    let odd = with(
        settlement(),
        json!({ "transaction_status": ["settlement"] }),
    );
    assert_eq!(decide(&expected(ORDER, 125_000), &notified(&odd)), UNKNOWN);
    let without_code = with(settlement(), json!({ "status_code": null }));
    assert_eq!(
        decide(&expected(ORDER, 125_000), &answered(&without_code)),
        DISAGREES
    );
}

#[test]
fn an_unquoted_code_counts_like_a_quoted_one() {
    let object = with(settlement(), json!({ "status_code": 200 }));
    assert_eq!(decide(&expected(ORDER, 125_000), &notified(&object)), Paid);
    assert_eq!(decide(&expected(ORDER, 125_000), &answered(&object)), Paid);
}
