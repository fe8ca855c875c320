//! Danamon Online Banking, retired: the customer pays on the bank's page.
//! ([Direct debit](https://docs.midtrans.com/en/core-api/direct-debit))

use crate::gateway::direct_debit::{BankPage, CHARGED, WayBack, no_fields};
use crate::gateway::page_address::PageAddress;

pub(super) const DANAMON_ONLINE: BankPage = BankPage {
    payment_type: "danamon_online",
    name: "Danamon Online Banking",
    message: "Success, Danamon Online transaction is successful",
    pages: &[PageAddress::path("/v2/danamon/online/redirect/{id}")],
    charged: CHARGED,
    check: no_fields,
    keeps_key: true,
    has_fraud_status: true,
    way_back: WayBack::Form,
};
