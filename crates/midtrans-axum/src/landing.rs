//! The extractor for the customer's return.

use axum_core::extract::{FromRequest, Request};

use midtrans_protocol::Landing;

use crate::Answered;

/// The customer's browser, back from the provider: a hint for the page, never a proof.
///
/// Akulaku sends the browser back with a form POST, Kredivo with a GET; put the handler on both methods of one route:
/// `get(landed).post(landed)`. For GET (and HEAD) the query is read, for every other method the form.
///
/// # Rejection
/// A query never fails. For a form, [`Answered`]: 400 when it broke off or has no readable `response`, 413 above
/// [`MAX_BYTES`](midtrans_protocol::landing::MAX_BYTES), 415 for a content type other than a form's. A customer is
/// looking at the answer: take `Result<Landed, Answered>` to show a page of your own.
#[derive(Clone, Debug)]
pub struct Landed(pub Landing);

impl<S: Send + Sync> FromRequest<S> for Landed {
    type Rejection = Answered;

    async fn from_request(request: Request, _: &S) -> Result<Self, Answered> {
        Ok(Self(midtrans_tower::landed(request).await?))
    }
}
