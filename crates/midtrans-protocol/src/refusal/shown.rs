//! The gateway's sentences as a log may show them.

use std::borrow::Cow;
use std::fmt;

use crate::card::CardNumber;

/// The text without card numbers, security codes and tokens: a sentence may quote what was sent, the
/// URL of a token request too. What is taken for a number is a run of 13 to 19 digits with a right
/// check digit, with or without single separators between the digits.
pub(super) fn without_cards(text: &str) -> Cow<'_, str> {
    let (mut shown, mut rest) = (String::new(), text);
    while let Some(start) = rest.bytes().position(|byte| byte.is_ascii_digit()) {
        let (before, run) = rest.split_at(start);
        let (run, after) = run.split_at(number_length(run));
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        shown.push_str(before);
        shown.push_str(if CardNumber::is_number(&digits) {
            "[card number]"
        } else {
            run
        });
        rest = after;
    }
    if shown.is_empty() && !SECRETS.iter().any(|name| text.contains(name)) {
        return Cow::Borrowed(text);
    }
    shown.push_str(rest);
    let hidden = SECRETS
        .iter()
        .fold(shown, |shown, name| without(&shown, name));
    Cow::Owned(hidden)
}

/// The length of the longest card number at the start of a text, else of its first run of digits.
fn number_length(text: &str) -> usize {
    let (mut digits, mut longest, mut is_single) = (String::new(), 0, true);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' if digits.len() < 19 => digits.push(char::from(byte)),
            b' ' | b'-' | b'+' if is_single => {}
            _ => break,
        }
        is_single = byte.is_ascii_digit();
        let is_end = !text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        if is_single && is_end && CardNumber::is_number(&digits) {
            longest = at + 1;
        }
    }
    let first = text.bytes().take_while(u8::is_ascii_digit).count();
    longest.max(first)
}

/// The names of fields whose values are shown nowhere.
const SECRETS: [&str; 5] = [
    "cvv",
    "card_exp_month",
    "card_exp_year",
    "token_id",
    "card_token",
];

/// The text without the values of that name in a query, a form or JSON. A word of a sentence is no
/// value: a value has a digit.
fn without(text: &str, name: &str) -> String {
    let (mut shown, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(name) {
        let (before, after) = rest.split_at(at + name.len());
        let mark = after.trim_start_matches(['"', '\\', '=', ':', ' ']);
        let (marks, value) = after.split_at(after.len() - mark.len());
        let ends = |c: char| c.is_whitespace() || "\"\\'&,;}".contains(c);
        let (value, after) = value.split_at(value.find(ends).unwrap_or(value.len()));
        let is_value = marks.contains(['=', ':']) && value.contains(|c: char| c.is_ascii_digit());
        shown.extend([before, marks, if is_value { "[hidden]" } else { value }]);
        rest = after;
    }
    shown + rest
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
            ("number 4811 1111-1111 1114 is", "number [card number] is"),
            ("4811+1111+1111+1114", "[card number]"),
            (
                "2026-11-27 08:00:00 4811111111111114",
                "2026-11-27 08:00:[card number]",
            ),
            ("4811111111111114 of 123", "[card number] of 123"),
            ("4811111111111114 123", "[card number] 123"),
        ] {
            assert_eq!(without_cards(text), shown);
        }
    }

    #[test]
    fn a_security_code_an_expiry_and_a_token_are_taken_out_and_their_names_stay() {
        for (text, shown) in [
            (
                "GET /v2/token?card_cvv=123&card_exp_month=12&card_exp_year=2030 failed",
                "GET /v2/token?card_cvv=[hidden]&card_exp_month=[hidden]&card_exp_year=[hidden] failed",
            ),
            (
                r#"{"token_id":"481111-1114-dc7d","card_cvv": "123"}"#,
                r#"{"token_id":"[hidden]","card_cvv": "[hidden]"}"#,
            ),
            ("token_id: 481111-1114-dc7d", "token_id: [hidden]"),
            ("card_cvv must have 3 digits", "card_cvv must have 3 digits"),
            ("token_id is missing", "token_id is missing"),
            (
                "card_cvv: is missing; token_id",
                "card_cvv: is missing; token_id",
            ),
        ] {
            assert_eq!(without_cards(text), shown);
        }
    }
}
