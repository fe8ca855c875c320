//! Card data as they come in: by the query of a token request, or in the body of a charge.

use midtrans_protocol::time::WibTime;

use super::{Card, is_past};

/// The names of the fields, which differ by the place where a card comes in.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Fields {
    pub(in super::super) number: &'static str,
    pub(in super::super) month: &'static str,
    pub(in super::super) year: &'static str,
    pub(in super::super) cvv: &'static str,
    /// True if a CVV has to be there.
    pub(in super::super) needs_cvv: bool,
}

/// Reads a card. The number and the CVV are dropped before this returns.
///
/// # Errors
/// A sentence for each field that is wrong. None of them holds a value.
pub(in super::super) fn read(
    fields: &Fields,
    value: impl Fn(&str) -> Option<String>,
    now: WibTime,
) -> Result<Card, Vec<String>> {
    let mut problems = Vec::new();
    let mut required = |name: &str| {
        let value = value(name).filter(|value| !value.is_empty());
        if value.is_none() {
            problems.push(format!("{name} is required"));
        }
        value
    };
    let number = required(fields.number);
    let month = required(fields.month);
    let year = required(fields.year);
    let cvv = if fields.needs_cvv {
        required(fields.cvv)
    } else {
        value(fields.cvv)
    };
    let number = number.map(|number| number.replace(' ', ""));
    if let Some(number) = &number {
        problems.extend(number_problem(fields.number, number));
    }
    if let Some(cvv) = &cvv
        && !(is_digits(cvv) && (3..=4).contains(&cvv.len()))
    {
        problems.push(format!("{} must be 3 or 4 digits", fields.cvv));
    }
    let month = month.map(|month| read_month(&month));
    if month == Some(None) {
        problems.push(format!("{} must be a month, 01 to 12", fields.month));
    }
    let year = year.map(|year| read_year(&year));
    if year == Some(None) {
        problems.push(format!("{} must be a year of four digits", fields.year));
    }
    match (number, month.flatten(), year.flatten()) {
        (Some(_), Some(month), Some(year)) if is_past(year, month, now) => {
            problems.push(format!(
                "{} is in the past, the card has expired",
                fields.year
            ));
            Err(problems)
        }
        (Some(number), Some(month), Some(year)) if problems.is_empty() => {
            Ok(Card::of(&number, year, month))
        }
        _ => Err(problems),
    }
}

fn number_problem(name: &str, number: &str) -> Option<String> {
    if !is_digits(number) || !(13..=19).contains(&number.len()) {
        Some(format!("{name} must be 13 to 19 digits"))
    } else if !has_check_digit(number) {
        Some(format!("{name} does not match with luhn algorithm"))
    } else {
        None
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One digit too: a script sends `02` as the number 2.
fn read_month(text: &str) -> Option<u8> {
    let month = text.parse().ok().filter(|month| (1..=12).contains(month));
    month.filter(|_| is_digits(text) && text.len() <= 2)
}

fn read_year(text: &str) -> Option<u16> {
    let year = text.parse().ok().filter(|year| *year >= 1970);
    year.filter(|_| is_digits(text) && text.len() == 4)
}

/// Luhn's sum of a text of digits.
pub(super) fn has_check_digit(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match (at % 2, digit) {
                (0, digit) => digit,
                (_, digit @ 0..=4) => digit * 2,
                (_, digit) => digit * 2 - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
