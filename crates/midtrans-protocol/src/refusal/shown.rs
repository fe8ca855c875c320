//! The gateway's sentences as a log may show them.

use std::borrow::Cow;
use std::fmt;

use crate::card::CardNumber;

/// The text without card numbers: a sentence may quote what was sent, the URL of a token request
/// too. What is taken for one is a run of 13 to 19 digits with a right check digit.
pub(super) fn without_cards(text: &str) -> Cow<'_, str> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let (mut shown, mut rest) = (String::new(), text);
    while let Some(start) = rest.bytes().position(|byte| is_digit(&byte)) {
        let (before, run) = rest.split_at(start);
        let length = run.bytes().take_while(is_digit).count();
        let (run, after) = run.split_at(length);
        shown.push_str(before);
        shown.push_str(if CardNumber::is_number(run) {
            "[card number]"
        } else {
            run
        });
        rest = after;
    }
    if shown.is_empty() {
        return Cow::Borrowed(text);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// A list of sentences, as `Debug` shows them.
pub(super) struct Sentences<'a>(pub(super) &'a [String]);

impl fmt::Debug for Sentences<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentences = self.0.iter().map(|sentence| without_cards(sentence));
        f.debug_list().entries(sentences).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_is_taken_out_and_nothing_else() {
        for (text, shown) in [
            ("", ""),
            ("no digits", "no digits"),
            ("order 1578567480 of 2026", "order 1578567480 of 2026"),
            (
                "GET /v2/token?card_number=4811111111111114&x=1 failed",
                "GET /v2/token?card_number=[card number]&x=1 failed",
            ),
            ("4811111111111114", "[card number]"),
            ("4811111111111115 é", "4811111111111115 é"),
            (
                "é 4811111111111114, 4811111111111114",
                "é [card number], [card number]",
            ),
            ("48111111111111140000", "48111111111111140000"),
        ] {
            assert_eq!(without_cards(text), shown);
        }
    }
}
