//! Danamon Online Banking, retired: the customer pays on the bank's page.
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
pub(super) struct DanamonOnline;

impl Method for DanamonOnline {
    fn payment_type(&self) -> &'static str {
        "danamon_online"
    }

    fn name(&self, _: &Instructions) -> String {
        "Danamon Online Banking".to_owned()
    }

    fn default_expiry(&self) -> Duration {
        direct_debit::EXPIRY
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        direct_debit::settle(payment, ids);
    }

    fn charge_message(&self) -> &'static str {
        "Success, Danamon Online transaction is successful"
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
        "/v2/danamon/online/redirect/{id}"
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

const PAGE: &str = "/v2/danamon/online/redirect/";
