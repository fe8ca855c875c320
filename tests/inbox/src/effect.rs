//! What the shop's handler writes to its ledger.

use std::fmt;

use midtrans_inbox::{Change, Refund};

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "mounts make it from their rows")]
pub struct Effect {
    /// The order.
    pub order_id: String,
    /// What has become of it, such as `paid`.
    pub outcome: String,
    /// What had become of it before; empty while nothing was heard.
    pub before: String,
    /// The transaction that brought the news.
    pub transaction_id: String,
    /// The refunds that were told, such as `r-1 5000, r-2 7000 confirmed`.
    pub refunds: String,
}

impl Effect {
    /// The line that is written for a change.
    #[must_use]
    pub fn of(change: &Change) -> Self {
        Self {
            order_id: change.order_id.as_str().to_owned(),
            outcome: change.outcome.as_str().to_owned(),
            before: change.before.map_or("", |outcome| outcome.as_str()).to_owned(),
            transaction_id: change.transaction_id.clone(),
            refunds: change.refunds.iter().map(in_words).collect::<Vec<_>>().join(", "),
        }
    }

    /// The refunds, one by one.
    pub fn refunds(&self) -> impl Iterator<Item = &str> {
        self.refunds.split(", ").filter(|refund| !refund.is_empty())
    }
}

fn in_words(refund: &Refund) -> String {
    let name = refund.refund_key.as_deref().or(refund.refund_chargeback_id.as_deref()).unwrap_or("nameless");
    let confirmed = if refund.confirmed { " confirmed" } else { "" };
    format!("{name} {}{confirmed}", refund.amount.get())
}

/// Such as `partly refunded: r-1 5000`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.outcome)?;
        if self.refunds.is_empty() { Ok(()) } else { write!(f, ": {}", self.refunds) }
    }
}
