//! Virtual accounts at Permata: charged by their old name, or as a bank transfer to Permata.
//! ([Permata](https://docs.midtrans.com/reference/permata-virtual-account-1))

use serde_json::Value;

use super::bank_transfer::check_number;
use super::{Instructions, Keys, Method, PayPage};
use crate::gateway::pay_number::Numbers;

#[derive(Debug)]
pub(super) struct Permata;

impl Method for Permata {
    fn payment_type(&self) -> &'static str {
        "permata"
    }

    fn answered_type(&self) -> &'static str {
        "bank_transfer"
    }

    fn name(&self, _: &Instructions) -> String {
        "Permata Virtual Account".to_owned()
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        let transfer = &charge["bank_transfer"];
        check_number(&transfer["va_number"], "bank_transfer.va_number", problems);
        let name = &transfer["permata"]["recipient_name"];
        if !name.is_null() && !name.is_string() {
            problems.push("bank_transfer.permata.recipient_name must be a string".to_owned());
        }
    }

    /// ([Idempotency](https://docs.midtrans.com/reference/idempotency-header))
    fn keeps_key(&self, _: &Value) -> bool {
        false
    }

    fn instruct(&self, charge: &Value, numbers: &mut Numbers<'_>) -> Instructions {
        let wish = charge["bank_transfer"]["va_number"].as_str();
        let number = numbers.draw("877800", 10..=10, wish);
        Instructions::from_iter([("permata_va_number".to_owned(), number.into())])
    }

    fn charge_message(&self) -> &'static str {
        "Success, PERMATA VA transaction is successful"
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
            "permata_va_number",
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
            "permata_va_number",
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
        ]
    }

    fn echoed(&self) -> Keys {
        &["permata_va_number"]
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        let number = instructions
            .get("permata_va_number")
            .and_then(Value::as_str);
        PayPage::Number {
            bank: "Permata".to_owned(),
            number: number.unwrap_or_default().to_owned(),
        }
    }
}
