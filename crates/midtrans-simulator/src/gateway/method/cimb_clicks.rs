//! CIMB Clicks, later Octo Clicks, retired: the customer pays on the bank's page.
//! ([Direct debit](https://docs.midtrans.com/en/core-api/direct-debit))

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{Finish, Instructions, Method, path};
use crate::gateway::customer::FinishRedirect;
use crate::gateway::direct_debit;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, Keys};
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::settings::Settings;
use crate::gateway::texts;

#[derive(Debug)]
pub(super) struct CimbClicks;

impl Method for CimbClicks {
    fn payment_type(&self) -> &'static str {
        "cimb_clicks"
    }

    fn name(&self, _: &Instructions) -> String {
        "CIMB Clicks".to_owned()
    }

    fn default_expiry(&self) -> Duration {
        direct_debit::EXPIRY
    }

    /// The pages do not say that the description is required.
    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        texts::check(charge, "cimb_clicks", &[], &["description"], problems);
    }

    /// ([Idempotency](https://docs.midtrans.com/reference/idempotency-header))
    fn keeps_key(&self, _: &Value) -> bool {
        false
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        direct_debit::settle(payment, ids);
    }

    fn charge_message(&self) -> &'static str {
        "Success, CIMB Clicks transaction is successful"
    }

    fn charged(&self) -> Added {
        &[("status_message", &["redirect_url"])]
    }

    fn notified(&self) -> Added {
        direct_debit::NOTIFIED
    }

    fn echoed(&self) -> Keys {
        direct_debit::ECHOED
    }

    fn has_fraud_status(&self, _: &Instructions) -> bool {
        false
    }

    fn pay_page(&self, _: &Instructions) -> PayPage {
        PayPage::Redirect
    }

    fn page_route(&self) -> &'static str {
        PAGE
    }

    fn page_of(&self, transaction_id: &str, _: &Settings) -> String {
        format!("{PAGE}?id={transaction_id}")
    }

    fn transaction_of(&self, page: &str) -> Option<String> {
        let (_, query) = page.split_once('?').filter(|_| path(page) == PAGE)?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
        let id = pairs.into_iter().find(|(name, _)| name == "id");
        id.map(|(_, id)| id)
    }

    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        Some(direct_debit::form(finish))
    }
}

const PAGE: &str = "/cimb-clicks/request";
