//! The meaning of a reqwest error for the request: the kind of failure, and whether anything was
//! sent.

use std::error::Error as StdError;
use std::io;

use midtrans_transport::Reach::{NotSent, Unknown};
use midtrans_transport::TransportErrorKind::{Broken, Connect, Redirected, Timeout, Tls};
use midtrans_transport::{TransportError, TransportErrorKind};

/// Classifies an error instead of a reply, by a client that follows no redirect.
///
/// hyper marks what fails before a request is given to a connection: name resolution, TCP, the
/// proxy's tunnel and TLS. All else may come after sending.
pub(crate) fn before_reply(error: reqwest::Error) -> TransportError {
    let reach = if error.is_connect() { NotSent } else { Unknown };
    with_source(TransportError::new(kind(&error), reach), error)
}

/// Classifies an error instead of a reply, by a client that may follow redirects: the connection
/// that failed can be for the second request, after the first was answered.
pub(crate) fn before_some_reply(error: reqwest::Error) -> TransportError {
    with_source(TransportError::new(kind(&error), Unknown), error)
}

/// Classifies an error in the middle of the reply.
pub(crate) fn in_reply(error: reqwest::Error) -> TransportError {
    with_source(TransportError::new(kind(&error), Unknown), error)
}

fn with_source(failure: TransportError, error: reqwest::Error) -> TransportError {
    // The sources of a redirect error have URLs of their own, which cannot be taken out.
    if error.is_redirect() {
        failure
    } else {
        failure.with_source(error.without_url())
    }
}

fn kind(error: &reqwest::Error) -> TransportErrorKind {
    if error.is_timeout() {
        Timeout
    } else if error.is_redirect() {
        Redirected
    } else if !error.is_connect() {
        Broken
    } else if is_about_tls(error) {
        Tls
    } else {
        Connect
    }
}

fn is_about_tls(error: &(dyn StdError + 'static)) -> bool {
    if is_tls_error(error) {
        return true;
    }
    // An I/O error leaves out the error inside it when it is asked for its source.
    let inside = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    inside.is_some_and(|inner| is_about_tls(inner)) || error.source().is_some_and(is_about_tls)
}

fn is_tls_error(error: &(dyn StdError + 'static)) -> bool {
    #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
    if error.is::<rustls::Error>() {
        return true;
    }
    #[cfg(feature = "native-tls")]
    if error.is::<native_tls::Error>() {
        return true;
    }
    let _ = error;
    false
}
