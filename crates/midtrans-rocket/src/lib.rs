//! Midtrans for [Rocket](https://docs.rs/rocket): verified notifications, the customer's return,
//! and the redirect to the pay page.
//!
//! - [`notifications`] is the whole webhook: keys and a handler in, the right status out.
//! - [`Landed`] is a guard for the customer's return, by form POST (Akulaku) or GET (Kredivo).
//! - [`Answered`] sends the customer to the pay page.
//! - [`Verified`] is a data guard for the gateway's notifications, for webhooks that need more of
//!   Rocket.
//!
//! This crate decides nothing about payments: it hands bytes to `midtrans-protocol` and turns what
//! comes back into HTTP. It takes Rocket without its default features and brings no HTTP client.
//!
//! ```
//! use midtrans_rocket::{Landed, notifications};
//! use midtrans_rocket::protocol::{Notification, ServerKey, ServerKeys};
//! use rocket::http::Status;
//! use rocket::local::blocking::Client;
//! use rocket::{get, post, routes};
//!
//! // Write it down and return. What it means is found out later, by `midtrans_protocol::decide`.
//! async fn store(notification: Notification) -> Result<(), std::io::Error> {
//! #   let _ = notification;
//!     Ok(())
//! }
//!
//! #[get("/midtrans/finish")]
//! fn landed(landed: Landed) -> String {
//!     // A hint from a browser: look the order up, among the orders of this customer.
//!     landed.0.order().map_or("We are checking.".into(), |order| format!("We are checking order {order}."))
//! }
//!
//! #[post("/midtrans/finish", data = "<form>")]
//! fn landed_by_form(form: Landed) -> String {
//!     landed(form)
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! let webhook = notifications(ServerKeys::from(key.clone()), store);
//! let app = rocket::build().mount("/midtrans/notification", webhook).mount("/", routes![landed, landed_by_form]);
//!
//! # let signed = midtrans_rocket::protocol::notification::signature::sign("order-101", "200", "11000.00", &key);
//! # let body = format!(
//! #     r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00",
//! #         "transaction_status":"settlement","signature_key":"{signed}"}}"#
//! # );
//! let client = Client::untracked(app)?;
//! let genuine = client.post("/midtrans/notification").body(&body).dispatch();
//! assert_eq!(genuine.status(), Status::Ok);
//!
//! let forged = client.post("/midtrans/notification").body(body.replace("11000", "1")).dispatch();
//! assert_eq!(forged.status(), Status::Forbidden);
//! # Ok(())
//! # }
//! ```
//!
//! # Several merchants on one endpoint
//! Instead of [`ServerKeys`](protocol::ServerKeys), a closure chooses the keys; `None` is answered
//! with 404.
//!
//! ```
//! use rocket::Request;
//! # use midtrans_rocket::notifications;
//! # use midtrans_rocket::protocol::webhook::Acknowledge;
//! # use midtrans_rocket::protocol::{Notification, ServerKey, ServerKeys};
//!
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
//! let keys_of = move |request: &Request<'_>| match request.param(0) {
//!     Some(Ok("batik")) => Some(ServerKeys::from(key.clone())),
//!     _ => None,
//! };
//! let webhook = notifications(keys_of, |notification: Notification| async { Acknowledge::Done });
//! let app = rocket::build().mount("/midtrans", webhook.at("/<merchant>"));
//! ```
//!
//! # The deadline
//! Rocket reads the first 14 bytes of every body before any route sees the request, in search of a
//! form's `_method`, and waits for them as long as the sender stays connected. Deadlines begin
//! after them. A proxy in front of Rocket should limit the time of a body (nginx:
//! `client_body_timeout`).
//!
//! # Features
//! None. Beside Rocket itself the crate adds the protocol to the tree, and no feature of Rocket:
//! TLS and secrets are the app's choice.
//!
//! # The routes
//! Give the notification route no redirect, no login and no CSRF check, and the finish route no
//! CSRF check either: Akulaku's form comes from another site, so a session cookie marked
//! `SameSite=Lax` is not there when it arrives.

mod answered;
mod guards;
mod notifications;

pub use answered::Answered;
pub use guards::{Landed, Verified};
pub use notifications::{Notifications, notifications};

/// The gateway's protocol, whose types appear here; the same crate that the clients re-export.
pub use midtrans_protocol as protocol;

/// The README's example is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
