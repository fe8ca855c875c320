//! `midtrans subscription`: charges by a plan.

mod action;
mod create;
mod shown;
mod update;

use clap::{Args, Subcommand};
use midtrans_protocol::refusal::ApiError;
use midtrans_protocol::subscription::{Refusal, SubscriptionId};

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{Product, Reason};
use crate::terminal::quoted;

/// Make and change subscriptions: the gateway charges a saved card or a linked account by a plan
///
/// Each charge is a transaction of its own, with a notification of its own. The token of what is
/// charged is never an argument, because every user of the machine can read those in the list of
/// processes: it is typed, or read from a file that only you may read, and never printed.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES), subcommand_required = true)]
pub(crate) struct Subscription {
    #[command(subcommand)]
    command: SubscriptionCommand,
}

const EXAMPLES: &str = "\
midtrans subscription create --name kopi-bulanan --amount 14000 --every month --token-from card.token
midtrans subscription get d98a63b8-97e4-4059-825f-0f62340407e9";

#[derive(Debug, Subcommand)]
enum SubscriptionCommand {
    Create(Box<create::Create>),
    Get(action::Get),
    Update(update::Update),
    Enable(action::Enable),
    Disable(action::Disable),
    Cancel(action::Cancel),
}

impl Subscription {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match &self.command {
            SubscriptionCommand::Create(command) => command.run(context),
            SubscriptionCommand::Get(command) => command.run(context),
            SubscriptionCommand::Update(command) => command.run(context),
            SubscriptionCommand::Enable(command) => command.run(context),
            SubscriptionCommand::Disable(command) => command.run(context),
            SubscriptionCommand::Cancel(command) => command.run(context),
        }
    }
}

/// The reason for which the gateway refuses, where there is something to do about it.
fn reason(refusal: &ApiError) -> Option<Reason> {
    match Refusal::of(refusal)? {
        Refusal::NotFound => Some(Reason::new(
            "not_found",
            "there is no such subscription",
            "check the id and the environment",
        )),
        _ => None,
    }
}

/// The command that asks about a subscription.
fn get(context: &Context, id: &SubscriptionId) -> String {
    context.command(&format!("subscription get {}", quoted(id.as_str())))
}

/// The facts about a call that is about this subscription.
fn product(context: &Context, id: &SubscriptionId) -> Product<'static> {
    Product {
        ask: Some(get(context, id)),
        unknown: "",
        reason: &reason,
    }
}
