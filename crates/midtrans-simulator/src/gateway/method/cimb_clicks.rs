//! CIMB Clicks, later Octo Clicks, retired: the customer pays on the bank's page.
//! ([Direct debit](https://docs.midtrans.com/en/core-api/direct-debit),
//! [idempotency](https://docs.midtrans.com/reference/idempotency-header))

use serde_json::Value;

use crate::gateway::direct_debit::{BankPage, WayBack};
use crate::gateway::page_address::PageAddress;
use crate::gateway::texts;

pub(super) const CIMB_CLICKS: BankPage = BankPage {
    payment_type: "cimb_clicks",
    name: "CIMB Clicks",
    message: "Success, CIMB Clicks transaction is successful",
    pages: &[PageAddress::query("/cimb-clicks/request", "id", "")],
    charged: &[("status_message", &["redirect_url"])],
    check,
    keeps_key: false,
    has_fraud_status: false,
    way_back: WayBack::Form,
};

/// The pages do not say that the description is required.
fn check(charge: &Value, problems: &mut Vec<String>) {
    texts::check(charge, "cimb_clicks", &[], &["description"], problems);
}
