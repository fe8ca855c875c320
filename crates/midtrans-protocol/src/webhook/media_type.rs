//! The check of a message's headers before its body is read.

use crate::webhook::Rejection;

/// Refuses other content types, and a body that is compressed.
///
/// A missing content type is accepted, because the body is checked anyway. Nothing is decompressed:
/// the gateway never compresses, and a small body could become a large one.
pub(crate) fn check(
    expected: &[&str],
    content_type: Option<&[u8]>,
    content_encoding: Option<&[u8]>,
) -> Result<(), Rejection> {
    let encoded =
        content_encoding.is_some_and(|value| !value.trim_ascii().eq_ignore_ascii_case(b"identity"));
    if encoded
        || content_type.is_some_and(|value| !expected.iter().any(|expected| names(value, expected)))
    {
        return Err(Rejection::UnsupportedMediaType);
    }
    Ok(())
}

/// Returns whether the value is this media type, with or without parameters such as a charset.
fn names(value: &[u8], expected: &str) -> bool {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence
        .trim_ascii()
        .eq_ignore_ascii_case(expected.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content_type: &str) -> Result<(), Rejection> {
        check(&["application/json"], Some(content_type.as_bytes()), None)
    }

    #[test]
    fn parameters_and_case_of_a_content_type_do_not_matter() {
        for good in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;x",
        ] {
            assert_eq!(of(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/jsonp",
            "application/json-seq",
            "text/plain; application/json",
            ";",
        ] {
            assert_eq!(of(bad), Err(Rejection::UnsupportedMediaType), "{bad}");
        }
        assert_eq!(check(&["application/json"], None, None), Ok(()));
    }

    #[test]
    fn a_compressed_body_is_refused() {
        let of = |encoding: &str| check(&["application/json"], None, Some(encoding.as_bytes()));
        assert_eq!(of("identity"), Ok(()));
        for encoding in ["gzip", "br", "GZIP", "identity, gzip", "", "deflate"] {
            assert_eq!(
                of(encoding),
                Err(Rejection::UnsupportedMediaType),
                "{encoding}"
            );
        }
    }
}
