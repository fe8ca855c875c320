//! The `Authorization` header: HTTP Basic with the server key as user name and no password.

use http::HeaderValue;
use zeroize::Zeroizing;

use crate::ServerKey;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The header's value, marked sensitive so that no `Debug` of a header map shows it.
pub(crate) fn header(key: &ServerKey) -> HeaderValue {
    let user = Zeroizing::new(format!("{}:", key.expose()));
    let text = Zeroizing::new(format!("Basic {}", *base64(user.as_bytes())));
    let mut value = HeaderValue::from_str(&text).expect("base64 is a valid header value");
    value.set_sensitive(true);
    value
}

/// Standard base64 with padding: twenty lines here instead of a dependency.
fn base64(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(3) * 4));
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().enumerate().fold(0u32, |group, (at, byte)| {
            group | u32::from(*byte) << (16 - 8 * at)
        });
        for at in 0..4 {
            let sextet = ALPHABET[(group >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= chunk.len() {
                char::from(sextet)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_key_makes_the_documented_header() {
        let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
        assert_eq!(header(&key), "Basic U0ItTWlkLXNlcnZlci1hYmMxMjNjZGU0NTY6");
        assert_eq!(format!("{:?}", header(&key)), "Sensitive");
    }

    #[test]
    fn base64_matches_the_vectors_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(*base64(plain.as_bytes()), coded);
        }
    }
}
