//! What the reference requires of a charge and the guide's samples omit.
//! ([Akulaku](https://docs.midtrans.com/reference/akulaku-1),
//! [Kredivo](https://docs.midtrans.com/reference/kredivo-1))

use serde_json::Value;

use super::payment::Provider;
use super::settings::Settings;

/// Adds what is missing to the problems, as far as this account has to send it.
pub(super) fn check(
    json: &Value,
    provider: Provider,
    settings: &Settings,
    problems: &mut Vec<String>,
) {
    if settings.lenient {
        return;
    }
    if provider == Provider::Akulaku || !settings.kredivo_approved {
        items(&json["item_details"], provider, problems);
        customer(&json["customer_details"], provider, problems);
    }
    // Only marketplaces send sellers; what is sent has to be whole.
    if provider == Provider::Kredivo {
        for (at, seller) in sellers(&json["seller_details"]).iter().enumerate() {
            let place = format!("seller_details[{at}]");
            require_object(seller, &place, &["id", "name", "email", "url"], problems);
            if seller.is_object() {
                require_object(
                    &seller["address"],
                    &format!("{place}.address"),
                    ADDRESS,
                    problems,
                );
            }
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

fn items(list: &Value, provider: Provider, problems: &mut Vec<String>) {
    let items = match list {
        Value::Array(items) if !items.is_empty() => items,
        Value::Array(_) | Value::Null => {
            return problems.push("item_details is required".to_owned());
        }
        // That it is no list is said already.
        _ => return,
    };
    for (at, item) in items.iter().enumerate() {
        let names: &[&str] = match provider {
            Provider::Akulaku => &["id"],
            Provider::Kredivo => &["id", "category", "url"],
        };
        require_all(item, &format!("item_details[{at}]"), names, problems);
    }
}

fn customer(customer: &Value, provider: Provider, problems: &mut Vec<String>) {
    require_object(
        customer,
        "customer_details",
        &["first_name", "email", "phone"],
        problems,
    );
    // For Akulaku the gateway's pages disagree, and many Indonesians have one name.
    if provider == Provider::Kredivo && customer.is_object() {
        require_all(customer, "customer_details", &["last_name"], problems);
        require_object(
            &customer["shipping_address"],
            "customer_details.shipping_address",
            ADDRESS,
            problems,
        );
    }
}

fn require_object(object: &Value, place: &str, names: &[&str], problems: &mut Vec<String>) {
    match object {
        Value::Null => problems.push(format!("{place} is required")),
        Value::Object(_) => require_all(object, place, names, problems),
        // That it is no object is said already.
        _ => {}
    }
}

fn require_all(object: &Value, place: &str, names: &[&str], problems: &mut Vec<String>) {
    for name in names {
        let is_missing = match &object[*name] {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            // What is no text is either said already, or a postal code that is a number.
            _ => false,
        };
        if is_missing {
            problems.push(format!("{place}.{name} is required"));
        }
    }
}

const ADDRESS: &[&str] = &[
    "first_name",
    "last_name",
    "phone",
    "address",
    "city",
    "postal_code",
    "country_code",
];
