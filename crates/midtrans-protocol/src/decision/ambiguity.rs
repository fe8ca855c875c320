//! Signatures that fit two orders: the signed texts are joined without separators, so the joined text can sometimes be
//! cut in another place.

use crate::OrderId;
use crate::money::whole_rupiah;

/// Whether `order_id + status_code + gross_amount` can also be read as another order id, another code and another
/// amount. Whoever has a genuine notification of that other order could send it as one of this order.
pub(super) fn is_ambiguous(order_id: &str, status_code: &str, gross_amount: &str) -> bool {
    const CODES: [&str; 4] = ["200", "201", "202", "407"];
    let text = [order_id, status_code, gross_amount].concat();
    let boundary = order_id.len();
    // Only where the other order id and the other amount are ASCII does the cut fall between characters.
    let cuts = (1..text.len().saturating_sub(3)).filter(|at| *at != boundary);
    let mut readings = cuts.filter_map(|at| {
        let (id, code, amount) = (text.get(..at)?, text.get(at..at + 3)?, text.get(at + 3..)?);
        Some((id, code, amount))
    });
    // The gateway documents no longer order ids than these. An account that has one may have others.
    let longest = if boundary <= OrderId::MAX { OrderId::MAX } else { OrderId::MAX_EXISTING };
    readings.any(|(id, code, amount)| {
        // The code first: it is the cheapest, and rules out nearly every cut.
        CODES.contains(&code) && is_plausible(amount) && id.len() <= longest && OrderId::existing(id).is_ok()
    })
}

fn is_plausible(amount: &str) -> bool {
    /// Nobody sells at a trillion rupiah.
    const MAX_DIGITS: usize = 12;
    let digits = amount.split('.').next().unwrap_or_default().len();
    digits <= MAX_DIGITS && whole_rupiah(amount).is_some_and(|amount| amount.get() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_that_fits_two_orders_is_ambiguous() {
        // "1111" + "200" + "200500.00" is the same text as "1111200" + "200" + "500.00".
        assert!(is_ambiguous("1111", "200", "200500.00"));
        assert!(is_ambiguous("1111200", "200", "500.00"));
        assert!(is_ambiguous("1111", "201", "200500.00"), "a pending notification costs nothing to get");
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
}
