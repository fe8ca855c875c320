//! The gateway's word about a transaction, which can be written as a signed notification or as an
//! answer to Get Status.
//!
//! The shapes are those of the gateway's samples for Akulaku, Kredivo and refunds.

use midtrans_protocol::notification::signature;
use midtrans_protocol::{Notification, ServerKey, ServerKeys, notification};

/// The price of all orders, in whole rupiah.
pub const PRICE: u64 = 40_000;

/// A statement of the gateway about a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "scenarios change what they need")]
pub struct Message {
    /// The order.
    pub order_id: String,
    /// The transaction.
    pub transaction_id: String,
    /// The payment method.
    pub payment_type: &'static str,
    /// The status.
    pub status: &'static str,
    /// The amount, as the gateway writes it.
    pub amount: String,
    /// The refunds so far.
    pub refunds: Vec<Returned>,
    /// Further fields, each with a comma before it.
    pub more: String,
}

/// One refund.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "scenarios change what they need")]
pub struct Returned {
    /// The merchant's key of it.
    pub key: &'static str,
    /// The amount, in whole rupiah.
    pub amount: u64,
    /// True if the bank has confirmed it.
    pub is_confirmed: bool,
}

/// The shop's server key.
///
/// # Panics
/// Never; it is constant.
#[must_use]
pub fn key() -> ServerKey {
    ServerKey::new("SB-Mid-server-abc123cde456").expect("a well-formed key")
}

impl Message {
    /// Creates an Akulaku payment of the usual price. Its transaction is named after the order.
    #[must_use]
    pub fn new(order_id: &str, status: &'static str) -> Self {
        Self {
            order_id: order_id.to_owned(),
            transaction_id: format!("{order_id}-t-1"),
            payment_type: "akulaku",
            status,
            amount: format!("{PRICE}.00"),
            refunds: Vec::new(),
            more: r#","fraud_status":"accept""#.to_owned(),
        }
    }

    /// Sets the transaction.
    #[must_use]
    pub fn by(mut self, transaction_id: &str) -> Self {
        transaction_id.clone_into(&mut self.transaction_id);
        self
    }

    /// Adds fields, each with a comma before it.
    #[must_use]
    pub fn with(mut self, more: &str) -> Self {
        self.more.push_str(more);
        self
    }

    /// Creates the message of a payment with these refunds.
    #[must_use]
    pub fn refunded(order_id: &str, refunds: &[(&'static str, u64, bool)]) -> Self {
        let returned = |&(key, amount, is_confirmed): &_| Returned {
            key,
            amount,
            is_confirmed,
        };
        let total: u64 = refunds.iter().map(|(_, amount, _)| amount).sum();
        let status = if total == PRICE {
            "refund"
        } else {
            "partial_refund"
        };
        Self {
            refunds: refunds.iter().map(returned).collect(),
            ..Self::new(order_id, status)
        }
    }

    /// Returns the notification's body.
    #[must_use]
    pub fn body(&self) -> String {
        self.coded(match self.status {
            "pending" => "201",
            "deny" | "cancel" | "expire" | "failure" => "202",
            _ => "200",
        })
    }

    /// Returns the verified notification.
    ///
    /// # Panics
    /// If it is not valid, which is the scenario's mistake.
    pub fn notification(&self) -> Notification {
        notification::verify(self.body().as_bytes(), &ServerKeys::from(key()))
            .expect("it is signed with this key")
    }

    /// Returns the answer to Get Status, some of whose codes differ.
    #[must_use]
    pub fn answer(&self) -> String {
        self.coded(match self.status {
            "pending" => "201",
            "expire" => "407",
            _ => "200",
        })
    }

    fn coded(&self, code: &str) -> String {
        let Self {
            order_id,
            transaction_id,
            payment_type,
            status,
            amount,
            more,
            ..
        } = self;
        let signed = signature::sign(order_id, code, amount, &key());
        format!(
            r#"{{
  "transaction_time": "2026-11-22 10:00:00",
  "gross_amount": "{amount}",
  "order_id": "{order_id}",
  "payment_type": "{payment_type}",
  "signature_key": "{signed}",
  "status_code": "{code}",
  "transaction_id": "{transaction_id}",
  "transaction_status": "{status}",
  "status_message": "midtrans payment notification"{}{more}
}}"#,
            self.refunds_in_json()
        )
    }

    fn refunds_in_json(&self) -> String {
        if self.refunds.is_empty() {
            return String::new();
        }
        let total: u64 = self.refunds.iter().map(|refund| refund.amount).sum();
        let refunds: Vec<_> = (1..)
            .zip(&self.refunds)
            .map(|(number, refund)| refund.in_json(number))
            .collect();
        format!(
            r#", "refund_amount": "{total}.00", "refunds": [{}]"#,
            refunds.join(", ")
        )
    }
}

impl Returned {
    fn in_json(&self, number: usize) -> String {
        let (key, amount) = (&self.key, self.amount);
        let confirmed = if self.is_confirmed {
            r#", "bank_confirmed_at": "2026-11-23 02:30:20""#
        } else {
            ""
        };
        format!(
            r#"{{"refund_chargeback_id": {number}, "refund_amount": "{amount}.00",
      "created_at": "2026-11-22 11:00:00",
      "reason": "some reason", "refund_key": "{key}", "refund_method": "online"{confirmed}}}"#
        )
    }
}
