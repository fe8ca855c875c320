//! Card data out of calls, before anything is kept of them: card numbers are masked as the gateway
//! does, and CVVs are dropped.

use http::Uri;
use serde_json::Value;

use super::form::has_check_digit;

/// Path and query of a call, to be shown.
pub(in super::super) fn address(uri: &Uri) -> String {
    let path = text(uri.path());
    let Some(query) = uri.query() else {
        return path;
    };
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let pairs: Vec<(String, String)> = pairs
        .into_iter()
        .map(|(name, value)| {
            let shown = named(&name, &value).unwrap_or_else(|| text(&value));
            (text(&name), shown)
        })
        .collect();
    // Texts always make a query.
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    format!("{path}?{query}")
}

/// The body of a call, to be shown. Only bodies with a word of cards are changed.
pub(in super::super) fn body(bytes: &[u8]) -> Vec<u8> {
    let is_of_cards =
        |text: &str| text.contains("card") || CODES.iter().any(|code| text.contains(code));
    let lossy = String::from_utf8_lossy(bytes);
    if !is_of_cards(&lossy.to_ascii_lowercase()) {
        return bytes.to_vec();
    }
    let mut json: Value = serde_json::from_str(&lossy).unwrap_or_default();
    // Written again only where a field has to go: the merchant's own text shows more.
    let shown = if mask_fields(&mut json) {
        text(&json.to_string())
    } else {
        text(&lossy)
    };
    without_codes(&shown).into_bytes()
}

/// A text without card numbers: a run of 13 to 19 digits with a right check digit is one, also with
/// spaces or hyphens between.
pub(in super::super) fn text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        shown.push_str(&rest[..start]);
        rest = &rest[start..];
        let (length, digits) = run(rest);
        let length = if is_number(&digits) {
            shown.push_str(&masked(&digits));
            length
        } else {
            // A number may begin behind the first digits.
            let first = rest.find(|c: char| !c.is_ascii_digit());
            let first = first.unwrap_or(rest.len());
            shown.push_str(&rest[..first]);
            first
        };
        rest = &rest[length..];
    }
    shown.push_str(rest);
    shown
}

fn is_number(digits: &str) -> bool {
    (13..=19).contains(&digits.len()) && has_check_digit(digits)
}

/// The length and the digits of the run at the beginning of a text.
fn run(text: &str) -> (usize, String) {
    let (mut length, mut digits) = (0, String::new());
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => {
                digits.push(c);
                length = at + 1;
            }
            ' ' | '-' if is_number(&digits) => break,
            // One sign at most between two digits.
            ' ' | '-' if length == at => {}
            _ => break,
        }
    }
    (length, digits)
}

/// The value of a field that holds card data, to be shown.
fn named(name: &str, value: &str) -> Option<String> {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name: String = letters.collect::<String>().to_ascii_lowercase();
    if CODES.iter().any(|code| name.contains(code)) {
        Some(GONE.to_owned())
    } else if name == "cardnumber" || name == "number" {
        Some(masked(value))
    } else {
        None
    }
}

/// Masks the fields with card data. `true` if there were any.
pub(in super::super) fn mask_fields(json: &mut Value) -> bool {
    match json {
        Value::Array(list) => list
            .iter_mut()
            .fold(false, |found, value| mask_fields(value) | found),
        Value::Object(fields) => fields.iter_mut().fold(false, |found, (name, value)| {
            let text = match &*value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
            match text.and_then(|text| named(name, &text)) {
                Some(shown) => {
                    *value = shown.into();
                    true
                }
                None => mask_fields(value) | found,
            }
        }),
        _ => false,
    }
}

/// The first eight and the last four digits, if enough are left out between them.
fn masked(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        13.. => format!("{}-{}", &digits[..8], &digits[digits.len() - 4..]),
        _ => GONE.to_owned(),
    }
}

/// A text that is no JSON, perhaps, without the digits behind the words for a card's code.
fn without_codes(text: &str) -> String {
    CODES
        .iter()
        .fold(text.to_owned(), |text, code| without_code(&text, code))
}

fn without_code(text: &str, code: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(found) = lower[from..].find(code) {
        let mut end = from + found + code.len();
        // The word may be `cvv2`.
        let mut behind = text[end..].chars();
        if behind.next() == Some('2') && !behind.next().is_some_and(char::is_alphanumeric) {
            end += 1;
        }
        shown.push_str(&text[from..end]);
        let between = text[end..]
            .find(|c: char| c.is_ascii_alphanumeric())
            .unwrap_or(text.len() - end);
        let start = end + between;
        shown.push_str(&text[end..start]);
        let digits = text[start..]
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len() - start);
        if digits > 0 {
            shown.push_str(GONE);
        }
        from = start + digits;
    }
    shown.push_str(&text[from..]);
    shown
}

/// The words for the code on a card's back.
const CODES: [&str; 3] = ["cvv", "cvc", "cvn"];
/// Stands for what is not shown.
const GONE: &str = "***";

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &str) -> String {
        String::from_utf8(body(bytes.as_bytes())).unwrap()
    }

    #[test]
    fn a_query_shows_a_masked_number_and_no_cvv() {
        for query in [
            "card_number=4811111111111114&card_cvv=123&client_key=c",
            "card_number=4811+1111+1111+1114&card%5Fcvv=123&client_key=c",
            "card%5Fnumber=4811%201111%201111%201114&card_cvv=123&client_key=c",
        ] {
            let uri: Uri = format!("/v2/token?{query}").parse().unwrap();
            let expected = "/v2/token?card_number=48111111-1114&card_cvv=***&client_key=c";
            assert_eq!(address(&uri), expected, "{query}");
        }
        let uri: Uri = "/v2/token?card_number=481111111111".parse().unwrap();
        assert_eq!(address(&uri), "/v2/token?card_number=***");
        let uri: Uri = "/v1/bins/4811111111111114".parse().unwrap();
        assert_eq!(address(&uri), "/v1/bins/48111111-1114");
    }

    #[test]
    fn a_body_shows_a_masked_number_and_no_cvv_in_whatever_form_they_come() {
        for card in [
            r#"{"card":{"number":"4811111111111114","cvv":"987"}}"#,
            r#"{"card":{"number":4811111111111114,"cvv":987}}"#,
            r#"{"card":{"number":"\u0034811111111111114","cvv":"\u00398\u0037"}}"#,
            r#"{"card":{"number":"4811 1111 1111 1114","cvv": "987"}"#,
            r#"[{"card_number":"4811-1111-1111-1114","CVV" : 987}]"#,
            "card_number=4811111111111114&card_cvv=987",
            "card 12 4811 1111 1111 1114 12 2030 cvv 987",
        ] {
            let shown = shown(card);
            assert!(shown.contains("48111111-1114"), "{shown}");
            assert!(!shown.contains("987"), "{shown}");
        }
    }

    #[test]
    fn a_body_without_card_data_is_shown_as_it_came() {
        for body in [
            r#"{ "payment_type" : "bank_transfer", "va_number": "4811111111111114" }"#,
            r#"{ "credit_card": { "token_id": "48111111-1114-dc7d77d5-237b-4a7f-a26c-75c4a7aa4e91" } }"#,
        ] {
            assert_eq!(shown(body), body);
        }
    }
}
