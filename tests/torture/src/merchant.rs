//! The merchant: a shop's webhook and workers on an inbox, in a process that may be killed at any
//! moment.
//!
//! Its handler writes into `effects`, in the transaction that it is given. That table has no unique
//! key, so a repeated act is visible as a second row.

mod postgres;
mod sqlite;

pub(crate) use postgres::{ShopHandler, inbox};
pub(crate) use sqlite::{act, connect};

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{any_service, get, post};
use midtrans_axum::notifications;
use midtrans_axum::protocol::{Environment, Merchant, Notification, ServerKey, ServerKeys};
use midtrans_inbox::{Change, Outcome, Policy, WorkerSettings};

use crate::failure::{Failure, failed};
use crate::store::Store;

/// The merchant's command line.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) store: Store,
    pub(crate) gateway: String,
    pub(crate) port: u16,
    pub(crate) workers: usize,
}

/// The merchant's account at the simulator of a run.
pub(crate) fn account(gateway: &str) -> Result<Merchant, Failure> {
    let environment = Environment::custom(gateway).map_err(failed("the gateway's address"))?;
    let key = ServerKey::new("SB-Mid-server-simulator").map_err(failed("the key"))?;
    Merchant::new(environment, key).map_err(failed("the account"))
}

/// Returns short times, so that a run takes minutes and not hours.
pub(crate) fn policy(merchant: &Merchant) -> Policy {
    let mut policy = Policy::new(merchant.server_key().clone());
    policy.between_questions = Duration::from_millis(20);
    policy.lease = Duration::from_secs(5);
    policy.pause = Duration::from_millis(100);
    policy.max_pause = Duration::from_secs(2);
    policy
}

pub(crate) fn settings() -> WorkerSettings {
    let mut settings = WorkerSettings::default();
    settings.idle = Duration::from_millis(20);
    settings.questions_per_second = 5_000;
    settings.question_deadline = Duration::from_secs(1);
    settings
}

/// One line of `effects`.
#[derive(Debug)]
pub(crate) struct Effect {
    pub(crate) kind: &'static str,
    pub(crate) detail: String,
}

/// Returns the effects of a change. Paid is reported before any partial refund, so only `Paid`
/// ships.
pub(crate) fn effects(change: &Change) -> Vec<Effect> {
    let effect = |kind, detail: &str| Effect {
        kind,
        detail: detail.to_owned(),
    };
    let mut effects = vec![effect("outcome", change.outcome.as_str())];
    if change.outcome == Outcome::Paid {
        effects.push(effect("ship", "paid"));
    }
    for refund in &change.refunds {
        let kind = if refund.confirmed {
            "confirmed"
        } else {
            "refund"
        };
        effects.push(effect(
            kind,
            refund.refund_key.as_deref().unwrap_or("without a key"),
        ));
    }
    effects
}

/// Lets one handler in fifty fail, in any of three ways.
pub(crate) fn random_failure() -> Result<(), Failure> {
    match fastrand::u32(0..150) {
        0 => Err(Failure("the shop's own table was locked".to_owned())),
        1 => Err(Failure("the shop had a bad day".to_owned())),
        2 => {
            // A panic is a failure like any other; its message is not needed.
            std::panic::resume_unwind(Box::new("the shop panicked"))
        }
        _ => Ok(()),
    }
}

/// The interface of both stores' merchants.
#[async_trait::async_trait]
pub(crate) trait Shop: Send + Sync + 'static {
    async fn accept(&self, notification: Notification) -> Result<(), Failure>;
    /// Returns the inbox's metrics.
    async fn snapshot(&self) -> Result<String, Failure>;
    /// Makes all open orders due now.
    async fn ask_now(&self) -> Result<(), Failure>;
}

/// Runs until it is killed.
pub(crate) fn run(task: &Task) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(failed("a runtime"))?;
    runtime.block_on(async {
        match &task.store {
            Store::Sqlite { .. } => serve(task, sqlite::open(task)?).await,
            Store::Postgres { .. } => serve(task, postgres::open(task).await?).await,
        }
    })
}

async fn serve<S: Shop>(task: &Task, shop: S) -> Result<(), Failure> {
    let shop = Arc::new(shop);
    let storing = Arc::clone(&shop);
    let webhook = notifications(
        ServerKeys::from(account(&task.gateway)?.server_key().clone()),
        move |notification| {
            let shop = Arc::clone(&storing);
            async move { shop.accept(notification).await }
        },
    );
    let router = Router::new()
        .route("/notification", any_service(webhook))
        .route("/health", get(|| async { "up" }))
        .route(
            "/snapshot",
            get(async |State(shop): State<Arc<S>>| answer(shop.snapshot().await)),
        )
        .route(
            "/ask",
            post(async |State(shop): State<Arc<S>>| {
                answer(shop.ask_now().await.map(|()| String::new()))
            }),
        )
        .with_state(shop);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", task.port))
        .await
        .map_err(failed("the merchant's port"))?;
    axum::serve(listener, router)
        .await
        .map_err(failed("the merchant's server"))
}

fn answer(result: Result<String, Failure>) -> (StatusCode, String) {
    match result {
        Ok(text) => (StatusCode::OK, text),
        Err(failure) => (StatusCode::SERVICE_UNAVAILABLE, failure.to_string()),
    }
}
