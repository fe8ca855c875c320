//! The HTTP/1.1 server under the router.
//!
//! axum's own takes a hundred header lines at most and answers more with a bare 431. The official
//! client for PHP keeps the notification and idempotency headers of all of its calls and sends them
//! again with each, so it is past a hundred after some thirty calls.

use std::pin::pin;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

/// The most header lines of a call.
const MAX_HEADERS: usize = 1_000;

/// Takes connections until `stopped`, then lets those end that are open. If this is dropped before,
/// connections end in the same way.
pub(crate) async fn serve(
    mut listener: TcpListener,
    router: Router,
    stopped: impl Future<Output = ()> + Send + 'static,
) {
    let (stop, mut stopping) = watch::channel(false);
    tokio::spawn(async move {
        stopped.await;
        // It fails where nothing listens any more.
        let _ = stop.send(true);
    });
    // Each connection holds a sender, so that the last one closes the channel.
    let (open, mut all_closed) = mpsc::channel::<()>(1);
    loop {
        // It pauses by itself when the machine has no sockets left.
        let stream = tokio::select! {
            (stream, _) = Listener::accept(&mut listener) => stream,
            _ = stopping.wait_for(|stop| *stop) => break,
        };
        let (router, stopping, open) = (router.clone(), stopping.clone(), open.clone());
        tokio::spawn(async move {
            connection(stream, router, stopping).await;
            drop(open);
        });
    }
    drop((listener, open));
    all_closed.recv().await;
}

async fn connection(stream: TcpStream, router: Router, mut stopping: watch::Receiver<bool>) {
    let service = TowerToHyperService::new(router);
    let serving = http1::Builder::new()
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = pin!(serving);
    tokio::select! {
        // A connection that breaks is its caller's business.
        _ = serving.as_mut() => return,
        _ = stopping.wait_for(|stop| *stop) => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}
