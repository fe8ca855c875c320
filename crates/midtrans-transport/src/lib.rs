//! Transport traits, safe retries and clients for the Midtrans payment gateway, without an HTTP
//! client.
//!
//! An app depends on `midtrans-ureq` or `midtrans-reqwest`, which implement [`BlockingTransport`]
//! and `AsyncTransport` and re-export this crate. Depend on it directly to bring an HTTP client of
//! your own:
//!
//! ```
//! use midtrans_protocol::transaction::TransactionStatus;
//! use midtrans_protocol::{Environment, Merchant, OrderId, ServerKey};
//! use midtrans_transport::{BlockingClient, Limits, Request, Response};
//!
//! /// Answers by itself; yours sends the request. Implement [`BlockingTransport`] for a type of
//! /// your own if you need another pause or clock too.
//! fn canned(request: Request, _: Limits) -> Result<Response, midtrans_transport::TransportError> {
//!     assert_eq!(request.uri().path(), "/v2/order-101/status");
//!     let body = r#"{"status_code":"200","order_id":"order-101","transaction_status":"settlement"}"#;
//!     Ok(Response::new(body.into()))
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! let merchant = Merchant::new(Environment::Sandbox, key)?;
//! let client = BlockingClient::new(canned, merchant);
//! let transaction = client.status(&OrderId::new("order-101")?)?;
//! assert_eq!(transaction.transaction_status(), Some(&TransactionStatus::Settlement));
//! # Ok(())
//! # }
//! ```
//!
//! # Lists
//!
//! [`BlockingClient::pages`] walks through a list page by page, or row by row, until its end.
//! `AsyncClient::pages` does too, with `next().await` instead of an iterator.
//!
//! ```
//! use midtrans_protocol::history::{Filter, ListTransactions, Page};
//! # use midtrans_protocol::{Environment, Merchant, ServerKey};
//! # use midtrans_transport::{BlockingClient, Limits, Request, Response};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let numbers = std::sync::atomic::AtomicU32::new(0);
//! # let three = |_: Request, _: Limits| {
//! #     let rows = match numbers.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
//! #         0 => r#"{"referenceNo":"r-1"},{"referenceNo":"r-2"}"#,
//! #         _ => r#"{"referenceNo":"r-3"}"#,
//! #     };
//! #     Ok(Response::new(format!(r#"{{"responseCode":"2001200","detailData":[{rows}]}}"#).into()))
//! # };
//! # let merchant = Merchant::new(Environment::Sandbox, ServerKey::new("SB-Mid-server-abc123cde456")?)?;
//! # let client = BlockingClient::new(three, merchant);
//!
//! // A cursor that was stored, or `Page::default()`.
//! let start: Page = "0/2".parse()?;
//! let mut rows = client.pages(ListTransactions::new(Filter::default(), start)?).rows();
//! let mut ids = Vec::new();
//! for row in &mut rows {
//!     // An error ends the loop; `rows.resume()` would go on with the page that failed.
//!     ids.extend(row?.reference_no());
//! }
//! assert_eq!(ids, ["r-1", "r-2", "r-3"]);
//! assert!(rows.position().is_none());
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! Both are off by default. Without them the crate adds 31 crates to the tree, 29 of them
//! `midtrans-protocol` and its dependencies.
//!
//! | feature | adds | cost |
//! |---|---|---|
//! | `async` | `AsyncTransport` and `AsyncClient` | one crate, the macro `async-trait`: some seconds to build |
//! | `tracing` | one span per call, without bodies, keys and customer data | four small crates |

mod caller;
mod client;
mod error;
mod exchange;
mod observer;
mod pages;
mod proxy;
mod trace;
mod transport;

pub use caller::{CallOptions, Caller, Config, OsRandom, RandomSource, RetryPolicy};
#[cfg(feature = "async")]
pub use client::AsyncClient;
pub use client::{BlockingClient, CONFIRM_WITHIN};
pub use error::{Error, ErrorKind};
pub use exchange::{Exchange, Next};
pub use observer::{Observer, ReplyInfo, RequestInfo};
#[cfg(feature = "async")]
pub use pages::{AsyncPages, AsyncRows};
pub use pages::{BlockingPages, BlockingRows};
pub use proxy::{EnvironmentProxy, ProxyChoice, ProxyError};
#[cfg(feature = "async")]
pub use transport::AsyncTransport;
pub use transport::{
    BlockingTransport, Limits, Reach, Request, Response, TransportError, TransportErrorKind,
};

/// The README's example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
