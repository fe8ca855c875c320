//! `midtrans inbox serve`: the inbox as a process of its own.

mod api;
mod expect_request;
mod journal;
mod pages;
#[cfg(feature = "postgres")]
mod postgres;
mod service;
#[cfg(feature = "sqlite")]
mod sqlite;
mod token;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::routing::get;
use clap::Args;
use midtrans_axum::notifications;
use midtrans_inbox::{Policy, WorkerSettings};
use midtrans_protocol::{Merchant, Notification, ServerKeys};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use super::days_before;
use super::place::Place;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Lines};
use crate::stopping::Stopping;
use journal::Journal;
use service::{RunningWorker, Service};
use token::Token;

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Listen at this address; others than this machine's can be reached by strangers
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8280")]
    listen: SocketAddr,
    /// Read the token of the HTTP interface from FILE, readable by its owner only
    /// [MIDTRANS_INBOX_TOKEN]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Leave the tables as they are
    #[arg(long)]
    no_migrate: bool,
    /// Forget the bodies of notifications, which hold personal data, after so many days
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    prune_after: u32,
    /// Tell an order as paid at once when a signed 200 comes for its amount, and confirm it later;
    /// see INBOX.md
    #[arg(long)]
    paid_by_signature: bool,
    /// Ask the gateway at most so many questions a second
    #[arg(long, value_name = "N", default_value_t = WorkerSettings::default().questions_per_second, value_parser = clap::value_parser!(u32).range(1..))]
    questions_per_second: u32,
    /// Have at most so many questions under way at the same time
    #[arg(long, value_name = "N", default_value_t = WorkerSettings::default().questions_in_flight, value_parser = clap::value_parser!(u32).range(1..=256))]
    questions_in_flight: u32,
}

pub(crate) const EXAMPLES: &str = "\
midtrans inbox serve --database shop.db
midtrans inbox serve --listen 127.0.0.1:8280 --token-file inbox.token";

/// The longest time that requests under way may take after the stop. The gateway hangs up after 15
/// seconds.
const LAST_REQUESTS: Duration = Duration::from_secs(15);

/// The time between two prunings of old bodies.
const BETWEEN_PRUNINGS: Duration = Duration::from_secs(6 * 3_600);

/// The settings of a store's worker.
struct Setup {
    merchant: Merchant,
    policy: Policy,
    settings: WorkerSettings,
    migrates: bool,
    journal: Journal,
}

impl Serve {
    pub(crate) fn run(&self, context: &Context, place: &Place) -> Result<Exit, Failure> {
        let account = context.account()?;
        let token = Token::of(self.token_file.as_deref(), account.inbox_token())?;
        let keys = account.server_keys()?;
        let setup = self.setup(account.merchant()?, &keys, Journal::new(context.json));
        if !self.listen.ip().is_loopback() {
            context.remark(&format!(
                "{} can be reached from other machines: let only /notification through to strangers, over TLS",
                self.listen
            ));
        }
        output::queue(Lines::Log, context.json);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        let runtime =
            runtime.map_err(|error| Failure::refused(format!("cannot start: {error}")))?;
        let ended = runtime.block_on(self.serve(place, setup, keys, token));
        // A thread that is still asked for nothing is not waited for.
        runtime.shutdown_timeout(Duration::from_secs(1));
        ended
    }

    fn setup(&self, merchant: Merchant, keys: &ServerKeys, journal: Journal) -> Setup {
        let mut policy = Policy::new(keys.clone());
        policy.paid_by_signature = self.paid_by_signature;
        let mut settings = WorkerSettings::default();
        settings.questions_per_second = self.questions_per_second;
        settings.questions_in_flight = self.questions_in_flight;
        Setup {
            merchant,
            policy,
            settings,
            migrates: !self.no_migrate,
            journal,
        }
    }

    async fn serve(
        &self,
        place: &Place,
        setup: Setup,
        keys: ServerKeys,
        token: Option<Token>,
    ) -> Result<Exit, Failure> {
        let refused = |error: std::io::Error| {
            let failure = Failure::refused(format!("cannot listen at {}: {error}", self.listen));
            failure.next("take another address or port with --listen")
        };
        let socket = TcpListener::bind(self.listen).await.map_err(refused)?;
        let address = socket.local_addr().map_err(refused)?;
        let stopping = Stopping::on_signals().map_err(refused)?;
        let journal = setup.journal;
        let (service, working) = service::start(place, setup).await?;
        let service = Arc::new(service);
        journal.begins(address, &place.shown(), token.is_some());
        let app = router(&service, &working, keys, token);
        let pruning = tokio::spawn(prune(Arc::clone(&service), self.prune_after, journal));
        let ended = attend(socket, app, working, &stopping, journal).await;
        pruning.abort();
        ended
    }
}

/// Serves until it is told to stop, and then lets requests and the worker finish.
async fn attend(
    socket: TcpListener,
    app: Router,
    working: RunningWorker,
    stopping: &Stopping,
    journal: Journal,
) -> Result<Exit, Failure> {
    let RunningWorker {
        stop, mut ended, ..
    } = working;
    let until = stopping.clone();
    let server = axum::serve(socket, app).with_graceful_shutdown(async move { until.wait().await });
    let mut server = tokio::spawn(server.into_future());
    let worker_has_died = tokio::select! {
        biased;
        () = stopping.wait() => false,
        _ = &mut ended => true,
    };
    stopping.stop();
    journal.line("info", "stopping");
    stop();
    let last_requests = async {
        // A connection that says nothing more is closed with the process.
        let _ = timeout(LAST_REQUESTS, &mut server).await;
    };
    if worker_has_died {
        last_requests.await;
        return Err(Failure::refused("the worker has ended by itself")
            .next("start it again, and report what it said"));
    }
    let both = async {
        // The worker ends with its last statement; its channel may be closed without a word.
        let _ = tokio::join!(last_requests, ended);
    };
    tokio::select! {
        biased;
        () = both => {
            journal.line("info", "stopped");
            Ok(Exit::Done)
        }
        // A request or a question had not ended; which of both, and how far it came, is not known.
        () = stopping.wait_again() => {
            journal.line("warn", "stopped at once, told to a second time");
            Ok(Exit::Unknown)
        }
    }
}

fn router(
    service: &Arc<Service>,
    working: &RunningWorker,
    keys: ServerKeys,
    token: Option<Token>,
) -> Router {
    let store = Arc::clone(service);
    let webhook = notifications(keys, move |notification: Notification| {
        let store = Arc::clone(&store);
        async move { store.accept(notification).await.map(drop) }
    });
    let pages = pages::Pages::new(Arc::clone(service), Arc::clone(&working.stats));
    Router::new()
        .route("/metrics", get(pages::metrics))
        .route("/health", get(pages::health))
        .with_state(Arc::new(pages))
        .route_service("/notification", webhook)
        .merge(api::router(Arc::clone(service), token))
}

/// Forgets old bodies at the start, and then again and again.
async fn prune(service: Arc<Service>, days: u32, journal: Journal) {
    loop {
        match service.prune(days_before(SystemTime::now(), days)).await {
            Ok(0) => {}
            Ok(pruned) => journal.line(
                "info",
                &format!("{pruned} old notifications have lost their bodies"),
            ),
            Err(error) => journal.line(
                "error",
                &format!("old notifications still have their bodies: {error}"),
            ),
        }
        sleep(BETWEEN_PRUNINGS).await;
    }
}
