//! The checks before a charge is sent that are the same for every payment method.

use serde_json::{Map, Value};

use super::problems::{Problems, Text, join};
use crate::charge::{Address, SellerDetails};
use crate::method::Terms;
use crate::{Charge, CustomerDetails, ItemDetails, Rupiah};

/// Top-level fields that `Charge` sets by itself, besides the object of its payment method.
pub(crate) const CHARGE_FIELDS: &[&str] = &[
    "payment_type",
    "transaction_details",
    "item_details",
    "customer_details",
    "seller_details",
    "custom_expiry",
    "custom_field1",
    "custom_field2",
    "custom_field3",
    "metadata",
];
pub(super) const ITEM_FIELDS: &[&str] = &[
    "id",
    "price",
    "quantity",
    "name",
    "brand",
    "category",
    "merchant_name",
    "url",
];
pub(super) const CUSTOMER_FIELDS: &[&str] = &[
    "first_name",
    "last_name",
    "email",
    "phone",
    "billing_address",
    "shipping_address",
];
pub(super) const ADDRESS_FIELDS: &[&str] = &[
    "first_name",
    "last_name",
    "email",
    "phone",
    "address",
    "city",
    "postal_code",
    "country_code",
];
pub(super) const SELLER_FIELDS: &[&str] = &["id", "name", "email", "url", "address"];

const DAY: u64 = 24 * 3_600;
const SHORT: usize = 50;
pub(crate) const LONG: usize = 255;

/// Collects what the gateway would refuse with any payment method.
pub(super) fn charge(charge: &Charge, problems: &mut Problems) {
    // Snap takes more order ids than a charge does.
    let order_id = charge.transaction_details.order_id();
    if let Err(error) = order_id.check_chargeable("transaction_details.order_id") {
        problems.add("transaction_details.order_id", error.expected().to_owned());
    }
    items(
        &charge.item_details,
        charge.transaction_details.gross_amount(),
        problems,
    );
    if let Some(details) = &charge.customer_details {
        customer(details, problems);
    }
    sellers(&charge.seller_details, problems);
    let fields = [
        ("custom_field1", &charge.custom_field1),
        ("custom_field2", &charge.custom_field2),
        ("custom_field3", &charge.custom_field3),
    ];
    problems.limit("", &fields, LONG);
    extra("", &charge.extra, CHARGE_FIELDS, problems);
    let own = charge.payment_type.as_str();
    let names = charge.extra.keys();
    for name in names.filter(|name| name.eq_ignore_ascii_case(own)) {
        let expected =
            "the payment method's fields in its type in `method`; in JSON, under its name";
        problems.add(name.clone(), expected);
    }
}

/// Collects an amount that no bank, wallet or store of the payment method takes.
pub(super) fn amount(charge: &Charge, terms: &Terms, problems: &mut Problems) {
    let amount = charge.transaction_details.gross_amount();
    let path = "transaction_details.gross_amount";
    let method = &charge.payment_type;
    if amount < terms.smallest_amount {
        let smallest = terms.smallest_amount.get();
        problems.add(path, format!("at least {smallest} rupiah with {method}"));
    }
    if let Some(largest) = terms.largest_amount.filter(|largest| amount > *largest) {
        let largest = largest.get();
        problems.add(path, format!("at most {largest} rupiah with {method}"));
    }
}

/// Collects an expiry that is longer than the payment method's longest. (One page of the gateway
/// says that it refuses it, another that it shortens it.)
pub(super) fn expiry(charge: &Charge, terms: &Terms, problems: &mut Problems) {
    let longest = terms.longest_expiry;
    if charge
        .custom_expiry
        .as_ref()
        .is_some_and(|expiry| expiry.duration() > longest)
    {
        let longest = match longest.as_secs() {
            DAY => "1 day".to_owned(),
            seconds if seconds % DAY == 0 => format!("{} days", seconds / DAY),
            seconds => format!("{seconds} seconds"),
        };
        let expected = format!("at most {longest} with {}", charge.payment_type);
        problems.add("custom_expiry.expiry_duration", expected);
    }
}

pub(crate) fn items(items: &[ItemDetails], gross_amount: Rupiah, problems: &mut Problems) {
    for (at, item) in items.iter().enumerate() {
        let path = format!("item_details[{at}]");
        let name = Some(item.name.clone());
        problems.require(&path, &[("name", &name)]);
        let short = [
            ("id", &item.id),
            ("name", &name),
            ("brand", &item.brand),
            ("category", &item.category),
            ("merchant_name", &item.merchant_name),
        ];
        problems.limit(&path, &short, SHORT);
        problems.limit(&path, &[("url", &item.url)], LONG);
        if item.quantity == 0 {
            problems.add(format!("{path}.quantity"), "at least 1");
        }
        extra(&path, &item.extra, ITEM_FIELDS, problems);
    }
    let sum: i128 = items
        .iter()
        .map(|item| i128::from(item.price) * i128::from(item.quantity))
        .sum();
    if !items.is_empty() && sum != i128::from(gross_amount.get()) {
        let expected = format!(
            "lines that add up to the gross amount, {}; they add up to {sum}",
            gross_amount.get()
        );
        problems.add("item_details", expected);
    }
}

pub(crate) fn customer(customer: &CustomerDetails, problems: &mut Problems) {
    problems.limit("customer_details", &customer.name_and_contact(), LONG);
    extra(
        "customer_details",
        &customer.extra,
        CUSTOMER_FIELDS,
        problems,
    );
    for (path, place) in [
        (
            "customer_details.billing_address",
            &customer.billing_address,
        ),
        (
            "customer_details.shipping_address",
            &customer.shipping_address,
        ),
    ] {
        if let Some(place) = place {
            address(path, place, problems);
        }
    }
}

pub(crate) fn sellers(sellers: &[SellerDetails], problems: &mut Problems) {
    for (at, seller) in sellers.iter().enumerate() {
        let path = format!("seller_details[{at}]");
        problems.limit(&path, &seller.texts(), LONG);
        if let Some(place) = &seller.address {
            address(&format!("{path}.address"), place, problems);
        }
        extra(&path, &seller.extra, SELLER_FIELDS, problems);
    }
}

pub(crate) fn extra(
    path: &str,
    extra: &Map<String, Value>,
    known: &[&str],
    problems: &mut Problems,
) {
    for name in extra.keys().filter(|name| known.contains(&name.as_str())) {
        problems.add(
            join(path, name),
            "each field once; this one has a place of its own",
        );
    }
}

fn address(path: &str, address: &Address, problems: &mut Problems) {
    let texts: [Text<'_>; 7] = [
        ("first_name", &address.first_name),
        ("last_name", &address.last_name),
        ("email", &address.email),
        ("phone", &address.phone),
        ("address", &address.address),
        ("city", &address.city),
        ("postal_code", &address.postal_code),
    ];
    problems.limit(path, &texts, LONG);
    let postal = |byte: u8| byte.is_ascii_alphanumeric() || b" -".contains(&byte);
    if address
        .postal_code
        .as_ref()
        .is_some_and(|code| !code.bytes().all(postal))
    {
        problems.add(
            join(path, "postal_code"),
            "letters, digits, hyphens and spaces",
        );
    }
    let country =
        |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if address
        .country_code
        .as_ref()
        .is_some_and(|code| !country(code))
    {
        problems.add(
            join(path, "country_code"),
            "three capital letters of ISO 3166-1, such as IDN",
        );
    }
    extra(path, &address.extra, ADDRESS_FIELDS, problems);
}
