//! The next step of a transaction: mostly one that the gateway documents, seldom one that it does
//! not.

use super::dice::Dice;
use super::truth::{Order, Returned, Said};

/// The next step of a transaction.
pub(super) struct Step {
    pub(super) said: Said,
    /// True if the gateway documents no such step.
    pub(super) is_odd: bool,
}

/// The percentage of odd steps.
const ODD: u64 = 4;

pub(super) fn next_step(
    order: &mut Order,
    which: usize,
    said: Said,
    dice: &mut Dice,
) -> Option<Step> {
    if dice.chance(ODD) {
        return odd_step(order, said, dice);
    }
    let is_card = order.payment_type == "credit_card";
    let may_be_reversed = matches!(order.payment_type, "bank_transfer" | "cstore" | "echannel");
    let status = match said.status {
        "pending" if is_card => dice.pick(&["authorize", "capture", "capture", "deny", "expire"]),
        "pending" => dice.pick(&[
            "settlement",
            "settlement",
            "settlement",
            "expire",
            "deny",
            "cancel",
            "failure",
        ]),
        "authorize" => dice.pick(&["capture", "capture", "cancel", "expire"]),
        "capture" => dice.pick(&["settlement", "settlement", "cancel"]),
        "settlement" if may_be_reversed && said.refunds.is_empty() && dice.chance(20) => "deny",
        "settlement" | "partial_refund" | "refund" => {
            return after_payment(order, which, said, dice);
        }
        "partial_chargeback" => "chargeback",
        _ => return None,
    };
    Some(Step {
        said: Said { status, ..said },
        is_odd: false,
    })
}

/// Refunds, their confirmations, and disputes.
fn after_payment(order: &mut Order, which: usize, mut said: Said, dice: &mut Dice) -> Option<Step> {
    let left = said.amount.saturating_sub(said.returned());
    let unconfirmed = said.refunds.iter().position(|refund| !refund.is_confirmed);
    if let Some(at) = unconfirmed.filter(|_| left == 0 || dice.chance(50)) {
        said.refunds[at].is_confirmed = true;
    } else if left == 0 {
        return None;
    } else if dice.chance(15) {
        said.status = dice.pick(&["chargeback", "partial_chargeback"]);
    } else {
        order.refunds += 1;
        // Amounts differ, so that refunds can be told apart by any of their names.
        let part = (1_000 * order.refunds + u64::try_from(which).unwrap_or_default()).min(left);
        let amount = if dice.chance(30) { left } else { part };
        said.refunds.push(Returned {
            number: order.refunds,
            amount,
            is_confirmed: dice.chance(20),
        });
        let is_whole = amount == left;
        said.status = match (is_whole, said.status) {
            (false, "settlement") if dice.chance(30) => "settlement",
            (true, "settlement") if dice.chance(10) => "settlement",
            (true, _) => "refund",
            (false, _) => "partial_refund",
        };
    }
    Some(Step {
        said,
        is_odd: false,
    })
}

fn odd_step(order: &mut Order, mut said: Said, dice: &mut Dice) -> Option<Step> {
    match (said.status, dice.below(4)) {
        ("expire" | "cancel" | "deny" | "failure", _) => said.status = "settlement",
        ("settlement", 0) => said.status = "deny",
        ("settlement", 1) => said.amount -= 1,
        ("settlement" | "partial_refund", _) if !said.refunds.is_empty() => {
            said.refunds.pop();
        }
        ("chargeback" | "partial_chargeback", _) => said.status = "settlement",
        ("pending", 0) => (said.status, said.fraud) = ("capture", "challenge"),
        ("pending", 1) => said.status = "floating",
        ("pending", 2) if order.payment_type != "credit_card" => said.amount += 5_000,
        _ => return None,
    }
    Some(Step { said, is_odd: true })
}
