//! UOB EZ Pay, retired: the customer pays on the bank's page.
//!
//! No page of the gateway describes it any more: the request is that of a public script, and answer,
//! notification and the way back are those of its brothers.
//! ([Methods](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration))

use serde_json::Value;

use crate::gateway::direct_debit::{BankPage, CHARGED, WayBack};
use crate::gateway::page_address::PageAddress;
use crate::gateway::texts;

pub(super) const UOB_EZPAY: BankPage = BankPage {
    payment_type: "uob_ezpay",
    name: "UOB EZ Pay",
    message: "Success, UOB EZ Pay transaction is successful",
    pages: &[PageAddress::path("/v2/uob/ezpay/redirect/{id}")],
    charged: CHARGED,
    check,
    keeps_key: true,
    has_fraud_status: true,
    way_back: WayBack::Callback,
};

fn check(charge: &Value, problems: &mut Vec<String>) {
    texts::check(charge, "uob_ezpay", &[], &["callback_url"], problems);
}
