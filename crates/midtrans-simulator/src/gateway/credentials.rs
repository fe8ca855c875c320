//! The key of a call: in the `Authorization` header, or in the query of the calls that a shop's
//! page makes.

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};

use super::card::Query;
use super::route::Route;
use super::settings::Settings;

/// Returns true if a call carries the key that its operation asks for: the server key as user name
/// and no password, or the client key in the query, whatever the header says.
pub(super) fn are_right<T>(request: &Request<T>, settings: &Settings) -> bool {
    let is_user = |is_key: fn(&Settings, &str) -> bool| {
        user(request.headers()).is_some_and(|user| is_key(settings, &user))
    };
    let is_in_query = || {
        let query = Query::of(request.uri());
        let key = query.get("client_key");
        key.is_some_and(|key| settings.is_client_key(key))
    };
    match Route::read(request.method(), request.uri().path()) {
        Ok(Route::Token | Route::Register) => is_in_query(),
        Ok(Route::Bin(_)) => {
            is_user(Settings::is_server_key) || is_user(Settings::is_client_key) || is_in_query()
        }
        _ => is_user(Settings::is_server_key),
    }
}

/// The server key of a Basic `Authorization` header.
pub(super) fn user(headers: &HeaderMap) -> Option<String> {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(user_name)
}

/// The user name of HTTP Basic, where the password is empty.
fn user_name(header: &str) -> Option<String> {
    let (scheme, coded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(base64(coded.trim())?).ok()?;
    plain.strip_suffix(':').map(str::to_owned)
}

/// Reads standard base64, which is padded: HTTP Basic knows no other. Written here, and not taken
/// from the protocol crate, so that a mistake there shows.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text
        .strip_suffix("==")
        .or_else(|| text.strip_suffix('='))
        .unwrap_or(text);
    if !text.len().is_multiple_of(4) || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut bits, mut held) = (0u32, 0u32);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_header_is_the_documented_key() {
        let header = "Basic U0ItTWlkLXNlcnZlci1hYmMxMjNjZGU0NTY6";
        assert_eq!(
            user_name(header).as_deref(),
            Some("SB-Mid-server-abc123cde456")
        );
        assert_eq!(user_name("Basic YTo=").as_deref(), Some("a"));
        assert_eq!(user_name("Basic YWI6").as_deref(), Some("ab"));
        assert_eq!(user_name("Basic YWJjOg==").as_deref(), Some("abc"));
    }

    #[test]
    fn a_password_another_scheme_or_broken_base64_is_no_user() {
        for header in [
            "",
            "Basic",
            "Basic !",
            "Bearer U0I6",
            "Basic U0I=",
            "Basic YTpi",
            "Basic /w==",
            "Basic YTo",
        ] {
            assert_eq!(user_name(header), None, "{header}");
        }
    }
}
