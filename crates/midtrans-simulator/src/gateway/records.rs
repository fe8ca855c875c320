//! The records beside the transactions, in a line each, for the console and for tests.

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::snap::{self, SnapState};
use super::{Gateway, invoices, payment_links};

/// A record beside the transactions, in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordSummary {
    /// The kind, such as `snap` or `subscription`.
    pub kind: &'static str,
    /// Its id or token.
    pub id: String,
    /// The merchant's order or name for it; empty for an account.
    pub name: String,
    /// Its state.
    pub status: String,
    /// The path of the customer's page, where there is one.
    pub page: Option<String>,
}

impl Gateway {
    /// The records beside the transactions, the latest of each kind first.
    #[must_use]
    pub fn records(&self, now: WibTime) -> Vec<RecordSummary> {
        let mut records = self.snap_records(now);
        records.extend(
            self.shelves
                .pay_accounts
                .all()
                .iter()
                .rev()
                .take(MOST)
                .map(|account| RecordSummary {
                    kind: "pay account",
                    id: account.id.clone(),
                    name: String::new(),
                    status: account.status.as_str().to_owned(),
                    page: Some(format!("/v2/gopay/redirect/gpar_{}/link", account.id)),
                }),
        );
        let subscriptions = self.shelves.subscriptions.all().iter().rev().take(MOST);
        records.extend(subscriptions.map(|subscription| RecordSummary {
            kind: "subscription",
            id: subscription.id.clone(),
            name: subscription.name.clone(),
            status: match subscription.is_active {
                true => "active".to_owned(),
                false => "inactive".to_owned(),
            },
            page: None,
        }));
        records.extend(self.link_records());
        records.extend(self.invoice_records(now));
        records
    }

    fn snap_records(&self, now: WibTime) -> Vec<RecordSummary> {
        let sessions = self.shelves.sessions.all().iter().enumerate().rev();
        let rows = sessions.map(|(number, session)| RecordSummary {
            kind: "snap",
            id: session.token.clone(),
            name: session.order_id.clone(),
            status: match self.snap_state(number, now) {
                SnapState::Choosing { .. } => "choosing".to_owned(),
                SnapState::Linking(_) => "linking".to_owned(),
                SnapState::Paying(_) => TransactionStatus::Pending.to_string(),
                SnapState::Over(status) => status.to_string(),
                SnapState::Expired => "expired".to_owned(),
                SnapState::Canceled => "canceled".to_owned(),
                SnapState::Replaced => "replaced".to_owned(),
            },
            page: Some(snap::page_path(&session.token)),
        });
        rows.take(MOST).collect()
    }

    fn link_records(&self) -> Vec<RecordSummary> {
        let links = self.shelves.links.all().iter().rev();
        let rows = links.map(|link| RecordSummary {
            kind: "payment link",
            id: link.link_id.clone(),
            name: link.order_id.clone(),
            status: match link.is_deleted {
                true => "deleted".to_owned(),
                false => "open".to_owned(),
            },
            page: Some(payment_links::LINK_ROUTE.replace("{id}", &link.link_id)),
        });
        rows.take(MOST).collect()
    }

    fn invoice_records(&self, now: WibTime) -> Vec<RecordSummary> {
        let invoices = self.shelves.invoices.all().iter().enumerate().rev();
        let rows = invoices.map(|(number, invoice)| RecordSummary {
            kind: "invoice",
            id: invoice.id.clone(),
            name: invoice.order_id.clone(),
            status: self.invoice_status(number, now),
            page: Some(invoices::INVOICE_ROUTE.replace("{id}", &invoice.id)),
        });
        rows.take(MOST).collect()
    }
}

/// The rows of a kind that are listed, at most.
const MOST: usize = 100;
