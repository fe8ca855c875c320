//! BRI e-Pay, later BRImo, retired: the customer pays on the bank's page.
//! ([Direct debit](https://docs.midtrans.com/en/core-api/direct-debit))

use std::time::Duration;

use midtrans_protocol::time::WibTime;

use super::{Finish, Instructions, Method, path};
use crate::gateway::customer::FinishRedirect;
use crate::gateway::direct_debit;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, Keys};
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::settings::Settings;

#[derive(Debug)]
pub(super) struct BriEpay;

impl Method for BriEpay {
    fn payment_type(&self) -> &'static str {
        "bri_epay"
    }

    fn name(&self, _: &Instructions) -> String {
        "BRI e-Pay".to_owned()
    }

    fn default_expiry(&self) -> Duration {
        direct_debit::EXPIRY
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        direct_debit::settle(payment, ids);
    }

    fn charge_message(&self) -> &'static str {
        "Success, BRI E-Pay transaction is successful"
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
        "/v3/bri/epay/redirect/{id}"
    }

    fn page_of(&self, transaction_id: &str, _: &Settings) -> String {
        format!("{PAGE}{transaction_id}")
    }

    fn transaction_of(&self, page: &str) -> Option<String> {
        path(page).strip_prefix(PAGE).map(ToOwned::to_owned)
    }

    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        Some(direct_debit::form(finish))
    }
}

const PAGE: &str = "/v3/bri/epay/redirect/";
