//! Reads requests of untrusted senders.

use std::convert::Infallible;

use rocket::data::{self, ByteUnit, Data, FromData};
use rocket::request::{self, FromRequest};
use rocket::tokio::io::AsyncReadExt;
use rocket::{Request, async_trait, outcome, tokio};

use midtrans_protocol::webhook::endpoint::DEADLINE;
use midtrans_protocol::webhook::landing::Landing;
use midtrans_protocol::webhook::{Acknowledge, Intake, Rejection, endpoint};
use midtrans_protocol::{Notification, ServerKeys, notification};

use crate::Answered;

/// A notification whose signature was made with one of your keys; a data guard.
///
/// [`notifications`](crate::notifications) is the whole webhook; take this one where a handler
/// needs more of Rocket. The keys are managed state: `.manage(keys)`. The body may have
/// [`MAX_BYTES`](midtrans_protocol::notification::MAX_BYTES).
///
/// Verified does not mean paid. Store it, answer with [`Answered`], and let
/// [`decide`](midtrans_protocol::decide) tell what it means for the order.
///
/// # Errors
/// Your catchers answer, with 400 for a body that is malformed, broke off or lacks a signed field,
/// 403 for a signature by none of the keys, 413 above the limit, 415 for a content type other than
/// JSON; 503 when the body does not come within [`DEADLINE`] of its first 14 bytes, and when no
/// keys are managed, so that the gateway comes again when they are; 200 for the gateway's
/// notifications about other things than payments.
#[derive(Clone, Debug)]
pub struct Verified(pub Notification);

#[async_trait]
impl<'r> FromData<'r> for Verified {
    type Error = Answered;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let Some(keys) = request.rocket().state::<ServerKeys>() else {
            return outcome_of(Err(Answered(Acknowledge::Later.into())));
        };
        let body = endpoint::in_time(notification_body(request, data), time_is_up()).await;
        outcome_of(
            body.and_then(|body| notification::verify(&body, keys))
                .map(Self)
                .map_err(Answered::from),
        )
    }
}

/// The customer's return from the payment provider: a hint for the page, never a proof.
///
/// Akulaku sends the browser back with a form POST, Kredivo with a GET, and Rocket has a route for
/// each method. It is a data guard for the POST, and a request guard for the GET.
///
/// It never fails, since a customer is waiting for a page. A return that cannot be read, is longer
/// than [`MAX_BYTES`](midtrans_protocol::webhook::landing::MAX_BYTES) or does not come within
/// [`DEADLINE`](midtrans_protocol::webhook::endpoint::DEADLINE) of its first 14 bytes counts as
/// empty.
#[derive(Clone, Debug)]
pub struct Landed(pub Landing);

#[async_trait]
impl<'r> FromData<'r> for Landed {
    type Error = Infallible;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let form = async { read(Intake::form(header(request))?, data).await };
        let landing = endpoint::landing(
            request.method().as_str(),
            query(request),
            form,
            time_is_up(),
        )
        .await;
        outcome::Outcome::Success(Self(landing))
    }
}

#[async_trait]
impl<'r> FromRequest<'r> for Landed {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Infallible> {
        outcome::Outcome::Success(Self(Landing::from_query(
            query(request).unwrap_or_default(),
        )))
    }
}

/// Waits for the deadline. The timer is made at the first poll, which is seldom.
async fn time_is_up() {
    tokio::time::sleep(DEADLINE).await;
}

fn outcome_of<'r, T: FromData<'r, Error = Answered>>(
    result: Result<T, Answered>,
) -> data::Outcome<'r, T> {
    match result {
        Ok(guard) => outcome::Outcome::Success(guard),
        Err(answered) => outcome::Outcome::Error((answered.status(), answered)),
    }
}

fn query<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    request.uri().query().map(|query| query.as_str())
}

pub(crate) async fn notification_body(
    request: &Request<'_>,
    data: Data<'_>,
) -> Result<Vec<u8>, Rejection> {
    read(
        Intake::notification(request.method().as_str(), header(request))?,
        data,
    )
    .await
}

async fn read(mut intake: Intake, data: Data<'_>) -> Result<Vec<u8>, Rejection> {
    // The intake holds the limit; Rocket's own would cut the body off without a word.
    let mut stream = data.open(ByteUnit::max_value());
    let mut piece = [0; 2048];
    loop {
        match stream
            .read(&mut piece)
            .await
            .map_err(|_| Rejection::Incomplete)?
        {
            0 => return Ok(intake.into_bytes()),
            length => intake.push(&piece[..length])?,
        }
    }
}

fn header<'h>(request: &'h Request<'_>) -> impl Fn(&'static str) -> Option<&'h [u8]> {
    |name| request.headers().get_one(name).map(str::as_bytes)
}
