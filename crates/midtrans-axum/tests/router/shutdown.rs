//! The webhook while the server shuts down.

use std::sync::Arc;

use axum::serve;
use midtrans_axum::notifications;
use midtrans_axum::protocol::webhook::Acknowledge;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::*;

#[tokio::test]
async fn a_graceful_shutdown_waits_for_a_handler_whose_sender_is_connected() {
    let [began, release, stop] = [(); 3].map(|()| Arc::new(Notify::new()));
    let (at_work, goes_on) = (Arc::clone(&began), Arc::clone(&release));
    let store = move |_| {
        let (at_work, goes_on) = (Arc::clone(&at_work), Arc::clone(&goes_on));
        async move {
            at_work.notify_one();
            goes_on.notified().await;
            Acknowledge::Done
        }
    };
    let app = Router::new().route_service("/notification", notifications(keys(), store));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let stopped = Arc::clone(&stop);
    let shutdown = async move { stopped.notified().await };
    let server = tokio::spawn(
        serve(listener, app)
            .with_graceful_shutdown(shutdown)
            .into_future(),
    );

    let body = settlement();
    let head = format!(
        "POST /notification HTTP/1.1\r\nHost: shop.example\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .await
        .unwrap();
    began.notified().await;
    stop.notify_one();
    release.notify_one();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    server.await.unwrap().unwrap();
}
