//! ShopeePay: the customer opens the app by a link.
//! ([ShopeePay](https://docs.midtrans.com/reference/shopeepay-1))

use std::ops::RangeInclusive;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{DAY, Finish, Instructions, MINUTE, Method, RefundLimits, Refunds, returns_to};
use crate::gateway::action::Action;
use crate::gateway::customer::FinishRedirect;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, Keys};
use crate::gateway::page_address::{DEEPLINK, PageAddress};
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::settings::Settings;
use crate::gateway::texts;

#[derive(Debug)]
pub(super) struct Shopeepay;

impl Method for Shopeepay {
    fn payment_type(&self) -> &'static str {
        "shopeepay"
    }

    fn name(&self, _: &Instructions) -> String {
        "ShopeePay".to_owned()
    }

    fn amounts(&self, _: &Value) -> RangeInclusive<u64> {
        1..=20_000_000
    }

    fn default_expiry(&self) -> Duration {
        15 * MINUTE
    }

    fn longest_expiry(&self, _: &Value) -> Option<Duration> {
        Some(5 * DAY)
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        texts::check(charge, "shopeepay", &["callback_url"], &[], problems);
    }

    fn instruct(&self, charge: &Value, _: &mut Numbers<'_>) -> Instructions {
        let url = texts::given(charge, "shopeepay", "callback_url");
        Instructions::from_iter([
            ("channel_response_code".to_owned(), "0".into()),
            ("channel_response_message".to_owned(), "success".into()),
            ("callback_url".to_owned(), url.into()),
        ])
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        let fields = &mut payment.instructions;
        let number = ids.digits(18);
        let reference = format!("DL-{}{}", ids.letters(), ids.letters());
        fields.insert("shopeepay_reference_number".to_owned(), number.into());
        fields.insert("reference_id".to_owned(), reference.into());
    }

    fn charge_message(&self) -> &'static str {
        "ShopeePay transaction is created"
    }

    fn charged(&self) -> Added {
        &[
            (
                "status_message",
                &["channel_response_code", "channel_response_message"],
            ),
            ("fraud_status", &["actions", "expiry_time"]),
        ]
    }

    fn notified(&self) -> Added {
        &[("currency", &["shopeepay_reference_number", "reference_id"])]
    }

    fn echoed(&self) -> Keys {
        &["shopeepay_reference_number", "reference_id", "actions"]
    }

    fn actions(&self, payment: &Payment, settings: &Settings) -> Vec<Action> {
        let page = DEEPLINK.of(&payment.id);
        vec![Action::get(
            "deeplink-redirect",
            format!("{}{page}", settings.url),
        )]
    }

    fn refunds(&self, _: &Instructions) -> Refunds {
        Refunds::Within(365 * DAY)
    }

    /// Two pages contradict each other about refunds in part; the one about refunds has none.
    fn refund_limits(&self, _: &Instructions) -> RefundLimits {
        RefundLimits {
            is_whole: true,
            is_by_day: true,
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

    /// Without parameters.
    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        Some(FinishRedirect::Redirect {
            location: finish.finish_url.to_owned(),
        })
    }
}
