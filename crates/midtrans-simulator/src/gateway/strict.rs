//! What the gateway's reference requires of a charge and its samples omit.
//! ([Akulaku](https://docs.midtrans.com/reference/akulaku-1), [Kredivo](https://docs.midtrans.com/reference/kredivo-1))

use midtrans_protocol::Rupiah;
use serde_json::Value;

use super::payment::Provider;

/// Adds what is missing to the problems.
pub(super) fn check(json: &Value, provider: Provider, amount: Option<Rupiah>, problems: &mut Vec<String>) {
    let minimum = match provider {
        Provider::Akulaku => Rupiah::new(5_000),
        Provider::Kredivo => Rupiah::new(1),
    };
    if amount.is_some_and(|amount| amount < minimum) {
        problems.push(format!("transaction_details.gross_amount is below the minimum of {}", minimum.get()));
    }
    match json["item_details"].as_array() {
        Some(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                let place = format!("item_details[{at}]");
                require(&item["id"], &format!("{place}.id"), problems);
                if provider == Provider::Kredivo {
                    require_all(item, &place, &["category", "url"], problems);
                }
            }
        }
        _ => problems.push("item_details is required".to_owned()),
    }
    let customer = &json["customer_details"];
    if customer.as_object().is_none_or(serde_json::Map::is_empty) {
        problems.push("customer_details is required".to_owned());
        return;
    }
    require_all(customer, "customer_details", &["first_name", "last_name", "email", "phone"], problems);
    if provider == Provider::Kredivo {
        let names = ["first_name", "last_name", "phone", "address", "city", "postal_code", "country_code"];
        require_all(&customer["shipping_address"], "customer_details.shipping_address", &names, problems);
    }
}

fn require_all(object: &Value, place: &str, names: &[&str], problems: &mut Vec<String>) {
    for name in names {
        require(&object[*name], &format!("{place}.{name}"), problems);
    }
}

/// A text, or a number: the gateway's own sample has a postal code that is one.
fn require(value: &Value, name: &str, problems: &mut Vec<String>) {
    let is_there = value.is_number() || value.as_str().is_some_and(|text| !text.trim().is_empty());
    if !is_there {
        problems.push(format!("{name} is required"));
    }
}
