//! HTTP answers: to a notification, to a landing, to a customer who wants to pay.

use std::fmt;

use http::StatusCode;

use crate::instructions::RedirectUrl;
use crate::notification;
use crate::webhook::Rejection;

/// A handler's result for a notification, which decides whether the gateway sends it again. Return
/// it fast, within five seconds: store first, work afterwards.
///
/// A `Result` turns into one, with [`Later`](Self::Later) for every error:
///
/// ```
/// use midtrans_protocol::webhook::Acknowledge;
///
/// let stored: Result<(), std::io::Error> = Ok(());
/// assert_eq!(Acknowledge::from(stored), Acknowledge::Done);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an answer that is not returned is not given"]
#[expect(
    clippy::exhaustive_enums,
    reason = "the gateway repeats a message or it does not"
)]
pub enum Acknowledge {
    /// The notification is stored, or was before: 200, and the gateway stops retrying. Also the
    /// answer to duplicates, to orders that are not yours and to unknown messages.
    Done,
    /// It could not be stored: 503, and the gateway sends it again, four more times over some
    /// hours.
    Later,
}

impl<T, E> From<Result<T, E>> for Acknowledge {
    fn from(stored: Result<T, E>) -> Self {
        match stored {
            Ok(_) => Self::Done,
            Err(_) => Self::Later,
        }
    }
}

/// An answer as plain data, the same for every web framework: status, headers, text.
///
/// It is made from an [`Acknowledge`], a `Result`, a [`Rejection`] or a [`RedirectUrl`]. A
/// refusal's text is the standard phrase of the status: a forger learns nothing, and your log takes
/// [`rejection`](Self::rejection).
///
/// ```
/// use midtrans_protocol::Environment;
/// use midtrans_protocol::instructions::RedirectUrl;
/// use midtrans_protocol::webhook::{Acknowledge, Answer, Rejection};
///
/// assert_eq!(Answer::from(Acknowledge::Done).status(), 200);
/// assert_eq!(Answer::from(Rejection::Forged).text(), "Forbidden");
///
/// let page = "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1";
/// let page = RedirectUrl::new(page, &Environment::Sandbox)?;
/// let answer = Answer::from(page);
/// assert_eq!(answer.headers().collect::<Vec<_>>(), [("cache-control", "no-store")]);
/// assert_eq!(answer.location(), Some("https://api.sandbox.midtrans.com/v2/akulaku/redirect/1"));
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an answer that is not returned is not given"]
pub struct Answer {
    status: StatusCode,
    text: &'static str,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Acknowledged,
    Rejected(Rejection),
    Redirected(RedirectUrl),
}

impl Answer {
    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers besides [`location`](Self::location), with names in lower case: `cache-control`,
    /// `content-type`, `allow`.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let text = (!self.text.is_empty()).then_some(("content-type", "text/plain; charset=utf-8"));
        let allow = (self.status == StatusCode::METHOD_NOT_ALLOWED).then_some(("allow", "POST"));
        [("cache-control", "no-store")]
            .into_iter()
            .chain(text)
            .chain(allow)
    }

    /// The header `location` of a redirect: visible ASCII.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        match &self.kind {
            Kind::Redirected(url) => Some(url.as_str()),
            _ => None,
        }
    }

    /// The body; empty for a redirect.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The reason why the message was refused, if it was. For your log, not for its sender.
    #[must_use]
    pub const fn rejection(&self) -> Option<&Rejection> {
        match &self.kind {
            Kind::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }

    fn plain(status: StatusCode, kind: Kind) -> Self {
        Self {
            status,
            text: status.canonical_reason().unwrap_or_default(),
            kind,
        }
    }
}

impl From<Acknowledge> for Answer {
    fn from(acknowledge: Acknowledge) -> Self {
        let status = match acknowledge {
            Acknowledge::Done => notification::STORED,
            Acknowledge::Later => notification::NOT_STORED,
        };
        Self::plain(status, Kind::Acknowledged)
    }
}

impl<T, E> From<Result<T, E>> for Answer {
    fn from(stored: Result<T, E>) -> Self {
        Acknowledge::from(stored).into()
    }
}

impl From<Rejection> for Answer {
    fn from(rejection: Rejection) -> Self {
        let mut answer = Self::plain(rejection.status(), Kind::Rejected(rejection));
        if answer.status == StatusCode::METHOD_NOT_ALLOWED {
            // Merchants open the address in a browser to see whether it is there.
            answer.text = "This address works. It takes notifications by POST.";
        }
        answer
    }
}

impl From<RedirectUrl> for Answer {
    /// 303, which turns the POST of the pay button into a GET.
    fn from(url: RedirectUrl) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            text: "",
            kind: Kind::Redirected(url),
        }
    }
}

impl fmt::Display for Answer {
    /// Shows the status, and for your log the reason of a refusal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.status.fmt(f)?;
        self.rejection()
            .map_or(Ok(()), |rejection| write!(f, ": {rejection}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Environment;

    fn headers(answer: &Answer) -> Vec<(&'static str, &'static str)> {
        answer.headers().collect()
    }

    #[test]
    fn no_answer_is_ever_cached() {
        let url = RedirectUrl::new("https://api.midtrans.com/x", &Environment::Production).unwrap();
        for answer in [
            Answer::from(url),
            Acknowledge::Done.into(),
            Acknowledge::Later.into(),
            Rejection::Forged.into(),
        ] {
            assert!(
                headers(&answer).contains(&("cache-control", "no-store")),
                "{answer}"
            );
        }
    }

    #[test]
    fn a_probe_is_told_what_is_allowed() {
        let answer = Answer::from(Rejection::MethodNotAllowed);
        assert_eq!(answer.status(), 405);
        assert!(headers(&answer).contains(&("allow", "POST")));
        assert!(answer.text().contains("POST"));
    }

    #[test]
    fn the_reason_of_a_refusal_is_for_the_log_only() {
        let answer = Answer::from(Rejection::Forged);
        assert_eq!(
            answer.to_string(),
            "403 Forbidden: the signature was made with none of the server keys"
        );
        assert_eq!(answer.text(), "Forbidden");
        assert_eq!(
            Answer::from(Err::<(), ()>(())).to_string(),
            "503 Service Unavailable"
        );
    }
}
