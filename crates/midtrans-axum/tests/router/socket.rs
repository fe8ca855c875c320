//! Requests over a real connection: bodies that break off, and answers that do not wait for a body.

use std::time::Duration;

use axum::serve;
use midtrans_axum::protocol::notification;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::*;

/// Sends the bytes to a served router and reads until it closes the connection.
async fn converse(request: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let server = tokio::spawn(
        serve(
            listener,
            router(Shop {
                keys: keys(),
                store_works: true,
            }),
        )
        .into_future(),
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    server.abort();
    read.expect("an answer in time").unwrap();
    String::from_utf8(answer).unwrap()
}

fn head(more: &str) -> String {
    format!(
        "POST /notification HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\n\
         User-Agent: Veritrans\r\nConnection: close\r\n{more}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_notification_arrives_over_a_socket() {
    let body = settlement();
    let answer = converse(&format!(
        "{}{body}",
        head(&format!("Content-Length: {}", body.len()))
    ))
    .await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("x-order: order-101\r\n"), "{answer}");
}

#[tokio::test]
async fn a_length_above_the_limit_is_refused_before_the_body_comes() {
    let answer = converse(&head(&format!(
        "Content-Length: {}",
        notification::MAX_BYTES + 1
    )))
    .await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_chunked_body_is_cut_off_at_the_limit() {
    let chunk = format!(
        "{:x}\r\n{}\r\n",
        notification::MAX_BYTES + 1,
        " ".repeat(notification::MAX_BYTES + 1)
    );
    let answer = converse(&format!(
        "{}{chunk}0\r\n\r\n",
        head("Transfer-Encoding: chunked")
    ))
    .await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_breaks_is_400() {
    let answer = converse(&format!(
        "{}5\r\n{{\"ord\r\nno chunk\r\n",
        head("Transfer-Encoding: chunked")
    ))
    .await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nBad Request"), "{answer}");
}
