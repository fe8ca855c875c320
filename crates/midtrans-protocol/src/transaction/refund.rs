//! `POST /v2/{id}/refund`
//!
//! Refunds a settled transaction, in whole or in part. [Gateway
//! page](https://docs.midtrans.com/reference/refund-transaction)

use std::fmt;

use http::{Method, Request, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{accept, support};
use crate::account::Host;
use crate::ids::{PaymentId, RefundKey};
use crate::json::to_json;
use crate::operation::{Operation, Replay};
use crate::refusal::ApiError;
use crate::reply::ReplyError;
use crate::transaction::TransactionStatus;
use crate::{Environment, InvalidInput, Merchant, Rupiah, Transaction};

/// Refunds a payment. Akulaku: up to six months, Kredivo: 14 days after settlement; both also in
/// part.
///
/// The refund key is required, because without one every call is a new refund. The money has moved
/// when the second of two notifications carries `bank_confirmed_at`.
///
/// ```
/// use midtrans_protocol::ids::RefundKey;
/// use midtrans_protocol::transaction::Refund;
/// use midtrans_protocol::{OrderId, Rupiah};
///
/// let order = OrderId::new("order-101")?;
/// let key = RefundKey::new("order-101-r1")?;
/// let refund = Refund::part(&order, key, Rupiah::new(5_000))?.because("wrong size")?;
/// assert_eq!(
///     refund.to_json(),
///     br#"{"refund_key":"order-101-r1","amount":5000,"reason":"wrong size"}"#
/// );
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Refund {
    #[serde(skip)]
    id: PaymentId,
    refund_key: RefundKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Rupiah>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl Refund {
    /// A refund of all that is left.
    #[must_use]
    pub fn full(id: impl Into<PaymentId>, refund_key: RefundKey) -> Self {
        Self {
            id: id.into(),
            refund_key,
            amount: None,
            reason: None,
            extra: Map::new(),
        }
    }

    /// A refund of this amount.
    ///
    /// # Errors
    /// [`InvalidInput`] for an amount of zero.
    pub fn part(
        id: impl Into<PaymentId>,
        refund_key: RefundKey,
        amount: Rupiah,
    ) -> Result<Self, InvalidInput> {
        if amount == Rupiah::new(0) {
            return Err(InvalidInput::new("amount", "whole rupiah above zero"));
        }
        Ok(Self {
            amount: Some(amount),
            ..Self::full(id, refund_key)
        })
    }

    /// A refund of all that is left of this transaction.
    ///
    /// # Errors
    /// [`InvalidInput`] for a payment method without refunds, as a transfer, with what to do
    /// instead; and for a transaction without an id.
    pub fn of(transaction: &Transaction, refund_key: RefundKey) -> Result<Self, InvalidInput> {
        support::check_refund(transaction)?;
        Ok(Self::full(support::id(transaction)?, refund_key))
    }

    /// A refund of a part of this transaction.
    ///
    /// # Errors
    /// As [`of`](Self::of), and [`InvalidInput`] for an amount of zero, and for a part of a payment
    /// whose method has only full refunds, as OVO.
    pub fn part_of(
        transaction: &Transaction,
        refund_key: RefundKey,
        amount: Rupiah,
    ) -> Result<Self, InvalidInput> {
        support::check_partial_refund(transaction, amount)?;
        Self::part(support::id(transaction)?, refund_key, amount)
    }

    /// Sets the reason, at most 255 characters. The customer may see it.
    ///
    /// # Errors
    /// [`InvalidInput`] above 255 characters.
    pub fn because(mut self, reason: impl Into<String>) -> Result<Self, InvalidInput> {
        let reason = reason.into();
        if reason.chars().count() > 255 {
            return Err(InvalidInput::new("reason", "at most 255 characters"));
        }
        self.reason = Some(reason);
        Ok(self)
    }

    /// Adds fields that this version doesn't know.
    ///
    /// # Errors
    /// [`InvalidInput`] for `refund_key`, `amount` and `reason`.
    pub fn with_extra(mut self, extra: Map<String, Value>) -> Result<Self, InvalidInput> {
        if let Some(name) = ["refund_key", "amount", "reason"]
            .into_iter()
            .find(|name| extra.contains_key(*name))
        {
            return Err(InvalidInput::new(
                name,
                "each field once; this one has a place of its own",
            ));
        }
        self.extra = extra;
        Ok(self)
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }

    pub(super) fn request_to(&self, action: &str, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(
            Method::POST,
            Host::Api,
            &self.id.path(action),
            self.to_json(),
        )
    }
}

/// Leaves out the reason: it is free text and may name the customer.
impl fmt::Debug for Refund {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refund")
            .field("id", &self.id)
            .field("refund_key", &self.refund_key)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

impl Operation for Refund {
    type Account = Merchant;
    type Reply = Transaction;
    const NAME: &'static str = "refund";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        self.request_to("refund", environment)
    }

    /// A refund key is booked once; the idempotency key brings back the first answer instead of a
    /// 406.
    fn replay(&self) -> Replay {
        Replay::Keyed
    }

    fn target(&self) -> Option<&str> {
        Some(self.id.as_str())
    }

    /// The transaction, if the reply is about this refund. A denial has the shape of an answer:
    /// code 202, and no refund.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Transaction,
    ) -> Result<Transaction, ReplyError> {
        use TransactionStatus::{Capture, PartialRefund, Refund, Settlement};
        let reply = accept::with_id(self.id.as_str(), http_status, reply)?;
        if reply
            .details()
            .refund_key()
            .is_some_and(|key| key != self.refund_key.as_str())
        {
            let expected =
                "a reply about this refund key, under an idempotency key of its own".to_owned();
            return Err(accept::mismatch(expected, http_status, &reply));
        }
        let is_denial = reply.status_code() == Some("202");
        match reply.transaction_status() {
            Some(Settlement | Capture | PartialRefund) if is_denial => Err(ReplyError::Api(
                Box::new(ApiError::denied(http_status, &reply)),
            )),
            Some(Refund | PartialRefund) if !is_denial => Ok(reply),
            _ => Err(accept::wrong_status(
                "a refunded transaction: refund or partial_refund",
                http_status,
                &reply,
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_go_along_and_known_ones_have_their_place() {
        let refund = Refund::full(
            PaymentId::received("order-1").unwrap(),
            RefundKey::new("r1").unwrap(),
        );
        let new = Map::from_iter([("x_new".to_owned(), Value::from(1))]);
        assert_eq!(
            refund.clone().with_extra(new).unwrap().to_json(),
            br#"{"refund_key":"r1","x_new":1}"#
        );
        let known = Map::from_iter([("amount".to_owned(), Value::from(1))]);
        assert_eq!(refund.with_extra(known).unwrap_err().field(), "amount");
    }
}
