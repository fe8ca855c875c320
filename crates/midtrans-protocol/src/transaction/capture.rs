//! `POST /v2/capture`
//!
//! Takes money that a payment has reserved. [Gateway
//! page](https://docs.midtrans.com/reference/capture-transaction)

use http::{Method, Request, StatusCode};
use serde::Serialize;

use super::{accept, support};
use crate::account::Host;
use crate::ids::PaymentId;
use crate::json::to_json;
use crate::operation::{Operation, Replay};
use crate::refusal::ApiError;
use crate::reply::ReplyError;
use crate::transaction::TransactionStatus;
use crate::{Environment, InvalidInput, Merchant, Rupiah, Transaction};

/// Takes the money that a payment in the status `authorize` has reserved: a card's within seven
/// days, in whole or in part, and once; a linked GoPay account's in whole.
///
/// The bank may refuse. The gateway then answers with a denial, although the payment stays
/// `authorize` and Get Status says so: capture again later, or release the money with
/// [`Cancel`](super::Cancel). Here that is a refusal,
/// [`ApiError::is_denied`](crate::refusal::ApiError::is_denied).
///
/// ```
/// use midtrans_protocol::ids::PaymentId;
/// use midtrans_protocol::transaction::Capture;
/// use midtrans_protocol::Rupiah;
///
/// let id = PaymentId::received("be4f3e44-d6ee-4355-8c64-c1d1dc7f4590")?;
/// let capture = Capture::part(id, Rupiah::new(145_000))?;
/// assert_eq!(
///     capture.to_json(),
///     br#"{"transaction_id":"be4f3e44-d6ee-4355-8c64-c1d1dc7f4590","gross_amount":145000}"#
/// );
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capture {
    transaction_id: PaymentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    gross_amount: Option<Rupiah>,
}

impl Capture {
    /// A capture of all that is reserved by the transaction of that id: the gateway's transaction
    /// id, and not the order id.
    #[must_use]
    pub const fn full(transaction_id: PaymentId) -> Self {
        Self {
            transaction_id,
            gross_amount: None,
        }
    }

    /// A capture of this amount. The rest is released: there is no second capture.
    ///
    /// # Errors
    /// [`InvalidInput`] for an amount of zero.
    pub fn part(transaction_id: PaymentId, gross_amount: Rupiah) -> Result<Self, InvalidInput> {
        if gross_amount == Rupiah::new(0) {
            let expected = "whole rupiah above zero; to release the money, cancel the payment";
            return Err(InvalidInput::new("gross_amount", expected));
        }
        Ok(Self {
            transaction_id,
            gross_amount: Some(gross_amount),
        })
    }

    /// A capture of all that this transaction has reserved.
    ///
    /// # Errors
    /// [`InvalidInput`] for a transaction without an id of its own, and for one of a payment method
    /// that takes the money at once.
    pub fn of(transaction: &Transaction) -> Result<Self, InvalidInput> {
        support::check_capture(transaction)?;
        let id = transaction.transaction_id().unwrap_or_default();
        PaymentId::received(id).map(Self::full).map_err(|_| {
            InvalidInput::new(
                "transaction_id",
                "a transaction that names the gateway's id of it; ask Get Status for one",
            )
        })
    }

    /// A capture of a part of what this transaction has reserved.
    ///
    /// # Errors
    /// As [`of`](Self::of), and [`InvalidInput`] for an amount of zero, for one above the reserved
    /// amount, and for a part of a payment that is not by card.
    pub fn part_of(transaction: &Transaction, gross_amount: Rupiah) -> Result<Self, InvalidInput> {
        support::check_partial_capture(transaction, gross_amount)?;
        Self::part(Self::of(transaction)?.transaction_id, gross_amount)
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}

impl Operation for Capture {
    type Account = Merchant;
    type Reply = Transaction;
    const NAME: &'static str = "capture";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::POST, Host::Api, "/v2/capture", self.to_json())
    }

    /// The header "can be used for all POST methods": a keyed repeat gets the first answer instead
    /// of a 412. After a denial take a new key.
    fn replay(&self) -> Replay {
        Replay::Keyed
    }

    fn target(&self) -> Option<&str> {
        Some(self.transaction_id.as_str())
    }

    /// The transaction, if its money was taken. A denial has the shape of an answer: code 202.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Transaction,
    ) -> Result<Transaction, ReplyError> {
        use TransactionStatus::{Authorize, Capture, Deny, Settlement};
        const ADVICE: &str = "the bank denied the capture and the money stays reserved: try again \
                              later with a new idempotency key, or cancel the payment";
        let reply = accept::with_id(self.transaction_id.as_str(), http_status, reply)?;
        let is_denial = reply.status_code() == Some("202");
        match reply.transaction_status() {
            Some(Deny | Authorize) if is_denial => {
                let denied = ApiError::denied(http_status, &reply).with_advice(ADVICE);
                Err(ReplyError::Api(Box::new(denied)))
            }
            Some(Capture | Settlement) if !is_denial => Ok(reply),
            _ => Err(accept::wrong_status(
                "a captured transaction: capture or settlement",
                http_status,
                &reply,
            )),
        }
    }
}
