//! `midtrans resend`: sends a notification again.

use std::path::PathBuf;

use clap::Args;

use crate::arguments::help_end;
use crate::context::Context;
use crate::delivery::Route;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::progress::Waiting;
use crate::report::Report;
use crate::running::RunningSimulator;
use crate::terminal::Tone;

/// Send a kept notification again, byte for byte, or have a running simulator send its own again
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Resend {
    /// Notifications as `midtrans listen --save` keeps them, or - for one from standard input; 1
    /// MiB each at most
    #[arg(
        required_unless_present = "order",
        requires = "to",
        value_name = "FILE"
    )]
    files: Vec<PathBuf>,
    /// The URL to send to; this machine only, unless --allow-host names the host
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
                let route = Route::new(to, &self.allow_host)?;
                if self
                    .files
                    .iter()
                    .filter(|file| file.as_os_str() == "-")
                    .count()
                    > 1
                {
                    return Err(Failure::usage(
                        "standard input can be read once, and - is there twice",
                    ));
                }
                // All of them, before the first is sent.
                let bodies: Vec<_> = self
                    .files
                    .iter()
                    .map(|file| input::read_all(file))
                    .collect::<Result<_, _>>()?;
                Ok(self.send(context, &route, to, &bodies))
            }
            _ => Err(Failure::usage("name a file and --to, or --order")),
        }
    }

    fn send(&self, context: &Context, route: &Route<'_>, to: &str, bodies: &[Vec<u8>]) -> Exit {
        let mut report = Report::new();
        report.field("to", to);
        let (mut exit, mut deliveries) = (Exit::Done, Vec::new());
        for (file, body) in self.files.iter().zip(bodies) {
            let waiting = Waiting::for_("the merchant's answer");
            let delivered = route.send(body);
            drop(waiting);
            if bodies.len() > 1 {
                report.row("file", &file.to_string_lossy(), Tone::Neutral);
            }
            delivered.describe(&mut report, to);
            deliveries.push(delivered.json());
            exit = exit.and(delivered.exit());
        }
        report.data("deliveries", deliveries);
        context.print(&report);
        exit
    }

    fn ask_simulator(&self, context: &Context, order: &str) -> Result<Exit, Failure> {
        let simulator =
            RunningSimulator::find(context, self.simulator.as_deref(), &self.allow_host)?;
        let answer = simulator.command(order, "resend")?;
        match (
            answer.status,
            answer.json["resent"].as_u64(),
            answer.error(),
        ) {
            (200..=299, Some(count), _) => {
                let mut report = Report::new();
                report
                    .field("order_id", order)
                    .field("simulator", simulator.base())
                    .field("resent", count);
                context.print(&report);
                Ok(Exit::Done)
            }
            (status, _, Some(error)) => Err(Failure::refused(format!(
                "the simulator sent nothing: {error}"
            ))
            .field("http_status", status)
            .next(format!(
                "look at its transactions: {}/console",
                simulator.base()
            ))),
            (status, ..) => Err(simulator.is_none(status)),
        }
    }
}
