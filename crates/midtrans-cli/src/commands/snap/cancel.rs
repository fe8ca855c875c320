//! `midtrans snap cancel`: ends a page on which no method has been chosen.

use clap::Args;
use midtrans_protocol::snap::{CancelTransaction, Token};
use midtrans_ureq::CallOptions;

use super::reason;
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling, Product};
use crate::report::Report;
use crate::secret::Secret;
use crate::terminal::Tone;

/// End a page on which the customer has not chosen a method yet
///
/// Once a method is chosen, the gateway refuses: then end the transaction, with midtrans expire or
/// midtrans cancel.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans snap cancel 66e4fa55-fdac-4ef9-91b5-733b97d1b862"))]
pub(super) struct Cancel {
    /// The token of the page; the customer's browser has it, too
    token: String,
    #[command(flatten)]
    calling: Calling,
}

impl Cancel {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let cancel = CancelTransaction::new(Token::new(self.token.as_str())?);
        let account = context.account()?;
        let product = Product {
            ask: None,
            unknown: "",
            reason: &|refusal| reason(refusal, "midtrans status ORDER"),
        };
        let options = CallOptions::default();
        let calling = &self.calling;
        let ended = gateway::call_product(context, &account, calling, &cancel, &options, &product)
            .map_err(|failure| failure.hiding(&[Secret::new(self.token.as_str())]))?;
        let mut report: Report = account.report();
        report.row("page", "ended: it cannot be paid any more", Tone::Neutral);
        report.data("canceled", true);
        report.time("canceled_at", ended.canceled_at());
        context.print(&report);
        Ok(Exit::Done)
    }
}
