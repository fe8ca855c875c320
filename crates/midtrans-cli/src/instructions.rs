//! The customer's instructions, in the gateway's six shapes.

use midtrans_protocol::Transaction;
use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::json;

use crate::qr_code;
use crate::report::Report;
use crate::terminal::Tone;

/// Adds what the customer needs for paying, as far as the answer says it.
pub(crate) fn describe(report: &mut Report, transaction: &Transaction) {
    let Some(instructions) = transaction.instructions() else {
        return;
    };
    report.data("instructions", json!(instructions));
    let rows = match &instructions {
        Instructions::Redirect(url) => vec![("redirect url", Some(url))],
        Instructions::VirtualAccount { bank, va_number } => {
            vec![("bank", Some(bank)), ("va number", Some(va_number))]
        }
        Instructions::Bill {
            biller_code,
            bill_key,
        } => vec![
            ("biller code", Some(biller_code)),
            ("bill key", Some(bill_key)),
        ],
        Instructions::PaymentCode {
            store,
            payment_code,
        } => vec![
            ("store", store.as_ref()),
            ("payment code", Some(payment_code)),
        ],
        Instructions::Wallet(wallet) => vec![
            ("qr text", wallet.qr_string.as_ref()),
            ("qr image", wallet.qr_image.as_ref()),
            ("deep link", wallet.deeplink.as_ref()),
        ],
        _ => Vec::new(),
    };
    for (label, value) in rows {
        if let Some(value) = value {
            report.row(label, value, Tone::Neutral);
        }
    }
    if let Instructions::Wallet(wallet) = &instructions
        && let Some(code) = wallet.qr_string.as_deref().and_then(qr_code::drawn)
    {
        report.drawing(code);
    }
}

/// OVO's app asks for 55 seconds, and the payment expires after 65.
/// ([OVO](https://docs.midtrans.com/reference/ewallet-ovo))
fn is_ovo(transaction: &Transaction) -> bool {
    transaction.details().payment_type() == Some(&PaymentType::Ovo)
}

fn is_reserved(transaction: &Transaction) -> bool {
    transaction.transaction_status() == Some(&TransactionStatus::Authorize)
}

/// Returns the shop's next step after a charge. Instructions of an unknown shape are in the reply.
pub(crate) fn next_step(transaction: &Transaction) -> &'static str {
    match transaction.instructions() {
        Some(Instructions::Redirect(_)) => {
            "send the customer's browser to the redirect url, and wait for the notification"
        }
        Some(Instructions::VirtualAccount { .. }) => {
            "show the customer the bank, the number and the amount, and wait for the notification"
        }
        Some(Instructions::Bill { .. }) => {
            "show the customer both numbers and the amount, and wait for the notification"
        }
        Some(Instructions::PaymentCode { .. }) => {
            "show the customer the code to pay at the counter, and wait for the notification"
        }
        Some(Instructions::Wallet(_)) => {
            "show the customer the QR code, or open the deep link on the phone, and wait for the notification"
        }
        Some(Instructions::ConfirmInApp) if is_ovo(transaction) => {
            "have the customer confirm in the OVO app within 55 seconds, and wait for the notification"
        }
        Some(Instructions::ConfirmInApp) => {
            "have the customer confirm in the app, and wait for the notification"
        }
        Some(Instructions::Wait) => {
            "tell the customer that the bank is deciding, and wait for the notification"
        }
        Some(Instructions::Nothing) if is_reserved(transaction) => {
            "the customer has nothing to do; take the money with midtrans capture"
        }
        Some(Instructions::Nothing) => "the customer has nothing to do",
        _ => "find out how the customer pays in the reply's own fields: --json shows them",
    }
}
