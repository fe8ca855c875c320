//! Sends notifications: one POST, one answer. What an answer means is the state machine's business.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::Semaphore;
use tokio::time;

use crate::gateway::{Delivery, Gateway, Outcome};
use crate::shared::Shared;

/// Sends due notifications, for ever. Only so many are under way at once, and the rest waits: each
/// takes a socket, and the API needs some too.
pub(crate) async fn run(shared: Arc<Shared>) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        if !shared.is_saved() {
            // Nothing is told before it is written down. Writing may succeed by now.
            shared.quietly(|_, _| ());
        }
        if !shared.is_saved() {
            let _ = time::timeout(RETRY, shared.changed.notified()).await;
            continue;
        }
        let (due, next, resets) = shared.quietly(|accounts, now| {
            (
                accounts
                    .all_mut()
                    .flat_map(|account| account.due(now))
                    .collect::<Vec<_>>(),
                accounts.all().filter_map(Gateway::next_at).min(),
                shared.resets.load(Ordering::SeqCst),
            )
        });
        for delivery in due {
            tokio::spawn(deliver(
                Arc::clone(&shared),
                delivery,
                Arc::clone(&turns),
                resets,
            ));
        }
        shared.rounds.send_modify(|rounds| *rounds += 1);
        match next.and_then(|at| shared.parts.clock.until(at)) {
            Some(pause) => {
                // When it is time or when something changed, whichever comes first.
                let _ = time::timeout(pause, shared.changed.notified()).await;
            }
            None => shared.changed.notified().await,
        }
    }
}

async fn deliver(shared: Arc<Shared>, delivery: Delivery, turns: Arc<Semaphore>, resets: u64) {
    // It is never closed.
    let _turn = turns.acquire().await;
    let attempt = post(&delivery, &shared.parts.allowed_hosts);
    let outcome = time::timeout(shared.parts.delivery_timeout, attempt)
        .await
        .unwrap_or(Outcome::TimedOut);
    shared.with(|accounts, now| {
        // After a reset, the number is another notification's.
        if shared.resets.load(Ordering::SeqCst) == resets {
            accounts
                .sending(delivery.id)
                .delivered(delivery.id, outcome, now);
        }
    });
}

async fn post(delivery: &Delivery, allowed: &BTreeSet<String>) -> Outcome {
    let Ok(uri) = delivery.url.parse::<Uri>() else {
        return Outcome::Unreachable;
    };
    let stream = match connect(&uri, allowed).await {
        Ok(stream) => stream,
        Err(outcome) => return outcome,
    };
    let answer = match uri.scheme_str() {
        #[cfg(feature = "https")]
        Some("https") => match crate::secure::connect(&host(&uri), stream).await {
            Some(stream) => exchange(stream, &uri, &delivery.body).await,
            None => None,
        },
        _ => exchange(stream, &uri, &delivery.body).await,
    };
    answer.unwrap_or(Outcome::Unreachable)
}

fn host(uri: &Uri) -> String {
    uri.host()
        .unwrap_or_default()
        .trim_matches(['[', ']'])
        .to_ascii_lowercase()
}

/// A connection to a host of this machine, or to one that was allowed by name.
async fn connect(uri: &Uri, allowed: &BTreeSet<String>) -> Result<TcpStream, Outcome> {
    let host = host(uri);
    let by_name = allowed.contains(&host);
    if !(by_name || is_loopback(&host)) {
        return Err(Outcome::Forbidden);
    }
    let usual = match uri.scheme_str() {
        Some("http") => 80,
        Some("https") if cfg!(feature = "https") => 443,
        _ => return Err(Outcome::Unreachable),
    };
    let port = uri.port_u16().unwrap_or(usual);
    let addresses = lookup_host((host.as_str(), port))
        .await
        .map_err(|_| Outcome::Unreachable)?;
    for address in addresses {
        // `localhost` is only a name; a resolver might point it elsewhere.
        if !(by_name || address.ip().is_loopback()) {
            continue;
        }
        if let Ok(stream) = TcpStream::connect(address).await {
            return Ok(stream);
        }
    }
    Err(Outcome::Unreachable)
}

/// The host to which notifications may not go, if it is none of this machine's and was not allowed.
pub(crate) fn forbidden_host(url: &str, allowed: &BTreeSet<String>) -> Option<String> {
    let host = host(&url.parse().ok()?);
    (!is_loopback(&host) && !allowed.contains(&host)).then_some(host)
}

pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// `None` when that was no HTTP.
async fn exchange<S>(stream: S, uri: &Uri, body: &str) -> Option<Outcome>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let connection = tokio::spawn(connection);
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let request = Request::post(target)
        .header(HOST, uri.authority()?.as_str().rsplit('@').next()?)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, "Veritrans")
        .body(Full::new(Bytes::from(body.to_owned())))
        .ok()?;
    let response = sender.send_request(request).await.ok();
    let outcome = match response {
        Some(response) => {
            let status = response.status().as_u16();
            let location = response
                .headers()
                .get(LOCATION)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned);
            let body = read_answer(response.into_body()).await;
            Some(Outcome::Answered {
                status,
                location,
                body,
            })
        }
        None => None,
    };
    connection.abort();
    outcome
}

/// Reads the merchant's answer, which the gateway ignores and a developer looks at. The merchant
/// may finish sending it in any case.
async fn read_answer(mut body: Incoming) -> String {
    let mut beginning = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        if let Some(bytes) = frame.data_ref() {
            let left = EXCERPT.saturating_sub(beginning.len());
            beginning.extend_from_slice(&bytes[..bytes.len().min(left)]);
        }
    }
    String::from_utf8_lossy(&beginning).into_owned()
}

/// The time after a failure until the state file is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// The number of notifications that are sent at the same time, at most.
const AT_ONCE: usize = 256;
/// The bytes of a merchant's answer that are kept, at most.
const EXCERPT: usize = 2 * 1024;
