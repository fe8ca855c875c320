//! GoPay: the customer opens the app by a link, or scans a QR code.
//! ([GoPay](https://docs.midtrans.com/reference/gopay-1))
//!
//! Linked accounts are not played: none exists, and a charge of one is answered so.

use std::ops::RangeInclusive;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus as Status;
use serde_json::{Value, json};

use super::{
    DAY, Finish, Instructions, MINUTE, Method, Refunds, off_us, own_page_of, path, returns_to,
    text_of,
};
use crate::gateway::action::Action;
use crate::gateway::customer::FinishRedirect;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, FIRST, Keys};
use crate::gateway::link::with_query;
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::refusal::Refusal;
use crate::gateway::settings::Settings;
use crate::gateway::{deeplink, emv, picture, texts};

#[derive(Debug)]
pub(super) struct Gopay;

impl Method for Gopay {
    fn payment_type(&self) -> &'static str {
        "gopay"
    }

    /// A code that another wallet has paid is reported as QRIS.
    fn answered_type(&self, instructions: &Instructions) -> &'static str {
        if is_elsewhere(instructions) {
            "qris"
        } else {
            "gopay"
        }
    }

    fn name(&self, _: &Instructions) -> String {
        "GoPay".to_owned()
    }

    fn amounts(&self, _: &Value) -> RangeInclusive<u64> {
        1..=20_000_000
    }

    fn default_expiry(&self) -> Duration {
        15 * MINUTE
    }

    fn longest_expiry(&self, _: &Value) -> Option<Duration> {
        Some(7 * DAY)
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        let optional = ["callback_url", "account_id", "payment_option_token"];
        texts::check(charge, "gopay", &[], &optional, problems);
        let callback = &charge["gopay"]["enable_callback"];
        if !callback.is_null() && !callback.is_boolean() {
            problems.push("gopay.enable_callback must be true or false".to_owned());
        }
    }

    fn refuse(&self, charge: &Value) -> Option<Refusal> {
        let account = texts::given(charge, "gopay", "account_id");
        account.map(|_| Refusal::UnknownResource)
    }

    fn instruct(&self, charge: &Value, numbers: &mut Numbers<'_>) -> Instructions {
        let bill = numbers.ids.uuid();
        let text = emv::text(emv::GOPAY, numbers.merchant_id, numbers.amount, &bill);
        let mut fields = Instructions::from_iter([
            ("channel_response_code".to_owned(), "200".into()),
            ("channel_response_message".to_owned(), "Success".into()),
            ("qr_string".to_owned(), text.into()),
        ]);
        if charge["gopay"]["enable_callback"] == true {
            let url = texts::given(charge, "gopay", "callback_url");
            // Without one, it is the account's own.
            fields.insert("callback_url".to_owned(), json!(url));
        }
        fields
    }

    fn paid_elsewhere(&self) -> Instructions {
        let mut fields = off_us();
        fields.insert("acquirer".to_owned(), "gopay".into());
        fields
    }

    fn settle(&self, payment: &mut Payment, _: &mut Ids, _: WibTime) {
        let fields = &mut payment.instructions;
        if !is_elsewhere(fields) {
            fields.insert("payment_option_type".to_owned(), "GOPAY_WALLET".into());
        }
    }

    fn charge_message(&self) -> &'static str {
        "GO-PAY billing created"
    }

    /// The sample is older than `merchant_id`, `fraud_status`, `qr_string` and `expiry_time` in
    /// this answer.
    fn charged(&self) -> Added {
        &[(
            "fraud_status",
            &[
                "actions",
                "channel_response_code",
                "channel_response_message",
                "qr_string",
                "expiry_time",
            ],
        )]
    }

    fn notified(&self) -> Added {
        &[
            (FIRST, &["transaction_type"]),
            ("payment_type", &["payment_option_type"]),
            ("merchant_id", &["issuer"]),
            ("currency", &["acquirer"]),
        ]
    }

    fn echoed(&self) -> Keys {
        &[
            "transaction_type",
            "issuer",
            "acquirer",
            "payment_option_type",
        ]
    }

    fn actions(&self, payment: &Payment, settings: &Settings) -> Vec<Action> {
        let (url, id) = (&settings.url, &payment.id);
        let (older, newer) = (picture::path("gopay", id), picture::newer_path(id));
        vec![
            Action::get("generate-qr-code", format!("{url}{older}")),
            // The sample has two slashes there.
            Action::get("generate-qr-code-v2", format!("{url}/{newer}")),
            Action::get(
                "deeplink-redirect",
                format!("{url}{}", deeplink::page_of(id)),
            ),
            Action::get("get-status", format!("{url}/v2/{id}/status")),
            Action::post("cancel", format!("{url}/v2/{id}/cancel")),
        ]
    }

    fn refunds(&self, instructions: &Instructions) -> Refunds {
        let days = if is_elsewhere(instructions) { 7 } else { 45 };
        Refunds::Within(days * DAY)
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        PayPage::Wallet {
            qr_string: Some(text_of(instructions, "qr_string")),
            returns: instructions.contains_key("callback_url"),
        }
    }

    /// The customer who scans the code stays in the app.
    fn pay_page_at(&self, page: &str, instructions: &Instructions) -> PayPage {
        match path(page).strip_prefix(&own_page_of("")) {
            Some(_) => PayPage::Scan {
                qr_string: text_of(instructions, "qr_string"),
            },
            None => self.pay_page(instructions),
        }
    }

    fn page_route(&self) -> &'static str {
        deeplink::ROUTE
    }

    fn page_of(&self, transaction_id: &str, _: &Settings) -> String {
        deeplink::page_of(transaction_id)
    }

    fn transaction_of(&self, page: &str) -> Option<String> {
        let scanned = path(page).strip_prefix(&own_page_of(""));
        scanned
            .map(ToOwned::to_owned)
            .or_else(|| deeplink::transaction_of(page))
    }

    fn returns_to(&self, payment: &Payment, settings: &Settings) -> Option<String> {
        returns_to(payment, settings)
    }

    /// ([Callback](https://docs.midtrans.com/reference/gopay-object))
    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        let result = match finish.claim.status {
            Status::Settlement | Status::PartialRefund | Status::Refund => "success",
            _ => "failure",
        };
        let query = format!("order_id={}&result={result}", finish.payment.order_id);
        Some(FinishRedirect::Redirect {
            location: with_query(finish.finish_url, &query),
        })
    }
}

fn is_elsewhere(instructions: &Instructions) -> bool {
    instructions.contains_key("transaction_type")
}
