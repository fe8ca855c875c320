//! Reads requests of untrusted senders.

use std::error::Error;
use std::pin::{Pin, pin};

use bytes::Buf;
use http::request::Parts;
use http::{HeaderMap, Request};
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError};

use midtrans_protocol::webhook::endpoint::{DEADLINE, KeysFor};
use midtrans_protocol::webhook::landing::Landing;
use midtrans_protocol::webhook::{Intake, Rejection, endpoint};
use midtrans_protocol::{Notification, notification};

type BoxError = Box<dyn Error + Send + Sync>;

/// Returns the notification in a POST, if it was signed with one of the keys.
///
/// The body may have [`notification::MAX_BYTES`]; a smaller limit that `http_body_util::Limited`
/// puts around it, as tower-http's and axum's limits do, holds too.
///
/// Call it within a tokio runtime: it waits [`DEADLINE`] for the body.
///
/// # Errors
/// [`Rejection`], which knows its status; [`respond`](crate::respond) answers with it.
pub async fn verified<B: Body<Error: Into<BoxError>>>(
    request: Request<B>,
    keys: &impl KeysFor<Parts>,
) -> Result<Notification, Rejection> {
    let (parts, body) = request.into_parts();
    let keys = keys.keys_for(&parts).ok_or(Rejection::UnknownMerchant)?;
    let intake = notification_intake(&parts);
    drop(parts);
    let body = endpoint::in_time(read(intake, pin!(body)), time_is_up()).await?;
    notification::verify(&body, &keys)
}

/// Reads the customer's return: the query of a GET or HEAD, the form of every other method. A hint
/// for the page, never a proof.
///
/// It never fails, since a customer is waiting for a page. A return that cannot be read, is longer
/// than [`MAX_BYTES`](midtrans_protocol::webhook::landing::MAX_BYTES) or does not come within
/// [`DEADLINE`] counts as empty. Call it within a tokio runtime.
pub async fn landed<B: Body<Error: Into<BoxError>>>(request: Request<B>) -> Landing {
    let (parts, body) = request.into_parts();
    let body = pin!(body);
    let form = read(Intake::form(header(&parts.headers)), body);
    endpoint::landing(parts.method.as_str(), parts.uri.query(), form, time_is_up()).await
}

/// Waits for the deadline. The timer is made at the first poll, which is seldom.
async fn time_is_up() {
    tokio::time::sleep(DEADLINE).await;
}

pub(crate) fn notification_intake(parts: &Parts) -> Result<Intake, Rejection> {
    Intake::notification(parts.method.as_str(), header(&parts.headers))
}

/// Reads the body and keeps only its bytes.
pub(crate) async fn read<B: Body<Error: Into<BoxError>>>(
    intake: Result<Intake, Rejection>,
    mut body: Pin<&mut B>,
) -> Result<Vec<u8>, Rejection> {
    let mut intake = intake?;
    while let Some(frame) = body.frame().await {
        // A frame that is no data is trailers.
        let Ok(mut data) = frame.map_err(|error| broken(&*error.into()))?.into_data() else {
            continue;
        };
        while data.has_remaining() {
            let piece = data.chunk();
            intake.push(piece)?;
            data.advance(piece.len());
        }
    }
    Ok(intake.into_bytes())
}

/// Distinguishes a limit that the app set, anywhere among the sources, from a connection that
/// broke.
fn broken(error: &(dyn Error + 'static)) -> Rejection {
    let mut reason = Some(error);
    while let Some(error) = reason {
        if error.is::<LengthLimitError>() {
            return Rejection::TooLarge;
        }
        reason = error.source();
    }
    Rejection::Incomplete
}

fn header<'h>(headers: &'h HeaderMap) -> impl Fn(&'static str) -> Option<&'h [u8]> {
    move |name| headers.get(name).map(http::HeaderValue::as_bytes)
}
