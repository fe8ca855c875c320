//! Items and customers on the command line: `name=value,name=value`, or JSON.

use midtrans_protocol::charge::Address;
use midtrans_protocol::{CustomerDetails, ItemDetails};
use serde_json::{Map, Value};

use crate::amount;

/// One line of an order: `id=SHOE-42,name=Sepatu,price=40000,quantity=1`.
pub(crate) fn item(text: &str) -> Result<ItemDetails, String> {
    const NAMES: &[&str] = &[
        "id",
        "name",
        "price",
        "quantity",
        "brand",
        "category",
        "merchant_name",
        "url",
    ];
    let mut fields = fields(text, NAMES)?;
    fields.entry("quantity").or_insert_with(|| Value::from(1));
    if let Some(Value::String(text)) = fields.get("price") {
        let price = amount::price(text).map_err(|problem| format!("price: {problem}"))?;
        fields.insert("price".to_owned(), Value::from(price));
    }
    if let Some(Value::String(text)) = fields.get("quantity") {
        let whole: i64 = text.parse().map_err(|_| "quantity is not a whole number")?;
        fields.insert("quantity".to_owned(), Value::from(whole));
    }
    if !fields.contains_key("name") || !fields.contains_key("price") {
        return Err(format!(
            "expected name and price, and any of {}",
            NAMES.join(", ")
        ));
    }
    ItemDetails::from_json(&Value::Object(fields).to_string()).map_err(|error| error.to_string())
}

/// A customer: `first_name=Siti,last_name=Rahma,email=siti@example.com,phone=0812…`. With an
/// address, it is also where the goods go, in Indonesia unless it says otherwise.
pub(crate) fn customer(text: &str) -> Result<CustomerDetails, String> {
    const PERSON: &[&str] = &["first_name", "last_name", "email", "phone"];
    const PLACE: &[&str] = &["address", "city", "postal_code", "country_code"];
    let names = [PERSON, PLACE].concat();
    let fields = fields(text, &names)?;
    if text.trim_start().starts_with('{') {
        return CustomerDetails::from_json(&Value::Object(fields).to_string())
            .map_err(|error| error.to_string());
    }
    let get = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut customer = CustomerDetails::default();
    (customer.first_name, customer.last_name) = (get("first_name"), get("last_name"));
    (customer.email, customer.phone) = (get("email"), get("phone"));
    if PLACE.iter().any(|name| fields.contains_key(*name)) {
        let mut place = Address::default();
        (place.first_name, place.last_name) = (get("first_name"), get("last_name"));
        (place.email, place.phone) = (get("email"), get("phone"));
        (place.address, place.city) = (get("address"), get("city"));
        place.postal_code = get("postal_code");
        place.country_code = get("country_code").or(Some("IDN".to_owned()));
        customer.shipping_address = Some(place);
    }
    Ok(customer)
}

/// Splits at a comma only where a known name follows, so that a value may have commas.
pub(crate) fn fields(text: &str, names: &[&str]) -> Result<Map<String, Value>, String> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text)
            .map_err(|error| format!("not a JSON object (column {})", error.column()));
    }
    let begins = |rest: &str| {
        names.iter().any(|name| {
            rest.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('='))
        })
    };
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices(',').map(|(at, _)| at + 1))
        .filter(|at| *at == 0 || begins(&text[*at..]))
        .collect();
    let ends = starts.iter().skip(1).map(|at| at - 1).chain([text.len()]);
    let mut fields = Map::new();
    for (start, end) in starts.iter().zip(ends) {
        let part = &text[*start..end];
        let (name, value) = part
            .split_once('=')
            .filter(|_| begins(part))
            .ok_or_else(|| format!("expected NAME=VALUE,… with any of {}", names.join(", ")))?;
        if fields.insert(name.to_owned(), Value::from(value)).is_some() {
            return Err(format!("{name} is there twice"));
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    #[test]
    fn an_item_is_names_and_values_or_json() {
        let shoe = item("id=SHOE-42,name=Sepatu, merah,price=40000").unwrap();
        assert_eq!(
            (shoe.name.as_str(), shoe.price, shoe.quantity),
            ("Sepatu, merah", 40_000, 1)
        );
        assert_eq!(
            item(r#"{"id":"SHOE-42","name":"Sepatu, merah","price":40000}"#).unwrap(),
            shoe
        );
        assert_eq!(item("name=Potongan,price=-5000").unwrap().price, -5_000);
        assert_eq!(item("name=Sepatu,price=Rp40.000").unwrap().price, 40_000);
        assert!(
            item("name=Sepatu,price=40.00")
                .unwrap_err()
                .starts_with("price: a point stands between")
        );
        let told = item(r#"{"name":"Sepatu","price":[40000]}"#).unwrap_err();
        assert!(
            told.starts_with("item_details.price: expected whole rupiah as an integer"),
            "{told}"
        );
        for wrong in [
            "",
            "Sepatu",
            "colour=red",
            "name=Sepatu",
            "name=a,price=1.5",
            "name=a,name=b,price=1",
            "{",
        ] {
            assert!(item(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_customer_with_an_address_is_where_the_goods_go() {
        let siti =
            customer("first_name=Siti,phone=0812,address=Jl. Melati 1, Menteng,city=Jakarta")
                .unwrap();
        let place = siti.shipping_address.unwrap();
        assert_eq!(place.address.as_deref(), Some("Jl. Melati 1, Menteng"));
        assert_eq!(place.first_name, siti.first_name);
        assert_eq!(place.country_code.as_deref(), Some("IDN"));
        assert!(
            customer("first_name=Siti")
                .unwrap()
                .shipping_address
                .is_none()
        );
        let told = customer(r#"{"email":["s@example.com"]}"#).unwrap_err();
        assert_eq!(
            told,
            "customer_details.email: expected a text in quotes, or an integer"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = (item(&text), customer(&text));
        }
    }
}
