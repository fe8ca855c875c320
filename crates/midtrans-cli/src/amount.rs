//! Amounts on the command line, as they are written in Indonesia.

use midtrans_protocol::Rupiah;

/// Reads whole rupiah: `40000`, `40.000`, `Rp40.000`, `Rp 40.000`. What could mean two amounts is
/// refused.
pub(crate) fn rupiah(text: &str) -> Result<Rupiah, String> {
    let text = text.trim();
    let number = without_currency(text);
    let digits = if number.contains('.') {
        ungrouped(number)
    } else {
        Some(number.to_owned())
    };
    let digits = digits
        .filter(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()));
    let Some(digits) = digits else {
        return Err(format!("{}{FORM}", why_not(number)));
    };
    digits
        .parse()
        .map(Rupiah::new)
        .map_err(|_| format!("more than any amount can be; {FORM}"))
}

/// Reads the price of an item, which is negative for a discount.
pub(crate) fn price(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let (sign, size) = text.strip_prefix('-').map_or((1, text), |size| (-1, size));
    let size = i64::try_from(rupiah(size)?.get())
        .map_err(|_| format!("more than any price can be; {FORM}"))?;
    Ok(sign * size)
}

fn without_currency(text: &str) -> &str {
    match text.get(..2) {
        Some(sign) if sign.eq_ignore_ascii_case("rp") => text[2..].trim_start(),
        _ => text,
    }
}

/// Joins groups of three digits that have points between them.
fn ungrouped(number: &str) -> Option<String> {
    let mut groups = number.split('.');
    let first = groups.next()?;
    let is_grouped = matches!(first.len(), 1..=3)
        && !first.starts_with('0')
        && groups.all(|group| group.len() == 3);
    is_grouped.then(|| number.replace('.', ""))
}

/// Names the usual mistakes.
fn why_not(number: &str) -> &'static str {
    if number.contains(',') {
        "a comma may mean thousands or decimals; "
    } else if number.contains('.') {
        "a point stands between groups of three digits, and there are no decimals; "
    } else {
        ""
    }
}

const FORM: &str = "expected whole rupiah such as 40000, 40.000 or Rp40.000";

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn an_amount_is_written_as_in_indonesia() {
        for text in [
            "40000",
            "40.000",
            "Rp40.000",
            "Rp 40.000",
            "rp40000",
            "RP 40.000",
            " 40.000 ",
        ] {
            assert_eq!(rupiah(text), Ok(Rupiah::new(40_000)), "{text}");
        }
        assert_eq!(rupiah("1.234.567"), Ok(Rupiah::new(1_234_567)));
        assert_eq!(rupiah("0"), Ok(Rupiah::new(0)));
        assert_eq!((price("-5.000"), price("Rp5.000")), (Ok(-5_000), Ok(5_000)));
    }

    #[test]
    fn what_could_mean_two_amounts_is_refused_with_the_form() {
        let wrong = [
            "40.00",
            "40000.00",
            "40,000",
            "40.000,00",
            "40.000,-",
            "40,00",
            "0.500",
            "4.0000",
            "40.0",
            "40.",
            ".000",
            "1.2345.678",
            "40000.000",
            "40..000",
        ];
        let nothing = [
            "",
            "Rp",
            "Rp.40.000",
            "+40000",
            "-40000",
            "40 000",
            "4e4",
            "40k",
            "40_000",
            "٤٠",
            "é",
            "R",
            "Rpé",
        ];
        for text in wrong.iter().chain(&nothing) {
            let told = rupiah(text).unwrap_err();
            assert!(
                told.ends_with("expected whole rupiah such as 40000, 40.000 or Rp40.000"),
                "{text}: {told}"
            );
        }
        assert!(
            rupiah("40,000")
                .unwrap_err()
                .starts_with("a comma may mean thousands or decimals")
        );
        assert!(
            rupiah("40.00")
                .unwrap_err()
                .starts_with("a point stands between groups of three")
        );
        assert!(
            rupiah("99.999.999.999.999.999.999")
                .unwrap_err()
                .starts_with("more than any amount")
        );
        assert!(
            price("18446744073709551615")
                .unwrap_err()
                .starts_with("more than any price")
        );
        for text in ["--5", "- ", "-", "-+5"] {
            assert!(price(text).is_err(), "{text}");
        }
    }

    /// Puts points between groups of three, from the end.
    fn grouped(amount: u64) -> String {
        let digits = amount.to_string();
        let from_the_end: Vec<_> = digits
            .as_bytes()
            .rchunks(3)
            .map(|group| str::from_utf8(group).unwrap())
            .collect();
        from_the_end.into_iter().rev().collect::<Vec<_>>().join(".")
    }

    proptest! {
        #[test]
        fn every_amount_is_read_back_from_its_indonesian_spelling(amount in any::<u64>()) {
            let expected = Ok(Rupiah::new(amount));
            prop_assert_eq!(rupiah(&format!("Rp{}", grouped(amount))), expected.clone());
            prop_assert_eq!(rupiah(&amount.to_string()), expected);
        }

        #[test]
        fn no_text_makes_it_panic_and_none_means_more_than_its_digits(text in any::<String>()) {
            if let Ok(amount) = rupiah(&text) {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                prop_assert_eq!(digits.parse(), Ok(amount.get()));
            }
        }
    }
}
