//! `midtrans card`: tokens, points and banks of cards.

mod typed;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use midtrans_protocol::account::ClientAccount;
use midtrans_protocol::card::{self, CardToken, PointInquiry};
use midtrans_protocol::operation::Operation;
use serde_json::json;

use crate::account::Account;
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling};
use crate::report::Report;
use typed::Typed;

/// Make tokens of cards, and ask for a card's points and its bank
///
/// A card's number and security code are never arguments, because every user of the machine can
/// read those in the list of processes, and shells keep them. They are typed, or read from a file
/// that only you may read, and never printed. Handling them falls under PCI DSS: in a shop
/// the customer's browser makes the token.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans card token\nmidtrans card bin 48111111"), subcommand_required = true)]
pub(crate) struct Card {
    #[command(subcommand)]
    command: CardCommand,
}

#[derive(Debug, Subcommand)]
enum CardCommand {
    Token(Token),
    Register(Register),
    Point(Point),
    Bin(Bin),
}

/// Make a token of a card, to be charged once and soon
///
/// Needs MIDTRANS_CLIENT_KEY. Asks for the card's number, its month and year of expiry, and its
/// security code, without showing what is typed. --from FILE reads them instead, from lines
/// card_number=…, card_exp_month=…, card_exp_year=… and card_cvv=… of a file that only you may read,
/// or from standard input (-). They are no arguments, because every user of the machine can read
/// those in the list of processes.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans card token\nmidtrans card token --from card.env\nmidtrans card token --saved 481111Wx7gKDbEbzTrjhFbDGpC1114"))]
pub(crate) struct Token {
    /// The token of a saved card, whose security code is then all that is asked for
    #[arg(long, value_name = "TOKEN")]
    saved: Option<String>,
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    calling: Calling,
}

/// Save a card, and get the token that charges it again
///
/// Needs MIDTRANS_CLIENT_KEY. Asks for the card's number and its month and year of expiry, without
/// showing what is typed. --from FILE reads them instead, from lines card_number=…, card_exp_month=…
/// and card_exp_year=… of a file that only you may read, or from standard input (-).
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans card register\nmidtrans card register --from card.env"))]
pub(crate) struct Register {
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    calling: Calling,
}

/// Ask for the points of a card, by its token
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans card point 48111111-1114-dc7d77d5-237b-4a7f-a26c-75c4a7aa4e91"))]
pub(crate) struct Point {
    /// The card's token
    token: String,
    #[command(flatten)]
    calling: Calling,
}

/// Ask which bank has given out the cards that begin with these digits
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans card bin 48111111"))]
pub(crate) struct Bin {
    /// The first 6 to 8 digits of a card's number, and no more of them
    bin: String,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Args, Debug)]
struct From {
    /// Read the card from FILE, readable by its owner only, or from standard input (-)
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

impl Card {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match &self.command {
            CardCommand::Token(command) => command.run(context),
            CardCommand::Register(command) => command.run(context),
            CardCommand::Point(command) => command.run(context),
            CardCommand::Bin(command) => command.run(context),
        }
    }
}

impl Token {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let saved = self.saved.as_deref().map(CardToken::new).transpose()?;
        let account = context.account()?;
        let browser = browser(&account)?;
        let mut typed = Typed::of(self.from.from.as_deref())?;
        let token = match saved {
            Some(saved) => card::Token::of_saved(saved, typed.code()?),
            None => card::Token::of_card(typed.number()?, typed.expiry()?, typed.code()?),
        };
        let made = gateway::call_about_cards(
            context,
            &account,
            (browser, "client key"),
            &self.calling,
            &token,
        )
        .map_err(|failure| failure.hiding(typed.secrets()))?;
        let mut report = account.report();
        report
            .field("token_id", made.token_id().as_str())
            .field("card", made.hash())
            .field("bank", made.bank());
        next_is_a_charge(context, &mut report, made.token_id().as_str());
        context.print(&report);
        Ok(Exit::Done)
    }
}

impl Register {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let account = context.account()?;
        let browser = browser(&account)?;
        let mut typed = Typed::of(self.from.from.as_deref())?;
        let card = card::Register::new(typed.number()?, typed.expiry()?);
        let saved = gateway::call_about_cards(
            context,
            &account,
            (browser, "client key"),
            &self.calling,
            &card,
        )
        .map_err(|failure| failure.hiding(typed.secrets()))?;
        let mut report = account.report();
        report
            .field("saved_token_id", saved.saved_token_id().as_str())
            .field("masked_card", saved.masked_card())
            .field("transaction_id", saved.transaction_id());
        next_is_a_charge(context, &mut report, saved.saved_token_id().as_str());
        context.print(&report);
        Ok(Exit::Done)
    }
}

impl Point {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let inquiry = PointInquiry::new(CardToken::new(self.token.as_str())?);
        let (account, points) = ask(context, &self.calling, &inquiry)?;
        let mut report = account.report();
        report
            .field("point_balance", points.balance())
            .field(
                "point_balance_amount",
                points.amount().map(|amount| amount.to_string()),
            )
            .field(
                "transaction_time",
                points.transaction_time().map(|time| time.to_string()),
            );
        context.print(&report);
        Ok(Exit::Done)
    }
}

impl Bin {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let bin = card::Bin::new(self.bin.as_str())?;
        let (account, data) = ask(context, &self.calling, &bin)?;
        let mut report = account.report();
        for (name, value) in [
            ("bin", data.bin),
            ("bank", data.bank),
            ("bank_code", data.bank_code),
            ("brand", data.brand),
            ("bin_type", data.bin_type),
            ("bin_class", data.bin_class),
            ("country_name", data.country_name),
            ("country_code", data.country_code),
            ("channel", data.channel),
        ] {
            report.field(name, value.filter(|text| !text.is_empty()));
        }
        context.print(&report);
        Ok(Exit::Done)
    }
}

/// Asks with the server key.
fn ask<O: Operation<Account = midtrans_protocol::Merchant>>(
    context: &Context,
    calling: &Calling,
    operation: &O,
) -> Result<(Account, O::Reply), Failure> {
    let account = context.account()?;
    let merchant = account.merchant()?;
    let reply = gateway::call_about_cards(
        context,
        &account,
        (merchant, "server key"),
        calling,
        operation,
    )?;
    Ok((account, reply))
}

/// The account as a browser has it: the client key alone.
fn browser(account: &Account) -> Result<ClientAccount, Failure> {
    let key = match account.client_key() {
        Some(Ok(key)) => key.clone(),
        Some(Err(error)) => {
            return Err(
                Failure::usage(format!("MIDTRANS_CLIENT_KEY is not usable: {error}"))
                    .next("take the client key from the dashboard, Settings > Access Keys"),
            );
        }
        None => {
            return Err(Failure::usage("there is no client key")
                .next("export MIDTRANS_CLIENT_KEY=…, or write it into a file of mode 600 and pass --keys FILE")
                .next("for a simulator: export MIDTRANS_CLIENT_KEY=SB-Mid-client-simulator"));
        }
    };
    ClientAccount::new(account.environment().clone(), key).map_err(|error| {
        let name = account.environment_name();
        Failure::usage(format!("the client key does not belong to {name}: {error}")).next(
            "set MIDTRANS_ENVIRONMENT or --environment to the key's own, or take the other key",
        )
    })
}

fn next_is_a_charge(context: &Context, report: &mut Report, token: &str) {
    let charge = context.command(&format!(
        "charge credit_card --order ID --amount RUPIAH --set credit_card.token_id={token}"
    ));
    report
        .line(&format!("next: {charge}"))
        .data("next", json!([charge]));
}
