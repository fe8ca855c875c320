//! The contract over midtrans-actix-web.

use std::net::{SocketAddr, TcpListener};
use std::thread;

use actix_web::web::{self, Data, Html};
use actix_web::{App, HttpRequest, HttpServer, rt};
use midtrans_actix_web::{Answered, Landed, Verified, notifications};
use midtrans_adapter_tests::{contract, shop};

async fn extracted(Verified(notification): Verified) -> Answered {
    Answered(shop::store(notification).await.into())
}

async fn landed(Landed(landing): Landed) -> Html {
    Html::new(shop::page(&landing))
}

async fn pay() -> Answered {
    Answered(shop::pay_page().into())
}

async fn snap() -> Answered {
    Answered(shop::snap_page().into())
}

fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    thread::spawn(move || {
        let app = || {
            let webhook = notifications(shop::keys(), shop::store)
                .within(shop::DEADLINE)
                .on_misdirected(shop::misdirected);
            let merchants = notifications(
                |request: &HttpRequest| shop::keys_of(request.path()),
                shop::store,
            );
            App::new()
                .app_data(Data::new(shop::keys()))
                .route(shop::NOTIFICATION, web::to(webhook))
                .route("/merchants/{merchant}", web::to(merchants))
                .route(shop::EXTRACTED, web::post().to(extracted))
                .service(
                    web::resource(shop::FINISH)
                        .get(landed)
                        .head(landed)
                        .post(landed),
                )
                .route(shop::PAY, web::post().to(pay))
                .route(shop::SNAP, web::post().to(snap))
        };
        let server = HttpServer::new(app)
            .workers(2)
            .disable_signals()
            .listen(listener)
            .expect("a bound socket");
        rt::System::new().block_on(server.run())
    });
    address
}

#[test]
fn actix_web_keeps_the_contract() {
    contract::hold(start());
}

#[test]
fn actix_web_takes_a_hundred_at_once() {
    contract::hold_in_parallel(start());
}

#[test]
fn actix_web_waits_for_no_body_for_ever() {
    contract::hold_stalled(start(), &[0, 1, 60]);
}

#[test]
fn actix_web_ends_what_it_began_when_the_sender_leaves() {
    contract::hold_when_the_sender_leaves(start());
}

#[test]
fn actix_web_keeps_the_deadline_when_the_sender_leaves() {
    contract::hold_the_deadline_when_the_sender_leaves(start());
}
