//! The gateway's codes in the bodies of replies.

use crate::raw;

/// The `status_code` of a reply's body as received, for logs and metrics. BI-SNAP calls it
/// `responseCode`.
#[must_use]
pub fn gateway_code(body: &[u8]) -> Option<String> {
    let json = std::str::from_utf8(body).ok()?;
    let field = |name| raw::find(json, name).and_then(raw::scalar_text);
    field("status_code")
        .or_else(|| field("responseCode"))
        .map(Into::into)
}

/// The code, where it is a string of three digits. The web frameworks and API gateways that also
/// have a field of this name write a number.
pub(super) fn own_code(body: &[u8]) -> Option<u16> {
    let json = std::str::from_utf8(body).ok()?;
    let digits = raw::find(json, "status_code")?
        .get()
        .strip_prefix('"')?
        .strip_suffix('"')?;
    if digits.len() == 3 {
        numeric(digits)
    } else {
        None
    }
}

pub(super) fn numeric(code: &str) -> Option<u16> {
    let digits = code.as_bytes();
    let plain = matches!(digits.len(), 3 | 7) && digits.iter().all(u8::is_ascii_digit);
    if plain { code[..3].parse().ok() } else { None }
}
