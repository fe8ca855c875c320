//! Reads a reply whole, within its limit.

use std::io::Read;

use http::response::Parts;
use midtrans_transport::{Reach, Response, TransportError, TransportErrorKind};

use crate::failure;

/// Reads the body. What is longer than `max_body` is dropped together with its connection.
pub(crate) fn read(
    reply: http::Response<ureq::Body>,
    max_body: usize,
) -> Result<Response, TransportError> {
    let (parts, mut body) = reply.into_parts();
    let announced = body
        .content_length()
        .map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced.is_some_and(|length| length > max_body) {
        return Err(too_large(parts, Vec::new()));
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default());
    // One byte more than allowed tells a body at the limit from a longer one, and lets a body at
    // the limit be read to its end, which hands the connection back to the pool.
    let enough = u64::try_from(max_body)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    body.as_reader()
        .take(enough)
        .read_to_end(&mut bytes)
        .map_err(failure::in_reply)?;
    if bytes.len() > max_body {
        bytes.truncate(max_body);
        return Err(too_large(parts, bytes));
    }
    Ok(Response::from_parts(parts, bytes))
}

fn too_large(parts: Parts, beginning: Vec<u8>) -> TransportError {
    TransportError::new(TransportErrorKind::BodyTooLarge, Reach::Unknown)
        .with_reply(Response::from_parts(parts, beginning))
}
