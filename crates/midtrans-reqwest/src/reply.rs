//! Reads a reply whole, within its limit.

use std::mem;

use midtrans_transport::{Reach, Response, TransportError, TransportErrorKind};

use crate::failure;

/// Reads the body. What is longer than `max_body` is dropped together with its connection.
pub(crate) async fn read(
    mut reply: reqwest::Response,
    max_body: usize,
) -> Result<Response, TransportError> {
    let announced = reply
        .content_length()
        .map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced.is_some_and(|length| length > max_body) {
        return Err(too_large(whole(reply, Vec::new())));
    }
    let mut body = Vec::with_capacity(announced.unwrap_or_default());
    while let Some(chunk) = reply.chunk().await.map_err(failure::in_reply)? {
        let room = max_body - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Err(too_large(whole(reply, body)));
        }
    }
    Ok(whole(reply, body))
}

fn whole(mut reply: reqwest::Response, body: Vec<u8>) -> Response {
    let mut whole = Response::new(body);
    *whole.status_mut() = reply.status();
    *whole.version_mut() = reply.version();
    *whole.headers_mut() = mem::take(reply.headers_mut());
    whole
}

fn too_large(beginning: Response) -> TransportError {
    TransportError::new(TransportErrorKind::BodyTooLarge, Reach::Unknown).with_reply(beginning)
}
