//! `midtrans simulate`: the gateway, offline.

mod merchants;
mod options;
mod running;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use midtrans_protocol::time::WibTime;
use midtrans_simulator::gateway::Rule;

use crate::account::Values;
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Lines};
use options::{Variables, YesNo};

/// Start the simulator: the gateway on this machine, with pay pages and signed notifications
///
/// Its keys come from the variables MIDTRANS_SERVER_KEY [SB-Mid-server-simulator] and
/// MIDTRANS_CLIENT_KEY [SB-Mid-client-simulator]. GET /health answers without a key: 200 as long as
/// all is well. Ctrl-C and SIGTERM end it, with exit code 0.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES).replacen("\n\n", FAULTS, 1))]
pub(crate) struct Simulate {
    /// Listen on this address [127.0.0.1]; with another one, such as 0.0.0.0 in a container, all
    /// who reach it reach the console too, which has no password
    #[arg(long, value_name = "IP", value_parser = options::address)]
    address: Option<IpAddr>,
    /// Listen on this port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8180)]
    port: u16,
    /// The merchant's id [MIDTRANS_MERCHANT_ID, else G000000000]
    #[arg(long, value_name = "ID")]
    merchant_id: Option<String>,
    /// Answer to this name too, such as a container's; only this machine's names, the address and
    /// the public URL's are answered (repeatable)
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// The URL at which browsers find the pay pages, if not at the address above
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The URL that customers go to after paying
    #[arg(long, value_name = "URL")]
    finish_url: Option<String>,
    /// The URL that customers go to who leave Snap's page without a choice [the finish URL]
    #[arg(long, value_name = "URL")]
    unfinish_url: Option<String>,
    /// The URL that customers go to whose payment on Snap's page failed [the finish URL]
    #[arg(long, value_name = "URL")]
    error_url: Option<String>,
    /// The URL that notifications go to
    #[arg(long, value_name = "URL")]
    notification_url: Option<String>,
    /// The URL that notifications about linked GoPay accounts go to [the notification URL]
    #[arg(long, value_name = "URL")]
    pay_account_notification_url: Option<String>,
    /// The URL that notifications about subscriptions go to [the notification URL]
    #[arg(long, value_name = "URL")]
    recurring_notification_url: Option<String>,
    /// Let notifications go to this host too; only this machine's are allowed (repeatable)
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// More merchants: a JSON list of objects with merchant_id, server_key, client_key and, if
    /// wanted, kredivo_approved and the URLs above, such as finish_url and notification_url
    #[arg(long, value_name = "FILE")]
    merchants: Option<PathBuf>,
    /// Keep everything in this SQLite file and go on with it after a restart
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Take charges that lack what the gateway's reference requires, as its guide's samples do; =no
    /// takes back what a state file says
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes")]
    lenient: Option<YesNo>,
    /// Kredivo lets the merchant leave out items and customer; =no takes it back
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes")]
    kredivo_approved: Option<YesNo>,
    /// Take charges with whole card numbers at every host, not only at panapi.localhost
    #[arg(long)]
    take_card_numbers: bool,
    /// Time passes N times faster: expiries, repeated notifications
    #[arg(long, value_name = "N")]
    speed: Option<u32>,
    /// The day on which the gateway's clock starts, at midnight in Jakarta, and from which it goes
    /// on [now]: cards that have expired since are good
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = options::day)]
    start_date: Option<WibTime>,
    /// Each call of the API takes this long
    #[arg(long, value_name = "N", default_value_t = 0)]
    delay_ms: u32,
    /// Something goes wrong (repeatable): FAULT[:VALUE][,order=ORDER][,rate=5%][,times=3]
    #[arg(long, value_name = "RULE")]
    fault: Vec<Rule>,
    /// The same seed and the same calls give the same ids and the same faults
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Print no events
    #[arg(long, short)]
    quiet: bool,
}

const EXAMPLES: &str = "\
midtrans simulate --notification-url http://127.0.0.1:3000/notify --finish-url http://127.0.0.1:3000/finish
midtrans simulate --state gateway.db --fault reset-after,rate=5% --fault delay:90s,order=order-101 --seed 7";

/// Stands between the examples and the exit codes.
const FAULTS: &str = "

Faults:
  of a call           latency:2s  reset-before  reset-after  status:503  truncated  html:502  refund-denied  capture-denied
  of a notification   duplicate  delay:90s  reorder  forge  corrupt  lose
  of the customer     decline  walk-away
  of the browser      return-before  return-after  never-returns  forged-return  bare-return

";

impl Simulate {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        if context.json {
            return Err(Failure::usage("simulate prints lines of text only")
                .next("leave --json out, and ask its console for JSON: Accept: application/json"));
        }
        let variables = Variables::of(&Values::of(context.keys.as_deref())?)?;
        // A reader that never reads must not keep the simulator waiting.
        output::queue(Lines::Log, false);
        // One thread: there is one lock, and two threads would spend their time on handing it over.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::refused(format!("cannot start: {error}")))?;
        runtime.block_on(running::run(self, &variables))
    }
}

#[cfg(test)]
mod tests {
    use midtrans_simulator::gateway::Fault;

    use super::FAULTS;

    #[test]
    fn the_help_names_every_fault() {
        for fault in Fault::ALL {
            assert!(FAULTS.contains(&format!("  {fault}")), "{fault}");
        }
    }
}
