//! Mandiri Bill: the customer pays a bill by its key.
//! ([Mandiri Bill](https://docs.midtrans.com/reference/mandiri-bill-payment-1))

use serde_json::Value;

use super::bank_transfer::check_number;
use super::{Instructions, Method, text_of};
use crate::gateway::keys::{Added, Keys};
use crate::gateway::limits;
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::required::require_object;

#[derive(Debug)]
pub(super) struct Echannel;

impl Method for Echannel {
    fn payment_type(&self) -> &'static str {
        "echannel"
    }

    fn name(&self, _: &Instructions) -> String {
        "Mandiri Bill".to_owned()
    }

    /// A text that is longer than Mandiri shows is cut, and no problem.
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
        let requested = charge["echannel"]["bill_key"].as_str();
        let key = numbers.draw("", 6..=12, requested);
        Instructions::from_iter([
            ("bill_key".to_owned(), key.into()),
            ("biller_code".to_owned(), BILLER.into()),
        ])
    }

    fn charge_message(&self) -> &'static str {
        "OK, Mandiri Bill transaction is successful"
    }

    fn charged(&self) -> Added {
        &[("fraud_status", &["bill_key", "biller_code", "expiry_time"])]
    }

    fn notified(&self) -> Added {
        &[("currency", &["biller_code", "bill_key"])]
    }

    fn echoed(&self) -> Keys {
        &["biller_code", "bill_key"]
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        PayPage::Bill {
            biller_code: text_of(instructions, "biller_code"),
            bill_key: text_of(instructions, "bill_key"),
        }
    }
}

/// Midtrans' own code at Mandiri.
const BILLER: &str = "70012";
