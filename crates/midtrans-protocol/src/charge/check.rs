//! What can be checked before a charge is sent.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::{Address, CustomerDetails, InvalidInput, ItemDetails, Rupiah, SellerDetails};

/// Top-level fields that `Charge` sets by itself.
pub(super) const CHARGE_FIELDS: &[&str] = &[
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
pub(super) const ITEM_FIELDS: &[&str] =
    &["id", "price", "quantity", "name", "brand", "category", "merchant_name", "url"];
pub(super) const CUSTOMER_FIELDS: &[&str] =
    &["first_name", "last_name", "email", "phone", "billing_address", "shipping_address"];
pub(super) const ADDRESS_FIELDS: &[&str] =
    &["first_name", "last_name", "email", "phone", "address", "city", "postal_code", "country_code"];
pub(super) const SELLER_FIELDS: &[&str] = &["id", "name", "email", "url", "address"];

const SHORT: usize = 50;
const LONG: usize = 255;

/// Least amount with Akulaku, in rupiah. ([Amounts](https://docs.midtrans.com/reference/akulaku-1))
const AKULAKU_MIN: u64 = 5_000;

type Text<'a> = (&'static str, &'a Option<String>);

/// What is wrong with a charge, so far. All of it is told at once.
#[derive(Default)]
pub(super) struct Problems(Vec<InvalidInput>);

impl Problems {
    pub(super) fn add(&mut self, field: impl Into<Cow<'static, str>>, expected: impl Into<Cow<'static, str>>) {
        self.0.push(InvalidInput::new(field, expected));
    }

    pub(super) fn end(self) -> Result<(), InvalidInput> {
        InvalidInput::all(self.0)
    }
}

pub(super) fn akulaku_amount(gross_amount: Rupiah, problems: &mut Problems) {
    if gross_amount < Rupiah::new(AKULAKU_MIN) {
        problems.add("transaction_details.gross_amount", format!("at least {AKULAKU_MIN} rupiah, as Akulaku asks"));
    }
}

pub(super) fn not_empty(items: &[ItemDetails], problems: &mut Problems) {
    if items.is_empty() {
        problems.add("item_details", "at least one line");
    }
}

pub(super) fn items(items: &[ItemDetails], gross_amount: Rupiah, problems: &mut Problems) {
    for (at, item) in items.iter().enumerate() {
        let path = format!("item_details[{at}]");
        let name = Some(item.name.clone());
        required(&path, &[("name", &name)], problems);
        let short = [
            ("id", &item.id),
            ("name", &name),
            ("brand", &item.brand),
            ("category", &item.category),
            ("merchant_name", &item.merchant_name),
        ];
        lengths(&path, &short, SHORT, problems);
        lengths(&path, &[("url", &item.url)], LONG, problems);
        if item.quantity == 0 {
            problems.add(format!("{path}.quantity"), "at least 1");
        }
        extra(&path, &item.extra, ITEM_FIELDS, problems);
    }
    let sum: i128 = items.iter().map(|item| i128::from(item.price) * i128::from(item.quantity)).sum();
    if !items.is_empty() && sum != i128::from(gross_amount.get()) {
        let expected = format!("lines that add up to the gross amount, {}; they add up to {sum}", gross_amount.get());
        problems.add("item_details", expected);
    }
}

pub(super) fn distinct_ids(items: &[ItemDetails], problems: &mut Problems) {
    let mut seen = HashSet::new();
    for (at, item) in items.iter().enumerate() {
        required(&format!("item_details[{at}]"), &[("id", &item.id)], problems);
        if item.id.is_some() && !seen.insert(&item.id) {
            problems.add(format!("item_details[{at}].id"), "an id that no other line has");
        }
    }
}

pub(super) fn required_by_kredivo(items: &[ItemDetails], problems: &mut Problems) {
    for (at, item) in items.iter().enumerate() {
        let texts = [("id", &item.id), ("category", &item.category), ("url", &item.url)];
        required(&format!("item_details[{at}]"), &texts, problems);
    }
}

pub(super) fn required_by_akulaku(customer: &CustomerDetails, problems: &mut Problems) {
    let texts: Vec<_> = name_and_contact(customer).into_iter().filter(|(name, _)| *name != "last_name").collect();
    required("customer_details", &texts, problems);
}

pub(super) fn required_name(customer: &CustomerDetails, problems: &mut Problems) {
    required("customer_details", &name_and_contact(customer), problems);
}

pub(super) fn required_shipping(customer: &CustomerDetails, problems: &mut Problems) {
    required_address("customer_details.shipping_address", customer.shipping_address.as_ref(), problems);
}

pub(super) fn customer(customer: &CustomerDetails, problems: &mut Problems) {
    lengths("customer_details", &name_and_contact(customer), LONG, problems);
    extra("customer_details", &customer.extra, CUSTOMER_FIELDS, problems);
    for (path, place) in [
        ("customer_details.billing_address", &customer.billing_address),
        ("customer_details.shipping_address", &customer.shipping_address),
    ] {
        if let Some(place) = place {
            address(path, place, problems);
        }
    }
}

pub(super) fn sellers(sellers: &[SellerDetails], complete: bool) -> Result<(), InvalidInput> {
    let mut problems = Problems::default();
    for (at, seller) in sellers.iter().enumerate() {
        let path = format!("seller_details[{at}]");
        let texts = [("id", &seller.id), ("name", &seller.name), ("email", &seller.email), ("url", &seller.url)];
        let place = format!("{path}.address");
        if complete {
            required(&path, &texts, &mut problems);
            required_address(&place, seller.address.as_ref(), &mut problems);
        }
        lengths(&path, &texts, LONG, &mut problems);
        if let Some(seller) = &seller.address {
            address(&place, seller, &mut problems);
        }
        extra(&path, &seller.extra, SELLER_FIELDS, &mut problems);
    }
    problems.end()
}

pub(super) fn custom_field(field: &'static str, text: String) -> Result<String, InvalidInput> {
    if text.chars().count() > LONG {
        return Err(InvalidInput::new(field, format!("at most {LONG} characters")));
    }
    Ok(text)
}

pub(super) fn extra(path: &str, extra: &Map<String, Value>, known: &[&str], problems: &mut Problems) {
    for name in extra.keys().filter(|name| known.contains(&name.as_str())) {
        problems.add(join(path, name), "each field once; this one has a place of its own");
    }
}

fn name_and_contact(customer: &CustomerDetails) -> [Text<'_>; 4] {
    [
        ("first_name", &customer.first_name),
        ("last_name", &customer.last_name),
        ("email", &customer.email),
        ("phone", &customer.phone),
    ]
}

fn required_address(path: &str, address: Option<&Address>, problems: &mut Problems) {
    let Some(address) = address else {
        problems.add(path.to_owned(), "an address; Kredivo insists on it");
        return;
    };
    let texts = [
        ("first_name", &address.first_name),
        ("last_name", &address.last_name),
        ("phone", &address.phone),
        ("address", &address.address),
        ("city", &address.city),
        ("postal_code", &address.postal_code),
        ("country_code", &address.country_code),
    ];
    required(path, &texts, problems);
}

fn address(path: &str, address: &Address, problems: &mut Problems) {
    let texts = [
        ("first_name", &address.first_name),
        ("last_name", &address.last_name),
        ("email", &address.email),
        ("phone", &address.phone),
        ("address", &address.address),
        ("city", &address.city),
        ("postal_code", &address.postal_code),
    ];
    lengths(path, &texts, LONG, problems);
    let postal = |byte: u8| byte.is_ascii_alphanumeric() || b" -".contains(&byte);
    if address.postal_code.as_ref().is_some_and(|code| !code.bytes().all(postal)) {
        problems.add(join(path, "postal_code"), "letters, digits, hyphens and spaces");
    }
    let country = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if address.country_code.as_ref().is_some_and(|code| !country(code)) {
        problems.add(join(path, "country_code"), "three capital letters of ISO 3166-1, such as IDN");
    }
    extra(path, &address.extra, ADDRESS_FIELDS, problems);
}

fn required(path: &str, texts: &[Text<'_>], problems: &mut Problems) {
    for (name, _) in texts.iter().filter(|(_, text)| text.as_ref().is_none_or(|text| text.trim().is_empty())) {
        problems.add(join(path, name), match *name {
            "last_name" => {
                "a text that is not blank; Kredivo insists on it, so for a person with one name put that name here too"
            }
            _ => "a text that is not blank",
        });
    }
}

fn lengths(path: &str, texts: &[Text<'_>], max: usize, problems: &mut Problems) {
    for (name, _) in texts.iter().filter(|(_, text)| text.as_ref().is_some_and(|text| text.chars().count() > max)) {
        problems.add(join(path, name), format!("at most {max} characters"));
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
