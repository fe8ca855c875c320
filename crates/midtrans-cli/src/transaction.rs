//! Reports a transaction from the gateway's own answer.

use midtrans_protocol::transaction::{Details, RefundDetails};
use midtrans_protocol::{Decision, Expected, Transaction, decide};
use serde_json::Value;

use crate::exit::Exit;
use crate::instructions;
use crate::meaning;
use crate::report::Report;
use crate::terminal::Tone;

/// Adds the fields of a transaction.
pub(crate) fn describe(report: &mut Report, transaction: &Transaction) {
    let details = transaction.details();
    report
        .field("order_id", transaction.order_id())
        .field("transaction_id", transaction.transaction_id())
        .field(
            "payment_type",
            details.payment_type().map(|kind| kind.as_str()),
        )
        .field(
            "gross_amount",
            transaction.gross_amount().map(|amount| amount.as_str()),
        )
        .field(
            "transaction_status",
            transaction
                .transaction_status()
                .map(|status| status.as_str()),
        )
        .field(
            "fraud_status",
            details.fraud_status().map(|status| status.as_str()),
        )
        .field("status_code", transaction.status_code())
        .field("status_message", details.status_message());
    times(report, details);
    if let Some(amount) = details.refund_amount() {
        // The gateway tells the sum, also where it answers to one refund.
        report
            .row("refunded in all", amount.as_str(), Tone::Neutral)
            .data("refund_amount", amount.as_str());
    }
    report.field("refund_key", details.refund_key());
    let refunds = details.refunds();
    for refund in &refunds {
        report.row("refund", &refund_line(refund), Tone::Neutral);
    }
    if let Some(url) = transaction.redirect_url() {
        report.data("redirect_url", url);
    }
    instructions::describe(report, transaction);
    // The reply was read as JSON before.
    report.data(
        "reply",
        serde_json::from_str::<Value>(details.raw().as_str()).unwrap_or_default(),
    );
}

/// Adds the decision for an expected payment, and returns its exit code.
pub(crate) fn judge(report: &mut Report, expected: &Expected, transaction: &Transaction) -> Exit {
    let decision = decide(expected, transaction);
    meaning::describe(report, decision);
    if matches!(decision, Decision::Review(_)) {
        // This was the gateway's own answer: no other source can decide it.
        report.row("", "a person has to look", Tone::Careful);
    }
    Exit::of(decision)
}

fn times(report: &mut Report, details: &Details) {
    for (name, time) in [
        ("transaction_time", details.transaction_time()),
        ("settlement_time", details.settlement_time()),
        ("expiry_time", details.expiry_time()),
    ] {
        report.time(name, time);
    }
}

fn refund_line(refund: &RefundDetails) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
    let confirmed = match &refund.bank_confirmed_at {
        Some(time) => format!("the bank confirmed it {time} WIB"),
        None => "the bank has not confirmed it".to_owned(),
    };
    format!(
        "{} under key {}, {confirmed}",
        text(&refund.refund_amount),
        text(&refund.refund_key)
    )
}
