//! `midtrans snap`: pages on which the customer chooses how to pay.

mod cancel;
mod create;
mod preferences;

use clap::{Args, Subcommand};
use midtrans_protocol::refusal::ApiError;
use midtrans_protocol::snap::Refusal;

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::Reason;

/// Make and end pages of Snap, on which the customer chooses how to pay
///
/// A page has a token for snap.js and an address to redirect to. No transaction exists before the
/// customer has chosen a method on it: until then `midtrans status` knows nothing of the order, and
/// that is not "not charged".
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans snap create --order order-101 --amount 40000"), subcommand_required = true)]
pub(crate) struct Snap {
    #[command(subcommand)]
    command: SnapCommand,
}

#[derive(Debug, Subcommand)]
enum SnapCommand {
    Create(Box<create::Create>),
    Cancel(cancel::Cancel),
    Preferences(preferences::Preferences),
}

impl Snap {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match &self.command {
            SnapCommand::Create(command) => command.run(context),
            SnapCommand::Cancel(command) => command.run(context),
            SnapCommand::Preferences(command) => command.run(context),
        }
    }
}

/// The reason why Snap refuses, where there is something to do about it. `order` is the command
/// that asks about the order.
fn reason(refusal: &ApiError, order: &str) -> Option<Reason> {
    Some(match Refusal::of(refusal)? {
        Refusal::OrderPaid => Reason::new(
            "order_paid",
            "the order is paid, or was paid",
            format!("{order} (take another order id for another payment)"),
        ),
        Refusal::AlreadyCanceled => Reason::new(
            "already_canceled",
            "the page had ended before: it cannot be paid",
            "make another page with midtrans snap create, if the order is still wanted",
        ),
        Refusal::InProgress => Reason::new(
            "in_progress",
            "the customer has chosen a method: the page cannot be ended any more",
            "end the transaction instead: midtrans expire ORDER, or midtrans cancel ORDER",
        ),
        Refusal::UnknownToken => Reason::new(
            "unknown_token",
            "there is no page with this token",
            "check the token and the environment",
        ),
        _ => return None,
    })
}
