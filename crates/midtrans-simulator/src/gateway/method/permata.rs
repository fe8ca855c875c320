//! Virtual accounts at Permata: charged by their old name, or as a bank transfer to Permata.
//! ([Permata](https://docs.midtrans.com/reference/permata-virtual-account-1))

use serde_json::Value;

use super::bank_transfer::check_number;
use super::{Instructions, Method, text_of};
use crate::gateway::keys::{Added, Keys};
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;

#[derive(Debug)]
pub(super) struct Permata;

impl Method for Permata {
    fn payment_type(&self) -> &'static str {
        "permata"
    }

    fn answered_type(&self, _: &Instructions) -> &'static str {
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
        let requested = charge["bank_transfer"]["va_number"].as_str();
        let number = numbers.draw("877800", 10..=10, requested);
        Instructions::from_iter([("permata_va_number".to_owned(), number.into())])
    }

    fn charge_message(&self) -> &'static str {
        "Success, PERMATA VA transaction is successful"
    }

    fn charged(&self) -> Added {
        &[("fraud_status", &["permata_va_number", "expiry_time"])]
    }

    fn notified(&self) -> Added {
        &[("settlement_time", &["permata_va_number"])]
    }

    fn echoed(&self) -> Keys {
        &["permata_va_number"]
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        PayPage::Number {
            bank: "Permata".to_owned(),
            number: text_of(instructions, "permata_va_number"),
        }
    }
}
