//! Midtrans for [axum](https://docs.rs/axum): verified notifications, the customer's return, and
//! the redirect to the pay page.
//!
//! - [`notifications`] is the whole webhook: keys and a handler in, the right status out.
//! - [`Landed`] is an extractor for the customer's return, by form POST (Akulaku) or GET (Kredivo),
//!   on one route.
//! - [`Answered`] sends the customer to the pay page.
//! - [`Verified`] is an extractor for the gateway's notifications, for webhooks that need more of
//!   axum.
//!
//! This crate decides nothing about payments: it hands bytes to `midtrans-protocol` and turns what
//! comes back into HTTP. It builds on `axum-core` and `midtrans-tower`, so it brings neither a
//! server nor an HTTP client.
//!
//! ```
//! use axum::Router;
//! use axum::routing::get;
//! use midtrans_axum::{Landed, notifications};
//! use midtrans_axum::protocol::{Notification, ServerKey, ServerKeys};
//!
//! // Write it down and return. What it means is found out later, by `midtrans_protocol::decide`.
//! async fn store(notification: Notification) -> Result<(), std::io::Error> {
//! #   let _ = notification;
//!     Ok(())
//! }
//!
//! async fn landed(Landed(landing): Landed) -> String {
//!     // A hint from a browser: look the order up, among the orders of this customer.
//!     landing.order().map_or("We are checking.".into(), |order| format!("We are checking order {order}."))
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! let app: Router = Router::new()
//!     .route_service("/midtrans/notification", notifications(ServerKeys::from(key.clone()), store))
//!     .route("/midtrans/finish", get(landed).post(landed));
//!
//! # use axum::body::Body;
//! # use axum::http::Request;
//! # use tower::ServiceExt;
//! let signed = midtrans_axum::protocol::notification::signature::sign("order-101", "200", "11000.00", &key);
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
//! # Several merchants on one endpoint
//! Instead of [`ServerKeys`](protocol::ServerKeys), a closure chooses the keys; `None` is answered
//! with 404. In a nested router the path is what is left of it, as everywhere in axum.
//!
//! ```
//! use axum::Router;
//! use axum::http::request::Parts;
//! # use midtrans_axum::notifications;
//! # use midtrans_axum::protocol::webhook::Acknowledge;
//! # use midtrans_axum::protocol::{Notification, ServerKey, ServerKeys};
//!
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
//! let keys_of = move |request: &Parts| match request.uri.path() {
//!     "/midtrans/batik" => Some(ServerKeys::from(key.clone())),
//!     _ => None,
//! };
//! let webhook = notifications(keys_of, |notification: Notification| async { Acknowledge::Done });
//! let app: Router = Router::new().route_service("/midtrans/{merchant}", webhook);
//! ```
//!
//! # Features
//! None. Beside axum itself the crate adds `midtrans-tower` and the protocol to the tree, and no
//! feature of axum.
//!
//! # The routes
//! Give the notification route no redirect, no login and no CSRF check, and the finish route no
//! CSRF check either: Akulaku's form comes from another site, so a session cookie marked
//! `SameSite=Lax` is not there when it arrives.

mod answered;
mod landing;
mod notification;

pub use answered::Answered;
pub use landing::Landed;
pub use midtrans_tower::{Notifications, notifications};
pub use notification::Verified;

/// The gateway's protocol, whose types appear here; the same crate that the clients re-export.
pub use midtrans_protocol as protocol;

/// The README's example is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
