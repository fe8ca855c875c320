//! Tells pages that something changed, by server-sent events. A page then loads itself again.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use hyper::body::Frame;
use tokio::sync::{mpsc, watch};
use tokio::time;

use crate::shared::Shared;

pub(super) async fn events(State(shared): State<Arc<Shared>>) -> Response {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(tell(
        sender,
        shared.changes.subscribe(),
        shared.rounds.subscribe(),
    ));
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::new(Events(receiver))).into_response()
}

/// Sends events until the page or the simulator is closed.
async fn tell(
    sender: mpsc::Sender<Bytes>,
    mut changes: watch::Receiver<u64>,
    mut rounds: watch::Receiver<u64>,
) {
    let mut text = CONNECTED;
    while sender.send(Bytes::from_static(text)).await.is_ok() {
        text = tokio::select! {
            () = sender.closed() => return,
            () = time::sleep(QUIET) => STILL_THERE,
            // What happens by itself, such as an expiry, happens in one of the courier's rounds.
            changed = async { tokio::select! { changed = changes.changed() => changed, round = rounds.changed() => round } } => {
                if changed.is_err() {
                    return;
                }
                // Much often happens at once.
                time::sleep(PAUSE).await;
                changes.mark_unchanged();
                rounds.mark_unchanged();
                CHANGED
            }
        };
    }
}

const CONNECTED: &[u8] = b"retry: 2000\n\n";
const STILL_THERE: &[u8] = b": still there\n\n";
const CHANGED: &[u8] = b"data: changed\n\n";
const QUIET: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(100);

struct Events(mpsc::Receiver<Bytes>);

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0
            .poll_recv(context)
            .map(|text| text.map(|text| Ok(Frame::data(text))))
    }
}
