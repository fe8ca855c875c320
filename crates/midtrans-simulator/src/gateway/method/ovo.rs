//! OVO: the app asks the customer, who is known by a phone number.
//! ([OVO](https://docs.midtrans.com/reference/ewallet-ovo))

use std::ops::RangeInclusive;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{DAY, Instructions, Method, Reaction, RefundLimits, Refunds, text_of};
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, Keys};
use crate::gateway::own_answers::OwnAnswers;
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::refusal::Refusal;
use crate::gateway::texts;

#[derive(Debug)]
pub(super) struct Ovo;

impl Method for Ovo {
    fn payment_type(&self) -> &'static str {
        "ovo"
    }

    fn name(&self, _: &Instructions) -> String {
        "OVO".to_owned()
    }

    fn amounts(&self, _: &Value) -> RangeInclusive<u64> {
        1..=99_999_999
    }

    fn default_expiry(&self) -> Duration {
        Duration::from_secs(65)
    }

    fn longest_expiry(&self, _: &Value) -> Option<Duration> {
        None
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        let before = problems.len();
        texts::check(charge, "ovo", &["payer_phone_number"], &[], problems);
        let phone = charge["ovo"]["payer_phone_number"].as_str();
        if problems.len() == before && phone.and_then(international).is_none() {
            problems.push("ovo.payer_phone_number is invalid".to_owned());
        }
    }

    fn refuse(&self, charge: &Value) -> Option<Refusal> {
        let phone = charge["ovo"]["payer_phone_number"].as_str()?;
        let is_unknown = international(phone).as_deref() == Some(UNKNOWN);
        is_unknown.then_some(Refusal::UnknownPhone)
    }

    fn instruct(&self, charge: &Value, _: &mut Numbers<'_>) -> Instructions {
        let phone = texts::given(charge, "ovo", "payer_phone_number");
        let fields = phone.map(|phone| ("payer_phone_number".to_owned(), phone.into()));
        fields.into_iter().collect()
    }

    fn reaction(&self, instructions: &Instructions) -> Reaction {
        let phone = international(&text_of(instructions, "payer_phone_number"));
        match phone.as_deref() {
            Some(phone) if DECLINED.contains(&phone) => Reaction::Declines,
            Some(phone) if SILENT.contains(&phone) => Reaction::Silent,
            _ => Reaction::Asks,
        }
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        let invoice = ids.digits(12);
        let fields = &mut payment.instructions;
        fields.insert("merchant_invoice".to_owned(), invoice.into());
    }

    fn charge_message(&self) -> &'static str {
        "Ovo transaction is created"
    }

    fn charged(&self) -> Added {
        &[("fraud_status", &["expiry_time", "payer_phone_number"])]
    }

    fn notified(&self) -> Added {
        &[("currency", &["payer_phone_number", "merchant_invoice"])]
    }

    fn own_answers(&self) -> OwnAnswers {
        OwnAnswers {
            status: Some(STATUS),
            refunded: Some(REFUNDED),
            ..OwnAnswers::default()
        }
    }

    fn is_ended_by_merchant(&self) -> bool {
        false
    }

    fn refunds(&self, _: &Instructions) -> Refunds {
        Refunds::Within(7 * DAY)
    }

    /// It is not in the list of methods with direct refunds.
    fn refund_limits(&self, _: &Instructions) -> RefundLimits {
        RefundLimits {
            is_whole: true,
            is_indirect: true,
            ..RefundLimits::default()
        }
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        PayPage::Prompt {
            account: text_of(instructions, "payer_phone_number"),
            declines: true,
        }
    }
}

/// The form with the country's code; `None` for anything but an Indonesian phone number.
fn international(phone: &str) -> Option<String> {
    let rest = match phone.strip_prefix("+62") {
        Some(rest) => rest,
        None => phone
            .strip_prefix('0')
            .filter(|rest| rest.starts_with('8'))?,
    };
    let is_number = rest.bytes().all(|digit| digit.is_ascii_digit());
    (is_number && (6..=13).contains(&rest.len())).then(|| format!("+62{rest}"))
}

/// OVO's code 14, at which it knows no such customer.
const UNKNOWN: &str = "+628249134000";

/// OVO's codes 17, 26 and 40: refused, not reached, and failed.
const DECLINED: &[&str] = &["+628271939753", "+628242014881", "+628237435829"];

/// OVO's code 68, and no answer at all.
const SILENT: &[&str] = &["+628215023424", "+628242974268"];

const STATUS: Keys = &[
    "status_code",
    "status_message",
    "transaction_id",
    "order_id",
    "payment_type",
    "transaction_time",
    "transaction_status",
    "currency",
    "fraud_status",
    "signature_key",
    "gross_amount",
    "merchant_id",
    "settlement_time",
    "expiry_time",
    "payer_phone_number",
    "merchant_invoice",
    "custom_field1",
    "custom_field2",
    "custom_field3",
    "refund_amount",
    "refunds",
    "metadata",
];

const REFUNDED: Keys = &[
    "status_code",
    "status_message",
    "transaction_id",
    "order_id",
    "payment_type",
    "transaction_time",
    "transaction_status",
    "gross_amount",
    "refund_chargeback_id",
    "refund_amount",
    "refund_key",
    "payer_phone_number",
    "merchant_invoice",
];
