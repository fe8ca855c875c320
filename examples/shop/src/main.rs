//! A small shop that takes payments with every method of the gateway, together with the simulated
//! gateway.
//!
//! `cargo xtask demo` serves it for a browser, `cargo xtask demo --walk` plays the customer. The
//! parts that matter to a shop of your own: `routes.rs` (extractors and webhook), `shop.rs`
//! (charge, cancel, listen), `sqlite.rs` or `postgres.rs` (the orders, next to the inbox),
//! `offer.rs` (the payment methods), `pages/instructions.rs` (how to pay), `pages/card.js` (a card
//! becomes a token in the browser), `pages/snap.js` (Snap's popup) and `pages/single_page.js` (the
//! same for a shop of one page).

mod arguments;
mod browser;
mod cart;
mod database;
mod journal;
mod offer;
mod orders;
mod pages;
mod policy;
mod postgres;
mod print;
mod routes;
mod shop;
mod single_page;
mod sqlite;
mod store;
mod turns;
mod walk;
mod worker;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use clap::Parser;
use midtrans_axum::protocol::{Environment, Merchant, ServerKey};
use midtrans_reqwest::ReqwestTransport;
use midtrans_reqwest::midtrans_transport::{AsyncClient, AsyncTransport};
use midtrans_simulator::Simulator;
use midtrans_simulator::gateway::settings::{CLIENT_KEY, SERVER_KEY};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::signal::unix::SignalKind;
use tokio::sync::mpsc::UnboundedReceiver;

use arguments::Args;
use database::Database;
use journal::{Entry, Journal, RecordingTransport, Way};
use pages::Libraries;
use shop::Shop;
use store::Error;
use turns::Turns;
use walk::Walk;
use worker::{RunningWorker, WorkerConfig, prune_daily};

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let database = args.database();
    let end = if args.walk {
        walk(&database).await
    } else {
        serve(args.port, args.gateway.as_deref(), &database).await
    };
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The gateway, the shop, and what connects them.
struct Demo {
    gateway: Gateway,
    transport: Arc<dyn AsyncTransport>,
    shop: Shop,
    shop_url: String,
    listener: TcpListener,
    router: Router,
    worker_config: WorkerConfig,
    entries: UnboundedReceiver<Entry>,
}

impl Demo {
    async fn start(port: u16, gateway: Option<&str>, database: &Database) -> Result<Self, Error> {
        let store = database
            .open()
            .await
            .map_err(|error| format!("cannot open {database}: {error}"))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = listener
            .await
            .map_err(|error| format!("cannot listen on port {port}: {error}"))?;
        let shop_url = format!("http://{}", listener.local_addr()?);
        let (finish_url, notification_url) = (
            format!("{shop_url}{}", routes::FINISH),
            format!("{shop_url}{}", routes::NOTIFICATION),
        );
        let gateway = match gateway {
            Some(url) => Gateway::running(url)?,
            None => {
                let simulator = Simulator::builder()
                    .finish_url(finish_url.as_str())
                    .notification_url(notification_url);
                Gateway::Own(simulator.serve().await?)
            }
        };
        let (journal, entries) = Journal::new();
        let transport: Arc<dyn AsyncTransport> = Arc::new(ReqwestTransport::new()?);
        let recorded = |way| -> Arc<dyn AsyncTransport> {
            Arc::new(RecordingTransport {
                transport: Arc::clone(&transport),
                journal: journal.clone(),
                way,
            })
        };
        let client = |way| AsyncClient::new(recorded(way), gateway.merchant());
        let worker_config = WorkerConfig::new(client(Way::Worker), journal.clone());
        let shop = Shop {
            client: client(Way::Api),
            store,
            journal,
            finish_url,
            libraries: gateway.libraries(),
            turns: Turns::default(),
        };
        let router = routes::router(shop.clone());
        Ok(Self {
            gateway,
            transport,
            shop,
            shop_url,
            listener,
            router,
            worker_config,
            entries,
        })
    }
}

/// A simulator in this process, or one that runs already.
enum Gateway {
    Own(Simulator),
    Running { url: String, merchant: Merchant },
}

impl Gateway {
    fn running(url: &str) -> Result<Self, Error> {
        let key = std::env::var("MIDTRANS_SERVER_KEY").unwrap_or_else(|_| SERVER_KEY.to_owned());
        let environment =
            Environment::custom(url).map_err(|error| format!("--gateway: {error}"))?;
        Ok(Self::Running {
            url: url.to_owned(),
            merchant: Merchant::new(environment, ServerKey::new(key)?)?,
        })
    }

    /// The gateway's libraries for the shop's pages, at the gateway's own address.
    fn libraries(&self) -> Libraries {
        match self {
            Self::Own(simulator) => {
                Libraries::at(simulator.url(), simulator.client_key().as_str().to_owned())
            }
            Self::Running { url, .. } => {
                let key = std::env::var("MIDTRANS_CLIENT_KEY");
                Libraries::at(url, key.unwrap_or_else(|_| CLIENT_KEY.to_owned()))
            }
        }
    }

    fn merchant(&self) -> Merchant {
        match self {
            Self::Own(simulator) => simulator.merchant(),
            Self::Running { merchant, .. } => merchant.clone(),
        }
    }

    async fn shutdown(self) {
        if let Self::Own(simulator) = self {
            simulator.shutdown().await;
        }
    }
}

async fn serve(port: u16, gateway: Option<&str>, database: &Database) -> Result<(), Error> {
    let mut demo = Demo::start(port, gateway, database).await?;
    let worker = RunningWorker::start(Arc::clone(&demo.shop.store), demo.worker_config);
    println!("The shop is open: {}", demo.shop_url);
    println!("Its orders are in {database}.");
    match &demo.gateway {
        Gateway::Own(simulator) => {
            println!(
                "The gateway is the simulator, its console is {}/console. Ctrl-C ends both.\n",
                simulator.url()
            );
        }
        Gateway::Running { url, .. } => {
            println!("The gateway is at {url}. It has to know:");
            println!("  --finish-url {}{}", demo.shop_url, routes::FINISH);
            println!(
                "  --notification-url {}{}\n",
                demo.shop_url,
                routes::NOTIFICATION
            );
        }
    }
    let print = async move {
        while let Some(entry) = demo.entries.recv().await {
            match entry {
                Entry::Said(_, words) => println!("{words}"),
                Entry::Acted(id, outcome) => println!("{id}: {outcome}"),
                Entry::Asked(..) | Entry::Answered(..) => {}
            }
        }
    };
    let printing = tokio::spawn(print);
    let (store, journal) = (Arc::clone(&demo.shop.store), demo.shop.journal.clone());
    let pruning = tokio::spawn(async move { prune_daily(&*store, &journal).await });
    // First the server, so that no request comes any more; then the worker.
    let served = axum::serve(demo.listener, demo.router)
        .with_graceful_shutdown(told_to_stop())
        .await;
    pruning.abort();
    worker.stop().await?;
    demo.gateway.shutdown().await;
    printing.abort();
    println!("The shop is closed.");
    Ok(served?)
}

/// Waits for Ctrl-C, or for the signal with which service managers and containers stop a program.
async fn told_to_stop() {
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending();
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

async fn walk(database: &Database) -> Result<(), Error> {
    let demo = Demo::start(0, None, database).await?;
    let Gateway::Own(simulator) = demo.gateway else {
        return Err("the walk needs a gateway of its own".into());
    };
    let server = tokio::spawn(axum::serve(demo.listener, demo.router).into_future());
    println!(
        "The shop is at {}, its orders are in {database}.",
        demo.shop_url
    );
    println!("The simulated gateway is at {}.", simulator.url());
    let mut walk = Walk {
        shop: &demo.shop,
        shop_url: demo.shop_url,
        simulator: &simulator,
        transport: demo.transport,
        worker_config: demo.worker_config,
        worker: None,
        entries: demo.entries,
        waiting: VecDeque::new(),
        steps: 0,
    };
    let end = tokio::select! {
        end = walk.all() => end,
        () = told_to_stop() => Err("the walk was ended by hand".into()),
    };
    walk.stop_worker().await?;
    server.abort();
    simulator.shutdown().await;
    end
}
