//! The contract over midtrans-poem.

use std::net::{SocketAddr, TcpListener};
use std::thread;

use midtrans_adapter_tests::{contract, shop};
use midtrans_poem::{Answered, Landed, Verified, notifications};
use poem::http::request::Parts;
use poem::listener::TcpAcceptor;
use poem::web::Html;
use poem::{EndpointExt, Route, Server, get, handler, post};
use tokio::runtime::Runtime;

#[handler]
async fn extracted(Verified(notification): Verified) -> Answered {
    Answered(shop::store(notification).await.into())
}

#[handler]
fn landed(Landed(landing): Landed) -> Html<String> {
    Html(shop::page(&landing))
}

#[handler]
fn pay() -> Answered {
    Answered(shop::pay_page().into())
}

fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    listener.set_nonblocking(true).expect("a socket can");
    let merchants = notifications(
        |request: &Parts| shop::keys_of(request.uri.path()),
        shop::store,
    );
    let app = Route::new()
        .at(
            shop::NOTIFICATION,
            notifications(shop::keys(), shop::store)
                .within(shop::DEADLINE)
                .on_misdirected(shop::misdirected),
        )
        .at("/merchants/:merchant", merchants)
        .at(shop::EXTRACTED, post(extracted))
        .at(shop::FINISH, get(landed).head(landed).post(landed))
        .at(shop::PAY, post(pay))
        .data(shop::keys());
    thread::spawn(move || {
        let serve = async {
            Server::new_with_acceptor(TcpAcceptor::from_std(listener)?)
                .run(app)
                .await
        };
        Runtime::new().expect("a runtime").block_on(serve)
    });
    address
}

#[test]
fn poem_keeps_the_contract() {
    contract::hold(start());
}

#[test]
fn poem_takes_a_hundred_at_once() {
    contract::hold_in_parallel(start());
}

#[test]
fn poem_waits_for_no_body_for_ever() {
    contract::hold_stalled(start(), &[0, 1, 60]);
}

#[test]
fn poem_ends_what_it_began_when_the_sender_leaves() {
    contract::hold_when_the_sender_leaves(start());
}

#[test]
fn poem_keeps_the_deadline_when_the_sender_leaves() {
    contract::hold_the_deadline_when_the_sender_leaves(start());
}
