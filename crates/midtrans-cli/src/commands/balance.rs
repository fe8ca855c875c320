//! `midtrans balance`: the account's balance at two times.

use std::time::SystemTime;

use clap::Args;
use midtrans_protocol::balance::{Balances, GetMutation, Mutation};
use midtrans_protocol::money::WireAmount;
use midtrans_protocol::time::WibTime;
use midtrans_ureq::CallOptions;
use serde_json::{Value, json};

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling, Product};
use crate::moment;

/// Show the account's balance at the beginning and at the end of a time
///
/// Without options it is today, in Jakarta, until now. Amounts are rupiah in the gateway's own text,
/// with hundredths: effective can be paid out, pending is not settled yet.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Balance {
    /// The beginning: a day, or a day and time in Jakarta [the first second of --to's day]
    #[arg(long, value_name = "TIME", value_parser = moment::first)]
    from: Option<WibTime>,
    /// The end: a day, of which it is the last second, or a day and time in Jakarta [now]
    #[arg(long, value_name = "TIME", value_parser = moment::last)]
    to: Option<WibTime>,
    #[command(flatten)]
    calling: Calling,
}

const EXAMPLES: &str = "\
midtrans balance
midtrans balance --from 2026-03-01 --to 2026-03-31
midtrans balance --from '2026-03-01 08:00:00' --to '2026-03-01 18:00:00' --json";

impl Balance {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let to = match self.to {
            Some(to) => to,
            None => WibTime::try_from(SystemTime::now())?,
        };
        let from = self.from.unwrap_or_else(|| moment::midnight(to));
        let ask = GetMutation::new(from, to).map_err(|error| {
            Failure::from(error).next("give --from before --to; without --to the end is now")
        })?;
        let account = context.account()?;
        let product = Product {
            ask: None,
            unknown: "",
            reason: &|_| None,
        };
        let (calling, options) = (&self.calling, CallOptions::default());
        let found = gateway::call_product(context, &account, calling, &ask, &options, &product)?;
        let mut report = account.report();
        report
            .field("currency", found.currency())
            .time("start_time", found.start_time())
            .time("end_time", found.end_time());
        let columns = vec!["balance", "at the beginning", "at the end"];
        report.table(columns, rows(&found));
        report.data("opening", json(&found.opening()));
        report.data("closing", json(&found.closing()));
        let wallets = found.wallets();
        let wallets = wallets.iter().map(|wallet| {
            let (opening, closing) = (json(&wallet.opening()), json(&wallet.closing()));
            json!({"source": wallet.source(), "opening": opening, "closing": closing})
        });
        report.data("wallets", wallets.collect::<Vec<_>>());
        context.print(&report);
        Ok(Exit::Done)
    }
}

/// The account's balances, and then those of each wallet.
fn rows(mutation: &Mutation) -> Vec<Vec<String>> {
    let mut rows = lines("", &mutation.opening(), &mutation.closing());
    for wallet in mutation.wallets() {
        let source = wallet.source().unwrap_or_else(|| "-".to_owned());
        let name = format!("{source} ");
        rows.extend(lines(&name, &wallet.opening(), &wallet.closing()));
    }
    rows
}

fn lines(name: &str, opening: &Balances, closing: &Balances) -> Vec<Vec<String>> {
    let text =
        |amount: &Option<WireAmount>| amount.as_ref().map_or("-", WireAmount::as_str).to_owned();
    let parts = [
        ("overall", &opening.overall, &closing.overall),
        ("effective", &opening.effective, &closing.effective),
        ("pending", &opening.pending, &closing.pending),
    ];
    let parts = parts.into_iter();
    parts
        .map(|(kind, first, last)| vec![format!("{name}{kind}"), text(first), text(last)])
        .collect()
}

fn json(balances: &Balances) -> Value {
    let text = |amount: &Option<WireAmount>| amount.as_ref().map(|it| it.as_str().to_owned());
    json!({
        "overall": text(&balances.overall),
        "effective": text(&balances.effective),
        "pending": text(&balances.pending),
    })
}
