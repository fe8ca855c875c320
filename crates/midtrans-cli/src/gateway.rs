//! Calls to the gateway, and the next steps after a failed one.

mod explanation;

use std::time::Duration;

use clap::Args;
use midtrans_protocol as protocol;
use midtrans_protocol::ids::{IdempotencyKey, PaymentId};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::refusal::ApiError;
use midtrans_protocol::{GetStatus, InvalidInput, Merchant, Transaction};
use midtrans_ureq::midtrans_transport::BlockingClient;
use midtrans_ureq::{CallOptions, Config, Error, UreqTransport};

use crate::account::Account;
use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Waiting;
use crate::terminal::quoted;
use explanation::{About, explained};

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

/// The facts about a call of a product beside the Core API, such as Snap.
pub(crate) struct Product<'a> {
    /// The command that asks what became of a call, or `None` where nothing can be asked.
    pub(crate) ask: Option<String>,
    /// What to do after an unknown outcome beside asking; empty where asking says it all.
    pub(crate) unknown: &'static str,
    /// The reason of a refusal in the product's own words, where it is one to act on.
    pub(crate) reason: &'a dyn Fn(&ApiError) -> Option<Reason>,
}

/// The reason of a refusal.
pub(crate) struct Reason {
    /// The word that programs read.
    pub(crate) word: &'static str,
    /// The sentence.
    pub(crate) what: &'static str,
    pub(crate) next: String,
}

impl Reason {
    pub(crate) fn new(word: &'static str, what: &'static str, next: impl Into<String>) -> Self {
        Self {
            word,
            what,
            next: next.into(),
        }
    }
}

/// Sends an operation of a product and waits.
pub(crate) fn call_product<O: Operation<Account = Merchant>>(
    context: &Context,
    account: &Account,
    calling: &Calling,
    operation: &O,
    options: &CallOptions,
    product: &Product<'_>,
) -> Result<O::Reply, Failure> {
    send(account.merchant()?, calling, operation, options)?.map_err(|error| {
        let about = About {
            ask: product.ask.as_deref(),
            product: Some(product),
            ..About::of(operation)
        };
        explained(context, account, &error, &about)
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
