//! `midtrans pay-account`: linked GoPay accounts.

mod create;
mod get;
mod promotions;
mod unbind;

use clap::{Args, Subcommand};
use midtrans_protocol::pay_account::{AccountId, PayAccount as Linked};
use midtrans_protocol::refusal::ApiError;

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{Product, Reason};
use crate::report::Report;
use crate::terminal::{Tone, quoted};

/// Link customers' GoPay accounts, to charge them later without a visit to the app
///
/// The customer confirms a link once. What a charge or a subscription then needs is the token of a
/// way to pay, which takes money: it is never printed unless you ask for it with get --token.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES), subcommand_required = true)]
pub(crate) struct PayAccount {
    #[command(subcommand)]
    command: PayAccountCommand,
}

const EXAMPLES: &str = "\
midtrans pay-account create --phone 81234567890 --return-url https://shop.example/linked
midtrans pay-account get 00000269-7836-49e5-bc65-e592afafec14";

#[derive(Debug, Subcommand)]
enum PayAccountCommand {
    Create(create::Create),
    Get(get::Get),
    Unbind(unbind::Unbind),
    Promotions(promotions::Promotions),
}

impl PayAccount {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match &self.command {
            PayAccountCommand::Create(command) => command.run(context),
            PayAccountCommand::Get(command) => command.run(context),
            PayAccountCommand::Unbind(command) => command.run(context),
            PayAccountCommand::Promotions(command) => command.run(context),
        }
    }
}

/// The reason for which the gateway refuses, where there is something to do about it.
fn reason(refusal: &ApiError) -> Option<Reason> {
    if refusal.is_not_found() {
        return Some(Reason::new(
            "not_found",
            "there is no such linked account",
            "check the id and the environment, or link the account again with midtrans pay-account create",
        ));
    }
    if refusal.is_wrong_state() {
        return Some(Reason::new(
            "wrong_state",
            "only an account that is enabled can be unlinked",
            "look at its status with midtrans pay-account get: one that is pending, expired or disabled cannot be charged anyway",
        ));
    }
    None
}

/// The command that asks about an account.
fn get(context: &Context, id: &AccountId) -> String {
    context.command(&format!("pay-account get {}", quoted(id.as_str())))
}

/// The facts about a call that only reads.
fn reading() -> Product<'static> {
    Product {
        ask: None,
        unknown: "",
        reason: &reason,
    }
}

/// Adds the fields of an account.
fn describe(report: &mut Report, account: &Linked) {
    let (id, status) = (account.account_id(), account.account_status());
    let tone = match status.as_ref().map(|status| status.as_str()) {
        Some("ENABLED") => Tone::Good,
        _ => Tone::Neutral,
    };
    report
        .field("account_id", id.as_ref().map(AccountId::as_str))
        .toned(
            "account_status",
            status.as_ref().map(|it| it.as_str()),
            tone,
        )
        .field("status_code", account.status_code())
        .field("activation_url", account.activation_url())
        .field("activation_app_url", account.activation_app_url());
}
