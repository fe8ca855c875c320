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
use midtrans_reqwest::ReqwestTransport;
use midtrans_reqwest::midtrans_transport::{AsyncClient, AsyncTransport};
use midtrans_simulator::Simulator;
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
        Wish::Serve { port, database } => serve(port, &database).await,
    };
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The simulator, the shop, and what connects them.
struct Demo {
    simulator: Simulator,
    transport: Arc<dyn AsyncTransport>,
    shop: Shop,
    shop_url: String,
    listener: TcpListener,
    router: Router,
    desk: Desk,
    entries: UnboundedReceiver<Entry>,
}

impl Demo {
    async fn start(port: u16, database: &Database) -> Result<Self, Trouble> {
        let books = database.open().await.map_err(|error| format!("cannot open {database}: {error}"))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = listener.await.map_err(|error| format!("cannot listen on port {port}: {error}"))?;
        let shop_url = format!("http://{}", listener.local_addr()?);
        let simulator = Simulator::builder()
            .finish_url(format!("{shop_url}{}", routes::FINISH))
            .notification_url(format!("{shop_url}{}", routes::NOTIFICATION))
            .serve()
            .await?;
        let (journal, entries) = Journal::new();
        let transport: Arc<dyn AsyncTransport> = Arc::new(ReqwestTransport::new()?);
        let noted = |way| -> Arc<dyn AsyncTransport> {
            Arc::new(Noted { transport: Arc::clone(&transport), journal: journal.clone(), way })
        };
        let client = AsyncClient::new(noted(Way::Api), simulator.merchant());
        let desk = Desk::new(noted(Way::Worker), simulator.merchant(), journal.clone());
        let shop = Shop { client, books, journal };
        let router = routes::router(shop.clone());
        Ok(Self { simulator, transport, shop, shop_url, listener, router, desk, entries })
    }
}

async fn serve(port: u16, database: &Database) -> Result<(), Trouble> {
    let mut demo = Demo::start(port, database).await?;
    let worker = Working::start(demo.shop.books, demo.desk);
    println!("The shop is open: {}", demo.shop_url);
    println!("Its books are in {database}.");
    println!("The gateway is the simulator at {}. Ctrl-C ends both.\n", demo.simulator.url());
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
    demo.simulator.shutdown().await;
    println!("The shop is closed.");
    Ok(())
}

async fn walk(database: &Database) -> Result<(), Trouble> {
    let demo = Demo::start(0, database).await?;
    let server = tokio::spawn(axum::serve(demo.listener, demo.router).into_future());
    println!("The shop is at {}, its books are in {database}.", demo.shop_url);
    println!("The simulated gateway is at {}.", demo.simulator.url());
    let mut walk = Walk {
        shop: &demo.shop,
        shop_url: demo.shop_url,
        simulator: &demo.simulator,
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
    demo.simulator.shutdown().await;
    end
}
