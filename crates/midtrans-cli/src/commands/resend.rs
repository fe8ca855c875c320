//! `midtrans resend`: a notification once more.

use std::path::PathBuf;

use clap::Args;

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::running::RunningSimulator;
use crate::{delivery, input};

/// Send a kept notification again, byte for byte, or have a running simulator send its own again
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Resend {
    /// Notifications as `midtrans listen --save` keeps them, or - for one from standard input
    #[arg(required_unless_present = "order", requires = "to", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where to; this machine only, unless --allow-host names the host
    #[arg(long, value_name = "URL", requires = "files")]
    to: Option<String>,
    /// Have the simulator send its notifications about this order or transaction again
    #[arg(long, value_name = "ID", conflicts_with = "files")]
    order: Option<String>,
    /// The simulator's address [the environment, if it is a URL, else http://127.0.0.1:8180]
    #[arg(long, value_name = "URL", requires = "order")]
    simulator: Option<String>,
    /// A host that may be sent to beside this machine (repeatable)
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
}

const EXAMPLES: &str = "\
midtrans resend kept/1764000000000-order-101-settlement.json --to http://127.0.0.1:3000/midtrans/notification
midtrans resend --order order-101";

impl Resend {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match (&self.order, &self.to) {
            (Some(order), _) => self.ask_simulator(context, order),
            (None, Some(to)) => {
                let mut report = Report::new();
                report.field("to", to.as_str());
                let (mut exit, mut deliveries) = (Exit::Done, Vec::new());
                for file in &self.files {
                    let delivered = delivery::send(to, &input::read(file)?, &self.allow_host)?;
                    delivered.describe(&mut report, to);
                    deliveries.push(delivered.json());
                    exit = if exit == Exit::Done { delivered.exit() } else { exit };
                }
                report.data("deliveries", deliveries);
                context.print(&report);
                Ok(exit)
            }
            _ => Err(Failure::usage("name a file and --to, or --order")),
        }
    }

    fn ask_simulator(&self, context: &Context, order: &str) -> Result<Exit, Failure> {
        let simulator = RunningSimulator::find(context, self.simulator.as_deref(), &self.allow_host)?;
        let answer = simulator.command(order, "resend")?;
        match (answer.status, answer.json["resent"].as_u64(), answer.error()) {
            (200..=299, Some(count), _) => {
                let mut report = Report::new();
                report.field("order_id", order).field("simulator", simulator.base()).field("resent", count);
                context.print(&report);
                Ok(Exit::Done)
            }
            (status, _, Some(error)) => Err(Failure::refused(format!("the simulator sent nothing: {error}"))
                .field("http_status", status)
                .next(format!("look at its transactions: {}/console", simulator.base()))),
            (status, ..) => Err(simulator.is_none(status)),
        }
    }
}
