//! References to transactions: an id is what it says it is, and no other kind of id.

use super::Gateway;
use super::method::Played;
use super::picture;

/// Names a transaction. A plain text is an [`Id`](Self::Id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reference<'a> {
    /// An order id, which means the order's latest transaction, or a transaction id: what the API
    /// takes in its paths.
    Id(&'a str),
    /// Path and query of a pay page.
    Page(&'a str),
    /// The number that a customer types at a bank or a counter: the number of a virtual account,
    /// the key of a bill (with the biller's code before it, or without), or a payment code.
    /// Anything but digits is left out. Or what a wallet scans: the text of a QR code, or the
    /// address of its picture. It means the pending transaction of this number, else the latest
    /// one.
    Number(&'a str),
}

impl<'a> From<&'a str> for Reference<'a> {
    fn from(id: &'a str) -> Self {
        Self::Id(id)
    }
}

impl<'a> From<&'a String> for Reference<'a> {
    fn from(id: &'a String) -> Self {
        Self::Id(id)
    }
}

impl Gateway {
    pub(super) fn by_reference(&self, reference: Reference<'_>) -> Option<usize> {
        match reference {
            Reference::Id(id) => self.ledger.find(id),
            Reference::Page(page) => self.by_page(page),
            Reference::Number(number) => self.by_number(number),
        }
    }

    /// Returns true if the reference means a transaction that is pending.
    pub(super) fn has_pending(&self, reference: Reference<'_>) -> bool {
        self.by_reference(reference)
            .is_some_and(|index| self.ledger[index].is_pending())
    }

    /// Only the transaction: an order may have the id of another transaction, and a method's page
    /// shows no other method's transactions.
    fn by_page(&self, page: &str) -> Option<usize> {
        Played::all().find_map(|method| {
            let pages = method.pages().iter();
            let mut ids = pages.filter_map(|address| address.transaction_of(page));
            ids.find_map(|id| self.ledger.played_by(method, &id))
        })
    }

    fn by_number(&self, typed: &str) -> Option<usize> {
        let typed = typed.trim();
        if let Some(id) = picture::transaction_of(typed) {
            return self.ledger.scanned(id);
        }
        let digits = || {
            typed
                .chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        let scanned = self.ledger.paid_by(typed);
        scanned.or_else(|| self.ledger.paid_by(&digits()))
    }

    /// The text of the QR code of a transaction, by the transaction's id.
    pub(crate) fn qr_string(&self, transaction_id: &str) -> Option<String> {
        let payment = &self.ledger[self.ledger.scanned(transaction_id)?];
        payment.pay_page().qr_string().map(ToOwned::to_owned)
    }
}
