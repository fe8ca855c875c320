//! What the headers of a message from outside say before its body is read.

use crate::Rejection;

/// Refuses another content type, and a length that is announced as too long.
///
/// A missing content type is let through: the sender leaves it to us, and the body is checked all the same.
pub(crate) fn check(
    expected: &str,
    max_bytes: usize,
    content_type: Option<&[u8]>,
    content_length: Option<&[u8]>,
) -> Result<(), Rejection> {
    if content_type.is_some_and(|value| !names(value, expected)) {
        return Err(Rejection::UnsupportedMediaType);
    }
    // Text that is no number never gets here through an HTTP server, and the body is bounded while it is read.
    let announced = content_length.and_then(|value| std::str::from_utf8(value).ok()?.trim().parse::<u64>().ok());
    match announced {
        Some(length) if usize::try_from(length).map_or(true, |length| length > max_bytes) => Err(Rejection::TooLarge),
        _ => Ok(()),
    }
}

/// Whether the value is this media type, with or without parameters such as a charset.
fn names(value: &[u8], expected: &str) -> bool {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(expected.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content_type: &str) -> Result<(), Rejection> {
        check("application/json", 10, Some(content_type.as_bytes()), None)
    }

    #[test]
    fn parameters_and_case_of_a_content_type_do_not_matter() {
        for good in ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;x"] {
            assert_eq!(of(good), Ok(()), "{good}");
        }
        for bad in ["", "text/plain", "application/jsonp", "application/json-seq", "text/plain; application/json", ";"]
        {
            assert_eq!(of(bad), Err(Rejection::UnsupportedMediaType), "{bad}");
        }
        assert_eq!(check("application/json", 10, None, None), Ok(()));
    }

    #[test]
    fn an_announced_length_is_held_against_the_limit() {
        let of = |length: &str| check("application/json", 10, None, Some(length.as_bytes()));
        assert_eq!(of("10"), Ok(()));
        assert_eq!(of("11"), Err(Rejection::TooLarge));
        assert_eq!(of("18446744073709551615"), Err(Rejection::TooLarge));
        assert_eq!(of("ten"), Ok(()));
    }
}
