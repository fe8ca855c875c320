//! Requests that are read from JSON: what is not understood is refused or sent, and never dropped.

use midtrans_protocol::history::ListTransactions;
use midtrans_protocol::{
    Charge, InvalidInput, Merchant, OrderId, Rupiah, TransactionDetails, invoice, payment_link,
    snap, subscription,
};
use serde_json::{Value, json};

type Read = fn(&str) -> Result<Vec<u8>, InvalidInput>;

/// Each reader with a request that has an object at every place where one may be.
fn requests() -> Vec<(Read, Value)> {
    let order = json!({"order_id": "order-101", "gross_amount": 20_000});
    let items = json!([{"id": "a", "price": 20_000, "quantity": 1, "name": "Kopi"}]);
    let customer = json!({"first_name": "Sari", "email": "sari@shop.example"});
    let options = json!({
        "secure": true,
        "bank": "bni",
        "installment": {"required": true, "terms": {"bni": [3, 6]}},
        "dynamic_descriptor": {"merchant_name": "Kopi"},
    });
    vec![
        (
            |json| Charge::from_json(json).map(|it| it.to_json()),
            json!({
                "payment_type": "credit_card",
                "transaction_details": order,
                "item_details": items,
                "customer_details": customer,
                "custom_expiry": {"expiry_duration": 10, "unit": "minute"},
                "credit_card": {
                    "card": {
                        "number": "4811111111111114",
                        "expiry_month": "12",
                        "expiry_year": "2030",
                        "cvv": "123",
                    },
                    "dynamic_descriptor": {"merchant_name": "Kopi"},
                },
            }),
        ),
        (
            |json| snap::CreateTransaction::from_json(json).map(|it| it.to_json()),
            json!({
                "transaction_details": order,
                "item_details": items,
                "customer_details": customer,
                "credit_card": options,
                "bca_va": {"va_number": "12345678", "free_text": {"inquiry": [{"id": "a", "en": "b"}]}},
                "echannel": {"bill_info1": "a", "bill_info2": "b"},
                "gopay": {"enable_callback": true},
                "shopeepay": {"callback_url": "https://shop.example"},
                "dana": {"callback_url": "https://shop.example"},
                "cstore": {"alfamart_free_text_1": "a"},
                "callbacks": {"finish": "https://shop.example"},
                "expiry": {"unit": "hour", "duration": 2},
                "page_expiry": {"unit": "hour", "duration": 2},
                "recurring": {"required": true, "interval_unit": "month"},
                "user_id": "u1",
            }),
        ),
        (
            |json| payment_link::Create::from_json(json).map(|it| it.to_json()),
            json!({
                "transaction_details": order,
                "item_details": items,
                "customer_details": customer,
                "credit_card": options,
                "expiry": {"unit": "hour", "duration": 2},
                "callbacks": {"finish": "https://shop.example"},
                "bni_va": {"va_number": "1234567"},
            }),
        ),
        (
            |json| subscription::Create::from_json(json).map(|it| it.to_json()),
            json!({
                "name": "kopi", "amount": "14000", "currency": "IDR", "payment_type": "gopay",
                "token": "abc", "gopay": {"account_id": "a1"},
                "schedule": {"interval": 1, "interval_unit": "month"},
                "retry_schedule": {"interval": 1, "interval_unit": "day", "max_interval": 3},
                "metadata": {"a": 1}, "customer_details": customer,
            }),
        ),
        (
            |json| invoice::Create::from_json(json).map(|it| it.to_json()),
            json!({
                "order_id": "inv-1", "invoice_number": "INV/1",
                "invoice_date": "2026-03-06 20:03:04 +0700", "due_date": "2026-04-06 20:03:04 +0700",
                "customer_details": {"name": "Sari"},
                "item_details": [{"description": "Kopi", "quantity": 1, "price": 20_000}],
                "payment_type": "payment_link",
                "payment_link": {
                    "enabled_payments": ["bca_va"],
                    "credit_card": options,
                    "expiry": {"unit": "hours", "duration": 2},
                    "callbacks": {"finish": "https://shop.example"},
                },
                "amount": {"discount": "1000"},
                "taxes": [{"name": "PPN", "type": "percentage", "value": 11}],
            }),
        ),
        (
            |json| ListTransactions::<Merchant>::from_json(json).map(|it| it.to_json()),
            json!({"pageNumber": "0", "pageSize": "10", "additionalInfo": {"sortOrder": "ASC"}}),
        ),
    ]
}

/// The JSON pointers of all values.
fn places(value: &Value, here: &str, into: &mut Vec<String>) {
    into.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, &format!("{here}/{name}"), into);
            }
        }
        Value::Array(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                places(entry, &format!("{here}/{at}"), into);
            }
        }
        _ => {}
    }
}

fn all_places(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    places(value, "", &mut all);
    all
}

fn sent(read: Read, request: &Value) -> Option<Value> {
    let sent = read(&request.to_string()).ok()?;
    Some(serde_json::from_slice(&sent).expect("JSON is sent"))
}

#[test]
fn a_request_is_sent_with_all_its_fields() {
    for (read, request) in requests() {
        let out = read(&request.to_string()).unwrap_or_else(|error| panic!("{error}: {request}"));
        let out: Value = serde_json::from_slice(&out).expect("JSON is sent");
        for place in all_places(&request) {
            assert!(
                out.pointer(&place).is_some(),
                "{place} is dropped from {request}"
            );
        }
    }
}

#[test]
fn an_unknown_field_is_refused_or_sent_at_every_place() {
    for (read, request) in requests() {
        for place in all_places(&request) {
            let mut odd = request.clone();
            let Some(Value::Object(fields)) = odd.pointer_mut(&place) else {
                continue;
            };
            fields.insert("x_new".to_owned(), "kept".into());
            let Some(out) = sent(read, &odd) else {
                continue;
            };
            let found = out.pointer(&format!("{place}/x_new"));
            assert_eq!(found, Some(&"kept".into()), "{place}/x_new is dropped");
        }
    }
}

#[test]
fn a_value_of_another_kind_is_refused_or_sent_and_never_dropped() {
    let odd_values = [
        json!(true),
        json!(-1),
        json!(0),
        json!(0.5),
        json!(u64::MAX),
        json!(1e300),
        json!("x"),
        json!("NaN"),
        json!("1e400"),
        json!("-0"),
        json!("\u{0}"),
        json!("9".repeat(400)),
        json!(["x"]),
        json!([{"x": [1]}]),
        json!({"x": "y"}),
        json!([[[[[[1]]]]]]),
    ];
    for (read, request) in requests() {
        for place in all_places(&request) {
            for odd_value in &odd_values {
                let mut odd = request.clone();
                *odd.pointer_mut(&place).expect("a place") = odd_value.clone();
                let Some(out) = sent(read, &odd) else {
                    continue;
                };
                assert!(
                    out.pointer(&place).is_some(),
                    "{place} as {odd_value} is dropped"
                );
            }
        }
    }
}

#[test]
fn a_missing_or_null_field_is_refused_or_left_out_and_nothing_panics() {
    for (read, request) in requests() {
        for place in all_places(&request).into_iter().skip(1) {
            let mut null = request.clone();
            *null.pointer_mut(&place).expect("a place") = Value::Null;
            let (parent, name) = place.rsplit_once('/').expect("a place in an object");
            let mut missing = request.clone();
            match missing.pointer_mut(parent) {
                Some(Value::Object(fields)) => fields.remove(name),
                _ => continue,
            };
            let (null, missing) = (sent(read, &null), sent(read, &missing));
            // A merchant's own data is sent as it is.
            let is_free = place.starts_with("/metadata/");
            let is_same = is_free || null.is_none() || null == missing;
            assert!(
                is_same,
                "{place}: null is sent as something else than absent"
            );
        }
    }
}

#[test]
fn a_field_that_has_a_place_of_its_own_is_not_sent_twice() {
    let id = subscription::SubscriptionId::received("s1").unwrap();
    let mut changes = subscription::Changes::default();
    changes.amount = Some(Rupiah::new(15_000));
    changes.extra.insert("currency".to_owned(), "USD".into());
    let error = subscription::Update::new(id, changes).unwrap_err();
    assert_eq!(error.field(), "currency");

    let mut back = snap::Callbacks::finish("https://shop.example/a");
    let twice = "https://shop.example/b";
    back.extra.insert("finish".to_owned(), twice.into());
    let order = TransactionDetails::new(OrderId::new("order-101").unwrap(), Rupiah::new(20_000));
    let mut page = snap::Checkout::new(order.unwrap());
    page.callbacks = Some(back);
    let error = snap::CreateTransaction::new(page).unwrap_err();
    assert_eq!(error.field(), "callbacks.finish");

    let mut customer = invoice::InvoiceCustomer::new("Sari");
    customer.extra.insert("name".to_owned(), "Wulan".into());
    let mut item = invoice::InvoiceItem::new("Kopi", Rupiah::new(20_000), 1);
    item.extra.insert("price".to_owned(), 1.into());
    let mut account = invoice::VaNumber::at("bca_va");
    account.extra.insert("bank".to_owned(), "bni_va".into());
    let contents = invoice::Contents::new(
        OrderId::new("inv-1").unwrap(),
        "INV/1",
        (
            "2026-03-06 20:03:04".parse().unwrap(),
            "2026-04-06 20:03:04".parse().unwrap(),
        ),
        customer,
        vec![item],
        invoice::PaidBy::VirtualAccounts(vec![account]),
    );
    let error = invoice::Create::new(contents).unwrap_err().to_string();
    for path in [
        "customer_details.name",
        "item_details[0].price",
        "virtual_accounts[0].bank",
    ] {
        assert!(error.contains(path), "{path} is not in: {error}");
    }
}
