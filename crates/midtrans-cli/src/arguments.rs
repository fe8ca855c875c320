//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{
    balance, card, change, charge, completions, customer, decide, doctor, history, inbox, invoice,
    landing, link, listen, methods, pay_account, refund, resend, sign, simulate, snap, status,
    subscription, trigger, verify,
};
use crate::context::Context;
use crate::exit::{self, Exit};
use crate::failure::Failure;
use crate::output;

/// The Midtrans payment gateway from the command line.
///
/// Keys come from the variables MIDTRANS_SERVER_KEY, MIDTRANS_CLIENT_KEY and MIDTRANS_MERCHANT_ID,
/// or from a file with lines NAME=VALUE that only you may read, named by --keys or MIDTRANS_KEYS.
/// They are never arguments, and never printed.
#[derive(Debug, Parser)]
#[command(name = "midtrans", version, propagate_version = false, after_help = help_end(EXAMPLES), subcommand_required = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    context: Context,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Charge(Box<charge::Charge>),
    Status(status::Status),
    Cancel(change::Cancel),
    Expire(change::Expire),
    Refund(refund::Refund),
    DirectRefund(refund::DirectRefund),
    Approve(change::Approve),
    Deny(change::Deny),
    Capture(change::Capture),
    Card(card::Card),
    Snap(snap::Snap),
    Subscription(subscription::Subscription),
    PayAccount(pay_account::PayAccount),
    Link(link::Link),
    Invoice(invoice::Invoice),
    Balance(balance::Balance),
    History(history::History),
    Methods(methods::Methods),
    Verify(verify::Verify),
    Decide(decide::Decide),
    Sign(sign::Sign),
    Landing(landing::Landing),
    Simulate(Box<simulate::Simulate>),
    Pay(customer::Pay),
    Decline(customer::Decline),
    Open(customer::Open),
    Trigger(trigger::Trigger),
    Resend(resend::Resend),
    Listen(listen::Listen),
    Inbox(inbox::Inbox),
    Doctor(doctor::Doctor),
    Completions(completions::Completions),
}

impl Arguments {
    pub(crate) fn run(self) -> ExitCode {
        let context = self.context;
        let result: Result<Exit, Failure> = match self.command {
            Command::Charge(command) => command.run(&context),
            Command::Status(command) => command.run(&context),
            Command::Cancel(command) => command.run(&context),
            Command::Expire(command) => command.run(&context),
            Command::Refund(command) => command.run(&context),
            Command::DirectRefund(command) => command.run(&context),
            Command::Approve(command) => command.run(&context),
            Command::Deny(command) => command.run(&context),
            Command::Capture(command) => command.run(&context),
            Command::Card(command) => command.run(&context),
            Command::Snap(command) => command.run(&context),
            Command::Subscription(command) => command.run(&context),
            Command::PayAccount(command) => command.run(&context),
            Command::Link(command) => command.run(&context),
            Command::Invoice(command) => command.run(&context),
            Command::Balance(command) => command.run(&context),
            Command::History(command) => command.run(&context),
            Command::Methods(command) => command.run(&context),
            Command::Verify(command) => command.run(&context),
            Command::Decide(command) => command.run(&context),
            Command::Sign(command) => command.run(&context),
            Command::Landing(command) => command.run(&context),
            Command::Simulate(command) => command.run(&context),
            Command::Pay(command) => command.run(&context),
            Command::Decline(command) => command.run(&context),
            Command::Open(command) => command.run(&context),
            Command::Trigger(command) => command.run(&context),
            Command::Resend(command) => command.run(&context),
            Command::Listen(command) => command.run(&context),
            Command::Inbox(command) => command.run(&context),
            Command::Doctor(command) => command.run(&context),
            Command::Completions(command) => command.run(),
        };
        let exit = result.unwrap_or_else(|failure| {
            context.complain(&failure);
            failure.exit
        });
        output::finish(exit).into()
    }
}

const EXAMPLES: &str = "\
midtrans simulate --lenient
midtrans charge akulaku --order order-101 --amount 40000
midtrans pay order-101";

/// The end of a help text: examples and exit codes.
pub(crate) fn help_end(examples: &str) -> String {
    format!("{}\n\n{}", indented(examples), exit::help())
}

/// The same for a command that judges an order, `when` it does.
pub(crate) fn order_help_end(examples: &str, when: &str) -> String {
    format!("{}\n\n{}", indented(examples), exit::order_help(when))
}

fn indented(examples: &str) -> String {
    let plural = if examples.lines().count() > 1 {
        "Examples"
    } else {
        "Example"
    };
    let indented: Vec<_> = examples.lines().map(|line| format!("  {line}")).collect();
    format!("{plural}:\n{}", indented.join("\n"))
}
