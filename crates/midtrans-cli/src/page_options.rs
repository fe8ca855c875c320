//! The options of a page on which the customer chooses a method: a page of Snap, or a payment link.

use clap::Args;
use midtrans_protocol::{CustomerDetails, ItemDetails};
use serde_json::json;

use crate::draft::Given;
use crate::order_lines;

/// The options that both have.
#[derive(Args, Debug)]
pub(crate) struct PageOptions {
    /// A method to offer, in Snap's words such as bca_va or gopay (repeatable); all that the
    /// account has, without it. The gateway leaves out what it does not know
    #[arg(long, value_name = "METHOD")]
    enable: Vec<String>,
    /// A line of the order: id=…,name=…,price=…,quantity=… and, where a method wants them,
    /// brand=…,category=…,url=…; or JSON
    #[arg(long, value_name = "FIELDS", value_parser = order_lines::item)]
    item: Vec<ItemDetails>,
    /// The customer: first_name=…,last_name=…,email=…,phone=… and, where a method wants them,
    /// address=…,city=…,postal_code=…; or JSON
    #[arg(long, value_name = "FIELDS", value_parser = order_lines::customer)]
    customer: Option<CustomerDetails>,
    /// The URL that the customer comes back to, instead of the dashboard's
    #[arg(long, value_name = "URL")]
    finish_url: Option<String>,
}

/// The fields of the gateway's JSON, and the option that sets each.
pub(crate) const OPTIONS: &[(&str, &str)] = &[
    (
        "enabled_payments",
        "give each method with --enable METHOD, in Snap's words",
    ),
    (
        "item_details",
        "give every line with --item; the lines have to add up to --amount",
    ),
    ("customer_details", "give it with --customer"),
    ("expiry", "give it with --expiry TIME"),
    ("callbacks.finish", "give it with --finish-url URL"),
    ("transaction_details.order_id", "give it with --order ID"),
];

impl PageOptions {
    /// The fields that were given.
    pub(crate) fn given(&self) -> [Option<Given>; 4] {
        let methods = self.enable.iter().map(|word| json!(word));
        let items = self.item.iter().map(|item| json!(item));
        let customer = self.customer.as_ref().map(|it| json!(it));
        let finish = self.finish_url.as_deref();
        [
            Given::list("--enable", &["enabled_payments"], methods),
            Given::list("--item", &["item_details"], items),
            Given::new("--customer", &["customer_details"], customer),
            Given::new("--finish-url", &["callbacks", "finish"], finish),
        ]
    }
}
