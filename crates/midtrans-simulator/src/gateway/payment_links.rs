//! Payment links: pages with an address to share, each of whose payments is a session of Snap.
//! ([Payment link](https://docs.midtrans.com/reference/create-payment-link))

mod owners;
mod page;
mod rendering;
mod request;

use std::fmt;

use http::Request;
use midtrans_protocol::time::WibTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use owners::LinkOwners;
pub use page::{LinkCheckout, LinkState};

use super::answer::Answer;
use super::body::Body;
use super::charge::Source;
use super::payment::Payment;
use super::refusal::Refusal;
use super::shelf::Record;
use super::{Gateway, product, row};

/// The path of a link's page.
pub(crate) const LINK_ROUTE: &str = "/payment-links/{id}";

/// A payment link.
#[derive(Serialize, Deserialize)]
pub(super) struct PaymentLink {
    pub(super) order_id: String,
    pub(super) link_id: String,
    /// `None` where the buyer types the amount.
    amount: Option<u64>,
    usage_limit: u64,
    #[serde(with = "row::maybe_time")]
    expires: Option<WibTime>,
    /// The whole request.
    #[serde(with = "row::json")]
    request: Value,
    #[serde(with = "row::time")]
    made: WibTime,
    pub(super) is_deleted: bool,
    /// The tokens of its sessions.
    purchases: Vec<String>,
}

impl Record for PaymentLink {
    fn keys(&self) -> Vec<String> {
        vec![
            format!("order:{}", self.order_id),
            format!("link:{}", self.link_id),
        ]
    }
}

/// Without the request, which has the customer's data.
impl fmt::Debug for PaymentLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentLink")
            .field("order_id", &self.order_id)
            .field("made", &self.made)
            .finish_non_exhaustive()
    }
}

impl Gateway {
    /// Of an order id the page says that it is used once per merchant, so a deleted link's stays
    /// used.
    pub(super) fn create_link(
        &mut self,
        request: &Request<Vec<u8>>,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let read = request::read(request.body(), now)
            .map_err(|problems| product::errors(400, &problems))?;
        let (order_id, link_id) = self.add_link(read, now)?;
        let body = Body::default()
            .text("order_id", &order_id)
            .text("payment_url", &self.link_url(&link_id));
        Ok(product::answered(200, body.finish()))
    }

    /// Adds a link and returns its order id and its own.
    pub(super) fn add_link(
        &mut self,
        read: request::Read,
        now: WibTime,
    ) -> Result<(String, String), Refusal> {
        let links = &self.shelves.links;
        if links.find(&format!("order:{}", read.order_id)).is_some() {
            let taken = format!("The Order ID '{}' has been taken", read.order_id);
            return Err(product::errors(409, &[taken]));
        }
        if let Some(id) = &read.link_id
            && (links.find(&format!("link:{id}")).is_some()
                || !self.link_owners.claim(id, self.account))
        {
            let taken = format!("This Payment Link ID '{id}' has been taken");
            return Err(product::errors(400, &[taken]));
        }
        let link_id = read.link_id.unwrap_or_else(|| self.ids.uuid());
        self.link_owners.claim(&link_id, self.account);
        self.shelves.links.add(PaymentLink {
            order_id: read.order_id.clone(),
            link_id: link_id.clone(),
            amount: read.amount,
            usage_limit: read.usage_limit,
            expires: read.expires,
            request: read.json,
            made: now,
            is_deleted: false,
            purchases: Vec::new(),
        });
        Ok((read.order_id, link_id))
    }

    /// ([Details](https://docs.midtrans.com/reference/get-payment-link-details))
    pub(super) fn payment_link(&self, order_id: &str) -> Result<Answer, Refusal> {
        let number = self.find_link(order_id)?;
        Ok(product::answered(200, self.link_details(number)))
    }

    /// ([Delete](https://docs.midtrans.com/reference/delete-payment-link))
    pub(super) fn delete_link(&mut self, order_id: &str) -> Result<Answer, Refusal> {
        let number = self.find_link(order_id)?;
        self.shelves.links.change(number).is_deleted = true;
        let message = format!("Payment Link with Order ID {order_id} deleted");
        let body = Body::default().text("message", &message);
        Ok(product::answered(200, body.finish()))
    }

    pub(super) fn link_url(&self, link_id: &str) -> String {
        format!("{}/payment-links/{link_id}", self.settings.url)
    }

    /// Ends a link, for an invoice that is voided.
    pub(super) fn close_link(&mut self, link_id: &str) {
        if let Some(number) = self.shelves.links.find(&format!("link:{link_id}")) {
            self.shelves.links.change(number).is_deleted = true;
        }
    }

    /// The transactions of a link that wait for the customer.
    pub(super) fn waiting_on_link(&self, link_id: &str) -> Vec<String> {
        let number = self.shelves.links.find(&format!("link:{link_id}"));
        let payments = number
            .into_iter()
            .flat_map(|number| self.payments_of(number));
        let waiting = payments.filter(|payment| payment.is_pending());
        waiting.map(|payment| payment.id.clone()).collect()
    }

    /// Returns true if a payment of a link has arrived.
    pub(super) fn link_paid(&self, link_id: &str) -> Option<&Payment> {
        let number = self.shelves.links.find(&format!("link:{link_id}"))?;
        self.payments_of(number).find(|payment| payment.was_paid())
    }

    /// The latest transaction of each purchase of a link.
    fn payments_of(&self, number: usize) -> impl Iterator<Item = &Payment> {
        let tokens = self.shelves.links[number].purchases.iter();
        tokens.filter_map(|token| {
            let session = &self.shelves.sessions[self.shelves.sessions.of_token(token)?];
            let index = self.ledger.find(session.transactions.last()?)?;
            Some(&self.ledger[index])
        })
    }

    /// The uses that are paid, and those that a payment that waits holds.
    fn uses(&self, number: usize) -> (u64, u64) {
        self.payments_of(number)
            .fold((0, 0), |(paid, held), payment| {
                if payment.was_paid() {
                    (paid + 1, held)
                } else {
                    (paid, held + u64::from(!Source::Snap.may_follow(payment)))
                }
            })
    }

    /// No page prints the sentence.
    fn find_link(&self, order_id: &str) -> Result<usize, Refusal> {
        self.shelves
            .links
            .find(&format!("order:{order_id}"))
            .filter(|number| !self.shelves.links[*number].is_deleted)
            .ok_or_else(|| product::errors(404, &["Payment Link not found"]))
    }
}

pub(super) use request::Read as NewLink;
