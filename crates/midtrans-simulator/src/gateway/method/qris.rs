//! QRIS: the customer scans a QR code with the app of any bank or wallet.
//! ([QRIS](https://docs.midtrans.com/reference/qris))

use std::ops::RangeInclusive;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{DAY, Instructions, MINUTE, Method, RefundLimits, Refunds, off_us, text_of};
use crate::gateway::action::Action;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, FIRST, Keys};
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::settings::Settings;
use crate::gateway::{emv, picture, texts};

#[derive(Debug)]
pub(super) struct Qris;

/// The company that a code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Acquirer {
    Gopay,
    Shopee,
}

impl Acquirer {
    fn of(word: &Value) -> Option<Self> {
        match word {
            Value::Null => Some(Self::Gopay),
            Value::String(word) => [Self::Gopay, Self::Shopee]
                .into_iter()
                .find(|acquirer| acquirer.word() == word),
            _ => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Gopay => "gopay",
            Self::Shopee => "airpay shopee",
        }
    }
}

impl Method for Qris {
    fn payment_type(&self) -> &'static str {
        "qris"
    }

    fn name(&self, _: &Instructions) -> String {
        "QRIS".to_owned()
    }

    fn amounts(&self, _: &Value) -> RangeInclusive<u64> {
        1..=10_000_000
    }

    fn default_expiry(&self) -> Duration {
        15 * MINUTE
    }

    fn longest_expiry(&self, charge: &Value) -> Option<Duration> {
        let days = match Acquirer::of(&charge["qris"]["acquirer"]) {
            Some(Acquirer::Shopee) => 5,
            _ => 7,
        };
        Some(days * DAY)
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        texts::check(charge, "qris", &[], &["acquirer"], problems);
        let word = &charge["qris"]["acquirer"];
        if word.is_string() && Acquirer::of(word).is_none() {
            problems.push("qris.acquirer must be gopay or airpay shopee".to_owned());
        }
    }

    fn instruct(&self, charge: &Value, numbers: &mut Numbers<'_>) -> Instructions {
        let acquirer = Acquirer::of(&charge["qris"]["acquirer"]).unwrap_or(Acquirer::Gopay);
        let network = match acquirer {
            Acquirer::Gopay => emv::GOPAY,
            Acquirer::Shopee => emv::SHOPEE,
        };
        let bill = numbers.ids.uuid();
        let text = emv::text(network, numbers.merchant_id, numbers.amount, &bill);
        Instructions::from_iter([
            ("acquirer".to_owned(), acquirer.word().into()),
            ("qr_string".to_owned(), text.into()),
        ])
    }

    fn paid_elsewhere(&self) -> Instructions {
        off_us()
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        let acquirer = acquirer_of(&payment.instructions);
        let fields = &mut payment.instructions;
        if !fields.contains_key("transaction_type") {
            fields.insert("transaction_type".to_owned(), "on-us".into());
            fields.insert("issuer".to_owned(), acquirer.word().into());
        }
        let more = match acquirer {
            Acquirer::Gopay => vec![("merchant_cross_reference_id", ids.uuid())],
            Acquirer::Shopee => vec![
                ("shopeepay_reference_number", ids.digits(18)),
                (
                    "reference_id",
                    format!("QR-{}{}", ids.letters(), ids.letters()),
                ),
            ],
        };
        fields.extend(
            more.into_iter()
                .map(|(name, text)| (name.to_owned(), text.into())),
        );
    }

    fn charge_message(&self) -> &'static str {
        "QRIS transaction is created"
    }

    /// The time is `expire_time` in the sample of this answer, and `expiry_time` everywhere else.
    fn charged(&self) -> Added {
        &[(
            "fraud_status",
            &["actions", "qr_string", "acquirer", "expire_time"],
        )]
    }

    fn notified(&self) -> Added {
        &[
            (FIRST, &["transaction_type"]),
            ("merchant_id", &["merchant_cross_reference_id", "issuer"]),
            (
                "currency",
                &["acquirer", "shopeepay_reference_number", "reference_id"],
            ),
        ]
    }

    fn echoed(&self) -> Keys {
        &[
            "transaction_type",
            "merchant_cross_reference_id",
            "issuer",
            "acquirer",
            "shopeepay_reference_number",
            "reference_id",
        ]
    }

    /// No sample shows the newer address for ShopeePay's codes.
    fn actions(&self, payment: &Payment, settings: &Settings) -> Vec<Action> {
        let (url, id) = (&settings.url, &payment.id);
        let older = Action::get(
            "generate-qr-code",
            format!("{url}{}", picture::path("qris", id)),
        );
        let newer = format!("{url}{}", picture::newer_path(id));
        match acquirer_of(&payment.instructions) {
            Acquirer::Gopay => vec![older, Action::get("generate-qr-code-v2", newer)],
            Acquirer::Shopee => vec![older],
        }
    }

    /// One page gives all of ShopeePay's codes a year, and a newer one a week to those that another
    /// wallet has paid.
    fn refunds(&self, instructions: &Instructions) -> Refunds {
        let is_own = text_of(instructions, "transaction_type") != "off-us";
        Refunds::Within(match acquirer_of(instructions) {
            _ if !is_own => 7 * DAY,
            Acquirer::Gopay => 45 * DAY,
            Acquirer::Shopee => 365 * DAY,
        })
    }

    fn refund_limits(&self, instructions: &Instructions) -> RefundLimits {
        let is_shopee = acquirer_of(instructions) == Acquirer::Shopee;
        RefundLimits {
            is_whole: is_shopee,
            is_by_day: is_shopee,
            ..RefundLimits::default()
        }
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        PayPage::Scan {
            qr_string: text_of(instructions, "qr_string"),
        }
    }
}

fn acquirer_of(instructions: &Instructions) -> Acquirer {
    let word = instructions.get("acquirer").unwrap_or(&Value::Null);
    Acquirer::of(word).unwrap_or(Acquirer::Gopay)
}
