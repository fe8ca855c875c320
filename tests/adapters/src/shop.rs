//! The merchant behind every adapter: what the handlers do, and at which addresses.

use std::future::pending;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;
use midtrans_protocol::instructions::RedirectUrl;
use midtrans_protocol::notification::Family;
use midtrans_protocol::snap::{Checkout, CreateTransaction};
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::webhook::landing::Landing;
use midtrans_protocol::{
    Environment, GatewayReply, Notification, OrderId, Rupiah, ServerKey, ServerKeys,
    TransactionDetails, decode,
};

use crate::departure;

/// The webhook with fixed keys.
pub const NOTIFICATION: &str = "/midtrans/notification";
/// The webhook that was written by hand, with the adapter's extractor.
pub const EXTRACTED: &str = "/extracted";
/// The webhook whose keys are chosen by path; what follows is the merchant.
pub const MERCHANTS: &str = "/merchants/";
/// The finish page.
pub const FINISH: &str = "/midtrans/finish";
/// Sends the customer to the pay page.
pub const PAY: &str = "/pay";
/// The address of the pay page.
pub const PAY_PAGE: &str = "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1?a=b&c=d";

/// Sends the customer to Snap's page.
pub const SNAP: &str = "/snap";
/// The address of Snap's page.
pub const SNAP_PAGE: &str = "https://app.sandbox.midtrans.com/snap/v4/redirection/66e4fa55-fdac";

/// The deadline of the webhooks: more than a slow sender of this suite needs, and less than the
/// client waits.
pub const DEADLINE: Duration = Duration::from_secs(2);

/// The shop's key.
///
/// # Panics
/// Never.
#[must_use]
pub fn key() -> ServerKey {
    ServerKey::new("SB-Mid-server-the-shop").expect("a well-formed key")
}

/// The key of the other merchant.
///
/// # Panics
/// Never.
#[must_use]
pub fn key_of_batik() -> ServerKey {
    ServerKey::new("SB-Mid-server-batik").expect("a well-formed key")
}

/// The fixed keys.
#[must_use]
pub fn keys() -> ServerKeys {
    key().into()
}

/// The keys for a path.
#[must_use]
pub fn keys_of(path: &str) -> Option<ServerKeys> {
    (path.strip_prefix(MERCHANTS)? == "batik").then(|| key_of_batik().into())
}

/// The store does not work.
#[derive(Debug)]
pub struct Full;

/// Stores a notification, or fails in the way that its order id says.
///
/// # Errors
/// [`Full`] for `order-error`.
///
/// # Panics
/// For `order-panic`, and for `order-left-panic` when it is released.
#[expect(clippy::panic, reason = "a handler with a bug")]
pub async fn store(notification: Notification) -> Result<(), Full> {
    match notification.order_id() {
        "order-error" => Err(Full),
        "order-panic" => panic!("this handler has a bug"),
        "order-slow" => pending().await,
        order if order.starts_with(departure::PREFIX) => {
            departure::work(order).await;
            if order == "order-left-panic" {
                panic!("this handler has a bug, and its sender has left");
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

static MISDIRECTED: Mutex<Vec<Family>> = Mutex::new(Vec::new());

/// Records which families arrived by mistake.
pub fn misdirected(family: Family) {
    MISDIRECTED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(family);
}

/// The families that were told so far.
#[must_use]
pub fn told() -> Vec<Family> {
    MISDIRECTED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// The obvious finish page: typed values make it safe.
#[must_use]
pub fn page(landing: &Landing) -> String {
    let order = landing
        .order()
        .map_or("your order".into(), |order| format!("order {order}"));
    let hint = match landing.hint() {
        Some(TransactionStatus::Settlement | TransactionStatus::Capture) => "It looks paid.",
        Some(TransactionStatus::Expire) => "It looks expired.",
        _ => "",
    };
    format!("<!doctype html><p>We are checking {order}. {hint}</p>")
}

/// The pay page.
///
/// # Panics
/// Never.
#[must_use]
pub fn pay_page() -> RedirectUrl {
    RedirectUrl::new(PAY_PAGE, &Environment::Sandbox).expect("an https URL")
}

/// The page of a Snap session, as the gateway answers.
///
/// # Panics
/// Never.
#[must_use]
pub fn snap_page() -> RedirectUrl {
    let order = OrderId::new("order-101").expect("an order id");
    let order = TransactionDetails::new(order, Rupiah::new(20_000)).expect("an order");
    let create = CreateTransaction::new(Checkout::new(order)).expect("a page");
    let body = format!(r#"{{"token":"66e4fa55-fdac","redirect_url":"{SNAP_PAGE}"}}"#);
    let reply = GatewayReply::from_own_client(StatusCode::CREATED, body.into_bytes());
    let session = decode(&create, reply).expect("a session");
    session
        .redirect(&Environment::Sandbox)
        .expect("a page of Snap's own host")
}
