//! Sends Midtrans requests with [reqwest](https://docs.rs/reqwest), on tokio.
//!
//! [`ReqwestTransport`] implements [`AsyncTransport`](midtrans_transport::AsyncTransport). With a
//! client of its own, or one customized by [`ReqwestTransport::customized`], each request
//!
//! - is sent at most once. reqwest's retries are off. What remains is hyper's: a request that
//!   waited for a pooled connection which turned out to be closed, and of which no byte was
//!   written, gets another connection;
//! - follows no redirect, so the server key goes to the asked host only;
//! - hands back every HTTP status as a reply, with its headers and its body;
//! - keeps the [`Limits`](midtrans_transport::Limits) it is given, body included;
//! - goes through no proxy of the environment when it is plain HTTP. HTTPS is tunnelled through the
//!   proxy that the environment names in `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` or `all_proxy`
//!   (the first that is set), except for the hosts of `NO_PROXY`, as
//!   [`EnvironmentProxy`](midtrans_transport::EnvironmentProxy) has it. One that cannot be read is
//!   a [`BuildError`] and never a direct connection.
//!
//! A client that you have built cannot be made to keep all of that: see
//! [`ReqwestTransport::from_client`].
//!
//! ```
//! use std::time::Duration;
//!
//! use midtrans_reqwest::{ReqwestConfig, ReqwestTransport};
//!
//! let mut config = ReqwestConfig::default();
//! config.connect_timeout = Duration::from_secs(2);
//! let transport = ReqwestTransport::with_config(config)?;
//! # drop(transport);
//! # Ok::<(), midtrans_reqwest::BuildError>(())
//! ```
//!
//! The transport runs on a tokio runtime with I/O and time enabled.
//!
//! # Features
//!
//! Without any, the crate adds 90 crates to the tree and has no TLS. Counted on Linux:
//!
//! | feature | adds | cost |
//! |---|---|---|
//! | `rustls-ring` (default) | TLS by rustls and ring, Mozilla's roots | 11 crates, a C compiler; the fastest to build |
//! | `rustls-aws-lc-rs` | TLS by rustls and aws-lc-rs, Mozilla's roots | 12 crates, a C compiler, some 20 seconds more than ring |
//! | `platform-verifier` | `Roots::Platform`: rustls trusts the operating system's certificates | no crate more |
//! | `native-tls` | TLS by the operating system | 11 crates, OpenSSL on Linux |
//!
//! A feature adds a choice and changes none: see [`Tls`] for the backend that is used when several
//! are compiled in.

mod config;
mod error;
mod failure;
mod outgoing;
mod proxy;
mod reply;
mod tls;
mod transport;

pub use midtrans_protocol as protocol;
pub use midtrans_transport::{
    self, CallOptions, Config, Error, ErrorKind, ProxyChoice, RetryPolicy,
};
pub use reqwest;

pub use config::ReqwestConfig;
pub use error::BuildError;
pub use tls::{Roots, Tls};
pub use transport::ReqwestTransport;

/// An async client on [`reqwest`]: `Client::new(ReqwestTransport::new()?, merchant)`.
pub type Client = midtrans_transport::AsyncClient<ReqwestTransport>;
