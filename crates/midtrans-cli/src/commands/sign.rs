//! `midtrans sign`: the signature of a notification.

use clap::Args;
use midtrans_protocol::money::WireAmount;
use midtrans_protocol::notification::signature;

use crate::arguments::help_end;
use crate::context::{Context, say};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;

/// Make the signature that a notification carries
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans sign order-101 200 40000.00"))]
pub(crate) struct Sign {
    /// The notification's order_id
    order_id: String,
    /// The notification's status_code
    status_code: String,
    /// The notification's gross_amount, to the letter: 40000.00 and 40000 are not the same
    gross_amount: String,
}

impl Sign {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let key = context.account()?.server_key()?;
        let signature =
            signature::sign(&self.order_id, &self.status_code, &self.gross_amount, &key);
        if !context.json {
            match self.usual_amount() {
                Some(usual) if usual == self.gross_amount => {}
                Some(usual) => {
                    context.remark(&format!(
                        "the gateway writes this amount as {usual}, which has another signature"
                    ));
                }
                None => context.remark(
                    "the gateway writes amounts such as 40000.00; this one is signed to the letter",
                ),
            }
            // Nothing else, so that it can be put into a variable.
            say(&format!("{signature}\n"));
            return Ok(Exit::Done);
        }
        let mut report = Report::new();
        report
            .field("order_id", self.order_id.as_str())
            .field("status_code", self.status_code.as_str())
            .field("gross_amount", self.gross_amount.as_str())
            .field("signature_key", signature);
        context.print(&report);
        Ok(Exit::Done)
    }

    fn usual_amount(&self) -> Option<String> {
        let amount = WireAmount::received(self.gross_amount.as_str()).rupiah()?;
        Some(WireAmount::of(amount).as_str().to_owned())
    }
}
