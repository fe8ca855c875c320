//! `midtrans verify`: checks that a notification is genuine, and explains it.

mod families;

use std::path::PathBuf;

use clap::Args;
use midtrans_protocol::money::WireAmount;
use midtrans_protocol::notification::Message;
use midtrans_protocol::webhook::Rejection;
use midtrans_protocol::{
    Expected, Notification, OrderId, Rupiah, ServerKeys, decide, notification,
};
use serde_json::{Value, json};

use crate::arguments::order_help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal::{Tone, quoted};
use crate::{amount, input, meaning};

/// Say whether a notification is genuine, what it means, and which of its words are signed
///
/// Also one about a linked GoPay account, which has a signature of its own. Those about
/// subscriptions are unsigned: exit code 1, because nothing proves them.
#[derive(Args, Debug)]
#[command(after_help = order_help_end(EXAMPLES, ", with --order and --amount"))]
pub(crate) struct Verify {
    /// The notification's body as it came, or - for standard input
    file: PathBuf,
    #[command(flatten)]
    wanted: ExpectedArgs,
}

/// The merchant's expectation.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ExpectedArgs {
    /// The amount you wrote down before charging, in whole rupiah: judges the order, also by the
    /// exit code
    #[arg(long, value_name = "RUPIAH", requires = "order", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    /// The order you wrote down before charging
    #[arg(long, value_name = "ID", requires = "amount")]
    order: Option<String>,
}

impl ExpectedArgs {
    /// The exit code of a message that is about no payment: an order that was expected is neither
    /// paid nor failed by it.
    const fn of_no_payment(&self, otherwise: Exit) -> Exit {
        match self.amount {
            Some(_) => Exit::Unknown,
            None => otherwise,
        }
    }
}

const EXAMPLES: &str = "\
midtrans verify notification.json --order order-101 --amount 40000
curl -s https://example.com/last-notification | midtrans verify -";

impl Verify {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let keys = context.account()?.server_keys()?;
        let body = input::read(&self.file)?;
        let (report, exit) = examine(&body, &keys, &self.wanted);
        context.print(&report);
        Ok(exit)
    }
}

/// Reports everything about a notification. The exit code is 1 where it is not genuine, and the
/// order's where one was expected.
pub(crate) fn examine(body: &[u8], keys: &ServerKeys, wanted: &ExpectedArgs) -> (Report, Exit) {
    let mut report = Report::new();
    match notification::verify_any(body, keys) {
        Ok(Message::PayAccount(told)) => {
            families::pay_account(&mut report, &told);
            (report, wanted.of_no_payment(Exit::Done))
        }
        Ok(Message::Subscription(event)) => {
            families::subscription(&mut report, &event);
            (report, wanted.of_no_payment(Exit::Refused))
        }
        Ok(Message::Payment(notification)) => {
            report
                .row("genuine", "yes, signed with your server key", Tone::Good)
                .data("genuine", true);
            let (decided, next) = mean(&mut report, &notification, wanted);
            words(&mut report, &notification);
            if let Some(next) = next {
                report.line(&format!("next: {next}"));
            }
            (
                report,
                if wanted.amount.is_some() {
                    decided
                } else {
                    Exit::Done
                },
            )
        }
        Ok(_) => {
            let why = "a message of a family that this version does not know";
            report.row("genuine", "unknown", Tone::Careful);
            report.data("genuine", false).field("why", why);
            (report, wanted.of_no_payment(Exit::Refused))
        }
        Err(rejection) => {
            refused(&mut report, &rejection);
            (report, Exit::Refused)
        }
    }
}

fn refused(report: &mut Report, rejection: &Rejection) {
    let status = rejection.status().as_u16();
    report
        .row("genuine", "no", Tone::Bad)
        .data("genuine", false)
        .toned("why", rejection.to_string(), Tone::Neutral)
        .row("answer it with", &format!("HTTP {status}"), Tone::Neutral)
        .data("answer_status", status)
        .line(&format!("next: {}", advice(rejection)));
}

/// Reports the meaning and the next step. Without an expectation: those that hold if the merchant
/// expects just this order and amount.
fn mean(
    report: &mut Report,
    notification: &Notification,
    wanted: &ExpectedArgs,
) -> (Exit, Option<String>) {
    // Whether it is genuine does not hang on this, so an id that no order can have is no error
    // here.
    let order = OrderId::existing(wanted.order.as_deref().unwrap_or(notification.order_id())).ok();
    let amount = wanted
        .amount
        .or_else(|| notification.gross_amount().rupiah());
    let (Some(order), Some(amount)) = (order, amount) else {
        let why = if notification.is_test() {
            "the dashboard's test notification: answer 200 and do nothing"
        } else {
            "neither paid nor failed: no order and amount that could be yours"
        };
        report
            .row("meaning", why, Tone::Careful)
            .data("decision", "review");
        return (Exit::Unknown, None);
    };
    let expected = Expected::new(order, amount);
    let decision = decide(&expected, notification);
    meaning::describe(report, decision);
    report.data(
        "expected",
        json!({"order_id": expected.order_id().as_str(), "amount": amount.get()}),
    );
    let is_conditional = wanted.amount.is_none();
    if is_conditional {
        let given = format!(
            "if you expect {} rupiah for {}",
            amount.get(),
            expected.order_id()
        );
        report.row("", &given, Tone::Neutral);
    }
    report.data("is_conditional", is_conditional);
    let asks = meaning::word(decision) == "review" && !notification.is_test();
    let (order, amount) = (quoted(expected.order_id().as_str()), amount.get());
    (
        Exit::of(decision),
        asks.then(|| format!("midtrans status {order} --amount {amount}")),
    )
}

/// All fields: those that the signature covers, and those that it does not.
fn words(report: &mut Report, notification: &Notification) {
    const SIGNED: [&str; 3] = ["order_id", "status_code", "gross_amount"];
    let signed = [
        notification.order_id(),
        notification.status_code(),
        WireAmount::as_str(notification.gross_amount()),
    ];
    let signed = SIGNED
        .iter()
        .zip(signed)
        .map(|(name, value)| ((*name).to_owned(), Value::from(value)));
    report.group("signed", "signed", signed);
    let raw = notification.reported().raw();
    let others = raw
        .names()
        .into_iter()
        .filter(|name| !SIGNED.contains(&name.as_str()) && name != "signature_key");
    let others = others.map(|name| {
        let value = raw.field::<Value>(&name).unwrap_or_default();
        (name, value)
    });
    report.group(
        "reported",
        "reported, not signed",
        others.collect::<Vec<_>>(),
    );
}

const fn advice(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::Forged => {
            "check that the server key is that of the same account and environment; if it is, do not believe the message"
        }
        Rejection::MissingField(_) | Rejection::Ambiguous(_) | Rejection::NoFamily => {
            "compare the body with what the gateway sent"
        }
        Rejection::Misdirected(_) => {
            "correct that setting; the webhook for payments answers 200 and does nothing"
        }
        Rejection::TooLarge => "look at where it came from; a notification has a few kilobytes",
        _ => "give the body exactly as it came, byte for byte",
    }
}

#[cfg(test)]
mod tests {
    use midtrans_protocol::ServerKey;
    use midtrans_protocol::notification::signature;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn key() -> ServerKey {
        ServerKey::new("SB-Mid-server-x").unwrap()
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_none_are_genuine(body in prop::collection::vec(any::<u8>(), 0..400)) {
            let (report, exit) = examine(&body, &key().into(), &ExpectedArgs::default());
            prop_assert_eq!(exit, Exit::Refused);
            prop_assert!(report.text(false).starts_with("genuine"));
        }

        #[test]
        fn genuine_words_of_any_kind_are_printed_without_steering_the_terminal(
            order in "\\PC{1,20}", code in "\\PC{1,4}", amount in "\\PC{1,9}", name in "\\PC{0,9}", value in any::<String>()
        ) {
            let signed = signature::sign(&order, &code, &amount, &key());
            let mut body = json!({name: value});
            for (name, text) in [("order_id", order), ("status_code", code), ("gross_amount", amount), ("signature_key", signed)] {
                body[name] = Value::from(text);
            }
            let (report, exit) = examine(body.to_string().as_bytes(), &key().into(), &ExpectedArgs::default());
            prop_assert_eq!(exit, Exit::Done);
            prop_assert!(report.text(false).chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}
