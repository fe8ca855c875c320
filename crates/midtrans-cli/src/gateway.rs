//! Calls to the gateway, and the next steps after a failed one.

use std::error::Error as _;
use std::time::Duration;

use clap::Args;
use midtrans_protocol::Merchant;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::refusal::ApiError;
use midtrans_ureq::{CallOptions, Client, Config, Error, UreqTransport};

use crate::account::Account;
use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Waiting;
use crate::terminal::quoted;

/// Options of every call.
#[derive(Args, Debug)]
pub(crate) struct Calling {
    /// Give up on one attempt after so many seconds; there are up to three
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=120))]
    pub(crate) timeout: u64,
}

/// Options of a call that changes something.
#[derive(Args, Debug)]
pub(crate) struct Changing {
    #[command(flatten)]
    pub(crate) calling: Calling,
    /// The key of an earlier try: within five minutes the same call with the same key happens once
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<String>,
}

impl Changing {
    pub(crate) fn options(&self) -> Result<CallOptions, Failure> {
        let key = self
            .idempotency_key
            .as_deref()
            .map(IdempotencyKey::new)
            .transpose()?;
        Ok(key.map_or_else(CallOptions::default, CallOptions::keyed))
    }
}

/// Sends an operation and waits. `id` is the one to ask about when the outcome is unknown.
pub(crate) fn call<O: Operation<Account = Merchant>>(
    context: &Context,
    account: &Account,
    calling: &Calling,
    operation: &O,
    options: &CallOptions,
    id: &str,
) -> Result<O::Reply, Failure> {
    let mut config = Config::default();
    config.timeout = Duration::from_secs(calling.timeout);
    let client = Client::new(UreqTransport::new()?, account.merchant()?).with_config(config);
    let waiting = Waiting::for_("the gateway");
    let result = client.send_with(operation, options);
    drop(waiting);
    result.map_err(|error| explained(context, account, &error, id, operation.replay()))
}

fn explained(
    context: &Context,
    account: &Account,
    error: &Error,
    id: &str,
    replay: Replay,
) -> Failure {
    let ask = context.command(&format!("status {}", quoted(id)));
    let what = sentence(error);
    let failure = if error.outcome_unknown() {
        Failure::unknown(what)
    } else {
        Failure::refused(what)
    };
    let failure = match error.api() {
        Some(refusal) => detailed(failure, refusal),
        None => failure,
    };
    if error.outcome_unknown() {
        let key = error.idempotency_key().map(IdempotencyKey::as_str);
        let failure = failure
            .field("attempts", error.attempts())
            .field("idempotency_key", key)
            .next(ask);
        return failure.next("do not start over under another id; the same command with --idempotency-key and the key above is safe for five minutes");
    }
    match error.api() {
        Some(refusal) => advised(context, account, failure, refusal, &ask, replay),
        None if error.transport().is_some() => {
            let failure = if replay == Replay::Safe {
                failure
            } else {
                failure.next("nothing was sent: try again")
            };
            failure.next(context.command("doctor"))
        }
        None => failure.next(ask),
    }
}

/// The client's error message, and the network's below it.
fn sentence(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(deeper) = source {
        text.push_str(&format!(" ({deeper})"));
        source = deeper.source();
    }
    text
}

fn detailed(failure: Failure, refusal: &ApiError) -> Failure {
    failure
        .data("code", refusal.code())
        .data("http_status", refusal.http_status().as_u16())
        .data("gateway_says", refusal.message())
        .field("invalid", refusal.validation_messages().to_vec())
        .field("support_id", refusal.id())
        .data("denied", refusal.is_denied())
}

fn advised(
    context: &Context,
    account: &Account,
    failure: Failure,
    refusal: &ApiError,
    ask: &str,
    replay: Replay,
) -> Failure {
    match refusal.code() {
        _ if refusal.is_denied() => failure
            .next("no money moved: try another way of paying under a new order id, or the refund under a new key")
            .next(ask),
        401 => failure
            .next(format!("check that the server key is the one of {}", account.environment_name()))
            .next(context.command("doctor")),
        402 => failure.next("have this payment method activated for the account, in the dashboard"),
        404 if refusal.is_not_found() && replay == Replay::Safe => {
            failure.next("check the id; a charge that is unknown here did not happen and may be sent again")
        }
        404 if refusal.is_not_found() => failure.next("check the id and the environment"),
        404 => failure.next("something before the gateway answered: check the environment's URL"),
        406 => failure.next("it is used up: take another one, or see what became of it").next(ask),
        412 | 414 => failure.next(ask),
        429 => failure.next("wait a minute, then try again"),
        500..=599 | 900..=999 => failure.next("try again later"),
        _ => failure.next("change what the gateway names above, then try again"),
    }
}
