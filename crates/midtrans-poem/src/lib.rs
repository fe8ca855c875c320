//! Midtrans for [poem](https://docs.rs/poem): take verified notifications, take the customer back,
//! send the customer off.
//!
//! - [`notifications`] is the whole webhook: keys and a handler in, the right status out.
//! - [`Landed`] is an extractor for the customer's return, by form POST (Akulaku) or GET (Kredivo),
//!   on one route.
//! - [`Answered`] sends the customer to the pay page.
//! - [`Verified`] is an extractor for the gateway's notifications, for webhooks that need more of
//!   poem.
//!
//! This crate decides nothing about payments: it hands bytes to `midtrans-protocol` and turns what
//! comes back into HTTP. It builds on `midtrans-tower`, takes poem without its default features and
//! brings no HTTP client.
//!
//! ```
//! use midtrans_poem::{Landed, notifications};
//! use midtrans_poem::protocol::{Notification, ServerKey, ServerKeys};
//! use poem::{Endpoint, Request, Route, get, handler};
//!
//! // Write it down and return. What it means is found out later, by `midtrans_protocol::decide`.
//! async fn store(notification: Notification) -> Result<(), std::io::Error> {
//! #   let _ = notification;
//!     Ok(())
//! }
//!
//! #[handler]
//! async fn landed(Landed(landing): Landed) -> String {
//!     // A hint from a browser: look the order up, among the orders of this customer.
//!     landing.order().map_or("We are checking.".into(), |order| format!("We are checking order {order}."))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! let app = Route::new()
//!     .at("/midtrans/notification", notifications(ServerKeys::from(key.clone()), store))
//!     .at("/midtrans/finish", get(landed).post(landed));
//!
//! # use poem::http::Method;
//! # let signed = midtrans_poem::protocol::signature::sign("order-101", "200", "11000.00", &key);
//! # let body = format!(
//! #     r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00",
//! #         "transaction_status":"settlement","signature_key":"{signed}"}}"#
//! # );
//! let post = || Request::builder().method(Method::POST).uri_str("/midtrans/notification");
//! let genuine = post().body(body.clone());
//! assert_eq!(app.get_response(genuine).await.status(), 200);
//!
//! let forged = post().body(body.replace("11000", "1"));
//! assert_eq!(app.get_response(forged).await.status(), 403);
//! # Ok(())
//! # }
//! ```
//!
//! # Several merchants on one endpoint
//! Instead of [`ServerKeys`](protocol::ServerKeys), a closure chooses the keys; `None` is answered
//! with 404.
//!
//! ```
//! use poem::Route;
//! use poem::http::request::Parts;
//! # use midtrans_poem::notifications;
//! # use midtrans_poem::protocol::{Acknowledge, Notification, ServerKey, ServerKeys};
//!
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
//! let keys_of = move |request: &Parts| match request.uri.path() {
//!     "/midtrans/batik" => Some(ServerKeys::from(key.clone())),
//!     _ => None,
//! };
//! let webhook = notifications(keys_of, |notification: Notification| async { Acknowledge::Done });
//! let app = Route::new().at("/midtrans/:merchant", webhook);
//! ```
//!
//! # The routes
//! Give the notification route no redirect, no login and no CSRF check, and the finish route no
//! CSRF check either: Akulaku's form comes from another site, so a session cookie marked
//! `SameSite=Lax` is not there when it arrives.

mod answered;
mod extract;
mod notifications;

pub use answered::Answered;
pub use extract::{Landed, Verified};
pub use notifications::{Notifications, notifications};

/// The gateway's protocol, whose types appear here; the same crate that the clients re-export.
pub use midtrans_protocol as protocol;

/// The README's example is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
