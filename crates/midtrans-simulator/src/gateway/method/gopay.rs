//! GoPay: the customer opens the app by a link, or scans a QR code.
//! ([GoPay](https://docs.midtrans.com/reference/gopay-1))
//!
//! A charge of a linked account is opened by the account, see `pay_accounts`.

use std::ops::RangeInclusive;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus as Status;
use serde_json::{Value, json};

use super::{DAY, Finish, Instructions, MINUTE, Method, Refunds, off_us, returns_to, text_of};
use crate::gateway::action::Action;
use crate::gateway::customer::FinishRedirect;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, FIRST, Keys};
use crate::gateway::link::with_query;
use crate::gateway::page_address::{DEEPLINK, OWN, PageAddress};
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::settings::Settings;
use crate::gateway::{emv, picture, texts};

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
        for name in ["enable_callback", "recurring", "pre_auth"] {
            let value = &charge["gopay"][name];
            if !value.is_null() && !value.is_boolean() {
                problems.push(format!("gopay.{name} must be true or false"));
            }
        }
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
        if is_linked(&payment.instructions) {
            return vec![
                Action::get("verification-link-url", format!("{url}{}", PIN.of(id))),
                Action::get(
                    "verification-link-app",
                    format!("{url}{}", PIN_IN_APP.of(id)),
                ),
            ];
        }
        let (older, newer) = (picture::path("gopay", id), picture::newer_path(id));
        vec![
            Action::get("generate-qr-code", format!("{url}{older}")),
            // The sample has two slashes there.
            Action::get("generate-qr-code-v2", format!("{url}/{newer}")),
            Action::get("deeplink-redirect", format!("{url}{}", DEEPLINK.of(id))),
            Action::get("get-status", format!("{url}/v2/{id}/status")),
            Action::post("cancel", format!("{url}/v2/{id}/cancel")),
        ]
    }

    fn refunds(&self, instructions: &Instructions) -> Refunds {
        let days = match (is_linked(instructions), is_elsewhere(instructions)) {
            (true, _) => 180,
            (false, true) => 7,
            (false, false) => 45,
        };
        Refunds::Within(days * DAY)
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        if is_linked(instructions) {
            return PayPage::Redirect;
        }
        PayPage::Wallet {
            qr_string: Some(text_of(instructions, "qr_string")),
            returns: instructions.contains_key("callback_url"),
        }
    }

    /// The customer who scans the code stays in the app.
    fn pay_page_at(&self, page: &str, instructions: &Instructions) -> PayPage {
        match OWN.transaction_of(page) {
            Some(_) if !is_linked(instructions) => PayPage::Scan {
                qr_string: text_of(instructions, "qr_string"),
            },
            _ => self.pay_page(instructions),
        }
    }

    fn pages(&self) -> &'static [PageAddress] {
        &[DEEPLINK, OWN, PIN, PIN_IN_APP]
    }

    fn page_of(&self, payment: &Payment, _: &Settings) -> String {
        match is_linked(&payment.instructions) {
            true => PIN.of(&payment.id),
            false => DEEPLINK.of(&payment.id),
        }
    }

    fn returns_to(&self, payment: &Payment, settings: &Settings) -> Option<String> {
        returns_to(payment, settings)
    }

    /// ([Callback](https://docs.midtrans.com/reference/gopay-object))
    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        let result = match finish.claim.status {
            Status::Settlement | Status::Authorize | Status::PartialRefund | Status::Refund => {
                "success"
            }
            _ => "failure",
        };
        let query = format!("order_id={}&result={result}", finish.payment.order_id);
        Some(FinishRedirect::Redirect {
            location: with_query(finish.finish_url, &query),
        })
    }
}

/// Returns true for a charge of a linked account.
fn is_linked(instructions: &Instructions) -> bool {
    instructions.contains_key(ACCOUNT)
}

fn is_elsewhere(instructions: &Instructions) -> bool {
    instructions.contains_key("transaction_type")
}

/// The field that says which linked account pays. No answer shows it.
pub(in super::super) const ACCOUNT: &str = "account_id";
/// The field of a charge that only reserves the money.
pub(in super::super) const PRE_AUTH: &str = "pre_auth";
/// The page where the customer types the PIN, in a browser and in the app.
const PIN: PageAddress = PageAddress::path_behind("/v2/gopay/redirect/{id}/charge", "gppr_");
const PIN_IN_APP: PageAddress = PageAddress::path_behind("/v2/gopay/redirect/{id}/charge", "gppd_");
