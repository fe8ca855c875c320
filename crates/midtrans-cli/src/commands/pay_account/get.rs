//! `midtrans pay-account get`: a linked account and its ways to pay.

use clap::Args;
use midtrans_protocol::pay_account::{AccountId, Get as Operation, PayAccount, PaymentOption};
use midtrans_ureq::CallOptions;
use serde_json::{Value, json};

use super::{describe, reading};
use crate::arguments::help_end;
use crate::context::{Context, say};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway;
use crate::gateway::Calling;

/// Show a linked account and its ways to pay
///
/// The tokens of the ways to pay change, so read one right before each charge. They take money and
/// are not shown; --token NAME prints that one's and nothing else, for a pipe.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(super) struct Get {
    /// The gateway's id of the account
    id: String,
    /// Print the token of this way to pay and nothing else, such as GOPAY_WALLET
    #[arg(long, value_name = "NAME")]
    token: Option<String>,
    #[command(flatten)]
    calling: Calling,
}

const EXAMPLES: &str = "\
midtrans pay-account get 00000269-7836-49e5-bc65-e592afafec14
midtrans pay-account get 00000269-7836-49e5-bc65-e592afafec14 --token GOPAY_WALLET > wallet.token";

impl Get {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let id = AccountId::received(self.id.as_str())?;
        let account = context.account()?;
        let (get, options) = (Operation::new(id), CallOptions::default());
        let calling = &self.calling;
        let found = gateway::call_product(context, &account, calling, &get, &options, &reading())?;
        if let Some(name) = &self.token {
            return print_token(&found, name, context.json);
        }
        let mut report = account.report();
        describe(&mut report, &found);
        let ways = found.payment_options();
        let rows: Vec<_> = ways.iter().map(row).collect();
        if !rows.is_empty() {
            report.table(vec!["way to pay", "can be charged", "balance"], rows);
        }
        let ways: Vec<Value> = ways.iter().map(json).collect();
        report.data("payment_options", ways);
        context.print(&report);
        Ok(Exit::Done)
    }
}

fn balance(way: &PaymentOption) -> Option<String> {
    way.balance().map(|balance| balance.as_str().to_owned())
}

fn row(way: &PaymentOption) -> Vec<String> {
    let unknown = || "-".to_owned();
    let active = if way.is_active() { "yes" } else { "no" };
    vec![
        way.name().unwrap_or_else(unknown),
        active.to_owned(),
        balance(way).unwrap_or_else(unknown),
    ]
}

fn json(way: &PaymentOption) -> Value {
    json!({"name": way.name(), "active": way.is_active(), "balance": balance(way)})
}

/// Prints the token that was asked for, or the failure where it cannot be charged.
fn print_token(account: &PayAccount, name: &str, as_json: bool) -> Result<Exit, Failure> {
    let ways = account.payment_options();
    let way = ways.iter().find(|way| way.name().as_deref() == Some(name));
    let names: Vec<String> = ways.iter().filter_map(PaymentOption::name).collect();
    let way = way.ok_or_else(|| {
        let next = match names.is_empty() {
            true => "only an account that is enabled has ways to pay: midtrans pay-account get ID"
                .to_owned(),
            false => format!("name one of {}", names.join(", ")),
        };
        Failure::refused("the account has no such way to pay").next(next)
    })?;
    if !way.is_active() {
        let what = "this way to pay cannot be charged now";
        return Err(Failure::refused(what).next("take another one: midtrans pay-account get ID"));
    }
    let token = way.token().ok_or_else(|| {
        Failure::refused("the gateway gave no token for this way to pay").next("try again later")
    })?;
    let text = match as_json {
        true => json!({"token": token.as_str()}).to_string(),
        false => token.as_str().to_owned(),
    };
    say(&format!("{text}\n"));
    Ok(Exit::Done)
}
