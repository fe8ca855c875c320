//! Methods and paths of the API.

use http::Method;

use super::refusal::Refusal;

/// The operation that a call asks for. An id is an order id or a transaction id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Charge,
    Capture,
    Token,
    Register,
    PointInquiry(String),
    Bin(String),
    Status(String),
    StatusB2b(String),
    Cancel(String),
    Expire(String),
    Approve(String),
    Deny(String),
    Refund(String),
    DirectRefund(String),
}

impl Route {
    pub(super) fn read(method: &Method, path: &str) -> Result<Self, Refusal> {
        let (expected, route) = Self::at(path).ok_or(Refusal::UnknownPath)?;
        if *method == expected {
            Ok(route)
        } else {
            Err(Refusal::WrongMethod)
        }
    }

    /// The only method of a path.
    pub(super) fn method_of(path: &str) -> Option<Method> {
        Self::at(path).map(|(method, _)| method)
    }

    fn at(path: &str) -> Option<(Method, Self)> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        Some(match *segments.as_slice() {
            ["v2", "charge"] => (Method::POST, Self::Charge),
            ["v2", "capture"] => (Method::POST, Self::Capture),
            ["v2", "token"] => (Method::GET, Self::Token),
            ["v2", "card", "register"] => (Method::GET, Self::Register),
            ["v1", "bins", bin] => (Method::GET, Self::Bin(decoded(bin))),
            ["v2", id, "status"] => (Method::GET, Self::Status(decoded(id))),
            ["v2", id, "status", "b2b"] => (Method::GET, Self::StatusB2b(decoded(id))),
            ["v2", id, "cancel"] => (Method::POST, Self::Cancel(decoded(id))),
            ["v2", id, "expire"] => (Method::POST, Self::Expire(decoded(id))),
            ["v2", id, "approve"] => (Method::POST, Self::Approve(decoded(id))),
            ["v2", id, "deny"] => (Method::POST, Self::Deny(decoded(id))),
            ["v2", id, "refund"] => (Method::POST, Self::Refund(decoded(id))),
            ["v2", id, "refund", "online", "direct"] => {
                (Method::POST, Self::DirectRefund(decoded(id)))
            }
            // Behind the others: an order may have this id.
            ["v2", "point_inquiry", id] => (Method::GET, Self::PointInquiry(decoded(id))),
            _ => return None,
        })
    }

    /// The order or transaction in the path.
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Charge
            | Self::Capture
            | Self::Token
            | Self::Register
            | Self::PointInquiry(_)
            | Self::Bin(_) => None,
            Self::Status(id)
            | Self::StatusB2b(id)
            | Self::Cancel(id)
            | Self::Expire(id)
            | Self::Approve(id)
            | Self::Deny(id)
            | Self::Refund(id)
            | Self::DirectRefund(id) => Some(id),
        }
    }

    /// The operation's name.
    pub(super) const fn operation(&self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Capture => "capture",
            Self::Token => "card token",
            Self::Register => "card registration",
            Self::PointInquiry(_) => "point inquiry",
            Self::Bin(_) => "bin",
            Self::Status(_) | Self::StatusB2b(_) => "status",
            Self::Cancel(_) => "cancel",
            Self::Expire(_) => "expire",
            Self::Approve(_) => "approve",
            Self::Deny(_) => "deny",
            Self::Refund(_) => "refund",
            Self::DirectRefund(_) => "direct refund",
        }
    }
}

/// A path segment with its `%XX` undone. What is no escape stays as it is.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(escape.unwrap_or(*first));
        rest = if escape.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_paths_are_decoded_once() {
        assert_eq!(decoded("a%2Fb%252e"), "a/b%2e");
        assert_eq!(decoded("%"), "%");
        assert_eq!(decoded("%4"), "%4");
        assert_eq!(decoded("%zz%41"), "%zzA");
        assert_eq!(decoded("%ff"), "\u{fffd}");
    }

    #[test]
    fn every_path_has_one_method() {
        assert_eq!(
            Route::read(&Method::GET, "/v2/a/status"),
            Ok(Route::Status("a".to_owned()))
        );
        assert_eq!(
            Route::read(&Method::POST, "/v2/a/status"),
            Err(Refusal::WrongMethod)
        );
        assert_eq!(
            Route::read(&Method::GET, "/v2/charge"),
            Err(Refusal::WrongMethod)
        );
        assert_eq!(Route::method_of("/v2/charge"), Some(Method::POST));
        assert_eq!(Route::method_of("/v2"), None);
        assert_eq!(
            Route::read(&Method::POST, "/v2/a/refund/online/direct"),
            Ok(Route::DirectRefund("a".to_owned()))
        );
        for path in ["", "/", "/v2", "/v2//", "/v1/charge", "/v2/a/refund/online"] {
            assert_eq!(
                Route::read(&Method::POST, path),
                Err(Refusal::UnknownPath),
                "{path}"
            );
        }
    }
}
