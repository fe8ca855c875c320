//! The extractor for the gateway's notifications.

use axum_core::RequestExt;
use axum_core::extract::{FromRef, FromRequest, Request};

use midtrans_protocol::{Notification, ServerKeys};

use crate::Answered;

/// A notification whose signature was made with one of your keys.
///
/// [`notifications`](crate::notifications) is the whole webhook; take this one where a handler
/// needs more of axum. The keys come from the router's state: implement
/// `FromRef<YourState> for ServerKeys`, or make [`ServerKeys`] the state itself. The body may have
/// [`MAX_BYTES`](midtrans_protocol::notification::MAX_BYTES); a smaller
/// `axum::extract::DefaultBodyLimit` of yours holds too.
///
/// A handler of your own is dropped when the sender hangs up, as every handler of axum is;
/// `tokio::spawn` what must come to its end.
///
/// Verified does not mean paid. Store it, answer with [`Answered`], and let
/// [`decide`](midtrans_protocol::decide) tell what it means for the order.
///
/// # Rejection
/// [`Answered`], before the handler runs: 400 for a body that is malformed, broke off or lacks a
/// signed field, 403 for a signature by none of the keys, 405 for a method other than POST, 413
/// above the limit, 415 for a content type other than JSON, 503 when the body does not come within
/// [`DEADLINE`](midtrans_protocol::webhook::endpoint::DEADLINE), and 200 for the gateway's
/// notifications about other things than payments.
#[derive(Clone, Debug)]
pub struct Verified(pub Notification);

impl<S> FromRequest<S> for Verified
where
    S: Send + Sync,
    ServerKeys: FromRef<S>,
{
    type Rejection = Answered;

    async fn from_request(request: Request, state: &S) -> Result<Self, Answered> {
        let keys = ServerKeys::from_ref(state);
        Ok(Self(
            midtrans_tower::verified(request.with_limited_body(), &keys).await?,
        ))
    }
}
