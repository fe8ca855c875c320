//! BRI e-Pay, later BRImo, retired: the customer pays on the bank's page.
//! ([Direct debit](https://docs.midtrans.com/en/core-api/direct-debit))

use crate::gateway::direct_debit::{BankPage, CHARGED, WayBack, no_fields};
use crate::gateway::page_address::PageAddress;

pub(super) const BRI_EPAY: BankPage = BankPage {
    payment_type: "bri_epay",
    name: "BRI e-Pay",
    message: "Success, BRI E-Pay transaction is successful",
    pages: &[PageAddress::path("/v3/bri/epay/redirect/{id}")],
    charged: CHARGED,
    check: no_fields,
    keeps_key: true,
    has_fraud_status: true,
    way_back: WayBack::Form,
};
