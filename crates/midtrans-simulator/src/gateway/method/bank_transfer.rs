//! Virtual accounts at BCA, BNI, BRI and CIMB Niaga: the customer transfers the amount to a number.
//! ([Bank transfer](https://docs.midtrans.com/reference/virtual-account-api-bank-transfer))

use std::ops::RangeInclusive;

use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use super::{Instructions, Method, permata};
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, FIRST, Keys};
use crate::gateway::limits;
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;

#[derive(Debug)]
pub(super) struct BankTransfer;

/// A bank's virtual accounts. The gateway's pages name two lengths for each bank, of the whole
/// number and of the customer's part; these are of the customer's part.
struct Bank {
    word: &'static str,
    name: &'static str,
    /// Stands before the customer's part.
    company: &'static str,
    length: RangeInclusive<usize>,
}

const BANKS: [Bank; 4] = [
    Bank {
        word: "bca",
        name: "BCA",
        company: "81278",
        length: 6..=11,
    },
    Bank {
        word: "bni",
        name: "BNI",
        company: "98885002",
        length: 8..=8,
    },
    Bank {
        word: "bri",
        name: "BRI",
        company: "57839",
        length: 13..=13,
    },
    Bank {
        word: "cimb",
        name: "CIMB Niaga",
        company: "2810",
        length: 12..=12,
    },
];

fn bank(word: &Value) -> Option<&'static Bank> {
    BANKS.iter().find(|bank| word == bank.word)
}

impl Method for BankTransfer {
    fn payment_type(&self) -> &'static str {
        "bank_transfer"
    }

    fn name(&self, instructions: &Instructions) -> String {
        match self.pay_page(instructions) {
            PayPage::Number { bank, .. } => format!("{bank} Virtual Account"),
            _ => "Virtual Account".to_owned(),
        }
    }

    /// Permata's virtual accounts have answers of their own. A charge without the object, as the
    /// official client for Go sends it, is Permata's too: no page names the bank that it gets.
    fn played_by(&self, charge: &Value) -> Option<&'static dyn Method> {
        let transfer = &charge["bank_transfer"];
        let is_permata = transfer.is_null() || transfer["bank"] == "permata";
        is_permata.then_some(&permata::Permata)
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        let transfer = &charge["bank_transfer"];
        if !transfer.is_object() {
            return problems.push("bank_transfer must be an object".to_owned());
        }
        match &transfer["bank"] {
            Value::Null => problems.push("bank_transfer.bank is required".to_owned()),
            word if bank(word).is_none() => {
                problems.push("bank_transfer.bank is invalid".to_owned());
            }
            _ => {}
        }
        check_number(&transfer["va_number"], "bank_transfer.va_number", problems);
        check_customer(charge, problems);
        check_texts(&transfer["free_text"], problems);
        let code = &transfer["bca"]["sub_company_code"];
        if !code.is_null() && !code.is_string() {
            problems.push("bank_transfer.bca.sub_company_code must be a string".to_owned());
        }
    }

    fn instruct(&self, charge: &Value, numbers: &mut Numbers<'_>) -> Instructions {
        let transfer = &charge["bank_transfer"];
        let Some(bank) = bank(&transfer["bank"]) else {
            return Instructions::new();
        };
        let requested = transfer["va_number"].as_str();
        let number = numbers.draw(bank.company, bank.length.clone(), requested);
        let accounts = json!([{ "bank": bank.word, "va_number": number }]);
        Instructions::from_iter([
            ("va_numbers".to_owned(), accounts),
            ("payment_amounts".to_owned(), json!([])),
        ])
    }

    /// Adds the amount that was paid: only BNI's notifications list it.
    fn settle(&self, payment: &mut Payment, _: &mut Ids, now: WibTime) {
        if payment.instructions["va_numbers"][0]["bank"] == "bni" {
            let amount = payment.gross_amount();
            payment.instructions["payment_amounts"] =
                json!([{ "paid_at": now.to_string(), "amount": amount.as_str() }]);
        }
    }

    fn charge_message(&self) -> &'static str {
        "Success, Bank Transfer transaction is created"
    }

    fn charged(&self) -> Added {
        &[
            ("transaction_status", &["va_numbers"]),
            ("fraud_status", &["expiry_time"]),
        ]
    }

    fn notified(&self) -> Added {
        &[
            (FIRST, &["va_numbers"]),
            ("payment_type", &["payment_amounts"]),
        ]
    }

    fn echoed(&self) -> Keys {
        &["va_numbers", "payment_amounts"]
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        let account = instructions
            .get("va_numbers")
            .map_or(&Value::Null, |accounts| &accounts[0]);
        let name = bank(&account["bank"]).map_or("", |bank| bank.name);
        PayPage::Number {
            bank: name.to_owned(),
            number: account["va_number"].as_str().unwrap_or_default().to_owned(),
        }
    }
}

/// Adds a problem for a number of the merchant's own that is not made of digits. Its length is no
/// problem: the gateway cuts and fills it.
pub(super) fn check_number(number: &Value, place: &str, problems: &mut Vec<String>) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !number.is_null() && !number.as_str().is_some_and(is_number) {
        problems.push(format!("{place} must be a string of digits"));
    }
}

/// Checks customers' names at BCA, and their phones at BNI.
fn check_customer(charge: &Value, problems: &mut Vec<String>) {
    const LONGEST: usize = 30;
    let (bank, customer) = (
        &charge["bank_transfer"]["bank"],
        &charge["customer_details"],
    );
    for name in ["first_name", "last_name"].iter().filter(|_| bank == "bca") {
        if customer[*name].is_string() && !limits::is_text(&customer[*name], LONGEST) {
            let place = format!("customer_details.{name}");
            problems.push(limits::text_problem(&place, LONGEST));
        }
    }
    let is_phone = |phone: &str| phone.starts_with("+62") || phone.starts_with('0');
    let phone = &customer["phone"];
    if bank == "bni"
        && let Some(text) = phone.as_str()
        && !(is_phone(text) && limits::is_text(phone, LONGEST))
    {
        let problem = "must begin with +62 or 0 and have at most 30 characters";
        problems.push(format!("customer_details.phone {problem}"));
    }
}

/// Checks the texts that BCA shows: at most ten of each kind, in two languages.
fn check_texts(texts: &Value, problems: &mut Vec<String>) {
    const MOST: usize = 10;
    const LONGEST: usize = 50;
    for kind in ["inquiry", "payment"] {
        let place = format!("bank_transfer.free_text.{kind}");
        let list = match &texts[kind] {
            Value::Null => continue,
            Value::Array(list) if list.len() <= MOST => list,
            _ => {
                problems.push(format!("{place} must be an array of at most {MOST} texts"));
                continue;
            }
        };
        for (at, text) in list.iter().enumerate() {
            for language in ["id", "en"] {
                if !limits::is_text(&text[language], LONGEST) {
                    let place = format!("{place}[{at}].{language}");
                    problems.push(limits::text_problem(&place, LONGEST));
                }
            }
        }
    }
}
