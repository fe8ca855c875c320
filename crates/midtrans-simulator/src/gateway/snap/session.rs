//! A session: an order that waits for the customer's choice of a method.

use std::fmt;

use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gateway::payment::Targets;
use crate::gateway::row;
use crate::gateway::shelf::{Record, Shelf};

/// A session of Snap.
#[derive(Serialize, Deserialize)]
pub(in crate::gateway) struct Session {
    pub(in crate::gateway) token: String,
    pub(in crate::gateway) order_id: String,
    #[serde(with = "row::rupiah")]
    pub(in crate::gateway) amount: Rupiah,
    /// The whole request, for the methods to read.
    #[serde(with = "row::json")]
    pub(in crate::gateway) request: Value,
    pub(in crate::gateway) targets: Targets,
    #[serde(with = "row::time")]
    pub(in crate::gateway) made: WibTime,
    /// Until when a method can be chosen.
    #[serde(with = "row::time")]
    pub(in crate::gateway) expires: WibTime,
    #[serde(with = "row::maybe_time")]
    pub(in crate::gateway) canceled: Option<WibTime>,
    /// True if a later session has the same order.
    pub(in crate::gateway) is_replaced: bool,
    /// True if the customer wants another method than the one that was chosen.
    pub(in crate::gateway) is_choosing: bool,
    /// The payment link that it is a purchase of, by the link's own id.
    pub(in crate::gateway) link: Option<String>,
    /// The account that the customer is asked to link, by its id.
    #[serde(default)]
    pub(in crate::gateway) linking: Option<String>,
    /// The ids of its transactions, the latest last.
    pub(in crate::gateway) transactions: Vec<String>,
}

/// The key of an order's latest session.
pub(in crate::gateway) fn order_key(order_id: &str) -> String {
    format!("order:{order_id}")
}

impl Record for Session {
    fn keys(&self) -> Vec<String> {
        vec![token_key(&self.token), order_key(&self.order_id)]
    }
}

impl Shelf<Session> {
    /// The number of the session of this token. An order's id is no token.
    pub(in crate::gateway) fn of_token(&self, token: &str) -> Option<usize> {
        self.find(&token_key(token))
    }
}

fn token_key(token: &str) -> String {
    format!("token:{token}")
}

/// Without the request, which has the customer's data.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("order_id", &self.order_id)
            .field("made", &self.made)
            .finish_non_exhaustive()
    }
}
