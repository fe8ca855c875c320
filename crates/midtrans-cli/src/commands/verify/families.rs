//! Messages about linked accounts and subscriptions.

use midtrans_protocol::notification::{
    PayAccountNotification, SubscriptionEvent, SubscriptionEventKind,
};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::transaction::{GetStatus, TransactionStatus};
use serde_json::{Value, json};

use crate::report::Report;
use crate::terminal::{Tone, quoted};

/// Reports a message about a linked account, which is genuine.
pub(super) fn pay_account(report: &mut Report, told: &PayAccountNotification) {
    const SIGNED: [&str; 3] = ["account_id", "account_status", "status_code"];
    let id = told.account_id().as_str();
    let status = told.account_status().as_str();
    report
        .row("genuine", "yes, signed with your server key", Tone::Good)
        .data("genuine", true)
        .row(
            "about",
            "a linked GoPay account, and no payment",
            Tone::Neutral,
        )
        .data("family", "pay_account");
    let signed = SIGNED.iter().zip([id, status, told.status_code()]);
    let signed = signed.map(|(name, value)| ((*name).to_owned(), Value::from(value)));
    report.group("signed", "signed", signed);
    let raw = told.raw();
    let others = raw.names().into_iter().filter(|name| {
        let name = name.as_str();
        !SIGNED.contains(&name) && name != "signature_key"
    });
    let others = others.map(|name| {
        let value = raw.field::<Value>(&name).unwrap_or_default();
        (name, value)
    });
    let others: Vec<_> = others.collect();
    report.group("reported", "reported, not signed", others);
    let ask = format!("midtrans pay-account get {}", quoted(id));
    report
        .line(&format!("next: {ask}"))
        .data("next", json!([ask]));
}

/// Reports an event of a subscription, which nothing proves. Its token and its customer are left
/// out.
pub(super) fn subscription(report: &mut Report, event: &SubscriptionEvent) {
    let what = match event.kind() {
        SubscriptionEventKind::Created => "a subscription that was made, says the sender",
        _ => "a charge of a subscription, says the sender",
    };
    report
        .row(
            "genuine",
            "unknown: the gateway signs no event of a subscription",
            Tone::Careful,
        )
        .data("genuine", false)
        .row("about", what, Tone::Neutral)
        .data("family", "subscription");
    let id = event.subscription_id().as_str();
    let subscription = event.reported();
    let transaction = event.to_confirm_transaction();
    let transaction = transaction.as_ref().and_then(GetStatus::target);
    let status = subscription.status();
    let charged = event.reported_status();
    let fields = [
        ("subscription_id", Some(id.to_owned())),
        ("name", subscription.name()),
        ("status", status.map(|status| status.as_str().to_owned())),
        ("transaction_id", transaction.map(str::to_owned)),
        ("transaction_status", charged.as_ref().map(word)),
        ("status_code", event.reported_code()),
    ];
    let fields = fields.into_iter();
    let fields = fields.filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
    report.group(
        "reported",
        "reported, not signed",
        fields.collect::<Vec<_>>(),
    );
    let mut steps = vec![format!("midtrans subscription get {}", quoted(id))];
    steps.extend(transaction.map(|id| format!("midtrans status {}", quoted(id))));
    report.line("A reason to ask, and never to believe: anyone can send one.");
    for step in &steps {
        report.line(&format!("next: {step}"));
    }
    report.data("next", json!(steps));
}

fn word(status: &TransactionStatus) -> String {
    status.as_str().to_owned()
}
