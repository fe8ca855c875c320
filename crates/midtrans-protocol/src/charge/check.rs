//! What can be checked before a charge is sent.

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

type Text<'a> = (&'static str, &'a Option<String>);

pub(super) fn not_empty(items: &[ItemDetails]) -> Result<(), InvalidInput> {
    if items.is_empty() { Err(InvalidInput::new("item_details", "at least one line")) } else { Ok(()) }
}

pub(super) fn items(items: &[ItemDetails], gross_amount: Rupiah) -> Result<(), InvalidInput> {
    for (at, item) in items.iter().enumerate() {
        let path = format!("item_details[{at}]");
        required(&path, &[("name", &Some(item.name.clone()))])?;
        let name = Some(item.name.clone());
        let short = [
            ("id", &item.id),
            ("name", &name),
            ("brand", &item.brand),
            ("category", &item.category),
            ("merchant_name", &item.merchant_name),
        ];
        lengths(&path, &short, SHORT)?;
        lengths(&path, &[("url", &item.url)], LONG)?;
        if item.quantity == 0 {
            return Err(InvalidInput::new(format!("{path}.quantity"), "at least 1"));
        }
        extra(&path, &item.extra, ITEM_FIELDS)?;
    }
    let sum: i128 = items.iter().map(|item| i128::from(item.price) * i128::from(item.quantity)).sum();
    if !items.is_empty() && sum != i128::from(gross_amount.get()) {
        let expected = format!("lines that add up to the gross amount, {}; they add up to {sum}", gross_amount.get());
        return Err(InvalidInput::new("item_details", expected));
    }
    Ok(())
}

pub(super) fn distinct_ids(items: &[ItemDetails]) -> Result<(), InvalidInput> {
    let mut seen = HashSet::new();
    for (at, item) in items.iter().enumerate() {
        required(&format!("item_details[{at}]"), &[("id", &item.id)])?;
        if !seen.insert(&item.id) {
            return Err(InvalidInput::new(format!("item_details[{at}].id"), "an id that no other line has"));
        }
    }
    Ok(())
}

pub(super) fn required_by_kredivo(items: &[ItemDetails]) -> Result<(), InvalidInput> {
    for (at, item) in items.iter().enumerate() {
        let texts = [("id", &item.id), ("category", &item.category), ("url", &item.url)];
        required(&format!("item_details[{at}]"), &texts)?;
    }
    Ok(())
}

pub(super) fn required_by_akulaku(customer: &CustomerDetails) -> Result<(), InvalidInput> {
    let texts = name_and_contact(customer);
    texts.iter().filter(|(name, _)| *name != "last_name").try_for_each(|text| required("customer_details", &[*text]))
}

pub(super) fn required_name(customer: &CustomerDetails) -> Result<(), InvalidInput> {
    required("customer_details", &name_and_contact(customer))
}

pub(super) fn required_shipping(customer: &CustomerDetails) -> Result<(), InvalidInput> {
    required_address("customer_details.shipping_address", customer.shipping_address.as_ref())
}

pub(super) fn customer(customer: &CustomerDetails) -> Result<(), InvalidInput> {
    lengths("customer_details", &name_and_contact(customer), LONG)?;
    extra("customer_details", &customer.extra, CUSTOMER_FIELDS)?;
    for (path, place) in [
        ("customer_details.billing_address", &customer.billing_address),
        ("customer_details.shipping_address", &customer.shipping_address),
    ] {
        place.as_ref().map_or(Ok(()), |place| address(path, place))?;
    }
    Ok(())
}

pub(super) fn sellers(sellers: &[SellerDetails], complete: bool) -> Result<(), InvalidInput> {
    for (at, seller) in sellers.iter().enumerate() {
        let path = format!("seller_details[{at}]");
        let texts = [("id", &seller.id), ("name", &seller.name), ("email", &seller.email), ("url", &seller.url)];
        let place = format!("{path}.address");
        if complete {
            required(&path, &texts)?;
            required_address(&place, seller.address.as_ref())?;
        }
        lengths(&path, &texts, LONG)?;
        seller.address.as_ref().map_or(Ok(()), |seller| address(&place, seller))?;
        extra(&path, &seller.extra, SELLER_FIELDS)?;
    }
    Ok(())
}

pub(super) fn custom_field(field: &'static str, text: String) -> Result<String, InvalidInput> {
    if text.chars().count() > LONG {
        return Err(InvalidInput::new(field, format!("at most {LONG} characters")));
    }
    Ok(text)
}

pub(super) fn extra(path: &str, extra: &Map<String, Value>, known: &[&str]) -> Result<(), InvalidInput> {
    match extra.keys().find(|name| known.contains(&name.as_str())) {
        Some(name) => Err(InvalidInput::new(join(path, name), "each field once; this one has a place of its own")),
        None => Ok(()),
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

fn required_address(path: &str, address: Option<&Address>) -> Result<(), InvalidInput> {
    let Some(address) = address else {
        return Err(InvalidInput::new(path.to_owned(), "an address; Kredivo insists on it"));
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
    required(path, &texts)
}

fn address(path: &str, address: &Address) -> Result<(), InvalidInput> {
    let texts = [
        ("first_name", &address.first_name),
        ("last_name", &address.last_name),
        ("email", &address.email),
        ("phone", &address.phone),
        ("address", &address.address),
        ("city", &address.city),
        ("postal_code", &address.postal_code),
    ];
    lengths(path, &texts, LONG)?;
    let postal = |byte: u8| byte.is_ascii_alphanumeric() || b" -".contains(&byte);
    if address.postal_code.as_ref().is_some_and(|code| !code.bytes().all(postal)) {
        return Err(InvalidInput::new(join(path, "postal_code"), "letters, digits, hyphens and spaces"));
    }
    let country = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if address.country_code.as_ref().is_some_and(|code| !country(code)) {
        return Err(InvalidInput::new(join(path, "country_code"), "three capital letters of ISO 3166-1, such as IDN"));
    }
    extra(path, &address.extra, ADDRESS_FIELDS)
}

fn required(path: &str, texts: &[Text<'_>]) -> Result<(), InvalidInput> {
    match texts.iter().find(|(_, text)| text.as_ref().is_none_or(|text| text.trim().is_empty())) {
        Some((name @ "last_name", _)) => Err(InvalidInput::new(
            join(path, name),
            "a text that is not blank; Kredivo insists on it, so for a person with one name put that name here too",
        )),
        Some((name, _)) => Err(InvalidInput::new(join(path, name), "a text that is not blank")),
        None => Ok(()),
    }
}

fn lengths(path: &str, texts: &[Text<'_>], max: usize) -> Result<(), InvalidInput> {
    match texts.iter().find(|(_, text)| text.as_ref().is_some_and(|text| text.chars().count() > max)) {
        Some((name, _)) => Err(InvalidInput::new(join(path, name), format!("at most {max} characters"))),
        None => Ok(()),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
