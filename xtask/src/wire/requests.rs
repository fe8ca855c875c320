//! Requests: read, written again and compared.

use midtrans_protocol::ids::{PaymentId, RefundKey};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::transaction::{Capture, Refund};
use midtrans_protocol::{Charge, Environment, InvalidInput, OrderId, Rupiah};
use serde_json::Value;

use super::compare;
use super::judge::{Verdict, verdict};

use Verdict::Failed;

/// Some samples break a rule of their own page. Such a charge has to be refused for just that, and
/// to be read once that is repaired.
pub(super) fn charged(text: &str) -> Verdict {
    let error = match read(text) {
        Ok(verdict) => return verdict,
        Err(error) => error,
    };
    match repaired(text, &error).map(|repaired| read(&repaired)) {
        Some(Ok(Verdict::Read { .. })) => Verdict::Repaired(error.field().to_owned()),
        Some(Ok(verdict)) => verdict,
        Some(Err(second)) => Failed(vec![error.to_string(), second.to_string()]),
        None => Failed(vec![error.to_string()]),
    }
}

fn read(text: &str) -> Result<Verdict, InvalidInput> {
    let request = Charge::from_json(text)?.request(&Environment::Sandbox);
    Ok(verdict(
        compare::requests(text, Some(request.body())),
        false,
    ))
}

/// The sample with another value in the one field that was refused: a price that the lines add up
/// to, the smallest price, an order id of the documented characters, a text of the documented
/// length.
fn repaired(text: &str, error: &InvalidInput) -> Option<String> {
    if error.problems().count() > 1 {
        return None;
    }
    let mut sample: Value = serde_json::from_str(text).ok()?;
    let order = &mut sample["transaction_details"];
    match error.field() {
        "item_details" => {
            let sum = sum(&sample["item_details"])?;
            sample["transaction_details"]["gross_amount"] = sum.into();
        }
        "transaction_details.gross_amount" => {
            order["gross_amount"] = 10_000.into();
        }
        "transaction_details.order_id" => {
            order["order_id"] = "wire".into();
        }
        field => {
            let name = field.strip_prefix("cstore.")?;
            let text = &mut sample["cstore"][name];
            let short: String = text.as_str()?.chars().take(40).collect();
            *text = short.into();
        }
    }
    Some(sample.to_string())
}

fn sum(lines: &Value) -> Option<i64> {
    let lines = lines.as_array()?.iter();
    lines
        .map(|line| {
            line["price"]
                .as_i64()?
                .checked_mul(line["quantity"].as_i64()?)
        })
        .try_fold(0_i64, |sum, price| sum.checked_add(price?))
}

pub(super) fn refunded(text: &str) -> Verdict {
    let object: Value = serde_json::from_str(text).unwrap_or_default();
    let refund = || {
        let key = RefundKey::new(object["refund_key"].as_str().unwrap_or_default())?;
        let order = OrderId::new("wire")?;
        let refund = match object["amount"].as_u64() {
            Some(amount) => Refund::part(order, key, Rupiah::new(amount))?,
            None => Refund::full(order, key),
        };
        match object["reason"].as_str() {
            Some(reason) => refund.because(reason),
            None => Ok(refund),
        }
    };
    written(text, refund())
}

pub(super) fn captured(text: &str) -> Verdict {
    let object: Value = serde_json::from_str(text).unwrap_or_default();
    let capture = || {
        let id = PaymentId::received(object["transaction_id"].as_str().unwrap_or_default())?;
        match object["gross_amount"].as_u64() {
            Some(amount) => Capture::part(id, Rupiah::new(amount)),
            None => Ok(Capture::full(id)),
        }
    };
    written(text, capture())
}

fn written(text: &str, operation: Result<impl Operation, InvalidInput>) -> Verdict {
    match operation {
        Ok(operation) => {
            let request = operation.request(&Environment::Sandbox);
            verdict(compare::requests(text, Some(request.body())), false)
        }
        Err(error) => Failed(vec![error.to_string()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHARGE: &str = r#"{"payment_type":"credit_card","transaction_details":{"order_id":"wire-1","gross_amount":20000},
        "credit_card":{"token_id":"t"},"item_details":[{"id":"a","price":10000,"quantity":2,"name":"x"}]}"#;

    fn problems(text: &str) -> Vec<String> {
        match charged(text) {
            Failed(problems) => problems,
            Verdict::Repaired(field) => vec![format!("repaired: {field}")],
            Verdict::Read { .. } | Verdict::Skipped(_) => Vec::new(),
        }
    }

    #[test]
    fn a_sample_that_breaks_its_pages_rule_is_refused_for_that_alone() {
        assert_eq!(problems(CHARGE), Vec::<String>::new());
        let wrong_sum = CHARGE.replace("20000", "145000");
        assert_eq!(problems(&wrong_sum), ["repaired: item_details"]);
        assert_eq!(
            problems(&CHARGE.replace("wire-1", "wire 1")),
            ["repaired: transaction_details.order_id"]
        );
        let found = problems(&wrong_sum.replace("\"t\"", "\"\""));
        assert!(found[0].starts_with("credit_card.token_id"), "{found:?}");
        // Lines that add up to too little have no price that fits.
        let little = CHARGE.replace("20000", "9000").replace("10000", "4500");
        assert!(!problems(&little)[0].starts_with("repaired"));
    }
}
