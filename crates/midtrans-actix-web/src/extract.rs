//! Reads requests of untrusted senders.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, rt};
use futures_core::Stream;

use midtrans_protocol::webhook::endpoint::DEADLINE;
use midtrans_protocol::webhook::landing::Landing;
use midtrans_protocol::webhook::{Acknowledge, Intake, Rejection, endpoint};
use midtrans_protocol::{Notification, ServerKeys, notification};

use crate::Answered;

type Extracted<T, E> = Pin<Box<dyn Future<Output = Result<T, E>>>>;

/// A notification whose signature was made with one of your keys.
///
/// [`notifications`](crate::notifications) is the whole webhook; take this one where a handler
/// needs more of actix-web. The keys are the app's data: `.app_data(web::Data::new(keys))`. The
/// body may have [`MAX_BYTES`](midtrans_protocol::notification::MAX_BYTES).
///
/// A handler of your own is dropped when the sender hangs up, as every handler of actix-web may be;
/// [`spawn`](actix_web::rt::spawn) what must come to its end.
///
/// Verified does not mean paid. Store it, answer with [`Answered`], and let
/// [`decide`](midtrans_protocol::decide) tell what it means for the order.
///
/// # Errors
/// [`Answered`], before the handler runs: 400 for a body that is malformed, broke off or lacks a
/// signed field, 403 for a signature by none of the keys, 405 for a method other than POST, 413
/// above the limit, 415 for a content type other than JSON; 503 when the body does not come within
/// [`DEADLINE`](midtrans_protocol::webhook::endpoint::DEADLINE), and when the app has no keys, so
/// that the gateway comes again when it has; 200 for the gateway's notifications about other things
/// than payments.
#[derive(Clone, Debug)]
pub struct Verified(pub Notification);

impl FromRequest for Verified {
    type Error = Answered;
    type Future = Extracted<Self, Answered>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let Some(keys) = request.app_data::<Data<ServerKeys>>() else {
                return Err(Answered(Acknowledge::Later.into()));
            };
            let body =
                endpoint::in_time(notification_body(&request, &mut payload), time_is_up()).await?;
            Ok(Self(notification::verify(&body, keys)?))
        })
    }
}

/// The customer's return from the payment provider: a hint for the page, never a proof.
///
/// Akulaku sends the browser back with a form POST, Kredivo with a GET; put the handler on both
/// methods of one resource. For GET (and HEAD) the query is read, for every other method the form.
///
/// It never fails, since a customer is waiting for a page. A return that cannot be read, is longer
/// than [`MAX_BYTES`](midtrans_protocol::webhook::landing::MAX_BYTES) or does not come within
/// [`DEADLINE`](midtrans_protocol::webhook::endpoint::DEADLINE) counts as empty.
#[derive(Clone, Debug)]
pub struct Landed(pub Landing);

impl FromRequest for Landed {
    type Error = Infallible;
    type Future = Extracted<Self, Infallible>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let form = read(Intake::form(header(&request)), &mut payload);
            let query = Some(request.query_string());
            Ok(Self(
                endpoint::landing(request.method().as_str(), query, form, time_is_up()).await,
            ))
        })
    }
}

/// Waits for the deadline. The timer is made at the first poll, which is seldom.
async fn time_is_up() {
    rt::time::sleep(DEADLINE).await;
}

pub(crate) fn notification_body(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Vec<u8>, Rejection>> {
    read(
        Intake::notification(request.method().as_str(), header(request)),
        payload,
    )
}

async fn read(
    intake: Result<Intake, Rejection>,
    payload: &mut Payload,
) -> Result<Vec<u8>, Rejection> {
    let mut intake = intake?;
    while let Some(piece) = poll_fn(|context| Pin::new(&mut *payload).poll_next(context)).await {
        intake.push(&piece.map_err(|_| Rejection::Incomplete)?)?;
    }
    Ok(intake.into_bytes())
}

fn header<'h>(request: &'h HttpRequest) -> impl Fn(&'static str) -> Option<&'h [u8]> {
    move |name| request.headers().get(name).map(|value| value.as_bytes())
}
