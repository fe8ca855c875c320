//! A small shop that takes payments with Akulaku and Kredivo, together with the simulated gateway.
//!
//! `cargo xtask demo` serves it for a browser, `cargo xtask demo --walk` plays the customer. The parts that matter to a
//! shop of your own: `routes.rs` (the extractors and the webhook at work), `shop.rs` (write down, charge, listen) and
//! `sqlite.rs` or `postgres.rs` (the orders, next to the inbox).

mod arguments;
mod blocking;
mod books;
mod browser;
mod cart;
mod database;
mod journal;
mod orders;
mod pages;
mod postgres;
mod routes;
mod shop;
mod sqlite;
mod tell;
mod walk;
mod worker;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use midtrans_axum::protocol::{Environment, Merchant, ServerKey};
use midtrans_reqwest::ReqwestTransport;
use midtrans_reqwest::midtrans_transport::{AsyncClient, AsyncTransport};
use midtrans_simulator::Simulator;
use midtrans_simulator::gateway::settings::SERVER_KEY;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;

use arguments::Wish;
use books::Trouble;
use database::Database;
use journal::{Entry, Journal, Noted, Way};
use shop::Shop;
use walk::Walk;
use worker::{Desk, Working};

#[tokio::main]
async fn main() -> ExitCode {
    let wish = match arguments::read(std::env::args().skip(1)) {
        Ok(wish) => wish,
        Err(misunderstood) => {
            eprintln!("error: {misunderstood}");
            return ExitCode::from(2);
        }
    };
    let end = match wish {
        Wish::Help => {
            print!("{}", arguments::HELP);
            Ok(())
        }
        Wish::Walk { database } => walk(&database).await,
        Wish::Serve { port, gateway, database } => serve(port, gateway.as_deref(), &database).await,
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
    desk: Desk,
    entries: UnboundedReceiver<Entry>,
}

impl Demo {
    async fn start(port: u16, gateway: Option<&str>, database: &Database) -> Result<Self, Trouble> {
        let books = database.open().await.map_err(|error| format!("cannot open {database}: {error}"))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = listener.await.map_err(|error| format!("cannot listen on port {port}: {error}"))?;
        let shop_url = format!("http://{}", listener.local_addr()?);
        let (finish_url, notification_url) =
            (format!("{shop_url}{}", routes::FINISH), format!("{shop_url}{}", routes::NOTIFICATION));
        let gateway = match gateway {
            Some(url) => Gateway::running(url)?,
            None => {
                let simulator = Simulator::builder().finish_url(finish_url).notification_url(notification_url);
                Gateway::Own(simulator.serve().await?)
            }
        };
        let merchant = gateway.merchant();
        let (journal, entries) = Journal::new();
        let transport: Arc<dyn AsyncTransport> = Arc::new(ReqwestTransport::new()?);
        let noted = |way| -> Arc<dyn AsyncTransport> {
            Arc::new(Noted { transport: Arc::clone(&transport), journal: journal.clone(), way })
        };
        let client = AsyncClient::new(noted(Way::Api), merchant.clone());
        let desk = Desk::new(noted(Way::Worker), merchant, journal.clone());
        let shop = Shop { client, books, journal };
        let router = routes::router(shop.clone());
        Ok(Self { gateway, transport, shop, shop_url, listener, router, desk, entries })
    }
}

/// A simulator in this process, or one that somebody has started.
enum Gateway {
    Own(Simulator),
    Running { url: String, merchant: Merchant },
}

impl Gateway {
    fn running(url: &str) -> Result<Self, Trouble> {
        let key = std::env::var("MIDTRANS_SERVER_KEY").unwrap_or_else(|_| SERVER_KEY.to_owned());
        let environment = Environment::custom(url).map_err(|error| format!("--gateway: {error}"))?;
        Ok(Self::Running { url: url.to_owned(), merchant: Merchant::new(environment, ServerKey::new(key)?)? })
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

async fn serve(port: u16, gateway: Option<&str>, database: &Database) -> Result<(), Trouble> {
    let mut demo = Demo::start(port, gateway, database).await?;
    let worker = Working::start(demo.shop.books, demo.desk);
    println!("The shop is open: {}", demo.shop_url);
    println!("Its books are in {database}.");
    match &demo.gateway {
        Gateway::Own(simulator) => {
            println!("The gateway is the simulator, its console is {}/console. Ctrl-C ends both.\n", simulator.url());
        }
        Gateway::Running { url, .. } => {
            println!("The gateway is at {url}. It has to know:");
            println!("  --finish-url {}{}", demo.shop_url, routes::FINISH);
            println!("  --notification-url {}{}\n", demo.shop_url, routes::NOTIFICATION);
        }
    }
    let words = async move {
        while let Some(entry) = demo.entries.recv().await {
            match entry {
                Entry::Said(_, words) => println!("{words}"),
                Entry::Acted(id, outcome) => println!("{id}: {outcome}"),
                _ => {}
            }
        }
    };
    tokio::select! {
        served = axum::serve(demo.listener, demo.router) => served?,
        () = words => {}
        pressed = tokio::signal::ctrl_c() => pressed?,
    }
    worker.stop().await?;
    demo.gateway.shutdown().await;
    println!("The shop is closed.");
    Ok(())
}

async fn walk(database: &Database) -> Result<(), Trouble> {
    let demo = Demo::start(0, None, database).await?;
    let Gateway::Own(simulator) = demo.gateway else { return Err("the walk needs a gateway of its own".into()) };
    let server = tokio::spawn(axum::serve(demo.listener, demo.router).into_future());
    println!("The shop is at {}, its books are in {database}.", demo.shop_url);
    println!("The simulated gateway is at {}.", simulator.url());
    let mut walk = Walk {
        shop: &demo.shop,
        shop_url: demo.shop_url,
        simulator: &simulator,
        transport: demo.transport,
        desk: demo.desk,
        worker: None,
        entries: demo.entries,
        waiting: VecDeque::new(),
        steps: 0,
    };
    let end = tokio::select! {
        end = walk.all() => end.map_err(Trouble::from),
        _ = tokio::signal::ctrl_c() => Err("the walk was ended by hand".into()),
    };
    walk.stop_worker().await?;
    server.abort();
    simulator.shutdown().await;
    end
}
