//! Reading a request that a stranger sends.

use http_body_util::combinators::BoxBody;
use poem::http;
use poem::web::RequestBody;
use poem::{FromRequest, Request, Result};

use midtrans_protocol::{Acknowledge, Landing, Notification, ServerKeys};

use crate::Answered;

/// A notification whose signature was made with one of your keys.
///
/// [`notifications`](crate::notifications) is the whole webhook; take this one where a handler
/// needs more of poem. The keys are the app's data: `.data(keys)`. The body may have
/// [`MAX_BYTES`](midtrans_protocol::notification::MAX_BYTES).
///
/// A handler of your own is dropped when the sender hangs up, as every handler of poem may be;
/// `tokio::spawn` what must come to its end.
///
/// Verified does not mean paid. Store it, answer with [`Answered`], and let
/// [`decide`](midtrans_protocol::decide) tell what it means for the order.
///
/// # Errors
/// [`Answered`], before the handler runs: 400 for a body that is malformed, broke off or lacks a
/// signed field, 403 for a signature by none of the keys, 405 for a method other than POST, 413
/// above the limit, 415 for a content type other than JSON; 503 when the body does not come within
/// [`DEADLINE`](midtrans_protocol::endpoint::DEADLINE), and when the app has no keys, so that the
/// gateway comes again when it has; 200 for the gateway's notifications about other things than
/// payments.
#[derive(Clone, Debug)]
pub struct Verified(pub Notification);

impl<'a> FromRequest<'a> for Verified {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let keys = request
            .data::<ServerKeys>()
            .ok_or_else(|| Answered(Acknowledge::Later.into()))?;
        let verified = midtrans_tower::verified(whole(request, body)?, keys).await;
        Ok(Self(verified.map_err(Answered::from)?))
    }
}

/// The customer's browser, back from the provider: a hint for the page, never a proof.
///
/// Akulaku sends the browser back with a form POST, Kredivo with a GET; put the handler on both
/// methods of one route: `get(landed).post(landed)`. For GET (and HEAD) the query is read, for
/// every other method the form.
///
/// It never fails, since a customer is waiting for a page: what cannot be read, is longer than
/// [`MAX_BYTES`](midtrans_protocol::landing::MAX_BYTES) or does not come within
/// [`DEADLINE`](midtrans_protocol::endpoint::DEADLINE) says nothing.
#[derive(Clone, Debug)]
pub struct Landed(pub Landing);

impl<'a> FromRequest<'a> for Landed {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let landing = match whole(request, body) {
            Ok(whole) => midtrans_tower::landed(whole).await,
            // Another extractor has taken the body.
            Err(_) => Landing::from_query(request.uri().query().unwrap_or_default()),
        };
        Ok(Self(landing))
    }
}

/// Head and body as one.
fn whole(
    request: &Request,
    body: &mut RequestBody,
) -> Result<http::Request<BoxBody<bytes::Bytes, std::io::Error>>> {
    let mut whole = http::Request::new(body.take()?.into());
    whole.method_mut().clone_from(request.method());
    whole.uri_mut().clone_from(request.uri());
    whole.headers_mut().clone_from(request.headers());
    Ok(whole)
}
