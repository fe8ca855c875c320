//! The meaning of a ureq error for the request: the kind of failure, and whether anything was sent.
//!
//! ureq does not say how far it got, so this rests on where in ureq an error can come from. An
//! error with two possible origins counts as the later one.

use std::io;

use midtrans_transport::Reach::{NotSent, Unknown};
use midtrans_transport::TransportErrorKind::{
    BodyTooLarge, Broken, Connect, Redirected, Request, Timeout, Tls,
};
use midtrans_transport::{Reach, TransportError, TransportErrorKind};
use ureq::Error;

/// Classifies an error instead of a reply. `untouched` says that no byte of the request body was
/// read.
pub(crate) fn before_reply(error: Error, untouched: bool) -> TransportError {
    let (kind, reach) = classify(&error, untouched);
    let failure = TransportError::new(kind, reach);
    match error {
        // Their text is the URL.
        Error::BadUri(_) | Error::RequireHttpsOnly(_) => failure,
        error => failure.with_source(error),
    }
}

/// Classifies an error in the middle of the reply.
pub(crate) fn in_reply(error: io::Error) -> TransportError {
    // ureq hides its own errors, timeouts among them, in an I/O error, and takes them out again
    // here.
    let error = Error::from(error);
    let (kind, _) = classify(&error, false);
    TransportError::new(kind, Unknown).with_source(error)
}

fn classify(error: &Error, untouched: bool) -> (TransportErrorKind, Reach) {
    match error {
        Error::BadUri(_) | Error::RequireHttpsOnly(_) | Error::InvalidProxyUrl => {
            (Request, NotSent)
        }
        Error::HostNotFound | Error::ConnectionFailed | Error::ConnectProxyFailed(_) => {
            (Connect, NotSent)
        }
        Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => (Timeout, NotSent),
        Error::Timeout(_) => (Timeout, Unknown),
        // These come from building a TLS connection; on an established one ureq reports I/O errors.
        Error::Tls(_) | Error::TlsRequired => (Tls, NotSent),
        #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
        Error::Rustls(_) => (Tls, NotSent),
        #[cfg(feature = "native-tls")]
        Error::NativeTls(_) | Error::Der(_) => (Tls, NotSent),
        Error::Io(error) => classify_io(error, untouched),
        Error::BodyExceedsLimit(_) => (BodyTooLarge, Unknown),
        Error::RedirectFailed | Error::TooManyRedirects => (Redirected, Unknown),
        _ => (Broken, Unknown),
    }
}

fn classify_io(error: &io::Error, untouched: bool) -> (TransportErrorKind, Reach) {
    match error.kind() {
        // TCP says these two about connecting only.
        io::ErrorKind::ConnectionRefused | io::ErrorKind::AddrNotAvailable => (Connect, NotSent),
        // These it may also say about a connection whose peer has vanished.
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => (Connect, Unknown),
        io::ErrorKind::TimedOut => (Timeout, Unknown),
        // Bytes that are not TLS, or not the TLS we want. They are read during the handshake or
        // after the whole request, and the body tells which.
        io::ErrorKind::InvalidData if untouched || is_refused_certificate(error) => (Tls, NotSent),
        io::ErrorKind::InvalidData => (Tls, Unknown),
        _ if is_failed_lookup(error) => (Connect, NotSent),
        _ => (Broken, Unknown),
    }
}

/// A certificate is checked before the handshake ends, and rustls never shakes hands again.
fn is_refused_certificate(error: &io::Error) -> bool {
    #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
    if let Some(error) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return matches!(error, rustls::Error::InvalidCertificate(_));
    }
    let _ = error;
    false
}

/// The standard library has no error kind for a name that does not resolve, only this text; Windows
/// has numbers.
fn is_failed_lookup(error: &io::Error) -> bool {
    const WINDOWS: std::ops::RangeInclusive<i32> = 11_001..=11_004;
    match error.raw_os_error() {
        Some(code) => WINDOWS.contains(&code),
        None => error
            .to_string()
            .starts_with("failed to lookup address information"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(error: io::Error, untouched: bool) -> (TransportErrorKind, Reach) {
        let failure = before_reply(Error::Io(error), untouched);
        (failure.kind(), failure.reach())
    }

    #[test]
    fn bytes_that_are_not_tls_prove_nothing_once_the_body_was_read() {
        let garbage = || io::Error::new(io::ErrorKind::InvalidData, "not TLS");
        assert_eq!(meaning(garbage(), true), (Tls, NotSent));
        assert_eq!(meaning(garbage(), false), (Tls, Unknown));
    }

    #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
    #[test]
    fn a_refused_certificate_means_that_nothing_was_sent() {
        let refused = rustls::Error::InvalidCertificate(rustls::CertificateError::Expired);
        assert_eq!(
            meaning(io::Error::new(io::ErrorKind::InvalidData, refused), false),
            (Tls, NotSent)
        );
        let alert = rustls::Error::AlertReceived(rustls::AlertDescription::CertificateRequired);
        assert_eq!(
            meaning(io::Error::new(io::ErrorKind::InvalidData, alert), false),
            (Tls, Unknown)
        );
    }

    #[test]
    fn an_error_inside_the_reply_is_always_of_unknown_reach() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(in_reply(refused).reach(), Unknown);
        let slow = Error::Timeout(ureq::Timeout::Connect).into_io();
        assert_eq!((in_reply(slow).kind(), Unknown), (Timeout, Unknown));
    }

    #[test]
    fn a_url_is_not_shown_by_the_error() {
        let failure = before_reply(
            Error::RequireHttpsOnly("http://localhost/order-77".into()),
            false,
        );
        assert_eq!((failure.kind(), failure.reach()), (Request, NotSent));
        assert!(!format!("{failure:?}").contains("order-77"));
    }

    #[test]
    fn only_timeouts_before_the_request_say_that_nothing_was_sent() {
        for (timeout, reach) in [
            (ureq::Timeout::Resolve, NotSent),
            (ureq::Timeout::Connect, NotSent),
            (ureq::Timeout::Global, Unknown),
            (ureq::Timeout::PerCall, Unknown),
            (ureq::Timeout::PerWrite, Unknown),
            (ureq::Timeout::SendRequest, Unknown),
            (ureq::Timeout::RecvResponse, Unknown),
        ] {
            let failure = before_reply(Error::Timeout(timeout), true);
            assert_eq!(
                (failure.kind(), failure.reach()),
                (Timeout, reach),
                "{timeout:?}"
            );
        }
    }
}
