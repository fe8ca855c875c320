//! `midtrans resend`: a notification once more.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use midtrans_protocol::{Environment, PaymentId};
use midtrans_ureq::ureq::Error;
use serde_json::Value;

use crate::arguments::help_end;
use crate::context::Context;
use crate::delivery::{self, Route, Trouble};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Waiting;
use crate::report::Report;
use crate::terminal::Tone;
use crate::{input, target};

/// Send a kept notification again, byte for byte, or have a running simulator send its own again
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Resend {
    /// Notifications as `midtrans listen --save` keeps them, or - for one from standard input; 1 MiB each at most
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

const TIMEOUT: Duration = Duration::from_secs(15);

impl Resend {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match (&self.order, &self.to) {
            (Some(order), _) => self.ask_simulator(context, order),
            (None, Some(to)) => {
                let route = Route::new(to, &self.allow_host)?;
                if self.files.iter().filter(|file| file.as_os_str() == "-").count() > 1 {
                    return Err(Failure::usage("standard input can be read once, and - is there twice"));
                }
                // All of them, before the first is sent.
                let bodies: Vec<_> = self.files.iter().map(|file| input::read_all(file)).collect::<Result<_, _>>()?;
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
        let id = PaymentId::received(order)?;
        let base = self.base(context)?;
        target::check(&base, &self.allow_host)?;
        let url = format!("{base}/console/transactions/{}/resend", segment(id.as_str()));
        let waiting = Waiting::for_("the simulator");
        let answered = delivery::agent(TIMEOUT).post(&url).header("Accept", "application/json").send_empty();
        drop(waiting);
        let mut response = answered.map_err(|error| unanswered(&base, &error))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(1 << 20).read_to_string();
        let body = body.map_err(|error| unanswered(&base, &error))?;
        let json: Value = serde_json::from_str(&body).unwrap_or_default();
        match (status, json["resent"].as_u64(), json["error"].as_str()) {
            (200..=299, Some(count), _) => {
                let mut report = Report::new();
                report.field("order_id", order).field("simulator", base).field("resent", count);
                context.print(&report);
                Ok(Exit::Done)
            }
            (_, _, Some(error)) => {
                Err(Failure::refused(format!("the simulator sent nothing: {error}")).field("http_status", status))
            }
            _ => Err(Failure::refused(format!("what answers at {base} is no simulator that can send again"))
                .field("http_status", status)
                .next("name the simulator's address with --simulator URL")),
        }
    }

    fn base(&self, context: &Context) -> Result<String, Failure> {
        if let Some(url) = &self.simulator {
            return Ok(url.trim_end_matches('/').to_owned());
        }
        Ok(match context.account()?.environment() {
            Environment::Custom(base) => base.as_str().to_owned(),
            _ => "http://127.0.0.1:8180".to_owned(),
        })
    }
}

/// A simulator that did not answer to the end may have sent them.
fn unanswered(base: &str, error: &Error) -> Failure {
    if Trouble::of(error).may_have_arrived {
        return Failure::unknown(format!("the simulator at {base} did not answer to the end ({error})"))
            .next("look in its console whether it has sent them again");
    }
    Failure::refused(format!("the simulator at {base} does not answer ({error})"))
        .next("start one with `midtrans simulate`, or name yours with --simulator URL")
}

/// A piece of a path.
fn segment(text: &str) -> String {
    let encoded = text.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    encoded.collect()
}
