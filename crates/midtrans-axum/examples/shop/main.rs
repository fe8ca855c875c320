//! A small shop that takes payments with Akulaku and Kredivo, together with the simulated gateway.
//!
//! `cargo xtask demo` serves it for a browser, `cargo xtask demo --walk` plays the customer. The parts that matter to a
//! shop of your own: `routes.rs` (the extractors at work), `shop.rs` (charge, notification, Get Status) and
//! `orders.rs` (the order record, and what makes every effect happen once).

mod arguments;
mod browser;
mod cart;
mod journal;
mod orders;
mod pages;
mod routes;
mod shop;
mod tell;
mod walk;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::error::Error;
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
use journal::{Entry, Journal, Noted, Way};
use shop::Shop;
use walk::Walk;

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
        Wish::Walk => walk().await,
        Wish::Serve { port } => serve(port).await,
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
    journal: Journal,
    entries: UnboundedReceiver<Entry>,
}

impl Demo {
    async fn start(port: u16) -> Result<Self, Box<dyn Error>> {
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
        let noted = Noted { transport: Arc::clone(&transport), journal: journal.clone(), way: Way::Api };
        let client = AsyncClient::new(Arc::new(noted) as Arc<dyn AsyncTransport>, simulator.merchant());
        let shop = Shop::new(client, journal.clone());
        let router = routes::router(shop.clone(), journal.clone());
        Ok(Self { simulator, transport, shop, shop_url, listener, router, journal, entries })
    }
}

async fn serve(port: u16) -> Result<(), Box<dyn Error>> {
    let mut demo = Demo::start(port).await?;
    println!("The shop is open: {}", demo.shop_url);
    println!("The gateway is the simulator at {}. Ctrl-C ends both.\n", demo.simulator.url());
    let words = async move {
        while let Some(entry) = demo.entries.recv().await {
            if let Entry::Said(_, words) = entry {
                println!("{words}");
            }
        }
    };
    tokio::select! {
        served = axum::serve(demo.listener, demo.router) => served?,
        () = words => {}
        pressed = tokio::signal::ctrl_c() => pressed?,
    }
    demo.simulator.shutdown().await;
    println!("The shop is closed.");
    Ok(())
}

async fn walk() -> Result<(), Box<dyn Error>> {
    let Demo { simulator, transport, shop, shop_url, listener, router, journal, entries } = Demo::start(0).await?;
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let (shop, waiting) = (&shop, VecDeque::new());
    let mut walk = Walk { shop, shop_url, simulator: &simulator, transport, journal, entries, waiting, steps: 0 };
    let end = walk.all().await;
    server.abort();
    simulator.shutdown().await;
    Ok(end?)
}
