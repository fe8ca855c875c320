//! What may happen to an order at the gateway, step by step.

use crate::message::{Message, PRICE};

/// A life of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    NeverCharged,
    Waiting,
    Settled,
    Expired,
    Denied,
    Cancelled,
    RefundedInPart,
    RefundedTwice,
    RefundedInFull,
    ExpiredAndChargedAgain,
}

/// Refunds of a step: key, amount, whether confirmed.
type Refunds = &'static [(&'static str, u64, bool)];

const IN_PART: &[Refunds] = &[&[("r-1", 5_000, false)], &[("r-1", 5_000, true)]];
const TWICE: &[Refunds] = &[
    &[("r-1", 5_000, false)],
    &[("r-1", 5_000, true)],
    &[("r-1", 5_000, true), ("r-2", 7_000, false)],
    &[("r-1", 5_000, true), ("r-2", 7_000, true)],
];
const IN_FULL: &[Refunds] = &[
    &[("r-1", 5_000, false)],
    &[("r-1", 5_000, false), ("r-2", PRICE - 5_000, false)],
    &[("r-1", 5_000, true), ("r-2", PRICE - 5_000, false)],
    &[("r-1", 5_000, true), ("r-2", PRICE - 5_000, true)],
];

impl Life {
    pub(super) const ALL: [Self; 10] = [
        Self::NeverCharged,
        Self::Waiting,
        Self::Settled,
        Self::Expired,
        Self::Denied,
        Self::Cancelled,
        Self::RefundedInPart,
        Self::RefundedTwice,
        Self::RefundedInFull,
        Self::ExpiredAndChargedAgain,
    ];

    /// What the gateway says, one step after the other. The first one is there from the beginning.
    pub(super) fn steps(self, order_id: &str) -> Vec<Message> {
        let say = |status| Message::new(order_id, status);
        let paid = |refunds: &[Refunds]| {
            let refunds = refunds.iter().map(|refunds| Message::refunded(order_id, refunds));
            [say("pending"), say("settlement")].into_iter().chain(refunds).collect()
        };
        match self {
            Self::NeverCharged => Vec::new(),
            Self::Waiting => vec![say("pending")],
            Self::Settled => paid(&[]),
            Self::Expired => vec![say("pending"), say("expire")],
            Self::Denied => vec![say("pending"), say("deny")],
            Self::Cancelled => vec![say("pending"), say("cancel")],
            Self::RefundedInPart => paid(IN_PART),
            Self::RefundedTwice => paid(TWICE),
            Self::RefundedInFull => paid(IN_FULL),
            Self::ExpiredAndChargedAgain => {
                let again = ["pending", "settlement"].map(|status| say(status).by(&format!("{order_id}-t-2")));
                [say("pending"), say("expire")].into_iter().chain(again).collect()
            }
        }
    }

    /// The step that comes only when the shop has charged again.
    pub(super) fn second_charge(self) -> Option<usize> {
        (self == Self::ExpiredAndChargedAgain).then_some(2)
    }
}
