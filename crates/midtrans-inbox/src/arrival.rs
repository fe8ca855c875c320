//! A verified notification as a store keeps it.

use std::fmt;
use std::time::SystemTime;

use midtrans_protocol::{FraudStatus, Notification, TransactionStatus};

use crate::{DedupeKey, State, to_millis};

/// A verified notification as a row. Stores write it as it is.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct Arrival {
    /// What makes it the same as another one.
    pub key: DedupeKey,
    /// The order that it names. Signed.
    pub order_id: String,
    /// The transaction that it names.
    pub transaction_id: Option<String>,
    /// Its status code. Signed.
    pub status_code: String,
    /// The status that it tells.
    pub transaction_status: Option<String>,
    /// What it says of fraud detection.
    pub fraud_status: Option<String>,
    /// Its amount, as written. Signed.
    pub gross_amount: String,
    /// The body as it came. Personal data: see `prune`.
    pub body: String,
    /// When it came, in milliseconds.
    pub received_at: i64,
    /// When it is to be looked at, in milliseconds; `None` if there is nothing to do.
    pub due_at: Option<i64>,
    /// Where it begins: waiting, or done if the dashboard's test button made it.
    pub state: State,
}

impl Arrival {
    /// The row of a notification that came now.
    #[must_use]
    pub fn of(notification: &Notification, now: SystemTime) -> Self {
        let details = notification.reported();
        let text = |text: &str| text.to_owned();
        let received_at = to_millis(now);
        let (state, due_at) =
            if notification.is_test() { (State::Done, None) } else { (State::Waiting, Some(received_at)) };
        Self {
            key: DedupeKey::of(notification),
            order_id: notification.order_id().to_owned(),
            transaction_id: details.transaction_id().map(text),
            status_code: notification.status_code().to_owned(),
            transaction_status: details.transaction_status().map(TransactionStatus::as_str).map(text),
            fraud_status: details.fraud_status().map(FraudStatus::as_str).map(text),
            gross_amount: notification.gross_amount().as_str().to_owned(),
            body: details.raw().as_str().to_owned(),
            received_at,
            due_at,
            state,
        }
    }
}

/// The body is left out: it holds personal data.
impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrival")
            .field("key", &self.key)
            .field("order_id", &self.order_id)
            .field("status_code", &self.status_code)
            .field("transaction_status", &self.transaction_status)
            .finish_non_exhaustive()
    }
}

/// What a store did with a notification. Answer 200 to both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it was there or it was not")]
pub enum Accepted {
    /// It is stored, durably: the gateway may forget it.
    New,
    /// It was stored before: the gateway may forget this one too.
    Repeat,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::from_millis;
    use crate::tests::notification;

    #[test]
    fn the_dashboards_test_is_kept_and_nothing_is_to_be_done() {
        let test = notification("payment_notif_test_G1_1", "200", "1.00", r#""transaction_status":"settlement""#);
        let arrival = Arrival::of(&test, from_millis(7));
        assert_eq!((arrival.state, arrival.due_at), (State::Done, None));
        let real = notification("order-1", "200", "1.00", r#""transaction_status":"settlement","name":"Siti""#);
        let arrival = Arrival::of(&real, from_millis(7));
        assert_eq!((arrival.state, arrival.due_at), (State::Waiting, Some(7)));
        assert!(arrival.body.contains("Siti") && !format!("{arrival:?}").contains("Siti"));
    }
}
