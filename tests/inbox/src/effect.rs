//! The ledger that the shop's handler writes.

use std::fmt;

use midtrans_inbox::{Change, Refund};

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "mounts make it from their rows")]
pub struct Effect {
    /// The order.
    pub order_id: String,
    /// The new outcome, such as `paid`.
    pub outcome: String,
    /// The outcome before it; empty if there was none.
    pub before: String,
    /// The transaction; empty if none is known.
    pub transaction_id: String,
    /// The reported refunds, as a JSON list.
    pub refunds: String,
}

impl Effect {
    /// Returns the line of a change.
    ///
    /// # Panics
    /// Never; refunds can always be written as JSON.
    #[must_use]
    pub fn of(change: &Change) -> Self {
        Self {
            order_id: change.order_id.as_str().to_owned(),
            outcome: change.outcome.as_str().to_owned(),
            before: change
                .before
                .map_or("", |outcome| outcome.as_str())
                .to_owned(),
            transaction_id: change.transaction_id.clone(),
            refunds: serde_json::to_string(&change.refunds)
                .expect("refunds can be written as JSON"),
        }
    }

    /// Returns the refunds, one by one.
    ///
    /// # Panics
    /// If the ledger's text is not what was written.
    #[must_use]
    pub fn refunds(&self) -> Vec<Refund> {
        serde_json::from_str(&self.refunds).expect("the ledger keeps what was written")
    }
}

fn in_words(refund: &Refund) -> String {
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
    let confirmed = if refund.confirmed { " confirmed" } else { "" };
    format!("{name} {}{confirmed}", refund.amount.get())
}

/// Writes it such as `partly refunded: r-1 5000`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.outcome)?;
        let refunds: Vec<_> = self.refunds().iter().map(in_words).collect();
        if refunds.is_empty() {
            Ok(())
        } else {
            write!(f, ": {}", refunds.join(", "))
        }
    }
}
