//! Midtrans for everything that speaks [`tower`](https://docs.rs/tower) and [`http`]: hyper, tonic,
//! poem, serverless crates.
//!
//! - [`notifications`] is the whole webhook as a [`Service`](tower_service::Service): keys and a
//!   handler in, the right status out. [`Notifications::at`] makes a [`Layer`](tower_layer::Layer)
//!   of it, for servers without a router.
//! - [`verified`] and [`landed`] read one request: the gateway's notification, and the customer's
//!   return by form POST (Akulaku) or GET (Kredivo).
//! - [`respond`] makes responses: to a notification, for a rejection, and the redirect to a pay
//!   page.
//!
//! This crate decides nothing about payments: it hands bytes to `midtrans-protocol` and turns what
//! comes back into HTTP. It brings no server and no HTTP client. Of tokio it takes the timer for
//! the deadline and the task of a handler that outlives its connection, so it must be called within
//! a tokio runtime with time enabled.
//!
//! ```
//! use bytes::Bytes;
//! use http::Request;
//! use http_body_util::Full;
//! use midtrans_tower::notifications;
//! use midtrans_tower::protocol::{Notification, ServerKey, ServerKeys};
//! use tower::ServiceExt;
//!
//! // Write it down and return. What it means is found out later, by `midtrans_protocol::decide`.
//! async fn store(notification: Notification) -> Result<(), std::io::Error> {
//! #   let _ = notification;
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! let webhook = notifications(ServerKeys::from(key.clone()), store);
//!
//! # let signed = midtrans_tower::protocol::notification::signature::sign("order-101", "200", "11000.00", &key);
//! # let body = format!(
//! #     r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00",
//! #         "transaction_status":"settlement","signature_key":"{signed}"}}"#
//! # );
//! let genuine = Request::post("/").body(Full::new(Bytes::from(body.clone())))?;
//! assert_eq!(webhook.clone().oneshot(genuine).await?.status(), 200);
//!
//! let forged = Request::post("/").body(Full::new(Bytes::from(body.replace("11000", "1"))))?;
//! assert_eq!(webhook.oneshot(forged).await?.status(), 403);
//! # Ok(())
//! # }
//! ```
//!
//! # Several merchants on one endpoint
//! Instead of [`ServerKeys`](protocol::ServerKeys), a closure chooses the keys by path, host or
//! header; `None` is answered with 404:
//!
//! ```
//! use http::request::Parts;
//! # use midtrans_tower::notifications;
//! # use midtrans_tower::protocol::webhook::Acknowledge;
//! # use midtrans_tower::protocol::{Notification, ServerKey, ServerKeys};
//!
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
//! let keys_of = move |request: &Parts| match request.uri.path() {
//!     "/midtrans/batik" => Some(ServerKeys::from(key.clone())),
//!     _ => None,
//! };
//! let webhook = notifications(keys_of, |notification: Notification| async { Acknowledge::Done });
//! ```
//!
//! # Features
//! None. The crate and its dependencies are 35 crates, most of which an async program has already.
//!
//! # The routes
//! Give the notification route no redirect, no login and no CSRF check, and the finish route no
//! CSRF check either: Akulaku's form comes from another site, so a session cookie marked
//! `SameSite=Lax` is not there when it arrives.

mod body;
mod layer;
mod notifications;
mod respond;

pub use body::{landed, verified};
pub use layer::{NotificationsAt, NotificationsLayer};
pub use notifications::{Notifications, notifications};
pub use respond::{ResponseBody, respond};

/// The gateway's protocol, whose types appear here; the same crate that the clients re-export.
pub use midtrans_protocol as protocol;

/// The README's example is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
