//! What is said after a failed call, and what to do next.

use std::error::Error as _;
use std::fmt::Display;
use std::time::Duration;

use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::refusal::{ApiError, shown};
use midtrans_protocol::transaction::Capture;
use midtrans_ureq::{Error, ErrorKind};

use super::Product;
use crate::account::Account;
use crate::context::Context;
use crate::failure::Failure;

/// The facts about a call that the next steps after a failure depend on.
pub(super) struct About<'a> {
    /// The command that asks about the payment, if the call is about one.
    pub(super) ask: Option<&'a str>,
    /// The key that signs in.
    pub(super) key: &'static str,
    /// The product, if the call is about no transaction of the Core API.
    pub(super) product: Option<&'a Product<'a>>,
    pub(super) operation: &'static str,
    pub(super) replay: Replay,
    pub(super) key_lifetime: Duration,
}

impl About<'_> {
    pub(super) fn of<O: Operation>(operation: &O) -> Self {
        Self {
            ask: None,
            key: "server key",
            product: None,
            operation: O::NAME,
            replay: operation.replay(),
            key_lifetime: operation.key_lifetime(),
        }
    }

    /// A payment of the Core API, which may also be one on a page of Snap.
    const fn is_about_payment(&self) -> bool {
        self.product.is_none() && self.ask.is_some()
    }

    fn and_ask(&self, failure: Failure) -> Failure {
        match self.ask {
            Some(ask) => failure.next(ask),
            None => failure,
        }
    }
}

pub(super) fn explained(
    context: &Context,
    account: &Account,
    error: &Error,
    about: &About<'_>,
) -> Failure {
    let what = sentence(error, about);
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
        return after_unknown(failure, error, about);
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

/// The next steps after an unknown outcome.
fn after_unknown(failure: Failure, error: &Error, about: &About<'_>) -> Failure {
    let key = error.idempotency_key().map(IdempotencyKey::as_str);
    let failure = failure
        .field("attempts", error.attempts())
        .field("idempotency_key", key);
    let failure = match about.product {
        Some(product) if !product.unknown.is_empty() => failure.next(product.unknown),
        _ => failure,
    };
    let failure = about.and_ask(failure);
    match about.replay {
        Replay::Keyed => failure.next(format!(
            "do not start over under another id; the same command with --idempotency-key and the key \
             above is safe for {} minutes",
            number(about.key_lifetime)
        )),
        Replay::Idempotent => failure.next("the same command again is harmless"),
        Replay::Never => failure.next("do not send it again before you know what became of it"),
        Replay::Safe => failure,
    }
}

/// The minutes of an idempotency key in words.
fn number(lifetime: Duration) -> String {
    match lifetime.as_secs() / 60 {
        3 => "three".to_owned(),
        5 => "five".to_owned(),
        other => other.to_string(),
    }
}

/// The client's error message, and the network's below it. What the client advises is about
/// transactions of the Core API, and left out for a product.
fn sentence(error: &Error, about: &About<'_>) -> String {
    let mut text = match (about.product, error.kind()) {
        (None, _) => error.to_string(),
        (Some(_), ErrorKind::Api(it)) => of_product(about, it),
        (Some(_), ErrorKind::Decode(it)) => of_product(about, it),
        (Some(_), ErrorKind::Transport(it)) => of_product(about, it),
        (Some(_), _) => error.to_string(),
    };
    if about.product.is_some() && error.outcome_unknown() {
        text.push_str("; the outcome is unknown");
    }
    let mut source = error.source();
    while let Some(deeper) = source {
        text.push_str(&format!(" ({deeper})"));
        source = deeper.source();
    }
    text
}

fn of_product(about: &About<'_>, error: &impl Display) -> String {
    format!("{}: {error}", about.operation)
}

fn detailed(failure: Failure, refusal: &ApiError) -> Failure {
    let invalid = refusal.validation_messages().iter();
    let invalid: Vec<_> = invalid.map(|sentence| shown(sentence)).collect();
    failure
        .data("code", refusal.code())
        .data("http_status", refusal.http_status().as_u16())
        .data("gateway_says", shown(refusal.message()))
        .field("invalid", invalid)
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
    if let Some(reason) = about.product.and_then(|product| (product.reason)(refusal)) {
        return failure
            .said_as(format!("{}: {}", about.operation, reason.what))
            .data("reason", reason.word)
            .next(reason.next);
    }
    match refusal.code() {
        _ if refusal.is_denied() && about.operation == Capture::NAME => about.and_ask(failure.next("the money stays reserved: capture again later under a new key, or cancel; do not charge again")),
        _ if refusal.is_denied() => about.and_ask(failure.next("no money moved: try another way of paying under a new order id, or the refund under a new key")),
        401 => failure
            .next(format!("check that the {key} is the one of {}", account.environment_name()))
            .next(context.command("doctor")),
        402 => failure.next("have this payment method activated for the account, in the dashboard"),
        404 if refusal.is_not_found() && about.is_about_payment() => failure
            .next(match about.replay {
                Replay::Safe => "check the id; a charge that is unknown here did not happen and may be sent again",
                _ => "check the id and the environment",
            })
            .next(ON_A_PAGE),
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

/// What a 404 of the Core API leaves open.
const ON_A_PAGE: &str = "an order on a page of Snap is unknown until the customer chooses a method: no method is chosen yet, which is not \"not charged\", because the page can still be paid; midtrans snap cancel TOKEN ends it";
