//! UOB EZ Pay, retired: the customer pays on the bank's page.
//!
//! No page of the gateway describes it any more: the request is that of a public script, and answer,
//! notification and the way back are those of its brothers.
//! ([Methods](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration))

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{Finish, Instructions, Method, path, returns_to};
use crate::gateway::customer::FinishRedirect;
use crate::gateway::direct_debit;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, Keys};
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::settings::Settings;
use crate::gateway::texts;

#[derive(Debug)]
pub(super) struct UobEzpay;

impl Method for UobEzpay {
    fn payment_type(&self) -> &'static str {
        "uob_ezpay"
    }

    fn name(&self, _: &Instructions) -> String {
        "UOB EZ Pay".to_owned()
    }

    fn default_expiry(&self) -> Duration {
        direct_debit::EXPIRY
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        texts::check(charge, "uob_ezpay", &[], &["callback_url"], problems);
    }

    fn instruct(&self, charge: &Value, _: &mut Numbers<'_>) -> Instructions {
        let url = texts::given(charge, "uob_ezpay", "callback_url");
        let fields = url.map(|url| ("callback_url".to_owned(), url.into()));
        fields.into_iter().collect()
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        direct_debit::settle(payment, ids);
    }

    fn charge_message(&self) -> &'static str {
        "Success, UOB EZ Pay transaction is successful"
    }

    fn charged(&self) -> Added {
        direct_debit::CHARGED
    }

    fn notified(&self) -> Added {
        direct_debit::NOTIFIED
    }

    fn echoed(&self) -> Keys {
        direct_debit::ECHOED
    }

    fn pay_page(&self, _: &Instructions) -> PayPage {
        PayPage::Redirect
    }

    fn page_route(&self) -> &'static str {
        "/v2/uob/ezpay/redirect/{id}"
    }

    fn page_of(&self, transaction_id: &str, _: &Settings) -> String {
        format!("{PAGE}{transaction_id}")
    }

    fn transaction_of(&self, page: &str) -> Option<String> {
        path(page).strip_prefix(PAGE).map(ToOwned::to_owned)
    }

    fn returns_to(&self, payment: &Payment, settings: &Settings) -> Option<String> {
        returns_to(payment, settings)
    }

    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        Some(FinishRedirect::Redirect {
            location: finish.finish_url.to_owned(),
        })
    }
}

const PAGE: &str = "/v2/uob/ezpay/redirect/";
