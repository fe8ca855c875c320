//! A forger: has seen genuine notifications of an order, and words others with their signatures.

use super::dice::Dice;
use super::truth::{Returned, Said};
use super::wording;
use super::world::{Delivery, World};

const STATUSES: [&str; 12] = [
    "pending",
    "authorize",
    "capture",
    "settlement",
    "deny",
    "cancel",
    "expire",
    "failure",
    "refund",
    "partial_refund",
    "chargeback",
    "paid",
];

impl World {
    /// Returns a notification with a code and an amount that were genuinely signed for the order;
    /// everything else is invented.
    pub(super) fn forge(&mut self, order: usize) -> Option<Delivery> {
        let genuine = &self.gateway.orders[order].signed;
        let signed = genuine.get(self.dice.below(genuine.len()))?.clone();
        let said = Said {
            transaction_id: self.forged_id(order),
            status: self.dice.pick(&STATUSES),
            amount: signed.amount,
            fraud: self.dice.pick(&["accept", "accept", "deny", "challenge"]),
            refunds: forged_refunds(&mut self.dice),
        };
        let more = self
            .dice
            .pick(&["", "", r#","currency":"USD""#, r#","x":1"#]);
        let code = signed.code;
        let body = wording::forged(
            &self.gateway.orders[order],
            &said,
            code,
            signed.amount,
            more,
            &mut self.dice,
        );
        Some(Delivery {
            at: self.gateway.now,
            order,
            change: 0,
            body,
        })
    }

    fn forged_id(&mut self, order: usize) -> String {
        let other = self.dice.below(self.gateway.orders.len());
        let of =
            |order: usize, number: u64| format!("{}-t-{}", self.gateway.orders[order].id, number);
        let number = 1 + self.dice.clone().next() % 3;
        match self.dice.below(6) {
            0 => self.gateway.orders[order].id.clone(),
            1 => self.gateway.orders[other].id.clone(),
            2 => of(order, number),
            3 => of(other, number),
            4 => format!("../{}", self.dice.below(9)),
            _ => format!("forged-{}", self.dice.below(1_000)),
        }
    }
}

fn forged_refunds(dice: &mut Dice) -> Vec<Returned> {
    let refund = |dice: &mut Dice| Returned {
        number: 1 + dice.next() % 5,
        amount: dice.pick(&[1_000, 2_000, 40_000]),
        is_confirmed: dice.chance(50),
    };
    (0..dice.below(3)).map(|_| refund(dice)).collect()
}
