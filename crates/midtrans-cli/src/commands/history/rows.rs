//! Rows of the history.

use midtrans_protocol::history::TransactionRecord;
use serde_json::{Value, json};

pub(super) const COLUMNS: &[&str] = &[
    "time (WIB)",
    "type",
    "status",
    "amount",
    "fee",
    "your id",
    "channel",
];

pub(super) fn row(record: &TransactionRecord) -> Vec<String> {
    let amount = |amount: Option<_>| amount.map(text);
    let cells = [
        record.date_time().map(|time| time.to_string()),
        record
            .transaction_type()
            .map(|kind| kind.as_str().to_owned()),
        record.status(),
        amount(record.amount()),
        amount(record.fee()),
        record.partner_reference_no(),
        record.channel(),
    ];
    let cells = cells.into_iter();
    cells
        .map(|cell| cell.unwrap_or_else(|| "-".to_owned()))
        .collect()
}

fn text(amount: midtrans_protocol::money::WireAmount) -> String {
    amount.as_str().to_owned()
}

/// The customer's address and account are left out.
pub(super) fn json(record: &TransactionRecord) -> Value {
    json!({
        "date_time": record.date_time().map(|time| time.to_string()),
        "type": record.transaction_type().map(|kind| kind.as_str().to_owned()),
        "status": record.status(),
        "amount": record.amount().map(text),
        "fee": record.fee().map(text),
        "partner_reference_no": record.partner_reference_no(),
        "reference_no": record.reference_no(),
        "channel": record.channel(),
    })
}
