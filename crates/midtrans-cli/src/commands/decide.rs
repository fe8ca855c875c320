//! `midtrans decide`: decides whether an order is paid.

use std::path::PathBuf;

use clap::Args;
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::{
    Decision, Expected, GatewayReply, GetStatus, OrderId, Rupiah, ServerKeys, decide, decode,
    notification,
};

use crate::arguments::order_help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal::{Tone, quoted};
use crate::{amount, input, meaning};

/// Say what a notification or a reply means for an order: the exit code is 0 for paid, and for
/// nothing else
#[derive(Args, Debug)]
#[command(after_help = order_help_end(EXAMPLES, ""))]
pub(crate) struct Decide {
    /// A notification as it came, or - for standard input
    file: PathBuf,
    /// The order you wrote down before charging
    #[arg(long, value_name = "ID")]
    order: String,
    /// The amount you wrote down before charging, in whole rupiah
    #[arg(long, value_name = "RUPIAH", value_parser = amount::rupiah)]
    amount: Rupiah,
    /// FILE is the gateway's reply to Get Status, which you got over TLS; it is not signed
    #[arg(long)]
    status_reply: bool,
}

const EXAMPLES: &str = "\
midtrans decide notification.json --order order-101 --amount 40000
midtrans decide notification.json --order order-101 --amount 40.000 --json";

impl Decide {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let expected = Expected::new(OrderId::existing(self.order.as_str())?, self.amount);
        let keys = if self.status_reply {
            None
        } else {
            Some(context.account()?.server_keys()?)
        };
        // A notification that is too long is not genuine; a reply that is too long would only be
        // cut.
        let body = if keys.is_some() {
            input::read(&self.file)?
        } else {
            input::read_all(&self.file)?
        };
        let decision = decision_of(input::without_mark(&body), &expected, keys.as_ref())?;
        let mut report = Report::new();
        report
            .field("order_id", self.order.as_str())
            .field("amount", self.amount.get());
        meaning::describe(&mut report, decision);
        if keys.is_none() {
            report.row(
                "",
                "as far as the file is what the gateway answered",
                Tone::Neutral,
            );
        }
        if matches!(decision, Decision::Review(_)) {
            let ask = context.command(&format!(
                "status {} --amount {}",
                quoted(&self.order),
                self.amount.get()
            ));
            report.line(&format!("next: {ask}"));
        }
        context.print(&report);
        Ok(Exit::of(decision))
    }
}

/// Decides by a notification where there are keys, else by a reply to Get Status.
fn decision_of(
    body: &[u8],
    expected: &Expected,
    keys: Option<&ServerKeys>,
) -> Result<Decision, Failure> {
    let Some(keys) = keys else {
        // The merchant vouches for the file with --status-reply, and the report repeats on what
        // that rests.
        let reply = GatewayReply::from_own_client(http::StatusCode::OK, body.to_vec());
        return match decode(&GetStatus::new(expected.order_id()), reply) {
            Ok(transaction) => Ok(decide(expected, &transaction)),
            Err(ReplyError::Api(refusal)) => Err(Failure::refused(format!(
                "the reply is a refusal: {refusal}"
            ))),
            Err(ReplyError::Decode(error)) => Err(Failure::usage(error.to_string())),
        };
    };
    match notification::verify(body, keys) {
        Ok(notification) => Ok(decide(expected, &notification)),
        Err(rejection) => Err(Failure::refused(format!(
            "the notification is not genuine: {rejection}"
        ))
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
                prop_assert!(!matches!(decision_of(&body, &expected, keys), Ok(Decision::Paid)));
            }
        }
    }
}
