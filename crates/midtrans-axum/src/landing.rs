//! The extractor for the customer's return.

use std::convert::Infallible;

use axum_core::extract::{FromRequest, Request};

use midtrans_protocol::webhook::landing::Landing;

/// The customer's return from the payment provider: a hint for the page, never a proof.
///
/// Akulaku sends the browser back with a form POST, Kredivo with a GET; put the handler on both
/// methods of one route: `get(landed).post(landed)`. For GET (and HEAD) the query is read, for
/// every other method the form.
///
/// It never fails, since a customer is waiting for a page. A return that cannot be read, is longer
/// than [`MAX_BYTES`](midtrans_protocol::webhook::landing::MAX_BYTES) or does not come within
/// [`DEADLINE`](midtrans_protocol::webhook::endpoint::DEADLINE) counts as empty.
#[derive(Clone, Debug)]
pub struct Landed(pub Landing);

impl<S: Send + Sync> FromRequest<S> for Landed {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        Ok(Self(midtrans_tower::landed(request).await))
    }
}
