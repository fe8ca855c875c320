//! The contract over midtrans-axum.

use std::net::SocketAddr;
use std::thread;

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Router, serve};
use midtrans_adapter_tests::{contract, shop};
use midtrans_axum::{Answered, Landed, Verified, notifications};
use midtrans_protocol::ServerKeys;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

async fn extracted(State(_): State<ServerKeys>, Verified(notification): Verified) -> Answered {
    Answered(shop::store(notification).await.into())
}

async fn landed(Landed(landing): Landed) -> Html<String> {
    Html(shop::page(&landing))
}

fn app() -> Router {
    let merchants = notifications(
        |request: &Parts| shop::keys_of(request.uri.path()),
        shop::store,
    );
    Router::new()
        .route_service(
            shop::NOTIFICATION,
            notifications(shop::keys(), shop::store)
                .within(shop::DEADLINE)
                .on_misdirected(shop::misdirected),
        )
        .route_service("/merchants/{merchant}", merchants)
        .route(shop::EXTRACTED, post(extracted))
        .route(shop::FINISH, get(landed).post(landed))
        .route(shop::PAY, post(async || Answered(shop::pay_page().into())))
        .route(
            shop::SNAP,
            post(async || Answered(shop::snap_page().into())),
        )
        .with_state(shop::keys())
}

fn start() -> SocketAddr {
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    thread::spawn(move || runtime.block_on(serve(listener, app()).into_future()));
    address
}

#[test]
fn axum_keeps_the_contract() {
    contract::hold(start());
}

#[test]
fn axum_takes_a_hundred_at_once() {
    contract::hold_in_parallel(start());
}

#[test]
fn axum_waits_for_no_body_for_ever() {
    contract::hold_stalled(start(), &[0, 1, 60]);
}

#[test]
fn axum_ends_what_it_began_when_the_sender_leaves() {
    contract::hold_when_the_sender_leaves(start());
}

#[test]
fn axum_keeps_the_deadline_when_the_sender_leaves() {
    contract::hold_the_deadline_when_the_sender_leaves(start());
}
