//! `GET /v1/payment-links/{order_id}`
//!
//! Reads a payment link and its purchases. [Gateway
//! page](https://docs.midtrans.com/reference/get-payment-link-details)

use http::{Method, Request, StatusCode};

use super::path;
use crate::account::Host;
use crate::money::WireAmount;
use crate::object_reply::object_reply;
use crate::operation::{Operation, Replay};
use crate::raw::RawBody;
use crate::reply::{ReplyError, answers};
use crate::snap::{EnabledPayment, Token};
use crate::time::WibTime;
use crate::transaction::TransactionStatus;
use crate::{Environment, Merchant, OrderId};

/// Reads a payment link and the attempts to pay by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    order_id: OrderId,
}

impl Get {
    /// The link of this order id.
    #[must_use]
    pub const fn new(order_id: OrderId) -> Self {
        Self { order_id }
    }
}

impl Operation for Get {
    type Account = Merchant;
    type Reply = PaymentLink;
    const NAME: &'static str = "get_payment_link";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::GET, Host::Api, &path(&self.order_id), Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn target(&self) -> Option<&str> {
        Some(self.order_id.as_str())
    }

    fn accept_reply(
        &self,
        http: StatusCode,
        reply: PaymentLink,
    ) -> Result<PaymentLink, ReplyError> {
        let is_its = reply.raw.text("order_id").as_deref() == Some(self.order_id.as_str());
        answers(is_its, "the link that was asked about", http, &reply.raw)?;
        Ok(reply)
    }
}

object_reply! {
    /// A payment link.
    PaymentLink, "payment_link_id", "a payment_link_id"
}

impl PaymentLink {
    /// The order id of the link.
    #[must_use]
    pub fn order_id(&self) -> Option<String> {
        self.raw.text("order_id")
    }

    /// The address of the link, as received.
    #[must_use]
    pub fn payment_link_url(&self) -> Option<String> {
        self.raw.text("payment_link_url")
    }

    /// The amount, exactly as received.
    #[must_use]
    pub fn gross_amount(&self) -> Option<WireAmount> {
        self.raw.amount("gross_amount")
    }

    /// The number of payments that the link takes.
    #[must_use]
    pub fn usage_limit(&self) -> Option<u32> {
        self.raw.text("usage_limit")?.parse().ok()
    }

    /// The number of payments that it has taken.
    #[must_use]
    pub fn usage(&self) -> Option<u32> {
        self.raw.text("usage")?.parse().ok()
    }

    /// The methods that it offers.
    #[must_use]
    pub fn enabled_payments(&self) -> Vec<EnabledPayment> {
        let words = self.raw.texts("enabled_payments");
        words.iter().map(|word| word.as_str().into()).collect()
    }

    /// The time from which its expiry is counted.
    #[must_use]
    pub fn expiry_start(&self) -> Option<WibTime> {
        self.raw.time("expiry_start")
    }

    /// The attempts to pay.
    #[must_use]
    pub fn purchases(&self) -> Vec<Purchase> {
        let purchases = self.raw.objects("purchases").into_iter();
        purchases.map(|raw| Purchase { raw }).collect()
    }
}

/// An attempt to pay by a link. Ask [`GetStatus`](crate::GetStatus) about its order id before you
/// act on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    raw: RawBody,
}

impl Purchase {
    /// The order id of the transaction: that of the link, with a suffix.
    #[must_use]
    pub fn order_id(&self) -> Option<String> {
        self.raw.text("order_id")
    }

    /// The status of the transaction.
    #[must_use]
    pub fn payment_status(&self) -> Option<TransactionStatus> {
        let status = self.raw.text("payment_status")?;
        Some(TransactionStatus::from(status.as_str()))
    }

    /// The payment type, in capital letters, such as `BANK_TRANSFER`.
    #[must_use]
    pub fn payment_method(&self) -> Option<String> {
        self.raw.text("payment_method")
    }

    /// The token of its page.
    #[must_use]
    pub fn snap_token(&self) -> Option<Token> {
        Token::new(self.raw.text("snap_token")?).ok()
    }

    /// The object as received.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}
