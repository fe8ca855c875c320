//! Which transaction is meant: an id is what it says it is, and no other kind of id.

use super::Gateway;
use super::payment::Provider;

/// Names a transaction. A plain text is an [`Id`](Self::Id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reference<'a> {
    /// An order id, which means the order's latest transaction, or a transaction id: what the API
    /// takes in its paths.
    Id(&'a str),
    /// The transaction id in the path of Akulaku's pay page.
    AkulakuPage(&'a str),
    /// The `referenceId` of Kredivo's pay page: the transaction id and `-1`. No other page and no
    /// call of the API knows it.
    KredivoPage(&'a str),
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
        let (provider, id) = match reference {
            Reference::Id(id) => return self.find(id),
            Reference::AkulakuPage(id) => (Provider::Akulaku, id),
            Reference::KredivoPage(id) => (Provider::Kredivo, id.strip_suffix(KREDIVO_SUFFIX)?),
        };
        // Only the transaction: an order may have the id of another transaction.
        self.transactions
            .get(id)
            .copied()
            .filter(|index| self.payments[*index].provider == provider)
    }
}

/// What follows the transaction id in `referenceId` of Kredivo's pay page.
pub(super) const KREDIVO_SUFFIX: &str = "-1";
