//! The amounts of an invoice, in whole rupiah.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gateway::number::{price, whole};

/// The amounts of an invoice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Total {
    /// What is paid.
    pub(super) gross: u64,
    /// The lines less the discount.
    pub(super) base: u64,
    /// The amount of each tax, in their order.
    pub(super) taxes: Vec<u64>,
    /// The discount of each line.
    pub(super) discounts: Vec<u64>,
}

/// Adds an invoice up: lines, less the discount, with taxes on that, and shipping. `None` if a
/// number is none or too large.
///
/// Of a percentage the pages have samples of 10 and of 0.2 for the same meaning; here 10 is ten
/// percent. A part of a rupiah is dropped.
pub(super) fn total(invoice: &Value) -> Option<Total> {
    let mut total = Total::default();
    let mut lines = 0u64;
    for item in invoice["item_details"].as_array().into_iter().flatten() {
        let price = natural(&item["price"])?;
        let line = price.checked_mul(natural(&item["quantity"])?)?;
        let discount = match &item["discount_percentage"] {
            Value::Null => 0,
            percent => share(line, percent)?.min(line),
        };
        total.discounts.push(discount);
        lines = lines.checked_add(line - discount)?;
    }
    let amount = &invoice["amount"];
    let optional = |name: &str| match &amount[name] {
        Value::Null => Some(0),
        value => natural(value),
    };
    total.base = lines.checked_sub(optional("discount")?)?;
    let mut added = 0u64;
    for tax in invoice["taxes"].as_array().into_iter().flatten() {
        let of_tax = match tax["type"].as_str() {
            Some("fixed") => natural(&tax["value"])?,
            _ => share(total.base, &tax["value"])?,
        };
        total.taxes.push(of_tax);
        added = added.checked_add(of_tax)?;
    }
    // Prices that include the taxes are not raised by them.
    if invoice["tax_mode"] == "inclusive" {
        added = 0;
    }
    let parts = [added, optional("vat")?, optional("shipping")?];
    let gross = parts.into_iter().try_fold(total.base, u64::checked_add)?;
    total.gross = gross;
    Some(total)
}

fn natural(value: &Value) -> Option<u64> {
    price(value)
        .or_else(|| whole(value))
        .and_then(|amount| u64::try_from(amount).ok())
}

/// A percentage of an amount. It may have four decimals.
fn share(amount: u64, percent: &Value) -> Option<u64> {
    let text = match percent {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals: String = decimals.chars().chain("0000".chars()).take(4).collect();
    let units: u128 = whole.parse::<u128>().ok()?.checked_mul(10_000)?;
    let units = units.checked_add(decimals.parse().ok()?)?;
    u64::try_from(u128::from(amount).checked_mul(units)? / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn taxes_are_on_the_lines_less_the_discount() {
        let invoice = json!({
            "item_details": [{"price": "10000", "quantity": "2", "discount_percentage": 12.5}, {"price": 500, "quantity": 1}],
            "amount": {"discount": "1000", "shipping": 100},
            "tax_mode": "exclusive",
            "taxes": [{"type": "percentage", "value": 11}, {"type": "fixed", "value": 7}],
        });
        let total = total(&invoice).unwrap();
        assert_eq!(
            (total.base, &*total.taxes, &*total.discounts),
            (17_000, &[1_870, 7][..], &[2_500, 0][..])
        );
        assert_eq!(total.gross, 17_000 + 1_877 + 100);
        let mut inclusive = invoice;
        inclusive["tax_mode"] = json!("inclusive");
        assert_eq!(super::total(&inclusive).unwrap().gross, 17_100);
        inclusive["amount"]["discount"] = json!(20_000);
        assert_eq!(super::total(&inclusive), None, "below nothing");
    }
}
