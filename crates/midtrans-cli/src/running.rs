//! A running simulator: its address, and its console.

use std::time::Duration;

use clap::Args;
use midtrans_protocol::Environment;
use midtrans_protocol::ids::PaymentId;
use midtrans_ureq::ureq::{self, Body, http::Response};
use serde_json::Value;

use crate::account::Account;
use crate::context::Context;
use crate::delivery::{self, Unanswered};
use crate::failure::Failure;
use crate::progress::Waiting;
use crate::target;

/// Options of commands for a running simulator.
#[derive(Args, Debug)]
pub(crate) struct At {
    /// The simulator's address [the environment, if it is a URL, else http://127.0.0.1:8180]
    #[arg(long, value_name = "URL")]
    simulator: Option<String>,
    /// A simulator's host beside this machine (repeatable)
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
}

impl At {
    pub(crate) fn find(&self, context: &Context) -> Result<RunningSimulator, Failure> {
        RunningSimulator::find(context, self.simulator.as_deref(), &self.allow_host)
    }
}

/// A simulator that is asked over its console's addresses. It is this machine's, or on a host that
/// was allowed by name.
#[derive(Debug)]
pub(crate) struct RunningSimulator {
    base: String,
}

/// The simulator's answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Null where it was no JSON.
    pub(crate) json: Value,
}

impl Answer {
    /// # Errors
    /// A body that breaks off or does not end.
    fn of(mut response: Response<Body>) -> Result<Self, ureq::Error> {
        let body = response
            .body_mut()
            .with_config()
            .limit(LONGEST)
            .read_to_string()?;
        Ok(Self {
            status: response.status().as_u16(),
            json: serde_json::from_str(&body).unwrap_or_default(),
        })
    }

    /// The simulator's reason for a refusal.
    pub(crate) fn error(&self) -> Option<&str> {
        self.json["error"].as_str()
    }
}

impl RunningSimulator {
    /// Finds the simulator that was named, or the environment's. The sandbox and production are
    /// none.
    pub(crate) fn find(
        context: &Context,
        named: Option<&str>,
        allowed: &[String],
    ) -> Result<Self, Failure> {
        let base = match named {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => of_environment(&context.account()?)?,
        };
        target::check(&base, allowed)?;
        Ok(Self { base })
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The console's page about an order or a transaction.
    pub(crate) fn transaction(&self, id: &str) -> Result<Value, Failure> {
        let url = format!(
            "{}/console/transactions/{}",
            self.base,
            segment(PaymentId::received(id)?.as_str())
        );
        let waiting = Waiting::for_("the simulator");
        let answered = delivery::agent(TIMEOUT)
            .get(&url)
            .header("Accept", "application/json")
            .call();
        drop(waiting);
        let answer = answered
            .and_then(Answer::of)
            .map_err(|error| self.is_silent(&error))?;
        match (answer.status, answer.error()) {
            (200, None) if answer.json["transaction_id"].is_string() => Ok(answer.json),
            (_, Some(error)) => Err(Failure::refused(format!("the simulator says: {error}"))
                .next(format!("look at its transactions: {}/console", self.base))
                .next("an order on a page of Snap has none until a method is chosen: open the redirect url that midtrans snap create printed")),
            _ => Err(self.is_none(answer.status)),
        }
    }

    /// Sends a command of the console about a transaction.
    pub(crate) fn command(&self, id: &str, word: &str) -> Result<Answer, Failure> {
        let id = PaymentId::received(id)?;
        self.post(
            &format!("/console/transactions/{}/{word}", segment(id.as_str())),
            &[],
        )
    }

    /// Sends a form to one of its addresses. Redirects are not followed.
    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer, Failure> {
        let url = format!("{}{path}", self.base);
        let waiting = Waiting::for_("the simulator");
        let request = delivery::agent(TIMEOUT)
            .post(&url)
            .header("Accept", "application/json");
        let answered = if form.is_empty() {
            request.send_empty()
        } else {
            request.send_form(form.iter().copied())
        };
        drop(waiting);
        // What broke off on its way back was done, perhaps.
        answered.and_then(Answer::of).map_err(|error| {
            match Unanswered::of(&error).may_have_arrived {
                true => Failure::unknown(format!(
                    "the simulator at {} did not answer to the end ({error})",
                    self.base
                ))
                .next(format!(
                    "look in its console whether it has done it: {}/console",
                    self.base
                )),
                false => self.is_silent(&error),
            }
        })
    }

    fn is_silent(&self, error: &ureq::Error) -> Failure {
        Failure::refused(format!(
            "the simulator at {} does not answer ({error})",
            self.base
        ))
        .next("start one with `midtrans simulate`, or name yours with --simulator URL")
    }

    /// The failure where another program answers at the address.
    pub(crate) fn is_none(&self, status: u16) -> Failure {
        Failure::refused(format!(
            "what answers at {} is no simulator that can do this",
            self.base
        ))
        .field("http_status", status)
        .next("name the simulator's address with --simulator URL")
    }
}

fn of_environment(account: &Account) -> Result<String, Failure> {
    match account.environment() {
        Environment::Custom(base) => Ok(base.as_str().to_owned()),
        _ if !account.has_environment() => Ok("http://127.0.0.1:8180".to_owned()),
        _ => Err(Failure::usage(format!(
            "the environment is {}, and this works with a simulator only",
            account.environment_name()
        ))
        .next("name the simulator: --simulator http://127.0.0.1:8180, or --environment with its address")
        .next("at the gateway itself, be the customer in a browser: open the redirect_url of the charge")),
    }
}

/// Encodes a text as one segment of a path.
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

const TIMEOUT: Duration = Duration::from_secs(15);
const LONGEST: u64 = 1 << 20;
