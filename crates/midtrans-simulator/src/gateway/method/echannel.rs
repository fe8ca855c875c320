//! Mandiri Bill: the customer pays a bill by its key.
//! ([Mandiri Bill](https://docs.midtrans.com/reference/mandiri-bill-payment-1))

use serde_json::Value;

use super::bank_transfer::check_number;
use super::{Instructions, Keys, Method, PayPage, require_object};
use crate::gateway::limits;
use crate::gateway::pay_number::Numbers;

#[derive(Debug)]
pub(super) struct Echannel;

impl Method for Echannel {
    fn payment_type(&self) -> &'static str {
        "echannel"
    }

    fn name(&self, _: &Instructions) -> String {
        "Mandiri Bill".to_owned()
    }

    /// What is longer than Mandiri shows is cut, and no problem.
    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        let bill = &charge["echannel"];
        require_object(bill, "echannel", &["bill_info1", "bill_info2"], problems);
        if !bill.is_null() && !bill.is_object() {
            problems.push("echannel must be an object".to_owned());
        }
        for at in 1..=8 {
            let name = format!("bill_info{at}");
            if !bill[&name].is_null() && !limits::is_text(&bill[&name], limits::LONG) {
                let place = format!("echannel.{name}");
                problems.push(limits::text_problem(&place, limits::LONG));
            }
        }
        check_number(&bill["bill_key"], "echannel.bill_key", problems);
    }

    fn instruct(&self, charge: &Value, numbers: &mut Numbers<'_>) -> Instructions {
        let wish = charge["echannel"]["bill_key"].as_str();
        let key = numbers.draw("", 6..=12, wish);
        Instructions::from_iter([
            ("bill_key".to_owned(), key.into()),
            ("biller_code".to_owned(), BILLER.into()),
        ])
    }

    fn charge_message(&self) -> &'static str {
        "OK, Mandiri Bill transaction is successful"
    }

    fn charged(&self) -> Keys {
        &[
            "status_code",
            "status_message",
            "transaction_id",
            "order_id",
            "merchant_id",
            "gross_amount",
            "currency",
            "payment_type",
            "transaction_time",
            "transaction_status",
            "fraud_status",
            "bill_key",
            "biller_code",
            "expiry_time",
        ]
    }

    fn notified(&self) -> Keys {
        &[
            "transaction_time",
            "transaction_status",
            "transaction_id",
            "status_message",
            "status_code",
            "signature_key",
            "settlement_time",
            "payment_type",
            "order_id",
            "metadata",
            "merchant_id",
            "gross_amount",
            "fraud_status",
            "expiry_time",
            "custom_field1",
            "custom_field2",
            "custom_field3",
            "currency",
            "biller_code",
            "bill_key",
        ]
    }

    fn echoed(&self) -> Keys {
        &["biller_code", "bill_key"]
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        let text = |name: &str| {
            let value = instructions.get(name).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        PayPage::Bill {
            biller_code: text("biller_code"),
            bill_key: text("bill_key"),
        }
    }
}

/// Midtrans' own code at Mandiri.
const BILLER: &str = "70012";
