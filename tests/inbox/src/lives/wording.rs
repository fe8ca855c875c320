//! The texts of the gateway's answers and notifications, and of a forger's.

use std::fmt::Write;

use midtrans_protocol::notification::signature;

use super::dice::Dice;
use super::truth::{Order, Returned, Said};
use crate::message;

/// Returns the code of a notification, which is signed.
pub(super) fn notified_code(said: &Said) -> &'static str {
    match said.status {
        _ if said.fraud == "challenge" => "201",
        "pending" | "floating" => "201",
        "deny" | "cancel" | "expire" | "failure" => "202",
        _ => "200",
    }
}

/// Returns the answer to Get Status, whose codes are partly others.
pub(super) fn answer(order: &Order, said: &Said, dice: &mut Dice) -> String {
    let code = match said.status {
        "pending" => "201",
        "expire" => "407",
        _ if said.fraud == "challenge" => "201",
        _ => "200",
    };
    let mut body = worded(order, said, code, &amount(said.amount), dice);
    body.push_str(r#","redirect_url":"https://api.sandbox.midtrans.com/v2/akulaku/redirect/1"}"#);
    body
}

/// Returns a genuine notification. Some of those about refunds list none.
pub(super) fn notification(order: &Order, said: &Said, code: &str, dice: &mut Dice) -> String {
    let bare = Said {
        refunds: Vec::new(),
        ..said.clone()
    };
    let said = if said.status != "settlement" && dice.chance(20) {
        &bare
    } else {
        said
    };
    let mut body = worded(order, said, code, &amount(said.amount), dice);
    body.push('}');
    body
}

/// Returns a forged one: code and amount are genuine, and so is their signature.
pub(super) fn forged(
    order: &Order,
    said: &Said,
    code: &str,
    signed_amount: u64,
    more: &str,
    dice: &mut Dice,
) -> String {
    let mut body = worded(order, said, code, &amount(signed_amount), dice);
    body.push_str(more);
    body.push('}');
    body
}

fn amount(rupiah: u64) -> String {
    format!("{rupiah}.00")
}

fn worded(order: &Order, said: &Said, code: &str, gross: &str, dice: &mut Dice) -> String {
    let signed = signature::sign(&order.id, code, gross, &message::key());
    let mut body = format!(
        r#"{{"order_id":"{}","status_code":"{code}","gross_amount":"{gross}","signature_key":"{signed}","payment_type":"{}","transaction_id":"{}","transaction_status":"{}","fraud_status":"{}""#,
        order.id, order.payment_type, said.transaction_id, said.status, said.fraud
    );
    if !said.refunds.is_empty() {
        let total = said.returned();
        let list: Vec<_> = said
            .refunds
            .iter()
            .map(|refund| named(order, refund, dice))
            .collect();
        let _ = write!(
            body,
            r#","refund_amount":"{total}.00","refunds":[{}]"#,
            list.join(",")
        );
    }
    body
}

/// Returns a refund with some of its names, and the others empty or absent.
fn named(order: &Order, refund: &Returned, dice: &mut Dice) -> String {
    let Returned {
        number,
        amount,
        is_confirmed,
    } = *refund;
    let shown = 1 + dice.below(7);
    let name = |bit: usize, field: &str, value: String, empty: bool| match (shown & bit != 0, empty)
    {
        (true, _) => format!(r#""{field}":"{value}","#),
        (false, true) => format!(r#""{field}":"","#),
        (false, false) => String::new(),
    };
    let key = name(
        1,
        "refund_key",
        format!("{}-r-{number}", order.id),
        dice.chance(30),
    );
    let id = name(2, "refund_chargeback_id", number.to_string(), false);
    let uuid = name(
        4,
        "refund_chargeback_uuid",
        format!("{}-u-{number}", order.id),
        dice.chance(30),
    );
    let confirmed = match (is_confirmed, dice.chance(30)) {
        (true, _) => r#","bank_confirmed_at":"2026-11-23 02:30:20""#,
        (false, true) => r#","bank_confirmed_at":"""#,
        (false, false) => "",
    };
    format!(r#"{{{key}{id}{uuid}"refund_amount":"{amount}.00"{confirmed}}}"#)
}
