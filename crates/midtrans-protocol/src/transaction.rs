//! A transaction in the gateway's own words, and the operations on it, one file each.

pub(crate) mod accept;
mod action;
mod approve;
mod cancel;
mod capture;
mod deny;
mod details;
mod direct_refund;
mod expire;
mod get_status;
mod get_status_b2b;
mod refund;
mod status;
mod support;

use std::fmt;

pub use approve::Approve;
pub use cancel::Cancel;
pub use capture::Capture;
pub use deny::Deny;
pub use details::{Details, GrossAmountInfo, RefundDetails};
pub use direct_refund::DirectRefund;
pub use expire::Expire;
pub use get_status::GetStatus;
pub use get_status_b2b::{GetStatusB2b, TransactionPage};
pub use refund::Refund;
pub use status::{FraudStatus, TransactionStatus};

use crate::GatewayReply;
use crate::ids::PaymentId;
use crate::instructions::Instructions;
use crate::money::WireAmount;
use crate::notification::head;
use crate::raw::RawBody;
use crate::reply::{DecodeError, Reply};

/// A transaction as the gateway reports it over TLS: the reply to a charge, to Get Status, and to
/// the operations on a transaction. Made only by [`decode`](crate::decode), of a [`GatewayReply`].
///
/// ```compile_fail
/// # use midtrans_protocol::Transaction;
/// let forged: Transaction = serde_json::from_str("{}").unwrap();
/// ```
///
/// Every field may be missing, and unknown ones are kept: see [`Details::raw`].
/// ([Get Status](https://docs.midtrans.com/reference/get-transaction-status))
///
/// Dropping a charge's reply loses the pay page, so it is a compiler warning:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use midtrans_protocol::Transaction;
/// # fn charge() -> Result<Transaction, ()> { Err(()) }
/// fn checkout() -> Result<(), ()> {
///     charge()?;
///     Ok(())
/// }
/// ```
#[must_use = "it says what the gateway did, and a charge's says where to send the customer"]
#[derive(Clone)]
pub struct Transaction {
    order_id: Option<Box<str>>,
    status_code: Option<Box<str>>,
    gross_amount: Option<WireAmount>,
    details: Details,
}

impl Transaction {
    /// The merchant's order id.
    #[must_use]
    pub fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    /// The code of this answer, such as `201`; it is about the call, not about the payment.
    #[must_use]
    pub fn status_code(&self) -> Option<&str> {
        self.status_code.as_deref()
    }

    /// The amount, exactly as received.
    #[must_use]
    pub const fn gross_amount(&self) -> Option<&WireAmount> {
        self.gross_amount.as_ref()
    }

    /// The transaction status.
    #[must_use]
    pub const fn transaction_status(&self) -> Option<&TransactionStatus> {
        self.details.transaction_status()
    }

    /// The gateway's id of the transaction.
    #[must_use]
    pub fn transaction_id(&self) -> Option<&str> {
        self.details.transaction_id()
    }

    /// The transaction as an operation's target: by its own id if there is one, else by order id.
    #[must_use]
    pub fn payment_id(&self) -> Option<PaymentId> {
        self.transaction_id()
            .or(self.order_id())
            .and_then(|id| PaymentId::received(id).ok())
    }

    /// The page to send the customer's browser to. It is opaque: never fetch it from a server,
    /// never edit it. A card's page can be used once, and answers name it afterwards too:
    /// [`instructions`](Self::instructions) tells the two apart.
    #[must_use]
    pub fn redirect_url(&self) -> Option<String> {
        self.details.raw().text("redirect_url")
    }

    /// The customer's next step to pay; `None` where this version does not know it, and where the
    /// payment has ended without money. The raw body has the gateway's whole answer.
    #[must_use]
    pub fn instructions(&self) -> Option<Instructions> {
        Instructions::of(self)
    }

    /// The other fields.
    #[must_use]
    pub const fn details(&self) -> &Details {
        &self.details
    }
}

impl Transaction {
    /// Reads a transaction out of the gateway's JSON. The error is the description of a valid one.
    fn of_json(json: &str) -> Result<Self, &'static str> {
        let head = head::read(json).map_err(|_| "one JSON object with distinct fields")?;
        if head.status_code.is_none()
            && head.transaction_status.is_none()
            && head.transaction_id.is_none()
        {
            return Err("a transaction");
        }
        Ok(Self {
            order_id: head.order_id.as_deref().map(Into::into),
            status_code: head.status_code.as_deref().map(Into::into),
            gross_amount: head.gross_amount.as_deref().map(WireAmount::received),
            details: Details::new(&head, RawBody::new(json)),
        })
    }
}

impl Reply for Transaction {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, body) = reply.into_parts();
        match std::str::from_utf8(&body).map(Self::of_json) {
            Ok(Ok(transaction)) => Ok(transaction),
            Ok(Err(expected)) => Err(DecodeError::new(expected, http_status, body)),
            Err(_) => Err(DecodeError::new("UTF-8", http_status, body)),
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("order_id", &self.order_id)
            .field("status_code", &self.status_code)
            .field("gross_amount", &self.gross_amount)
            .field("details", &self.details)
            .finish()
    }
}
