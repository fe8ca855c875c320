//! `midtrans subscription create`: makes a subscription.

use std::path::{Path, PathBuf};

use clap::Args;
use midtrans_protocol::subscription::Create as Operation;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{CustomerDetails, Rupiah};
use serde_json::{Map, Value, json};

use super::{get, reason, shown};
use crate::arguments::help_end;
use crate::context::Context;
use crate::draft::{self, Given};
use crate::every::{self, Every};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::field_change::Change;
use crate::gateway::{self, Changing, Product};
use crate::secret::Secret;
use crate::{amount, credential, key_file, moment, order_lines, output};

/// Make a subscription on a saved card or a linked GoPay account
///
/// The token of what is charged comes from --token-from FILE, from standard input, or is typed; a
/// file of --from may have it too, if only you may read it. Fields that have no option are set by
/// their names in the gateway's reference, such as retry_schedule.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(super) struct Create {
    /// The name, used once per account: letters, digits and - _ ~ . ; the order ids of the charges
    /// begin with it
    #[arg(long, value_name = "NAME", required_unless_present = "from")]
    name: Option<String>,
    /// The amount of each charge in whole rupiah, such as 14000 or 14.000
    #[arg(long, value_name = "RUPIAH", required_unless_present = "from", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    /// The interval between two charges: month, 2weeks, 30days
    #[arg(long, value_name = "INTERVAL", required_unless_present = "from", value_parser = every::read)]
    every: Option<Every>,
    /// End after so many charges; 0 is a single one [never]
    #[arg(long, value_name = "N")]
    charges: Option<u32>,
    /// The time of the first charge: a day, or a day and time in Jakarta [one interval from now];
    /// one in the past is made at once
    #[arg(long, value_name = "TIME", value_parser = moment::first)]
    start: Option<WibTime>,
    /// The linked GoPay account that the token belongs to; without it the token is a card's
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// The customer: first_name=…,last_name=…,email=…,phone=…; or JSON
    #[arg(long, value_name = "FIELDS", value_parser = order_lines::customer)]
    customer: Option<CustomerDetails>,
    /// Any other field of the subscription: FIELD=TEXT or FIELD:=JSON, deeper ones with dots
    /// (repeatable); it may not say otherwise than an option
    #[arg(long, value_name = "FIELD=VALUE", value_parser = Change::set)]
    set: Vec<Change>,
    /// The subscription as the gateway's JSON, from a file that only you may read or - ; the other
    /// options replace what it says
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Read the token from FILE, readable by its owner only, or from standard input (-)
    #[arg(long, value_name = "FILE")]
    token_from: Option<PathBuf>,
    #[command(flatten)]
    changing: Changing,
}

const EXAMPLES: &str = "\
midtrans subscription create --name kopi-bulanan --amount 14000 --every month --token-from card.token
midtrans subscription create --name kopi --amount 14000 --every 2weeks --charges 12 --start 2027-01-01 < card.token
midtrans pay-account get ID --token GOPAY_WALLET \\
  | midtrans subscription create --name kopi --amount 14000 --every month --account ID --token-from -";

const OPTIONS: &[(&str, &str)] = &[
    ("name", "give it with --name NAME"),
    ("amount", "give it with --amount RUPIAH"),
    ("schedule.interval", "give it with --every INTERVAL"),
    ("schedule.max_interval", "give it with --charges N"),
    ("schedule.start_time", "give it with --start TIME"),
    ("schedule", "give it with --every INTERVAL"),
    ("gopay.account_id", "give it with --account ID"),
    ("account_id", "give it with --account ID"),
    ("customer_details", "give it with --customer"),
    (
        "token",
        "pass --token-from FILE, or write the token to standard input",
    ),
];

impl Create {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        credential::refuse_argument(&self.set)?;
        output::refuse_if_closed("the subscription's id")?;
        let account = context.account()?;
        account.server_key()?;
        let create = self.draft()?;
        let product = Product {
            ask: None,
            unknown: "a subscription of this name may be there: look in the dashboard before you make another",
            reason: &reason,
        };
        let (calling, options) = (&self.changing.calling, self.changing.options()?);
        let made = gateway::call_product(context, &account, calling, &create, &options, &product)
            .map_err(|failure| {
            failure.hiding(&[Secret::new(create.contents().token.as_str())])
        })?;
        let mut report = account.report();
        shown::describe(&mut report, &made);
        if let Some(id) = made.id() {
            let ask = get(context, &id);
            report.line("next: keep the id, and wait for the notification of each charge");
            report
                .line(&format!("next: {ask}"))
                .data("next", json!([ask]));
        }
        context.print(&report);
        Ok(Exit::Done)
    }

    /// Puts the gateway's JSON together, and has the protocol crate read and check it.
    fn draft(&self) -> Result<Operation, Failure> {
        let mut body = self.file()?;
        if self.from.is_none() {
            body.insert("currency".to_owned(), "IDR".into());
        }
        let kind = if self.account.is_some() {
            "gopay"
        } else {
            "credit_card"
        };
        if self.from.is_none() || self.account.is_some() {
            body.insert("payment_type".to_owned(), kind.into());
        }
        let has_token = body.get("token").is_some_and(|token| !token.is_null());
        let mut body = draft::filled("subscription", body, &self.options(), &self.set)?;
        if !has_token || self.token_from.is_some() {
            self.refuse_two_readers()?;
            body["token"] = credential::read(self.token_from.as_deref())?.into();
        }
        Operation::from_json(&body.to_string()).map_err(|error| draft::refused(error, OPTIONS))
    }

    /// A file of `--from` may have the token, so others must not read it.
    fn file(&self) -> Result<Map<String, Value>, Failure> {
        match self.from.as_deref() {
            Some(file) if file != Path::new("-") => {
                draft::parsed("subscription", &key_file::read_secret(file)?)
            }
            from => draft::from_file("subscription", from),
        }
    }

    /// Standard input is either the subscription or the token.
    fn refuse_two_readers(&self) -> Result<(), Failure> {
        let is_input = |file: &Option<PathBuf>| file.as_deref() == Some(Path::new("-"));
        let token_is_input = self.token_from.is_none() || is_input(&self.token_from);
        if !is_input(&self.from) || !token_is_input {
            return Ok(());
        }
        let what = "token: it is missing in the subscription, and standard input is used already";
        Err(Failure::usage(what).next("put it into the JSON, or pass --token-from FILE"))
    }

    fn options(&self) -> Vec<Given> {
        let amount = self.amount.map(|amount| amount.get().to_string());
        let interval = self.every.as_ref().map(|every| every.interval);
        let unit = self.every.as_ref().map(|every| every.unit.as_str());
        let start = self.start.map(|time| time.to_iso());
        let customer = self.customer.as_ref().map(|it| json!(it));
        let given = [
            Given::new("--name", &["name"], self.name.as_deref()),
            Given::new("--amount", &["amount"], amount),
            Given::new("--every", &["schedule", "interval"], interval),
            Given::new("--every", &["schedule", "interval_unit"], unit),
            Given::new("--charges", &["schedule", "max_interval"], self.charges),
            Given::new("--start", &["schedule", "start_time"], start),
            Given::new(
                "--account",
                &["gopay", "account_id"],
                self.account.as_deref(),
            ),
            Given::new("--customer", &["customer_details"], customer),
        ];
        given.into_iter().flatten().collect()
    }
}
