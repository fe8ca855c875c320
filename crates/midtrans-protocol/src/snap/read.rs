//! Reads a page of Snap from the JSON that the gateway documents.

use serde_json::Value;

use super::card_options::CARD;
use super::method_options::{BILL, CALLBACK, CSTORE, GOPAY};
use super::{
    Callback, Callbacks, CardOptions, Checkout, CstoreTexts, Expiry, GopayOptions, MandiriBill,
    Recurring, VA_FIELDS, VirtualAccounts,
};
use crate::charge::read::{checked, items, order_by, sellers};
use crate::charge::shape::{CUSTOMER, ITEM, SELLER, TRANSACTION};
use crate::charge::{Field, Shape};
use crate::fields::Fields;
use crate::time::WibTime;
use crate::{CustomerDetails, InvalidInput, OrderId, TransactionDetails};

pub(crate) const EXPIRY: &[Field] = &[
    Field::optional("start_time", Shape::Text),
    Field::required("unit", Shape::Text),
    Field::required("duration", Shape::Count),
];
const RECURRING: &[Field] = &[
    Field::optional(
        "required",
        Shape::Checked(is_required_word, "true or false"),
    ),
    Field::optional("start_time", Shape::Text),
    Field::optional("interval_unit", Shape::Text),
];
pub(crate) const CALLBACKS: &[Field] = &[
    Field::optional("finish", Shape::Text),
    Field::optional("error", Shape::Text),
];

/// Every field that a page sets by itself.
pub(super) const CHECKOUT: &[Field] = &[
    Field::required("transaction_details", Shape::Object(TRANSACTION)),
    Field::optional("item_details", Shape::List(ITEM)),
    Field::optional("customer_details", Shape::Object(CUSTOMER)),
    Field::optional("seller_details", Shape::List(SELLER)),
    Field::optional("enabled_payments", Shape::Texts),
    Field::optional("credit_card", Shape::Object(CARD)),
    VA_FIELDS[0],
    VA_FIELDS[1],
    VA_FIELDS[2],
    VA_FIELDS[3],
    VA_FIELDS[4],
    VA_FIELDS[5],
    VA_FIELDS[6],
    VA_FIELDS[7],
    Field::optional("echannel", Shape::Object(BILL)),
    Field::optional("gopay", Shape::Object(GOPAY)),
    Field::optional("shopeepay", Shape::Object(CALLBACK)),
    Field::optional("dana", Shape::Object(CALLBACK)),
    Field::optional("cstore", Shape::Object(CSTORE)),
    Field::optional("callbacks", Shape::Object(CALLBACKS)),
    Field::optional("expiry", Shape::Exact(EXPIRY)),
    Field::optional("page_expiry", Shape::Exact(EXPIRY)),
    Field::optional("recurring", Shape::Exact(RECURRING)),
    Field::optional("user_id", Shape::Text),
    Field::optional("custom_field1", Shape::Text),
    Field::optional("custom_field2", Shape::Text),
    Field::optional("custom_field3", Shape::Text),
];

/// One table of the gateway says that it is an integer.
fn is_required_word(value: &Value) -> bool {
    value.is_boolean() || matches!(value.as_u64(), Some(0 | 1))
}

pub(super) fn checkout(json: &str) -> Result<Checkout, InvalidInput> {
    let mut fields = checked("checkout", json, CHECKOUT)?.without_nulls();
    let fields = &mut fields;
    let order = order_by(fields, OrderId::on_snap, TransactionDetails::on_snap)?;
    let mut checkout = Checkout::new(order);
    checkout.item_details = items(fields);
    checkout.customer_details = fields.object("customer_details").map(CustomerDetails::read);
    checkout.seller_details = sellers(fields);
    checkout.expiry = Expiry::take(fields, "expiry")?;
    checkout.page_expiry = Expiry::take(fields, "page_expiry")?;
    checkout.enabled_payments = fields.words("enabled_payments");
    let card = fields.object("credit_card").map(CardOptions::read);
    checkout.credit_card = card.transpose()?;
    checkout.virtual_accounts = VirtualAccounts::take(fields);
    checkout.echannel = fields.object("echannel").map(MandiriBill::read);
    checkout.gopay = fields.object("gopay").map(GopayOptions::read);
    checkout.shopeepay = fields.object("shopeepay").map(Callback::read);
    checkout.dana = fields.object("dana").map(Callback::read);
    checkout.cstore = fields.object("cstore").map(CstoreTexts::read);
    checkout.callbacks = fields.object("callbacks").map(Callbacks::read);
    let plan = fields.object("recurring").map(recurring);
    checkout.recurring = plan.transpose()?;
    checkout.user_id = fields.text("user_id");
    checkout.custom_field1 = fields.text("custom_field1");
    checkout.custom_field2 = fields.text("custom_field2");
    checkout.custom_field3 = fields.text("custom_field3");
    checkout.extra = fields.take_rest();
    Ok(checkout)
}

fn recurring(mut fields: Fields) -> Result<Recurring, InvalidInput> {
    let start_time = fields.text("start_time");
    let start_time = start_time.as_deref().map(WibTime::from_iso).transpose();
    let start_time = start_time
        .map_err(|error| InvalidInput::new("recurring.start_time", error.expected().to_owned()))?;
    let required = fields.value("required");
    Ok(Recurring {
        required: required.is_some_and(|value| value == true || value == 1),
        start_time,
        interval_unit: fields.word("interval_unit"),
    })
}
