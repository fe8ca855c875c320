//! Snap: `POST /snap/v1/transactions` makes a session, and its page makes the transaction.
//! ([Backend integration](https://docs.midtrans.com/reference/backend-integration))
//!
//! A session is no transaction: until the customer has chosen a method, Get Status answers 404. A
//! page that expires tells the merchant nothing.

mod card;
mod channel;
mod page;
mod preferences;
mod request;
mod session;
mod user_gopay;
mod way_back;

use http::Request;
use midtrans_protocol::time::WibTime;

pub use card::CardForm;
pub use channel::Channel;
pub use page::{NotOffered, SnapCheckout, SnapState};
pub(super) use request::{Read as NewSession, seconds_of, without_card};
pub(super) use session::Session;
pub use way_back::{SnapEvent, SnapReturn};

use super::answer::Answer;
use super::body::Body;
use super::charge::Source;
use super::payment::Targets;
use super::refusal::Refusal;
use super::{Gateway, charge, product};

/// The paths of a session's page, with the token as the last segment: those of the documentation, of
/// public code of recent years and of older clients.
pub(crate) const PAGE_ROUTES: [&str; 5] = [
    "/snap/v4/redirection/{token}",
    "/snap/v3/redirection/{token}",
    "/snap/v2/redirection/{token}",
    "/snap/v2/vtweb/{token}",
    "/snap/v1/vtweb/{token}",
];

/// Path of a session's page in `redirect_url`. The documentation says `/snap/v3/redirection/`, and
/// before that `/snap/v2/vtweb/`, which the official client for Java compares to the letter.
fn redirect_path(token: &str) -> String {
    format!("/snap/v2/vtweb/{token}")
}

/// Path of a session's page.
pub(crate) fn page_path(token: &str) -> String {
    format!("/snap/v4/redirection/{token}")
}

impl Gateway {
    /// The same order again gives another token, and the earlier one is dead
    /// ([questions](https://docs.midtrans.com/docs/technical-faq)). An order with a transaction
    /// that waits, was authorized or was paid is refused.
    pub(super) fn create_snap(
        &mut self,
        request: &Request<Vec<u8>>,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let read = request::read(request.body(), now)
            .map_err(|messages| product::errors(400, &messages))?;
        if let Some(index) = self.ledger.latest_of(&read.order_id) {
            let earlier = &self.ledger[index];
            if earlier.was_paid() {
                return Err(product::errors(400, &[PAID]));
            }
            if !Source::Snap.may_follow(earlier) {
                return Err(product::errors(400, &[TAKEN]));
            }
        }
        let token = self.open_session(read, charge::targets(request.headers()), now);
        let url = format!("{}{}", self.settings.url, redirect_path(&token));
        let body = Body::default()
            .text("token", &token)
            .text("redirect_url", &url);
        Ok(product::answered(201, body.finish()))
    }

    /// Adds a session and returns its token.
    pub(super) fn open_session(
        &mut self,
        read: request::Read,
        targets: Targets,
        now: WibTime,
    ) -> String {
        if let Some(earlier) = self
            .shelves
            .sessions
            .find(&session::order_key(&read.order_id))
        {
            self.shelves.sessions.change(earlier).is_replaced = true;
        }
        let token = self.ids.uuid();
        self.shelves.sessions.add(Session {
            token: token.clone(),
            order_id: read.order_id,
            amount: read.amount,
            request: read.json,
            targets,
            made: now,
            expires: read.expires,
            canceled: None,
            is_replaced: false,
            is_choosing: false,
            link: None,
            linking: None,
            transactions: Vec::new(),
        });
        token
    }

    /// Ends a session that no method was chosen for. No page prints the HTTP status of its
    /// refusals; 404 and 400 are the usual ones.
    /// ([Cancel](https://docs.midtrans.com/reference/cancel-a-snap-session))
    pub(super) fn cancel_snap(&mut self, token: &str, now: WibTime) -> Result<Answer, Refusal> {
        let number = self
            .shelves
            .sessions
            .of_token(token)
            .ok_or_else(|| product::errors(404, &["token not found"]))?;
        let session = &self.shelves.sessions[number];
        if session.canceled.is_some() {
            return Err(product::errors(400, &["token already canceled"]));
        }
        if !session.transactions.is_empty() {
            return Err(product::errors(400, &["Transaction is on progress"]));
        }
        self.shelves.sessions.change(number).canceled = Some(now);
        let body = Body::default().text("canceled_at", &product::utc_with_millis(now));
        Ok(product::answered(200, body.finish()))
    }
}

const PAID: &str =
    "transaction_details.order_id has been paid and utilized, please use another order ID";
const TAKEN: &str = "transaction_details.order_id has already been taken";
