//! Midtrans for [axum](https://docs.rs/axum): take verified notifications, take the customer back, send the customer off.
//!
//! - [`Verified`] is an extractor for the gateway's notifications. A handler that has one runs only for messages that
//!   were signed with one of your keys.
//! - [`Landed`] is an extractor for the customer's return, by form POST (Akulaku) or GET (Kredivo), on one route.
//! - [`RedirectToProvider`] sends the customer to the pay page.
//! - [`Acknowledge`] answers a notification so that the gateway repeats what was not stored, and nothing else.
//!
//! This crate decides nothing about payments: it hands bytes to `midtrans-protocol` and turns what comes back into
//! HTTP. It builds on `axum-core` alone, so it brings neither a runtime nor an HTTP client.
//!
//! ```
//! use axum::extract::{FromRef, State};
//! use axum::routing::{get, post};
//! use axum::Router;
//! use midtrans_axum::{Acknowledge, Landed, Verified};
//! use midtrans_axum::protocol::{Notification, ServerKey, ServerKeys};
//!
//! #[derive(Clone)]
//! struct Shop {
//!     keys: ServerKeys,
//! }
//!
//! // Says where the keys are in your state.
//! impl FromRef<Shop> for ServerKeys {
//!     fn from_ref(shop: &Shop) -> Self {
//!         shop.keys.clone()
//!     }
//! }
//!
//! # struct Full;
//! impl Shop {
//!     // Write it down and return. What it means is found out later, by `midtrans_protocol::decide`.
//!     async fn store(&self, notification: Notification) -> Result<(), Full> {
//! #       let _ = notification;
//!         Ok(())
//!     }
//! }
//!
//! async fn notified(State(shop): State<Shop>, Verified(notification): Verified) -> Acknowledge {
//!     shop.store(notification).await.into()
//! }
//!
//! async fn landed(Landed(landing): Landed) -> String {
//!     // A hint from a browser: look the order up, among the orders of this customer.
//!     format!("We are checking order {}.", landing.order_id().unwrap_or("of yours"))
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! let app: Router = Router::new()
//!     .route("/midtrans/notification", post(notified))
//!     .route("/midtrans/finish", get(landed).post(landed))
//!     .with_state(Shop { keys: key.clone().into() });
//!
//! # use axum::body::Body;
//! # use axum::http::Request;
//! # use tower::ServiceExt;
//! let signed = midtrans_axum::protocol::signature::sign("order-101", "200", "11000.00", &key);
//! let body = format!(
//!     r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00",
//!         "transaction_status":"settlement","signature_key":"{signed}"}}"#
//! );
//! let genuine = Request::post("/midtrans/notification").body(Body::from(body.clone()))?;
//! assert_eq!(app.clone().oneshot(genuine).await?.status(), 200);
//!
//! let forged = Request::post("/midtrans/notification").body(Body::from(body.replace("11000", "1")))?;
//! assert_eq!(app.oneshot(forged).await?.status(), 403);
//! # Ok(())
//! # }
//! ```
//!
//! # The routes
//! Give the notification route no redirect, no login and no CSRF check, and the finish route no CSRF check either:
//! Akulaku's form comes from another site, so a session cookie marked `SameSite=Lax` is not there when it arrives.

mod acknowledge;
mod body;
mod landing;
mod notification;
mod redirect;
mod rejection;

pub use acknowledge::Acknowledge;
pub use landing::Landed;
pub use notification::Verified;
pub use redirect::RedirectToProvider;
pub use rejection::Rejected;

/// The gateway's protocol, whose types appear here; the same crate that the clients re-export.
pub use midtrans_protocol as protocol;

/// The README's example is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
