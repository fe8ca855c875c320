//! Midtrans for [actix-web](https://docs.rs/actix-web): verified notifications, the customer's
//! return, and the redirect to the pay page.
//!
//! - [`notifications`] is the whole webhook: keys and a handler in, the right status out.
//! - [`Landed`] is an extractor for the customer's return, by form POST (Akulaku) or GET (Kredivo),
//!   on one resource.
//! - [`Answered`] sends the customer to the pay page.
//! - [`Verified`] is an extractor for the gateway's notifications, for webhooks that need more of
//!   actix-web.
//!
//! This crate decides nothing about payments: it hands bytes to `midtrans-protocol` and turns what
//! comes back into HTTP. It takes actix-web without its default features and brings no HTTP client.
//!
//! ```
//! use actix_web::{App, test, web};
//! use midtrans_actix_web::{Landed, notifications};
//! use midtrans_actix_web::protocol::{Notification, ServerKey, ServerKeys};
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
//! # actix_web::rt::System::new().block_on(async {
//! let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
//! let webhook = notifications(ServerKeys::from(key.clone()), store);
//! let app = App::new()
//!     .route("/midtrans/notification", web::to(webhook))
//!     .service(web::resource("/midtrans/finish").get(landed).post(landed));
//!
//! # let signed = midtrans_actix_web::protocol::notification::signature::sign("order-101", "200", "11000.00", &key);
//! # let body = format!(
//! #     r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00",
//! #         "transaction_status":"settlement","signature_key":"{signed}"}}"#
//! # );
//! let app = test::init_service(app).await;
//! let post = || test::TestRequest::post().uri("/midtrans/notification");
//! let genuine = post().set_payload(body.clone()).to_request();
//! assert_eq!(test::call_service(&app, genuine).await.status(), 200);
//!
//! let forged = post().set_payload(body.replace("11000", "1")).to_request();
//! assert_eq!(test::call_service(&app, forged).await.status(), 403);
//! # });
//! ```
//!
//! # Several merchants on one endpoint
//! Instead of [`ServerKeys`](protocol::ServerKeys), a closure chooses the keys; `None` is answered
//! with 404.
//!
//! ```
//! use actix_web::{App, HttpRequest, web};
//! # use midtrans_actix_web::notifications;
//! # use midtrans_actix_web::protocol::webhook::Acknowledge;
//! # use midtrans_actix_web::protocol::{Notification, ServerKey, ServerKeys};
//!
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
//! let keys_of = move |request: &HttpRequest| match request.match_info().get("merchant") {
//!     Some("batik") => Some(ServerKeys::from(key.clone())),
//!     _ => None,
//! };
//! let webhook = notifications(keys_of, |notification: Notification| async { Acknowledge::Done });
//! let app = App::new().route("/midtrans/{merchant}", web::to(webhook));
//! ```
//!
//! # Features
//! None. Beside actix-web itself the crate adds the protocol to the tree, and no feature of
//! actix-web: TLS, compression and HTTP/2 are the app's choice.
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
