//! A message from outside while it arrives: its headers are checked first, then its bytes are
//! counted.

use std::io::Read;

use super::{landing, media_type};
use crate::notification;
use crate::webhook::Rejection;

/// The content types that may hold JSON.
const NOTIFICATION_TYPES: &[&str] = &["application/json", "text/json", "text/plain"];

/// The body of a notification or of a landing's form, piece by piece. For adapters of web
/// frameworks, and for servers without a framework.
///
/// The limit holds while the body is read, however long its sender says that it is.
///
/// ```
/// use midtrans_protocol::webhook::{Intake, Rejection};
///
/// let headers = |name: &str| (name == "content-type").then_some(&b"application/json"[..]);
/// let mut intake = Intake::notification("POST", headers)?;
/// intake.push(b"{\"order_id\":")?;
/// intake.push(b"\"order-101\"}")?;
/// assert_eq!(intake.into_bytes(), b"{\"order_id\":\"order-101\"}");
///
/// assert_eq!(Intake::notification("GET", headers).err(), Some(Rejection::MethodNotAllowed));
/// # Ok::<(), Rejection>(())
/// ```
#[derive(Clone)]
pub struct Intake {
    bytes: Vec<u8>,
    max_bytes: usize,
}

impl Intake {
    /// Begins to take a notification of at most [`notification::MAX_BYTES`].
    ///
    /// `header` gives the value of a header whose name comes in lower case.
    ///
    /// `application/json` is what the gateway sends. `text/json` and `text/plain`, which proxies
    /// and test tools put in its place, are accepted as well, and so are a charset and a missing
    /// content type, because the signature proves the bytes. Forms, other types and compressed
    /// bodies are refused.
    ///
    /// # Errors
    /// [`Rejection`] for any method but POST, another content type, a content encoding such as
    /// `gzip`, or a content length above the limit.
    pub fn notification<'h>(
        method: &str,
        header: impl Fn(&'static str) -> Option<&'h [u8]>,
    ) -> Result<Self, Rejection> {
        if method != "POST" {
            return Err(Rejection::MethodNotAllowed);
        }
        media_type::check(
            NOTIFICATION_TYPES,
            header("content-type"),
            header("content-encoding"),
        )?;
        Self::begin(notification::MAX_BYTES, header)
    }

    /// Begins to take a landing's form of at most [`landing::MAX_BYTES`], whatever its content
    /// type: bytes that are no form give an empty landing.
    ///
    /// # Errors
    /// [`Rejection::TooLarge`] for a content length above the limit.
    pub fn form<'h>(header: impl Fn(&'static str) -> Option<&'h [u8]>) -> Result<Self, Rejection> {
        Self::begin(landing::MAX_BYTES, header)
    }

    fn begin<'h>(
        max_bytes: usize,
        header: impl Fn(&'static str) -> Option<&'h [u8]>,
    ) -> Result<Self, Rejection> {
        // Text that is no number never gets here through an HTTP server, and the body is bounded
        // while it is read.
        let length = header("content-length")
            .and_then(|value| std::str::from_utf8(value).ok()?.trim().parse().ok());
        let length: u64 = length.unwrap_or(0);
        match usize::try_from(length) {
            // Memory is allocated for received bytes, not for an announced length. Most bodies come
            // in one piece.
            Ok(length) if length <= max_bytes => Ok(Self {
                bytes: Vec::new(),
                max_bytes,
            }),
            _ => Err(Rejection::TooLarge),
        }
    }

    /// Takes the next piece of the body.
    ///
    /// # Errors
    /// [`Rejection::TooLarge`] as soon as the limit is passed.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), Rejection> {
        if piece.len() > self.max_bytes - self.bytes.len() {
            return Err(Rejection::TooLarge);
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// Reads the rest of the body, for servers without a framework. A reader that blocks is bounded
    /// in time by its socket.
    ///
    /// ```
    /// use midtrans_protocol::webhook::{Intake, Rejection};
    ///
    /// let body: &[u8] = b"{}"; // a socket, or what the server calls the body's reader
    /// assert_eq!(Intake::notification("POST", |_| None)?.read(body)?, b"{}");
    /// # Ok::<(), Rejection>(())
    /// ```
    ///
    /// # Errors
    /// [`Rejection::TooLarge`] when the limit is passed, [`Rejection::Incomplete`] when the reader
    /// fails.
    pub fn read(mut self, body: impl Read) -> Result<Vec<u8>, Rejection> {
        let room = u64::try_from(self.max_bytes - self.bytes.len()).unwrap_or(u64::MAX);
        // One byte more tells a body that is too long from one that fits.
        let mut bounded = body.take(room.saturating_add(1));
        bounded
            .read_to_end(&mut self.bytes)
            .map_err(|_| Rejection::Incomplete)?;
        if self.bytes.len() > self.max_bytes {
            Err(Rejection::TooLarge)
        } else {
            Ok(self.bytes)
        }
    }

    /// The whole body, for [`notification::verify`] or
    /// [`Landing::from_form`](crate::webhook::landing::Landing::from_form).
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake")
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(length: &str) -> Result<Intake, Rejection> {
        Intake::notification("POST", |name| {
            (name == "content-length").then_some(length.as_bytes())
        })
    }

    #[test]
    fn an_announced_length_is_held_against_the_limit() {
        assert!(announced(&notification::MAX_BYTES.to_string()).is_ok());
        assert!(announced("ten").is_ok());
        for long in [
            (notification::MAX_BYTES + 1).to_string(),
            u64::MAX.to_string(),
        ] {
            assert_eq!(announced(&long).err(), Some(Rejection::TooLarge), "{long}");
        }
    }

    #[test]
    fn a_body_without_a_length_is_cut_off_at_the_limit() {
        let mut intake = Intake::form(|_| None).unwrap();
        intake.push(&[b' '; landing::MAX_BYTES]).unwrap();
        assert_eq!(intake.push(b" "), Err(Rejection::TooLarge));
        assert_eq!(intake.into_bytes().len(), landing::MAX_BYTES);
    }

    #[test]
    fn an_announced_length_sets_no_memory_aside() {
        let mut intake = announced("1000000").unwrap();
        assert_eq!(intake.bytes.capacity(), 0);
        intake.push(&[b' '; 1000]).unwrap();
        assert_eq!(intake.bytes.capacity(), 1000);
    }

    #[test]
    fn every_method_but_post_is_refused() {
        for method in ["GET", "HEAD", "PUT", "OPTIONS", "post", ""] {
            assert_eq!(
                Intake::notification(method, |_| None).err(),
                Some(Rejection::MethodNotAllowed),
                "{method}"
            );
        }
    }

    #[test]
    fn json_under_other_names_is_taken_and_forms_and_compressed_bodies_are_not() {
        let taken = |content_type: &str, encoding: Option<&str>| {
            Intake::notification("POST", |name| match name {
                "content-type" => Some(content_type.as_bytes()),
                "content-encoding" => encoding.map(str::as_bytes),
                _ => None,
            })
            .map(|_| ())
        };
        for good in [
            "application/json",
            "text/json",
            "text/plain",
            "text/plain; charset=utf-8",
        ] {
            assert_eq!(taken(good, None), Ok(()), "{good}");
            assert_eq!(
                taken(good, Some("gzip")),
                Err(Rejection::UnsupportedMediaType),
                "{good}"
            );
        }
        for bad in [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/html",
            "text/plainer",
        ] {
            assert_eq!(
                taken(bad, None),
                Err(Rejection::UnsupportedMediaType),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_form_is_taken_whatever_it_is_called() {
        for content_type in [
            "application/x-www-form-urlencoded",
            "text/plain",
            "application/json",
        ] {
            assert!(
                Intake::form(|name| (name == "content-type").then_some(content_type.as_bytes()))
                    .is_ok()
            );
        }
    }

    #[test]
    fn a_reader_is_read_to_its_end_or_to_the_limit() {
        let intake = || Intake::form(|_| None).unwrap();
        let longest = vec![b' '; landing::MAX_BYTES];
        assert_eq!(intake().read(longest.as_slice()), Ok(longest));
        assert_eq!(
            intake().read(std::io::repeat(b' ')),
            Err(Rejection::TooLarge)
        );
        let mut begun = intake();
        begun.push(b"order").unwrap();
        assert_eq!(begun.read(&b"_id=1"[..]), Ok(b"order_id=1".to_vec()));
    }

    #[test]
    fn a_reader_that_fails_leaves_the_body_incomplete() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::TimedOut.into())
            }
        }
        assert_eq!(
            Intake::form(|_| None).unwrap().read(Broken),
            Err(Rejection::Incomplete)
        );
    }

    #[test]
    fn its_debug_form_shows_no_body() {
        let mut intake = Intake::form(|_| None).unwrap();
        intake.push(b"MARKER").unwrap();
        assert!(!format!("{intake:?}").contains("MARKER"));
    }
}
