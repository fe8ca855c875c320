//! Reads a page of Snap from the JSON that the gateway documents.

use serde::Deserialize;
use serde_json::Value;

use super::card_options::CARD;
use super::method_options::{BILL, CALLBACK, CSTORE, GOPAY};
use super::{
    Callback, Callbacks, CardOptions, Checkout, CstoreTexts, EnabledPayment, Expiry, GopayOptions,
    MandiriBill, Recurring, VA_FIELDS, VirtualAccounts,
};
use crate::charge::read::{check_numbers, order_by, parsed, read, take};
use crate::charge::shape::{CUSTOMER, ITEM, SELLER, TRANSACTION};
use crate::charge::{Field, SellerDetails, Shape, check_shape};
use crate::subscription::IntervalUnit;
use crate::time::WibTime;
use crate::{CustomerDetails, InvalidInput, ItemDetails, OrderId, TransactionDetails};

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
    Field::optional("expiry", Shape::Object(EXPIRY)),
    Field::optional("page_expiry", Shape::Object(EXPIRY)),
    Field::optional("recurring", Shape::Object(RECURRING)),
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
    let value = parsed("checkout", json)?;
    check_shape("", &value, CHECKOUT)?;
    check_numbers("", &value)?;
    let Value::Object(mut fields) = crate::method::without_nulls(value) else {
        return Err(InvalidInput::new("checkout", "a JSON object"));
    };
    let fields = &mut fields;
    let order = order_by(fields, OrderId::on_snap, TransactionDetails::on_snap)?;
    let mut checkout = Checkout::new(order);
    checkout.item_details = take::<Vec<ItemDetails>>(fields, "item_details")?.unwrap_or_default();
    checkout.customer_details = take::<CustomerDetails>(fields, "customer_details")?;
    let sellers = take::<Vec<SellerDetails>>(fields, "seller_details")?;
    checkout.seller_details = sellers.unwrap_or_default();
    let payments = take::<Vec<EnabledPayment>>(fields, "enabled_payments")?;
    checkout.enabled_payments = payments.unwrap_or_default();
    checkout.credit_card = take::<CardOptions>(fields, "credit_card")?;
    let banks = VA_FIELDS.iter().map(|field| field.name);
    let accounts = banks
        .filter_map(|bank| fields.remove_entry(bank))
        .collect::<serde_json::Map<_, _>>();
    checkout.virtual_accounts = read::<VirtualAccounts>("bca_va", Value::Object(accounts))?;
    checkout.echannel = take::<MandiriBill>(fields, "echannel")?;
    checkout.gopay = take::<GopayOptions>(fields, "gopay")?;
    checkout.shopeepay = take::<Callback>(fields, "shopeepay")?;
    checkout.dana = take::<Callback>(fields, "dana")?;
    checkout.cstore = take::<CstoreTexts>(fields, "cstore")?;
    checkout.callbacks = take::<Callbacks>(fields, "callbacks")?;
    checkout.expiry = Expiry::take(fields, "expiry")?;
    checkout.page_expiry = Expiry::take(fields, "page_expiry")?;
    checkout.recurring = take::<RecurringWire>(fields, "recurring")?
        .map(RecurringWire::read)
        .transpose()?;
    checkout.user_id = take::<String>(fields, "user_id")?;
    checkout.custom_field1 = take::<String>(fields, "custom_field1")?;
    checkout.custom_field2 = take::<String>(fields, "custom_field2")?;
    checkout.custom_field3 = take::<String>(fields, "custom_field3")?;
    checkout.extra = std::mem::take(fields);
    Ok(checkout)
}

#[derive(Deserialize)]
struct RecurringWire {
    #[serde(default)]
    required: Value,
    start_time: Option<String>,
    interval_unit: Option<IntervalUnit>,
}

impl RecurringWire {
    fn read(self) -> Result<Recurring, InvalidInput> {
        let start_time = self.start_time.as_deref().map(WibTime::from_iso);
        let start_time = start_time.transpose().map_err(|error| {
            InvalidInput::new("recurring.start_time", error.expected().to_owned())
        })?;
        Ok(Recurring {
            required: self.required == true || self.required == 1,
            start_time,
            interval_unit: self.interval_unit,
        })
    }
}
