//! The extractor for the gateway's notifications.

use axum_core::extract::{FromRef, FromRequest, Request};

use midtrans_protocol::{Notification, ServerKeys, notification};

use crate::{Rejected, body};

/// A notification whose signature was made with one of your keys.
///
/// The keys come from the router's state: implement `FromRef<YourState> for ServerKeys`, or make [`ServerKeys`] the
/// state itself. The body may have [`notification::MAX_BYTES`]; a smaller `axum::extract::DefaultBodyLimit` of yours
/// holds too.
///
/// Verified does not mean paid. Store it, answer with [`Acknowledge`](crate::Acknowledge), and let
/// [`decide`](midtrans_protocol::decide) tell what it means for the order.
///
/// # Rejection
/// [`Rejected`], before the handler runs: 400 for a body that is malformed, broke off or lacks a signed field, 403 for
/// a signature by none of the keys, 413 above the limit, 415 for a content type other than JSON.
#[derive(Clone, Debug)]
pub struct Verified(pub Notification);

impl<S> FromRequest<S> for Verified
where
    S: Send + Sync,
    ServerKeys: FromRef<S>,
{
    type Rejection = Rejected;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejected> {
        let text = body::read(request, notification::check_headers, notification::MAX_BYTES).await?;
        Ok(Self(notification::verify(text.as_bytes(), &ServerKeys::from_ref(state))?))
    }
}
