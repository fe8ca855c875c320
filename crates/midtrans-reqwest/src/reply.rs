//! Reads a reply whole, within its limit.

use std::mem;

use midtrans_transport::{Reach, Response, TransportError, TransportErrorKind};

use crate::failure;

/// Reads the body. What is longer than `max_body` is dropped together with its connection.
pub(crate) async fn read(mut reply: reqwest::Response, max_body: usize) -> Result<Response, TransportError> {
    let announced = reply.content_length().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced.is_some_and(|length| length > max_body) {
        return Err(too_large());
    }
    let mut body = Vec::with_capacity(announced.unwrap_or_default());
    while let Some(chunk) = reply.chunk().await.map_err(failure::in_reply)? {
        if chunk.len() > max_body - body.len() {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    let mut whole = Response::new(body);
    *whole.status_mut() = reply.status();
    *whole.version_mut() = reply.version();
    *whole.headers_mut() = mem::take(reply.headers_mut());
    Ok(whole)
}

fn too_large() -> TransportError {
    TransportError::new(TransportErrorKind::BodyTooLarge, Reach::Unknown)
}
