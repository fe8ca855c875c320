//! Notifications and replies for the tests of this crate, and an order that is taken through them.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::notification::signature;
use midtrans_protocol::{
    Charge, CustomerDetails, GatewayReply, GetStatus, ItemDetails, Notification, OrderId, Rupiah,
    ServerKey, ServerKeys, Transaction, TransactionDetails, decode, notification,
};

use crate::moment::from_millis;
use crate::store::NewNotification;
use crate::{Answer, Change, Expectation, Policy, Record, Refund, apply};

/// The price of all orders, as the gateway writes it.
pub(crate) const PRICE: &str = "40000.00";

pub(crate) fn keys() -> ServerKeys {
    ServerKey::new("SB-Mid-server-abc123cde456").unwrap().into()
}

/// A signed body. `fields` are further fields, without a comma at the end.
pub(crate) fn body(order_id: &str, code: &str, amount: &str, fields: &str) -> String {
    let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
    let signed = signature::sign(order_id, code, amount, &key);
    format!(
        r#"{{"order_id":"{order_id}","status_code":"{code}","gross_amount":"{amount}","signature_key":"{signed}",{fields}}}"#
    )
}

pub(crate) fn notification(order_id: &str, code: &str, amount: &str, fields: &str) -> Notification {
    notification::verify(body(order_id, code, amount, fields).as_bytes(), &keys()).unwrap()
}

/// The gateway's answer to Get Status.
pub(crate) fn answer(order_id: &str, code: &str, amount: &str, fields: &str) -> Transaction {
    let body = format!(
        r#"{{"order_id":"{order_id}","status_code":"{code}","gross_amount":"{amount}",{fields}}}"#
    );
    let status = GetStatus::new(OrderId::new(order_id).unwrap());
    decode(
        &status,
        GatewayReply::from_own_client(http::StatusCode::OK, body.into_bytes()),
    )
    .unwrap()
}

/// The gateway's answer about `order-1`. `more` are further fields, each with a comma before it.
pub(crate) fn says(transaction_id: &str, status: &str, more: &str) -> Transaction {
    let code = match status {
        "pending" => "201",
        "expire" => "407",
        _ => "200",
    };
    let fields =
        format!(r#""transaction_id":"{transaction_id}","transaction_status":"{status}"{more}"#);
    answer("order-1", code, PRICE, &fields)
}

/// A charge of 40,000 rupiah.
pub(crate) fn charge() -> Charge {
    let order =
        TransactionDetails::new(OrderId::new("order-1").unwrap(), Rupiah::new(40_000)).unwrap();
    let items = vec![ItemDetails::new(
        "SHOE-42",
        "Sepatu",
        Rupiah::new(40_000),
        1,
    )];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    Charge::akulaku(order, items, customer).unwrap()
}

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

/// An order with its record, and what the gateway says about it.
pub(crate) struct Walk {
    pub(crate) record: Record,
    pub(crate) policy: Policy,
    pub(crate) now: SystemTime,
    /// The changes that were reported.
    pub(crate) told: Vec<Change>,
    /// The ids that the gateway was asked about.
    pub(crate) asked: Vec<String>,
    pub(crate) gateway: BTreeMap<String, Transaction>,
}

impl Walk {
    /// Creates `order-1`, an Akulaku payment that is stored now.
    pub(crate) fn new() -> Self {
        let now = from_millis(1_795_300_000_000);
        let record = Record::new(Expectation::of(&charge(), key("key-1"), now), now);
        let (told, asked, gateway) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self {
            record,
            policy: Policy::new(keys()),
            now,
            told,
            asked,
            gateway,
        }
    }

    /// Creates the same with another payment method.
    pub(crate) fn of(payment_type: PaymentType) -> Self {
        let mut walk = Self::new();
        walk.record.expectation.payment_type = payment_type;
        walk
    }

    /// Creates the same, paid by transaction `t-1` and reported.
    pub(crate) fn paid() -> Self {
        let mut walk = Self::new();
        walk.happens("t-1", "settlement", "");
        walk.notified("200", "t-1");
        walk.check();
        assert_eq!(walk.words(), ["paid"]);
        walk.pass(3_600);
        walk
    }

    pub(crate) fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    /// Sets the gateway's answer about the order and about the transaction.
    pub(crate) fn happens(&mut self, transaction_id: &str, status: &str, more: &str) {
        self.answers("order-1", says(transaction_id, status, more));
        self.answers(transaction_id, says(transaction_id, status, more));
    }

    /// Sets the gateway's answer about this id.
    pub(crate) fn answers(&mut self, id: &str, transaction: Transaction) {
        self.gateway.insert(id.to_owned(), transaction);
    }

    /// Has the gateway answer 404 about this id.
    pub(crate) fn forgets(&mut self, id: &str) {
        self.gateway.remove(id);
    }

    /// Adds a notification with this signed code and transaction id.
    pub(crate) fn notified(&mut self, code: &str, transaction_id: &str) {
        self.notified_of(
            code,
            PRICE,
            &format!(r#""transaction_id":"{transaction_id}","transaction_status":"pending""#),
        );
    }

    /// Adds a notification with this signed code, amount and further fields.
    pub(crate) fn notified_of(&mut self, code: &str, amount: &str, fields: &str) {
        let wake =
            NewNotification::of(&notification("order-1", code, amount, fields), self.now).wake();
        let (record, change) = self.record.notified(&wake, &self.policy, self.now);
        self.record = record;
        self.told.extend(change);
    }

    /// Asks the gateway, even if the order is not due.
    pub(crate) fn check(&mut self) {
        let mut answers = Vec::new();
        while let Some(asked) = self.record.next_question(&answers) {
            self.asked.push(asked.as_str().to_owned());
            let transaction = self.gateway.get(asked.as_str()).cloned();
            answers.push(Answer { asked, transaction });
        }
        let applied = apply(&self.record, &answers, &self.policy, self.now);
        self.record = applied.record;
        self.told.extend(applied.changes);
    }

    /// Asks the gateway when the order is due, at most so many times or until it never is.
    pub(crate) fn check_when_due(&mut self, times: usize) {
        for _ in 0..times {
            let Some(at) = self.record.check_at else {
                return;
            };
            self.now = self.now.max(at);
            self.check();
        }
    }

    /// Returns the time until the order is due.
    pub(crate) fn due_in(&self) -> Option<u64> {
        self.record
            .check_at
            .map(|at| at.duration_since(self.now).unwrap_or_default().as_secs())
    }

    /// Returns the reported changes, such as `["paid", "partly refunded: r-1 5000"]`.
    pub(crate) fn words(&self) -> Vec<String> {
        self.told.iter().map(in_words).collect()
    }

    /// Returns the reason of the review; empty if there is none.
    pub(crate) fn review(&self) -> &str {
        self.record.review.as_deref().unwrap_or_default()
    }
}

fn in_words(change: &Change) -> String {
    let refunds: Vec<_> = change.refunds.iter().map(refund_in_words).collect();
    let separator = if refunds.is_empty() { "" } else { ": " };
    format!("{}{separator}{}", change.outcome, refunds.join(", "))
}

fn refund_in_words(refund: &Refund) -> String {
    let names = [
        &refund.refund_key,
        &refund.refund_chargeback_id,
        &refund.refund_chargeback_uuid,
    ];
    let name = names
        .into_iter()
        .flatten()
        .next()
        .map_or("nameless", String::as_str);
    format!(
        "{name} {}{}",
        refund.amount.get(),
        if refund.confirmed { " confirmed" } else { "" }
    )
}
