//! Requests: read, written again, and compared.

use midtrans_protocol::invoice::{Convert, InvoiceId, Void};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::snap::CreateTransaction;
use midtrans_protocol::{
    Environment, InvalidInput, Merchant, history, invoice, pay_account, payment_link, subscription,
};

use super::super::compare;
use super::object;

/// The problems of a request; `None` where it is none of these.
pub(super) fn judge(method: &str, kind: &str, text: &str) -> Option<Vec<String>> {
    Some(match (method, kind) {
        ("snap", "transaction-request") | (_, "snap-request") => {
            sent(CreateTransaction::from_json(text), text)
        }
        ("pay-account", "create-request") => sent(pay_account::Create::from_json(text), text),
        ("subscription", "create-request") => sent(subscription::Create::from_json(text), text),
        ("payment-link", "create-request") => sent(payment_link::Create::from_json(text), text),
        ("invoice", "create-request") => sent(invoice::Create::from_json(text), text),
        ("invoice", "convert-request") => {
            let convert = InvoiceId::received("wire").and_then(|id| Convert::from_json(id, text));
            sent(convert, text)
        }
        ("invoice", "void-request") => sent(void(text), text),
        ("transaction-history", "list-request") => {
            sent(history::ListTransactions::<Merchant>::from_json(text), text)
        }
        ("transaction-history", "detail-request") => {
            sent(history::GetTransaction::<Merchant>::from_json(text), text)
        }
        _ => return None,
    })
}

fn void(text: &str) -> Result<Void, InvalidInput> {
    let is_clients = object(text)["cancel_as"] == "client";
    let id = InvoiceId::received("wire")?;
    Ok(if is_clients {
        Void::rejected_by_client(id)
    } else {
        Void::new(id)
    })
}

fn sent<O: Operation>(operation: Result<O, InvalidInput>, text: &str) -> Vec<String> {
    match operation {
        Ok(operation) => {
            let request = operation.request(&Environment::Sandbox);
            let body = String::from_utf8_lossy(request.body());
            compare::requests(&singular(text), Some(singular(&body).as_bytes()))
        }
        Err(error) => vec![error.to_string()],
    }
}

/// The gateway takes the units of an expiry in both numbers, and they are sent in the singular.
fn singular(json: &str) -> String {
    let units = ["minute", "hour", "day"];
    units.iter().fold(json.to_owned(), |json, unit| {
        json.replace(&format!("\"{unit}s\""), &format!("\"{unit}\""))
    })
}
