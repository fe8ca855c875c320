//! Signatures that fit two orders: the signed texts are joined without separators, so the joined
//! text can sometimes be cut in another place.

use crate::OrderId;
use crate::money::whole_rupiah;

/// Returns whether `order_id + status_code + gross_amount` can also be read as another order id,
/// another code and another amount. A genuine notification of that other order could be sent as one
/// of this order.
pub(super) fn is_ambiguous(order_id: &str, status_code: &str, gross_amount: &str) -> bool {
    const CODES: [&str; 4] = ["200", "201", "202", "407"];
    let text = [order_id, status_code, gross_amount].concat();
    let boundary = order_id.len();
    // Only where the other order id and the other amount are ASCII does the cut fall between
    // characters.
    let cuts = (1..text.len().saturating_sub(3)).filter(|at| *at != boundary);
    let mut readings = cuts.filter_map(|at| {
        let (id, code, amount) = (text.get(..at)?, text.get(at..at + 3)?, text.get(at + 3..)?);
        Some((id, code, amount))
    });
    // The gateway documents no longer order ids than these. An account that has one may have
    // others.
    let longest = if boundary <= OrderId::MAX {
        OrderId::MAX
    } else {
        OrderId::MAX_EXISTING
    };
    readings.any(|(id, code, amount)| {
        // The code first: it is the cheapest, and rules out nearly every cut.
        CODES.contains(&code)
            && is_plausible(amount)
            && id.len() <= longest
            && OrderId::existing(id).is_ok()
    })
}

fn is_plausible(amount: &str) -> bool {
    /// No price reaches a trillion rupiah.
    const MAX_DIGITS: usize = 12;
    let digits = amount.split('.').next().unwrap_or_default().len();
    digits <= MAX_DIGITS && whole_rupiah(amount).is_some_and(|amount| amount.get() > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert, proptest};

    use super::*;

    #[test]
    fn a_signature_that_fits_two_orders_is_ambiguous() {
        // "1111" + "200" + "200500.00" is the same text as "1111200" + "200" + "500.00".
        assert!(is_ambiguous("1111", "200", "200500.00"));
        assert!(is_ambiguous("1111200", "200", "500.00"));
        assert!(
            is_ambiguous("1111", "201", "200500.00"),
            "a pending notification costs nothing to get"
        );
    }

    #[test]
    fn ids_of_other_systems_are_cut_like_ours() {
        assert!(is_ambiguous("INV/2024/01", "200", "200500.00"));
        assert!(is_ambiguous("INV/2024/01200", "200", "500.00"));
        let long = "INV/".repeat(15);
        assert!(is_ambiguous(&long, "200", "200500.00") && !is_ambiguous(&long, "200", "500.00"));
    }

    #[test]
    fn usual_orders_are_not_ambiguous() {
        for (order, amount) in [
            ("order-101-1578567480", "11000.00"),
            ("order-101-1578567480", "200000.00"),
            ("INV-20261122-0001", "1250000.00"),
            ("sample-store-1699433645", "20000.00"),
            ("A-1", "2000.00"),
            ("order-101a", "13950000.00"),
        ] {
            assert!(!is_ambiguous(order, "200", amount), "{order} {amount}");
        }
    }

    /// The number of ambiguous ones among a thousand notifications with these order ids.
    fn of_a_thousand(id: impl Fn(u64) -> String, price: impl Fn(u64) -> u64) -> u64 {
        const ORDERS: u64 = 20_000;
        let is_counted = |n: &u64| is_ambiguous(&id(*n), "200", &format!("{}.00", price(*n)));
        let ambiguous = (0..ORDERS).filter(is_counted).count() as u64;
        (ambiguous * 1_000 + ORDERS / 2) / ORDERS
    }

    /// A number that looks random, the same in every run.
    fn mixed(n: u64) -> u64 {
        let n = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) ^ (n >> 31)
    }

    /// A date in 2026 that looks random, as eight digits.
    fn date(n: u64) -> String {
        format!("2026{:02}{:02}", 1 + mixed(n) % 12, 1 + mixed(n ^ 1) % 28)
    }

    fn uuid(n: u64) -> String {
        let digits = format!("{:016x}{:016x}", mixed(n), mixed(n ^ 0x5eed));
        [
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
            &digits[20..],
        ]
        .join("-")
    }

    fn unambiguous(n: u64) -> String {
        let id = OrderId::unambiguous("order", n.into()).unwrap();
        id.as_str().to_owned()
    }

    #[test]
    fn the_rates_in_the_documentation_are_those_that_are_measured() {
        let prices = |n: u64| (10 + mixed(n ^ 0xabc) % 4_991) * 1_000;
        let usual: [fn(u64) -> String; 6] = [
            |n| format!("order-{}", n + 1),
            |n| format!("ORDER-2026{n:03}"),
            |n| (n + 1).to_string(),
            |n| format!("INV-{}-{:04}", date(n), n % 10_000),
            |n| format!("order-{}", 1_760_000_000 + n * 37),
            |n| format!("{}{:04}", date(n), n % 10_000),
        ];
        let rates = usual.map(|id| of_a_thousand(id, prices));
        assert_eq!(
            (rates.iter().min(), rates.iter().max()),
            (Some(&12), Some(&20)),
            "{rates:?}"
        );
        let cheap = usual.map(|id| of_a_thousand(id, |_| 50_000));
        assert_eq!(
            (cheap.iter().min(), cheap.iter().max()),
            (Some(&6), Some(&57)),
            "{cheap:?}"
        );
        assert_eq!(of_a_thousand(uuid, prices), 8);
        let letter = of_a_thousand(|n| format!("order-{n}a"), prices);
        assert_eq!(letter, 6);
        for code in ["200", "201", "202", "407"] {
            assert_eq!(
                of_a_thousand(|n| format!("order-{n}-{code}"), prices),
                1_000,
                "{code}"
            );
        }
        assert_eq!(of_a_thousand(unambiguous, prices), 0);
    }

    proptest! {
        #[test]
        fn nothing_that_is_signed_with_a_made_order_id_is_ambiguous(
            prefix in "[A-Za-z0-9._~-]{1,12}",
            // Numbers and amounts that are full of codes are the hard ones.
            number in "(200|201|202|407|[0-9]){0,6}",
            code in "(200|201|202|407|[0-9]{0,4})",
            amount in "(200|201|202|407|[0-9]){1,5}(\\.0{1,5})?",
        ) {
            let number = number.parse().unwrap_or_default();
            if let Ok(id) = OrderId::unambiguous(&prefix, number) {
                prop_assert!(!is_ambiguous(id.as_str(), &code, &amount), "{id} {code} {amount}");
            }
        }

        #[test]
        fn an_ambiguous_signature_fits_another_order_and_a_clear_one_does_not(
            id in "[A-Za-z0-9._~-]{0,3}(200|201|202|407|[0-9a-z/]){1,4}",
            code in "(200|201|202|407)",
            amount in "[1-9](200|201|202|407|[0-9]){0,3}(\\.00)?",
            at in any::<prop::sample::Index>(),
        ) {
            // One reading at a time, written as a person would check it.
            let text = format!("{id}{code}{amount}");
            let at = at.index(text.len());
            let (other, rest) = text.split_at(at);
            let digits = |amount: &str| !amount.is_empty() && amount.bytes().all(|byte| byte.is_ascii_digit());
            let fits = rest.len() > 3 && matches!(&rest[..3], "200" | "201" | "202" | "407") && {
                let amount = rest[3..].strip_suffix(".00").unwrap_or(&rest[3..]);
                digits(amount) && !amount.starts_with('0') && amount.len() <= 12
            };
            if fits && at != id.len() && OrderId::existing(other).is_ok() {
                prop_assert!(is_ambiguous(&id, &code, &amount), "{other} {rest}");
            }
        }
    }
}
