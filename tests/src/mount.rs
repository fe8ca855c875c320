//! The four ways in which a scenario is played.

use std::sync::Arc;

use midtrans_protocol::OrderId;
use midtrans_transport::{AsyncClient, AsyncTransport, BlockingClient, BlockingTransport, Error};

use crate::fake::Fake;
use crate::scenario::{self, Call, Scenario, Seen};

/// A blocking client over any transport.
///
/// # Errors
/// What the client returns.
///
/// # Panics
/// If the order id of the suite were invalid.
pub fn blocking(call: Call, transport: impl BlockingTransport, base: &str) -> Result<Option<String>, Error> {
    let client = BlockingClient::new(transport, scenario::merchant(base)).with_config(scenario::config());
    let reply = match call {
        Call::Charge => client.charge(&scenario::charge()),
        Call::Status => client.status(OrderId::new("contract-1").expect("valid")),
    };
    reply.map(|transaction| transaction.transaction_status().map(|status| status.as_str().to_owned()))
}

/// An async client over any transport.
///
/// # Errors
/// What the client returns.
///
/// # Panics
/// If the order id of the suite were invalid.
pub async fn asynchronous(call: Call, transport: impl AsyncTransport, base: &str) -> Result<Option<String>, Error> {
    let client = AsyncClient::new(transport, scenario::merchant(base)).with_config(scenario::config());
    let reply = match call {
        Call::Charge => client.charge(&scenario::charge()).await,
        Call::Status => client.status(OrderId::new("contract-1").expect("valid")).await,
    };
    reply.map(|transaction| transaction.transaction_status().map(|status| status.as_str().to_owned()))
}

/// Runs a future to its end on a runtime of its own.
///
/// # Panics
/// If no runtime can be started.
pub fn run<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime starts").block_on(future)
}

/// The fake transport, blocking.
#[must_use]
pub fn fake_blocking(scenario: &Scenario) -> Seen {
    let fake = Fake::new(scenario.script.clone());
    let result = blocking(scenario.call, fake.clone(), "https://gateway.example");
    Seen::new(result, count(fake.requests().len()))
}

/// The fake transport, async, as a trait object.
#[must_use]
pub fn fake_async(scenario: &Scenario) -> Seen {
    let fake = Fake::new(scenario.script.clone());
    let object: Arc<dyn AsyncTransport> = Arc::new(fake.clone());
    let result = run(asynchronous(scenario.call, object, "https://gateway.example"));
    Seen::new(result, count(fake.requests().len()))
}

fn count(requests: usize) -> u32 {
    u32::try_from(requests).unwrap_or(u32::MAX)
}
