//! A slow gateway that fails now and then: a proxy between the inbox's questions and the simulator.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use tokio::net::TcpListener;

use crate::deliveries::agent;
use crate::failure::{Failure, failed};

/// A period of failures begins after this time, and then once in every period.
const FIRST_SPELL: Duration = Duration::from_secs(2);
const PERIOD: Duration = Duration::from_secs(15);
/// Short, because a limiter that has halved several times needs time to recover.
const SPELL: Duration = Duration::from_millis(600);
/// Longer than a merchant of a run waits for an answer.
const HANGS: Duration = Duration::from_millis(1_500);

/// The proxy before a run's gateway.
pub(crate) struct Flaky {
    url: String,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    answered: AtomicU64,
    limited: AtomicU64,
    failed: AtomicU64,
    hung: AtomicU64,
}

#[derive(Clone)]
struct Front {
    gateway: String,
    agent: ureq::Agent,
    started: Instant,
    counts: Arc<Counts>,
}

impl Flaky {
    /// Listens as a proxy for the gateway with this URL, until the program ends.
    pub(crate) fn start(gateway: &str) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime.map_err(failed("a runtime"))?;
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .map_err(failed("the front's port"))?;
        let port = listener
            .local_addr()
            .map_err(failed("the front's port"))?
            .port();
        let counts = Arc::<Counts>::default();
        let front = Front {
            gateway: gateway.to_owned(),
            agent: agent(),
            started: Instant::now(),
            counts: Arc::clone(&counts),
        };
        let router = Router::new().fallback(answer).with_state(front);
        thread::spawn(move || runtime.block_on(axum::serve(listener, router).into_future()));
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            counts,
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns its counts, as a sentence.
    pub(crate) fn report(&self) -> String {
        let count = |count: &AtomicU64| count.load(Ordering::SeqCst);
        format!(
            "{} questions answered, {} refused with 429, {} with 503, {} not answered in time",
            count(&self.counts.answered),
            count(&self.counts.limited),
            count(&self.counts.failed),
            count(&self.counts.hung)
        )
    }
}

async fn answer(State(front): State<Front>, request: Request) -> (StatusCode, HeaderMap, Vec<u8>) {
    if fastrand::u32(0..10) < 3 {
        tokio::time::sleep(Duration::from_millis(fastrand::u64(1..40))).await;
    }
    let counts = &front.counts;
    let refuse = |count: &AtomicU64, status| {
        count.fetch_add(1, Ordering::SeqCst);
        (status, HeaderMap::new(), Vec::new())
    };
    if is_bad(front.started.elapsed()) {
        match fastrand::u32(0..6) {
            0 => {
                // Counted first, because the caller hangs up before this ends.
                let refused = refuse(&counts.hung, StatusCode::SERVICE_UNAVAILABLE);
                tokio::time::sleep(HANGS).await;
                return refused;
            }
            1 | 2 => return refuse(&counts.limited, StatusCode::TOO_MANY_REQUESTS),
            3 => return refuse(&counts.failed, StatusCode::SERVICE_UNAVAILABLE),
            _ => {}
        }
    }
    let url = format!("{}{}", front.gateway, request.uri());
    let key = request.headers().get(header::AUTHORIZATION).cloned();
    let agent = front.agent.clone();
    let asked = tokio::task::spawn_blocking(move || {
        let mut question = agent.get(url).header("Accept", "application/json");
        if let Some(key) = key {
            question = question.header("Authorization", key);
        }
        let mut answer = question.call()?;
        let body = answer.body_mut().read_to_vec()?;
        Ok::<_, ureq::Error>((answer.status(), body))
    });
    match asked.await {
        Ok(Ok((status, body))) => {
            counts.answered.fetch_add(1, Ordering::SeqCst);
            let json = header::HeaderValue::from_static("application/json");
            (
                status,
                HeaderMap::from_iter([(header::CONTENT_TYPE, json)]),
                body,
            )
        }
        Ok(Err(_)) | Err(_) => refuse(&counts.failed, StatusCode::BAD_GATEWAY),
    }
}

fn is_bad(elapsed: Duration) -> bool {
    let since = elapsed.checked_sub(FIRST_SPELL);
    since.is_some_and(|since| since.as_millis() % PERIOD.as_millis() < SPELL.as_millis())
}
