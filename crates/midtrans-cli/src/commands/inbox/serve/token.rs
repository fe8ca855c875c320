//! The token that guards the HTTP interface.

use std::fmt;
use std::path::Path;

use subtle::ConstantTimeEq;

use crate::failure::Failure;
use crate::key_file;

/// The least number of characters; fewer can be guessed.
const SHORTEST: usize = 16;

/// A secret that a caller shows as `Authorization: Bearer …`.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    /// The token of the file, or else the one of the environment.
    pub(super) fn of(file: Option<&Path>, variable: Option<&str>) -> Result<Option<Self>, Failure> {
        let text = match file {
            Some(path) => Some(key_file::read_secret(path)?),
            None => variable.map(str::to_owned),
        };
        text.map(|text| Self::new(text.trim())).transpose()
    }

    fn new(text: &str) -> Result<Self, Failure> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.len() < SHORTEST || !is_visible {
            return Err(Failure::usage(format!(
                "the token is not usable: expected at least {SHORTEST} visible ASCII characters without spaces"
            ))
            .next("make one, for example with: openssl rand -hex 32"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns true if a request's `Authorization` header carries the token. The time it takes
    /// shows nothing of the token but its length.
    pub(super) fn is_shown_by(&self, authorization: Option<&[u8]>) -> bool {
        let Some(value) = authorization else {
            return false;
        };
        let Some((scheme, shown)) = value.split_at_checked(7) else {
            return false;
        };
        scheme.eq_ignore_ascii_case(b"bearer ") && bool::from(self.0.as_bytes().ct_eq(shown))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        let token = Token::new("0123456789abcdef").unwrap();
        assert!(token.is_shown_by(Some(b"Bearer 0123456789abcdef")));
        assert!(token.is_shown_by(Some(b"bearer 0123456789abcdef")));
        for wrong in [
            "Bearer 0123456789abcdeg",
            "Bearer 0123456789abcde",
            "Basic 0123456789abcdef",
            "Bearer ",
            "",
            "B",
        ] {
            assert!(!token.is_shown_by(Some(wrong.as_bytes())), "{wrong}");
        }
        assert!(!token.is_shown_by(None));
    }

    #[test]
    fn a_token_that_can_be_guessed_or_not_sent_is_refused() {
        for wrong in [
            "",
            "short",
            "0123456789abcde",
            "0123456789abcde f",
            "0123456789abcdefé",
        ] {
            assert!(Token::new(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            format!("{:?}", Token::new("0123456789MARKER").unwrap()),
            "Token(..)"
        );
    }
}
