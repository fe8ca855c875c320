//! Sends Midtrans requests with [ureq](https://docs.rs/ureq): blocking, without an async runtime.
//!
//! [`UreqTransport`] implements [`BlockingTransport`](midtrans_transport::BlockingTransport).
//! With every agent, also one of yours, each request
//!
//! - is sent at most once. ureq repeats nothing, not even on a pooled connection that the server
//!   has closed: it asks the socket before it takes a connection from the pool, and a close that it
//!   could not see yet is an error;
//! - follows no redirect, so the server key goes to the asked host only;
//! - hands back every HTTP status as a reply, with its headers and its body;
//! - keeps the [`Limits`](midtrans_transport::Limits) it is given, body included;
//! - goes through no proxy when it is plain HTTP, whatever the environment or the agent says. HTTPS
//!   is tunnelled through the proxy that the environment names in `HTTPS_PROXY`, `https_proxy`,
//!   `ALL_PROXY` or `all_proxy` (the first that is set), except for the hosts of `NO_PROXY`, as
//!   [`EnvironmentProxy`](midtrans_transport::EnvironmentProxy) has it. One that cannot be read is
//!   a [`BuildError`] and never a direct connection.
//!
//! Through the `log` crate, ureq writes methods and hosts at the level `debug`, and **at the level
//! `trace` every byte that it sends and receives**, with the server key and, for a card token, the
//! card. Keep `ureq` and `ureq_proto` at `debug` or less in production.
//!
//! With its own agent, a name is resolved when a connection is opened, in a thread that is left
//! behind when the time is up; an IP address needs no resolution. An agent of yours has a resolver
//! of its own: ureq's resolves names on each call.
//!
//! ```
//! use std::time::Duration;
//!
//! use midtrans_ureq::{UreqConfig, UreqTransport};
//!
//! let mut config = UreqConfig::default();
//! config.connect_timeout = Duration::from_secs(2);
//! let transport = UreqTransport::with_config(config)?;
//! # drop(transport);
//! # Ok::<(), midtrans_ureq::BuildError>(())
//! ```
//!
//! # Features
//!
//! Without any, the crate adds 38 crates to the tree and has no TLS. Counted on Linux:
//!
//! | feature | adds | cost |
//! |---|---|---|
//! | `rustls-ring` (default) | TLS by rustls and ring, Mozilla's roots | 7 crates, a C compiler; the fastest to build |
//! | `rustls-aws-lc-rs` | TLS by rustls and aws-lc-rs, Mozilla's roots | 8 crates, a C compiler, some 20 seconds more than ring |
//! | `platform-verifier` | `Roots::Platform`: rustls trusts the operating system's certificates | three more crates |
//! | `native-tls` | TLS by the operating system | 13 crates, OpenSSL on Linux |
//!
//! A feature adds a choice and changes none: see [`Tls`] for the backend that is used when several
//! are compiled in.

mod agents;
mod config;
mod error;
mod failure;
mod names;
mod reply;
mod tls;
mod transport;
mod upload;

pub use midtrans_protocol as protocol;
pub use midtrans_transport::{
    self, CallOptions, Config, Error, ErrorKind, ProxyChoice, RetryPolicy,
};
pub use ureq;

pub use config::UreqConfig;
pub use error::BuildError;
pub use tls::{Roots, Tls};
pub use transport::UreqTransport;

/// A blocking client on [`ureq`]: `Client::new(UreqTransport::new()?, merchant)`.
pub type Client = midtrans_transport::BlockingClient<UreqTransport>;
