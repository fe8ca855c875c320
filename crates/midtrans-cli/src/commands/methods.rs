//! `midtrans methods`: the payment methods, and what each supports.

use std::time::Duration;

use clap::Args;
use midtrans_protocol::method::{PaymentType, Terms};
use serde_json::{Value, json};

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;

/// Print the payment methods, and what each supports
///
/// The terms are those of the gateway's documents, for all banks and stores of a method together;
/// your account may have others. Needs no key and asks no gateway.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans methods\nmidtrans methods --json"))]
pub(crate) struct Methods {}

impl Methods {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let mut report = Report::new();
        let all: Vec<PaymentType> = PaymentType::all().collect();
        report.table(
            vec![
                "method",
                "name",
                "shape",
                "time to pay",
                "amount",
                "cancel",
                "expire",
                "refund",
            ],
            all.iter().map(line).collect(),
        );
        report.line("Any other method is charged as you type it. Amounts are in rupiah.");
        report.data("methods", all.iter().map(object).collect::<Vec<Value>>());
        context.print(&report);
        Ok(Exit::Done)
    }
}

fn line(payment_type: &PaymentType) -> Vec<String> {
    let terms = Terms::of(payment_type);
    vec![
        payment_type.to_string(),
        payment_type.name().to_owned(),
        terms.shape.map_or("", |shape| shape.as_str()).to_owned(),
        time_to_pay(terms),
        amount(terms),
        yes_or_no(terms.supports_cancel),
        yes_or_no(terms.supports_expire),
        refund(terms),
    ]
}

fn object(payment_type: &PaymentType) -> Value {
    let terms = Terms::of(payment_type);
    json!({
        "payment_type": payment_type.as_str(),
        "name": payment_type.name(),
        "shape": terms.shape.map(|shape| shape.as_str()),
        "default_expiry_seconds": terms.default_expiry.as_secs(),
        "longest_expiry_seconds": terms.longest_expiry.as_secs(),
        "smallest_amount": terms.smallest_amount.get(),
        "largest_amount": terms.largest_amount.map(|amount| amount.get()),
        "supports_cancel": terms.supports_cancel,
        "supports_expire": terms.supports_expire,
        "supports_refund": terms.refund_window.is_some(),
        "refund_window_seconds": documented_window(terms).map(|window| window.as_secs()),
        "supports_partial_refund": terms.supports_partial_refund,
        "has_authorization": terms.has_authorization,
        "may_be_reversed": terms.may_be_reversed,
    })
}

/// The time a charge leaves the customer by itself, and the most that it can set.
fn time_to_pay(terms: &Terms) -> String {
    let default = time(terms.default_expiry);
    if terms.longest_expiry == terms.default_expiry {
        format!("{default}, fixed")
    } else {
        format!("{default}, up to {}", time(terms.longest_expiry))
    }
}

fn amount(terms: &Terms) -> String {
    let smallest = terms.smallest_amount;
    match terms.largest_amount {
        Some(largest) => format!("{smallest} to {largest}"),
        None => format!("{smallest} or more"),
    }
}

fn refund(terms: &Terms) -> String {
    let parts = if terms.supports_partial_refund {
        "also in parts"
    } else {
        "in full"
    };
    match (terms.refund_window, documented_window(terms)) {
        (None, _) => "no".to_owned(),
        (_, Some(window)) => format!("{}, {parts}", time(window)),
        (_, None) => format!("yes, {parts}"),
    }
}

/// The refund window, unless the gateway documents none.
fn documented_window(terms: &Terms) -> Option<Duration> {
    terms
        .refund_window
        .filter(|window| Some(*window) != Terms::UNKNOWN.refund_window)
}

/// A duration in the largest unit that needs no fraction.
fn time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (size, unit) = [(24 * 3_600, "d"), (3_600, "h"), (60, "min")]
        .into_iter()
        .find(|(size, _)| seconds >= 2 * size && seconds.is_multiple_of(*size))
        .unwrap_or((1, "s"));
    format!("{} {unit}", seconds / size)
}

fn yes_or_no(is_supported: bool) -> String {
    if is_supported { "yes" } else { "no" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_the_largest_unit_without_a_fraction() {
        for (seconds, text) in [
            (65, "65 s"),
            (900, "15 min"),
            (7_200, "2 h"),
            (86_400, "24 h"),
            (604_800, "7 d"),
            (90_000, "25 h"),
        ] {
            assert_eq!(time(Duration::from_secs(seconds)), text);
        }
    }
}
