//! The four ways in which a scenario is played.

use std::sync::Arc;
use std::time::Duration;

use midtrans_protocol::OrderId;
use midtrans_reqwest::{ReqwestConfig, ReqwestTransport};
use midtrans_transport::{AsyncClient, AsyncTransport, BlockingClient, BlockingTransport, Error};
use midtrans_ureq::{UreqConfig, UreqTransport};

use crate::fake::Fake;
use crate::gateway::Gateway;
use crate::scenario::{self, Call, Scenario, Seen};

/// Shorter than the time of an attempt, so that the two can be told apart.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(100);

/// A blocking client over any transport.
///
/// # Errors
/// What the client returns.
///
/// # Panics
/// If the order id of the suite were invalid.
pub fn blocking(
    call: Call,
    transport: impl BlockingTransport,
    base: &str,
) -> Result<Option<String>, Error> {
    let client =
        BlockingClient::new(transport, scenario::merchant(base)).with_config(scenario::config());
    let reply = match call {
        Call::Charge => client.charge(&scenario::charge()),
        Call::Status => client.status(OrderId::new("contract-1").expect("valid")),
    };
    reply.map(|transaction| {
        transaction
            .transaction_status()
            .map(|status| status.as_str().to_owned())
    })
}

/// An async client over any transport.
///
/// # Errors
/// What the client returns.
///
/// # Panics
/// If the order id of the suite were invalid.
pub async fn asynchronous(
    call: Call,
    transport: impl AsyncTransport,
    base: &str,
) -> Result<Option<String>, Error> {
    let client =
        AsyncClient::new(transport, scenario::merchant(base)).with_config(scenario::config());
    let reply = match call {
        Call::Charge => client.charge(&scenario::charge()).await,
        Call::Status => {
            client
                .status(OrderId::new("contract-1").expect("valid"))
                .await
        }
    };
    reply.map(|transaction| {
        transaction
            .transaction_status()
            .map(|status| status.as_str().to_owned())
    })
}

/// Runs a future to its end on a runtime of its own.
///
/// # Panics
/// If no runtime can be started.
pub fn run<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
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
    let result = run(asynchronous(
        scenario.call,
        object,
        "https://gateway.example",
    ));
    Seen::new(result, count(fake.requests().len()))
}

/// ureq against a socket.
///
/// # Panics
/// If ureq cannot be set up.
#[must_use]
pub fn ureq(scenario: &Scenario) -> Seen {
    let gateway = Gateway::start(scenario.script.clone());
    let mut config = UreqConfig::default();
    config.connect_timeout = CONNECT_TIMEOUT;
    let transport = UreqTransport::with_config(config).expect("ureq can be set up");
    let result = blocking(scenario.call, transport, gateway.url());
    on_socket(scenario, &gateway, result)
}

/// reqwest against a socket.
///
/// # Panics
/// If reqwest cannot be set up.
#[must_use]
pub fn reqwest(scenario: &Scenario) -> Seen {
    let gateway = Gateway::start(scenario.script.clone());
    let mut config = ReqwestConfig::default();
    config.connect_timeout = CONNECT_TIMEOUT;
    let transport = ReqwestTransport::with_config(config).expect("reqwest can be set up");
    let result = run(asynchronous(scenario.call, transport, gateway.url()));
    on_socket(scenario, &gateway, result)
}

/// The outcome, once the gateway has counted as many requests as the client sent.
fn on_socket(
    scenario: &Scenario,
    gateway: &Gateway,
    result: Result<Option<String>, Error>,
) -> Seen {
    let seen = Seen::new(result, count(gateway.received().len()));
    assert!(
        scenario.is_unreachable() || count(gateway.received().len()) == seen.attempts,
        "{}: a request came twice",
        scenario.name
    );
    seen
}

fn count(requests: usize) -> u32 {
    u32::try_from(requests).unwrap_or(u32::MAX)
}
