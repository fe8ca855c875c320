//! BCA KlikPay, retired: the customer pays on the bank's page.
//! ([Direct debit](https://docs.midtrans.com/en/core-api/direct-debit))

use serde_json::Value;

use crate::gateway::direct_debit::{BankPage, CHARGED, WayBack};
use crate::gateway::number::whole;
use crate::gateway::page_address::PageAddress;
use crate::gateway::texts;

pub(super) const BCA_KLIKPAY: BankPage = BankPage {
    payment_type: "bca_klikpay",
    name: "BCA KlikPay",
    message: "OK, BCA KlikPay transaction is successful",
    pages: &[PageAddress::path("/v3/bca/klikpay/redirect/{id}")],
    charged: CHARGED,
    check,
    keeps_key: true,
    has_fraud_status: true,
    way_back: WayBack::Form,
};

/// One page requires `misc_fee` and the guide's sample has none: it is looked at if it is there.
fn check(charge: &Value, problems: &mut Vec<String>) {
    texts::check(charge, "bca_klikpay", &["description"], &[], problems);
    let fee = &charge["bca_klikpay"]["misc_fee"];
    if !fee.is_null() && whole(fee).is_none() {
        problems.push("bca_klikpay.misc_fee is not an integer".to_owned());
    }
}
