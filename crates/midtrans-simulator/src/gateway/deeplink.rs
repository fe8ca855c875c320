//! The page that stands in for a wallet's app. Its address is that of the gateway's own simulator.
//! ([Testing](https://docs.midtrans.com/docs/testing-payment-on-sandbox))

/// The page's route.
pub(super) const ROUTE: &str = "/v2/deeplink/index";

/// The page of a transaction.
pub(super) fn page_of(transaction_id: &str) -> String {
    format!("{ROUTE}?reference={transaction_id}")
}

/// The transaction of a page.
pub(super) fn transaction_of(page: &str) -> Option<String> {
    let (_, query) = page.split_once('?').filter(|(path, _)| *path == ROUTE)?;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let reference = pairs.into_iter().find(|(name, _)| name == "reference");
    reference.map(|(_, id)| id)
}
