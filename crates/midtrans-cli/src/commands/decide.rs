//! `midtrans decide`: may I ship?

use std::path::PathBuf;

use clap::Args;
use midtrans_protocol::{
    Decision, Expected, GatewayReply, GetStatus, OrderId, ReplyError, Rupiah, ServerKeys, decide, decode, notification,
};
use serde_json::json;

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal::{Tone, quoted};
use crate::{input, meaning};

/// Say what a notification or a reply means for an order: exit code 0 decided, 3 ask the gateway
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans decide notification.json --order order-101 --amount 40000"))]
pub(crate) struct Decide {
    /// A notification as it came, or - for standard input
    file: PathBuf,
    /// The order you wrote down before charging
    #[arg(long, value_name = "ID")]
    order: String,
    /// The amount you wrote down, in whole rupiah
    #[arg(long, value_name = "RUPIAH")]
    amount: u64,
    /// FILE is the gateway's reply to Get Status, which you got over TLS; it is not signed
    #[arg(long)]
    status_reply: bool,
}

impl Decide {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let expected = Expected::new(OrderId::existing(self.order.as_str())?, Rupiah::new(self.amount));
        let keys = if self.status_reply { None } else { Some(context.account()?.server_keys()?) };
        let decision = weigh(input::without_mark(&input::read(&self.file)?), &expected, keys.as_ref())?;
        let mut report = Report::new();
        report
            .field("order_id", self.order.as_str())
            .field("amount", self.amount)
            .row("meaning", meaning::sentence(decision), meaning::tone(decision))
            .data("decision", meaning::word(decision))
            .data("review_reason", json!(meaning::reason(decision)));
        if keys.is_none() {
            report.row("", "as far as the file is what the gateway answered", Tone::Neutral);
        }
        let is_review = matches!(decision, Decision::Review(_));
        if is_review {
            let ask = context.command(&format!("status {} --amount {}", quoted(&self.order), self.amount));
            report.line(&format!("next: {ask}"));
        }
        context.print(&report);
        Ok(if is_review { Exit::Unknown } else { Exit::Done })
    }
}

/// With keys it is a notification, without a reply.
fn weigh(body: &[u8], expected: &Expected, keys: Option<&ServerKeys>) -> Result<Decision, Failure> {
    let Some(keys) = keys else {
        // The merchant vouches for the file with --status-reply, and the report repeats on what that rests.
        let reply = GatewayReply::from_own_client(http::StatusCode::OK, body.to_vec());
        return match decode(&GetStatus::new(expected.order_id()), reply) {
            Ok(transaction) => Ok(decide(expected, &transaction)),
            Err(ReplyError::Api(refusal)) => Err(Failure::refused(format!("the reply is a refusal: {refusal}"))),
            Err(ReplyError::Decode(error)) => Err(Failure::usage(error.to_string())),
        };
    };
    match notification::verify(body, keys) {
        Ok(notification) => Ok(decide(expected, &notification)),
        Err(rejection) => Err(Failure::refused(format!("the notification is not genuine: {rejection}"))
            .next("midtrans verify FILE says more; for a reply to Get Status add --status-reply")),
    }
}

#[cfg(test)]
mod tests {
    use midtrans_protocol::ServerKey;
    use proptest::prelude::{any, prop, prop_assert, proptest};

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_none_mean_paid(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let expected = Expected::new(OrderId::new("order-101").unwrap(), Rupiah::new(1));
            let keys = ServerKeys::from(ServerKey::new("SB-Mid-server-x").unwrap());
            for keys in [Some(&keys), None] {
                prop_assert!(!matches!(weigh(&body, &expected, keys), Ok(Decision::Paid)));
            }
        }
    }
}
