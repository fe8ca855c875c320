//! The simulator and a bare server that says the same, in a process of their own.

use std::io;
use std::thread;

use axum::Router;
use axum::body::Bytes;
use axum::response::IntoResponse;
use axum::routing::post;
use http::header::CONTENT_TYPE;
use midtrans_simulator::{Simulator, Time};
use tokio::net::TcpListener;

use crate::process;

/// The first argument of a process that only answers; the second is the side.
pub(crate) const SERVE: &str = "--serve-gateway";
/// A handler that reads the body and says what the simulator once said.
pub(crate) const BARE: &str = "bare";
/// The simulator, which keeps every transaction and makes a notification of it.
pub(crate) const OURS: &str = "ours";

/// The simulator with the clock of this machine, for all operations.
pub(crate) const MIXED: &str = "mixed";

/// The other side: prints its port, answers requests, and prints a figure for every line it is
/// sent.
pub(crate) fn serve(words: &[String]) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if words.first().is_some_and(|side| side == BARE) {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        println!("{}", listener.local_addr()?.port());
        thread::spawn(process::answer_questions);
        return runtime.block_on(
            axum::serve(listener, Router::new().route("/v2/charge", post(said))).into_future(),
        );
    }
    // Notifications are made and kept, and not sent: sending them measures the merchant.
    let builder = Simulator::builder();
    let builder = match words.first().is_some_and(|side| side == MIXED) {
        true => builder,
        // Idempotency keys are forgotten after half a second instead of five minutes, so that they
        // are a small part of what is stored.
        false => builder.time(Time::Sped(600)),
    };
    let builder = builder
        .notification_url("http://127.0.0.1:9/notify")
        .finish_url("http://127.0.0.1:9/finish")
        .deliver_by_hand();
    let simulator = runtime
        .block_on(builder.serve())
        .map_err(io::Error::other)?;
    println!("{}", simulator.url().rsplit(':').next().unwrap_or_default());
    thread::spawn(process::answer_questions);
    runtime.block_on(std::future::pending())
}

async fn said(_: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], ANSWER)
}

/// As long as the simulator's answer to the charge that is measured.
const ANSWER: &str = r#"{"status_code":"201","status_message":"Success, Akulaku transaction is created","transaction_id":"5f2b9a3c-8f0e-4c1d-9a7b-3d2e1f0a9b8c","order_id":"order-20260109-00000001","redirect_url":"http://127.0.0.1:40000/v2/akulaku/redirect/5f2b9a3c-8f0e-4c1d-9a7b-3d2e1f0a9b8c","merchant_id":"G000000000","gross_amount":"149000.00","currency":"IDR","payment_type":"akulaku","transaction_time":"2026-01-09 10:00:00","transaction_status":"pending","fraud_status":"accept"}"#;
