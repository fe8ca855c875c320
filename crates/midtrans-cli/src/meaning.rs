//! Decisions in words.

use midtrans_protocol::Decision;
use midtrans_protocol::decision::{Extent, Failure, Review};
use serde_json::json;

use crate::report::Report;
use crate::terminal::Tone;

/// Adds a decision: its meaning for a person, its word and its reason for programs.
pub(crate) fn describe(report: &mut Report, decision: Decision) {
    report
        .row("meaning", sentence(decision), tone(decision))
        .data("decision", word(decision))
        .data("review_reason", json!(reason(decision)));
}

/// The word that programs read.
pub(crate) const fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Paid => "paid",
        Decision::Pending => "pending",
        Decision::Failed(Failure::Denied) => "denied",
        Decision::Failed(Failure::Cancelled) => "cancelled",
        Decision::Failed(Failure::Expired) => "expired",
        Decision::Failed(_) => "failed",
        Decision::Refunded(Extent::Full) => "refunded",
        Decision::Refunded(Extent::Partial) => "partly_refunded",
        Decision::Disputed(Extent::Full) => "disputed",
        Decision::Disputed(Extent::Partial) => "partly_disputed",
        Decision::Review(_) => "review",
    }
}

/// The meaning of a decision, and what to do.
pub(crate) const fn sentence(decision: Decision) -> &'static str {
    match decision {
        Decision::Paid => "paid: fulfil the order, once",
        Decision::Pending => "pending: the customer has not paid yet, keep the order open",
        Decision::Failed(Failure::Denied) => "failed, the provider refused: close the order",
        Decision::Failed(Failure::Cancelled) => "failed, it was cancelled: close the order",
        Decision::Failed(Failure::Expired) => "failed, it was not paid in time: close the order",
        Decision::Failed(_) => "failed, an error at the gateway: close the order",
        Decision::Refunded(Extent::Full) => "refunded in full: book the refund, once, by its key",
        Decision::Refunded(Extent::Partial) => {
            "refunded in part: book each refund, once, by its key"
        }
        Decision::Disputed(Extent::Full) => "disputed by the customer's bank: a person must look",
        Decision::Disputed(Extent::Partial) => {
            "disputed in part by the customer's bank: a person must look"
        }
        Decision::Review(review) => objection(review),
    }
}

/// The reason why a review is needed, for a person.
const fn objection(review: Review) -> &'static str {
    match review {
        Review::OrderDiffers => "neither paid nor failed: it is about another order",
        Review::AmountDiffers => "neither paid nor failed: the amount is not the expected one",
        Review::CurrencyDiffers => "neither paid nor failed: the currency is not rupiah",
        Review::CodeDisagrees => {
            "neither paid nor failed: the status code does not go with the transaction status"
        }
        Review::Fraud => "neither paid nor failed: fraud detection did not accept",
        Review::UnknownStatus => {
            "neither paid nor failed: the transaction status is missing or unknown"
        }
        Review::KeyDiffers => "neither paid nor failed: it was signed with another account's key",
        Review::TestNotification => "the dashboard's test notification: answer 200 and do nothing",
        Review::AmbiguousSignature => {
            "neither paid nor failed: the signature also fits another order"
        }
        _ => "neither paid nor failed: it needs a second look",
    }
}

/// The tone in which a decision is printed.
pub(crate) const fn tone(decision: Decision) -> Tone {
    match decision {
        Decision::Paid => Tone::Good,
        Decision::Pending => Tone::Neutral,
        Decision::Failed(_) => Tone::Bad,
        Decision::Refunded(_) | Decision::Disputed(_) | Decision::Review(_) => Tone::Careful,
    }
}

/// The reason why a review is needed, for programs.
pub(crate) const fn reason(decision: Decision) -> Option<&'static str> {
    match decision {
        Decision::Review(review) => Some(match review {
            Review::OrderDiffers => "order_differs",
            Review::AmountDiffers => "amount_differs",
            Review::CurrencyDiffers => "currency_differs",
            Review::CodeDisagrees => "code_disagrees",
            Review::Fraud => "fraud",
            Review::UnknownStatus => "unknown_status",
            Review::KeyDiffers => "key_differs",
            Review::TestNotification => "test_notification",
            Review::AmbiguousSignature => "ambiguous_signature",
            _ => "other",
        }),
        _ => None,
    }
}
