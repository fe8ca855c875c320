//! The contract over midtrans-tower, served by bare hyper.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::thread;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use midtrans_adapter_tests::{contract, shop};
use midtrans_protocol::webhook::Acknowledge;
use midtrans_tower::{landed, notifications, respond, verified};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower::{Layer, ServiceExt, service_fn};

type Reply = Response<Full<Bytes>>;

/// Serves everything but the fixed webhook.
async fn rest(request: Request<Incoming>) -> Result<Reply, Infallible> {
    let path = request.uri().path();
    if path.starts_with(shop::MERCHANTS) {
        let keys_of = |request: &Parts| shop::keys_of(request.uri.path());
        return notifications(keys_of, shop::store).oneshot(request).await;
    }
    Ok(match path {
        shop::EXTRACTED => match verified(request, &shop::keys()).await {
            Ok(notification) => respond(Acknowledge::from(shop::store(notification).await)),
            Err(rejection) => respond(rejection),
        },
        shop::FINISH => Response::new(shop::page(&landed(request).await).into()),
        shop::SNAP => respond(shop::snap_page()),
        _ => respond(shop::pay_page()),
    })
}

async fn serve(listener: TcpListener) {
    let webhook = notifications(shop::keys(), shop::store)
        .within(shop::DEADLINE)
        .on_misdirected(shop::misdirected);
    let layer = webhook.at(shop::NOTIFICATION);
    while let Ok((stream, _)) = listener.accept().await {
        let service = TowerToHyperService::new(layer.layer(service_fn(rest)));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

fn start() -> SocketAddr {
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    thread::spawn(move || runtime.block_on(serve(listener)));
    address
}

#[test]
fn tower_keeps_the_contract() {
    contract::hold(start());
}

#[test]
fn tower_takes_a_hundred_at_once() {
    contract::hold_in_parallel(start());
}

#[test]
fn tower_waits_for_no_body_for_ever() {
    contract::hold_stalled(start(), &[0, 1, 60]);
}

#[test]
fn tower_ends_what_it_began_when_the_sender_leaves() {
    contract::hold_when_the_sender_leaves(start());
}

#[test]
fn tower_keeps_the_deadline_when_the_sender_leaves() {
    contract::hold_the_deadline_when_the_sender_leaves(start());
}
