//! DANA: the customer opens the app by a link. The API knows its transactions by their own ids
//! alone. ([DANA](https://docs.midtrans.com/reference/dana))
//!
//! The pages have DANA in Snap and in another interface, with Get Status, Cancel and Refund of this
//! one: the answer to a charge is guessed.

use std::ops::RangeInclusive;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{DAY, Finish, Instructions, MINUTE, Method, RefundLimits, Refunds, returns_to};
use crate::gateway::action::Action;
use crate::gateway::customer::FinishRedirect;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, Keys};
use crate::gateway::own_answers::OwnAnswers;
use crate::gateway::page_address::{DEEPLINK, PageAddress};
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::settings::Settings;
use crate::gateway::texts;

#[derive(Debug)]
pub(super) struct Dana;

impl Method for Dana {
    fn payment_type(&self) -> &'static str {
        "dana"
    }

    fn name(&self, _: &Instructions) -> String {
        "DANA".to_owned()
    }

    fn amounts(&self, _: &Value) -> RangeInclusive<u64> {
        1..=20_000_000
    }

    fn default_expiry(&self) -> Duration {
        15 * MINUTE
    }

    fn longest_expiry(&self, _: &Value) -> Option<Duration> {
        Some(DAY)
    }

    /// No page says that the address is required.
    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        texts::check(charge, "dana", &[], &["callback_url"], problems);
    }

    fn transaction_id(&self, ids: &mut Ids, now: WibTime) -> String {
        ids.dated(now)
    }

    fn instruct(&self, charge: &Value, _: &mut Numbers<'_>) -> Instructions {
        let url = texts::given(charge, "dana", "callback_url");
        let fields = url.map(|url| ("callback_url".to_owned(), url.into()));
        fields.into_iter().collect()
    }

    fn charge_message(&self) -> &'static str {
        "DANA transaction is created"
    }

    fn charged(&self) -> Added {
        &[("fraud_status", &["actions", "expiry_time"])]
    }

    fn actions(&self, payment: &Payment, settings: &Settings) -> Vec<Action> {
        let page = DEEPLINK.of(&payment.id);
        vec![Action::get(
            "deeplink-redirect",
            format!("{}{page}", settings.url),
        )]
    }

    fn own_answers(&self) -> OwnAnswers {
        OwnAnswers {
            status: Some(STATUS),
            pending: Some((200, "PENDING")),
            cancelled: Some(CANCELLED),
            refunded: Some(REFUNDED),
            refund_names_transaction: true,
        }
    }

    fn is_known_by_order(&self) -> bool {
        false
    }

    fn refunds(&self, _: &Instructions) -> Refunds {
        Refunds::Within(45 * DAY)
    }

    /// It is not in the list of methods with direct refunds.
    fn refund_limits(&self, _: &Instructions) -> RefundLimits {
        RefundLimits {
            is_indirect: true,
            ..RefundLimits::default()
        }
    }

    fn pay_page(&self, _: &Instructions) -> PayPage {
        PayPage::Wallet {
            qr_string: None,
            returns: true,
        }
    }

    fn pages(&self) -> &'static [PageAddress] {
        &[DEEPLINK]
    }

    fn returns_to(&self, payment: &Payment, settings: &Settings) -> Option<String> {
        returns_to(payment, settings)
    }

    /// As the merchant gave it.
    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        Some(FinishRedirect::Redirect {
            location: finish.finish_url.to_owned(),
        })
    }
}

/// The sample has neither the merchant's fields nor refunds; they are at the end.
const STATUS: Keys = &[
    "status_code",
    "transaction_id",
    "gross_amount",
    "currency",
    "order_id",
    "payment_type",
    "signature_key",
    "transaction_status",
    "fraud_status",
    "status_message",
    "merchant_id",
    "transaction_time",
    "settlement_time",
    "expiry_time",
    "actions",
    "custom_field1",
    "custom_field2",
    "custom_field3",
    "refund_amount",
    "refunds",
    "metadata",
];

/// Neither id.
const CANCELLED: Keys = &[
    "status_code",
    "status_message",
    "merchant_id",
    "gross_amount",
    "currency",
    "payment_type",
    "transaction_status",
    "fraud_status",
    "transaction_time",
];

/// Without a transaction id, which is in `order_id`.
const REFUNDED: Keys = &[
    "status_code",
    "status_message",
    "order_id",
    "merchant_id",
    "gross_amount",
    "currency",
    "payment_type",
    "transaction_time",
    "transaction_status",
    "fraud_status",
    "refund_amount",
    "settlement_time",
    "refund_key",
];
