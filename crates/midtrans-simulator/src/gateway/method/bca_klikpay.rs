//! BCA KlikPay, retired: the customer pays on the bank's page.
//! ([Direct debit](https://docs.midtrans.com/en/core-api/direct-debit))

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{Finish, Instructions, Method, path};
use crate::gateway::customer::FinishRedirect;
use crate::gateway::direct_debit;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, Keys};
use crate::gateway::number::whole;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::settings::Settings;
use crate::gateway::texts;

#[derive(Debug)]
pub(super) struct BcaKlikpay;

impl Method for BcaKlikpay {
    fn payment_type(&self) -> &'static str {
        "bca_klikpay"
    }

    fn name(&self, _: &Instructions) -> String {
        "BCA KlikPay".to_owned()
    }

    fn default_expiry(&self) -> Duration {
        direct_debit::EXPIRY
    }

    /// One page requires `misc_fee` and the guide's sample has none: it is looked at if it is there.
    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        texts::check(charge, "bca_klikpay", &["description"], &[], problems);
        let fee = &charge["bca_klikpay"]["misc_fee"];
        if !fee.is_null() && whole(fee).is_none() {
            problems.push("bca_klikpay.misc_fee is not an integer".to_owned());
        }
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        direct_debit::settle(payment, ids);
    }

    fn charge_message(&self) -> &'static str {
        "OK, BCA KlikPay transaction is successful"
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
        "/v3/bca/klikpay/redirect/{id}"
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

const PAGE: &str = "/v3/bca/klikpay/redirect/";
