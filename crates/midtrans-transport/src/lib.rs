//! Transport traits, safe retries and clients for the Midtrans payment gateway, without an HTTP client.

mod transport;

#[cfg(feature = "async")]
pub use transport::AsyncTransport;
pub use transport::{BlockingTransport, Limits, Reach, Request, Response, TransportError, TransportErrorKind};
