//! The webhooks that are compared, in a process of their own: the framework's handlers, and ours.

use std::io;
use std::net::TcpListener;
use std::thread;

use actix_web::{App, HttpServer, rt, web};
use axum::Router;
use axum::routing::post;
use midtrans_protocol::Notification;
use midtrans_protocol::webhook::Acknowledge;

use crate::floor;
use crate::process;
use crate::samples::{self, KEY, Kind};

/// The first argument of a process that only answers; the second is the framework.
pub(crate) const SERVE: &str = "--serve-webhook";

/// Reads the body.
pub(crate) const EMPTY: &str = "/empty";
/// Reads and verifies by hand.
pub(crate) const TYPED: &str = "/typed";
/// The library's.
pub(crate) const OURS: &str = "/ours";

/// The other side: prints its port, answers requests, and prints a figure for every line it is
/// sent.
pub(crate) fn serve(words: &[String]) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    let framework = words.first().map(String::as_str).unwrap_or_default();
    let run: fn(TcpListener) -> io::Result<()> = if framework == "axum" {
        on_axum
    } else {
        on_actix_web
    };
    thread::spawn(move || run(listener));
    process::answer_questions()
}

/// A shop's handler, as small as a benchmark of the webhook can have it.
async fn forget(notification: Notification) -> Acknowledge {
    drop(notification);
    Acknowledge::Done
}

fn by_hand(body: &[u8]) -> &'static str {
    floor::run(Kind::Akulaku, body, KEY);
    "OK"
}

fn on_axum(listener: TcpListener) -> io::Result<()> {
    let app = Router::new()
        .route(EMPTY, post(async |_: axum::body::Bytes| "OK"))
        .route(TYPED, post(async |body: axum::body::Bytes| by_hand(&body)))
        .route_service(OURS, midtrans_axum::notifications(samples::keys(), forget));
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let serve =
            async move { axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await };
        tokio::spawn(serve).await.map_err(io::Error::other)?
    })
}

fn on_actix_web(listener: TcpListener) -> io::Result<()> {
    let app = || {
        App::new()
            .route(EMPTY, web::post().to(async |_: web::Bytes| "OK"))
            .route(
                TYPED,
                web::post().to(async |body: web::Bytes| by_hand(&body)),
            )
            .route(
                OURS,
                web::to(midtrans_actix_web::notifications(samples::keys(), forget)),
            )
    };
    rt::System::new().block_on(
        HttpServer::new(app)
            .workers(1)
            .disable_signals()
            .listen(listener)?
            .run(),
    )
}
