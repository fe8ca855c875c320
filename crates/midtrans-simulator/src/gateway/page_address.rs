//! The addresses of pay pages: the transaction's id is in the path or in the query.

/// The address of a page, for every transaction.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageAddress {
    /// The route at the server: the address without its query, with `{id}` in place of the id.
    pub(super) route: &'static str,
    place: Place,
}

/// The place of the id.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// In the route, behind this word.
    Path(&'static str),
    /// In the parameter of this name, before this word.
    Query(&'static str, &'static str),
}

/// The page of a transaction that has no other address.
pub(super) const OWN: PageAddress = PageAddress::path("/pay/{id}");

/// The page that stands in for a wallet's app. Its address is that of the gateway's own simulator.
/// ([Testing](https://docs.midtrans.com/docs/testing-payment-on-sandbox))
pub(super) const DEEPLINK: PageAddress = PageAddress::query("/v2/deeplink/index", "reference", "");

impl PageAddress {
    /// The id is where the route says.
    pub(super) const fn path(route: &'static str) -> Self {
        Self::path_behind(route, "")
    }

    /// The id is where the route says, with a word before it.
    pub(super) const fn path_behind(route: &'static str, word: &'static str) -> Self {
        Self {
            route,
            place: Place::Path(word),
        }
    }

    /// The id is a parameter, with a word behind it.
    pub(super) const fn query(
        route: &'static str,
        name: &'static str,
        suffix: &'static str,
    ) -> Self {
        Self {
            route,
            place: Place::Query(name, suffix),
        }
    }

    /// The address for a transaction.
    pub(super) fn of(&self, transaction_id: &str) -> String {
        match self.place {
            Place::Path(word) => self.route.replace(ID, &format!("{word}{transaction_id}")),
            Place::Query(name, suffix) => format!("{}?{name}={transaction_id}{suffix}", self.route),
        }
    }

    /// The transaction whose page has this path and query.
    pub(super) fn transaction_of(&self, page: &str) -> Option<String> {
        let (path, query) = page.split_once('?').unwrap_or((page, ""));
        match self.place {
            Place::Path(word) => {
                let (before, after) = self.route.split_once(ID)?;
                let id = path.strip_prefix(before)?.strip_suffix(after)?;
                id.strip_prefix(word).map(str::to_owned)
            }
            Place::Query(name, suffix) if path == self.route => {
                let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
                let (_, id) = pairs.into_iter().find(|(own, _)| own == name)?;
                id.strip_suffix(suffix).map(str::to_owned)
            }
            Place::Query(..) => None,
        }
    }
}

const ID: &str = "{id}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_transaction_and_to_no_other_page() {
        let addresses = [
            OWN,
            PageAddress::path_behind("/v2/gopay/redirect/{id}/charge", "gppr_"),
            DEEPLINK,
            PageAddress::query("/v1/redirect", "referenceId", "-1"),
        ];
        for (at, address) in addresses.iter().enumerate() {
            let page = address.of("t-1");
            let found = |other: &PageAddress| other.transaction_of(&page);
            let found: Vec<_> = addresses.iter().map(found).collect();
            for (other, id) in found.into_iter().enumerate() {
                let expected = (other == at).then(|| "t-1".to_owned());
                assert_eq!(id, expected, "{page}");
            }
        }
        let query = addresses[2].transaction_of("/v2/deeplink/index?lang=en&reference=t-2");
        assert_eq!(query.as_deref(), Some("t-2"));
        let path = addresses[0].transaction_of("/pay/t-2?lang=en");
        assert_eq!(path.as_deref(), Some("t-2"));
    }
}
