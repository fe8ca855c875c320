//! Whole numbers in JSON from outside.

use serde_json::Value;

/// An integer, also as a text: production takes amounts as texts. Decimals are none.
pub(super) fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .map(i128::from)
            .or_else(|| number.as_u64().map(i128::from)),
        Value::String(text) => plain(text),
        _ => None,
    }
}

/// As [`whole`], and a text may end in decimals that are zero: production takes prices such as
/// `"13950000.00"`.
pub(super) fn price(value: &Value) -> Option<i128> {
    let text = value.as_str().and_then(|text| text.split_once('.'));
    match text {
        Some((integer, zeros)) if !zeros.is_empty() && zeros.bytes().all(|zero| zero == b'0') => {
            plain(integer)
        }
        _ => whole(value),
    }
}

/// At most 19 characters, so that sums and products of a few of them always fit.
fn plain(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let fits = !digits.is_empty()
        && text.len() <= 19
        && digits.bytes().all(|digit| digit.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_count_as_numbers_and_decimals_do_not() {
        assert_eq!(whole(&json!(44_000)), Some(44_000));
        assert_eq!(whole(&json!("-5")), Some(-5));
        for none in [
            json!(1.5),
            json!(1.0),
            json!("1.00"),
            json!("+1"),
            json!(""),
            json!("-"),
            json!(null),
        ] {
            assert_eq!(whole(&none), None, "{none}");
        }
        assert_eq!(price(&json!("13950000.00")), Some(13_950_000));
        assert_eq!(price(&json!("-1.0")), Some(-1));
        assert_eq!(price(&json!("1.50")), None);
        assert_eq!(price(&json!("1.")), None);
    }
}
