//! Types, lengths and alphabets of a charge's fields, for every merchant.
//! ([Items](https://docs.midtrans.com/reference/item-details-object),
//! [customers](https://docs.midtrans.com/reference/customer-details-object),
//! [sellers](https://docs.midtrans.com/reference/seller-details-object))

use serde_json::Value;

/// Adds a problem for everything that breaks a limit.
pub(super) fn check(json: &Value, problems: &mut Vec<String>) {
    // Only rupiah exist.
    let currency = &json["transaction_details"]["currency"];
    if !currency.is_null() && currency != "IDR" {
        problems.push("transaction_details.currency must be IDR".to_owned());
    }
    for (at, item) in json["item_details"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let place = format!("item_details[{at}]");
        // `name` is required, and looked at with the prices.
        texts(
            item,
            &place,
            &["id", "brand", "category", "merchant_name"],
            SHORT,
            problems,
        );
        texts(item, &place, &["url"], LONG, problems);
    }
    if let Some(customer) = object(&json["customer_details"], "customer_details", problems) {
        texts(
            customer,
            "customer_details",
            &["first_name", "last_name", "email", "phone"],
            LONG,
            problems,
        );
        for name in ["billing_address", "shipping_address"] {
            address(
                &customer[name],
                &format!("customer_details.{name}"),
                problems,
            );
        }
    }
    if !matches!(
        json["seller_details"],
        Value::Null | Value::Array(_) | Value::Object(_)
    ) {
        problems.push("seller_details must be an array".to_owned());
    }
    for (at, seller) in sellers(&json["seller_details"]).iter().enumerate() {
        let place = format!("seller_details[{at}]");
        if let Some(seller) = object(seller, &place, problems) {
            texts(
                seller,
                &place,
                &["id", "name", "email", "url"],
                LONG,
                problems,
            );
            address(&seller["address"], &format!("{place}.address"), problems);
        }
    }
}

/// The sellers of a charge. All samples have a list, and one page has a single object.
pub(super) fn sellers(value: &Value) -> &[Value] {
    match value {
        Value::Array(sellers) => sellers,
        Value::Object(_) => std::slice::from_ref(value),
        _ => &[],
    }
}

/// Returns true for a text of at most so many characters.
pub(super) fn is_text(value: &Value, max: usize) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.chars().count() <= max)
}

pub(super) fn text_problem(place: &str, max: usize) -> String {
    format!("{place} must be a string of at most {max} characters")
}

fn address(address: &Value, place: &str, problems: &mut Vec<String>) {
    let Some(address) = object(address, place, problems) else {
        return;
    };
    texts(
        address,
        place,
        &[
            "first_name",
            "last_name",
            "email",
            "phone",
            "address",
            "city",
        ],
        LONG,
        problems,
    );
    let is_postal = match &address["postal_code"] {
        Value::Null => true,
        // The gateway's own sample has a number there.
        Value::Number(number) => number.is_u64(),
        code => {
            let is_of_a_code =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-');
            is_text(code, LONG)
                && code
                    .as_str()
                    .is_some_and(|code| code.bytes().all(is_of_a_code))
        }
    };
    if !is_postal {
        problems.push(format!(
            "{place}.postal_code must be letters, digits, hyphens and spaces"
        ));
    }
    let country = &address["country_code"];
    let is_country =
        |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if !country.is_null() && !country.as_str().is_some_and(is_country) {
        problems.push(format!(
            "{place}.country_code must be three capital letters, such as IDN"
        ));
    }
}

fn object<'a>(value: &'a Value, place: &str, problems: &mut Vec<String>) -> Option<&'a Value> {
    match value {
        Value::Null => None,
        Value::Object(_) => Some(value),
        _ => {
            problems.push(format!("{place} must be an object"));
            None
        }
    }
}

fn texts(object: &Value, place: &str, names: &[&str], max: usize, problems: &mut Vec<String>) {
    for name in names {
        let value = &object[*name];
        if !value.is_null() && !is_text(value, max) {
            problems.push(text_problem(&format!("{place}.{name}"), max));
        }
    }
}

/// Longest text of an item.
pub(super) const SHORT: usize = 50;
/// Longest text elsewhere.
pub(super) const LONG: usize = 255;
