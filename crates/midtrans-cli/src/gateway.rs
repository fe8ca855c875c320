//! Calls to the gateway, and the next steps after a failed one.

use std::error::Error as _;
use std::time::Duration;

use clap::Args;
use midtrans_protocol as protocol;
use midtrans_protocol::ids::{IdempotencyKey, PaymentId};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::refusal::ApiError;
use midtrans_protocol::transaction::Capture;
use midtrans_protocol::{GetStatus, InvalidInput, Merchant, Transaction};
use midtrans_ureq::midtrans_transport::BlockingClient;
use midtrans_ureq::{CallOptions, Config, Error, UreqTransport};

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
    let ask = context.command(&format!("status {}", quoted(id)));
    send(account.merchant()?, calling, operation, options)?.map_err(|error| {
        explained(
            context,
            account,
            &error,
            &About {
                ask: Some(&ask),
                ..About::of(operation)
            },
        )
    })
}

/// Sends an operation that is about no payment. `key` names the key that signs in.
pub(crate) fn call_about_cards<A: protocol::account::Account, O: Operation<Account = A>>(
    context: &Context,
    account: &Account,
    (with, key): (A, &'static str),
    calling: &Calling,
    operation: &O,
) -> Result<O::Reply, Failure> {
    send(with, calling, operation, &CallOptions::default())?.map_err(|error| {
        explained(
            context,
            account,
            &error,
            &About {
                key,
                ..About::of(operation)
            },
        )
    })
}

/// Returns the transaction that a change is about. `None` where the gateway names none: then the
/// change itself says what is wrong.
pub(crate) fn known(
    context: &Context,
    account: &Account,
    calling: &Calling,
    id: &str,
) -> Result<Option<Transaction>, Failure> {
    let ask = GetStatus::new(PaymentId::received(id)?);
    match send(account.merchant()?, calling, &ask, &CallOptions::default())? {
        Ok(transaction) => Ok(Some(transaction)),
        Err(error) if error.transport().is_some() => {
            Err(explained(context, account, &error, &About::of(&ask))
                .next("nothing was changed: try again"))
        }
        Err(_) => Ok(None),
    }
}

/// The failure of a change that the payment's method never supports. Nothing was sent.
pub(crate) fn never_possible(error: &InvalidInput) -> Failure {
    Failure::refused(error.to_string()).data("field", error.field())
}

fn send<A: protocol::account::Account, O: Operation<Account = A>>(
    with: A,
    calling: &Calling,
    operation: &O,
    options: &CallOptions,
) -> Result<Result<O::Reply, Error>, Failure> {
    let mut config = Config::default();
    config.timeout = Duration::from_secs(calling.timeout);
    let client = BlockingClient::new(UreqTransport::new()?, with).with_config(config);
    let waiting = Waiting::for_("the gateway");
    let result = client.send_with(operation, options);
    drop(waiting);
    Ok(result)
}

/// The facts about a call that the next steps after a failure depend on.
struct About<'a> {
    /// The command that asks about the payment, if the call is about one.
    ask: Option<&'a str>,
    /// The key that signs in.
    key: &'static str,
    operation: &'static str,
    replay: Replay,
}

impl About<'_> {
    fn of<O: Operation>(operation: &O) -> Self {
        Self {
            ask: None,
            key: "server key",
            operation: O::NAME,
            replay: operation.replay(),
        }
    }

    fn and_ask(&self, failure: Failure) -> Failure {
        match self.ask {
            Some(ask) => failure.next(ask),
            None => failure,
        }
    }
}

fn explained(context: &Context, account: &Account, error: &Error, about: &About<'_>) -> Failure {
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
            .field("idempotency_key", key);
        return about.and_ask(failure).next("do not start over under another id; the same command with --idempotency-key and the key above is safe for five minutes");
    }
    match error.api() {
        Some(refusal) => advised(context, account, failure, refusal, about),
        None if error.transport().is_some() => {
            let failure = if about.replay == Replay::Safe {
                failure
            } else {
                failure.next("nothing was sent: try again")
            };
            failure.next(context.command("doctor"))
        }
        None => about.and_ask(failure),
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
    about: &About<'_>,
) -> Failure {
    let key = about.key;
    match refusal.code() {
        _ if refusal.is_denied() && about.operation == Capture::NAME => about.and_ask(failure.next("the money stays reserved: capture again later under a new key, or cancel; do not charge again")),
        _ if refusal.is_denied() => about.and_ask(failure.next("no money moved: try another way of paying under a new order id, or the refund under a new key")),
        401 => failure
            .next(format!("check that the {key} is the one of {}", account.environment_name()))
            .next(context.command("doctor")),
        402 => failure.next("have this payment method activated for the account, in the dashboard"),
        404 if refusal.is_not_found() && about.replay == Replay::Safe => {
            failure.next("check the id; a charge that is unknown here did not happen and may be sent again, but an order on a page of Snap is unknown until the customer chooses a method")
        }
        404 if refusal.is_not_found() => failure.next("check the id and the environment"),
        404 => failure.next("something before the gateway answered: check the environment's URL"),
        406 => about.and_ask(failure.next("it is used up: take another one, or see what became of it")),
        411 => about.and_ask(failure).next("the card's token is used up or too old: if an earlier try used it, the payment is there; else get a new one, which is good for one charge"),
        412 | 414 => about.and_ask(failure),
        429 => failure.next("wait a minute, then try again"),
        500..=599 | 900..=999 => failure.next("try again later"),
        _ => failure.next("change what the gateway names above, then try again"),
    }
}
