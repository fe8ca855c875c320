//! The lines of an order.

use midtrans_protocol::method::Store;
use midtrans_protocol::{Charge, ItemDetails, Rupiah};
use serde_json::{Map, Value, json};

use crate::{Break, akulaku, assert_refused, customer, item, kredivo, minimal};

#[test]
fn lines_add_up_to_the_gross_amount() {
    for (lines, adds_up) in [
        (vec![item("a", 125_000)], true),
        (vec![item("a", 124_999)], false),
        (vec![item("a", 125_001)], false),
        (
            vec![
                item("a", 130_000),
                ItemDetails::discount("d", "Potongan", Rupiah::new(5_000)),
            ],
            true,
        ),
        (
            vec![
                item("a", 130_000),
                ItemDetails::discount("d", "Potongan", Rupiah::new(4_000)),
            ],
            false,
        ),
        (vec![item("a", u64::MAX)], false),
        (
            vec![
                item("a", u64::MAX),
                ItemDetails::discount("d", "Potongan", Rupiah::new(u64::MAX)),
            ],
            false,
        ),
        (vec![item("a", 0), item("b", 125_000)], true),
    ] {
        match akulaku(lines, customer()) {
            Ok(_) => assert!(adds_up),
            Err(error) => assert_eq!((error.field(), adds_up), ("item_details", false)),
        }
    }
}

#[test]
fn quantities_multiply_without_overflow() {
    let mut many = item("a", u64::MAX);
    many.quantity = u32::MAX;
    assert_refused(
        akulaku(vec![many.clone(), many], customer()),
        "item_details",
    );
    let mut three = item("a", 5);
    three.quantity = 25_000;
    assert!(akulaku(vec![three], customer()).is_ok());
}

#[test]
fn a_quantity_is_at_least_one() {
    let mut none = item("b", 5);
    none.quantity = 0;
    assert_refused(
        akulaku(vec![item("a", 125_000), none], customer()),
        "item_details[1].quantity",
    );
}

#[test]
fn both_providers_want_at_least_one_line() {
    assert_refused(akulaku(vec![], customer()), "item_details");
    assert_refused(kredivo(vec![], customer()), "item_details");
}

#[test]
fn akulaku_wants_distinct_ids_and_kredivo_does_not() {
    let twice = || vec![item("a", 100_000), item("a", 25_000)];
    assert_refused(akulaku(twice(), customer()), "item_details[1].id");
    assert!(kredivo(twice(), customer()).is_ok());
    let mut nameless = item("b", 25_000);
    nameless.id = None;
    assert_refused(
        akulaku(vec![item("a", 100_000), nameless.clone()], customer()),
        "item_details[1].id",
    );
    let late = minimal().items(twice()).build();
    assert_refused(late, "item_details[1].id");
}

/// "No `|` in text for Alfamart."
#[test]
fn a_charge_at_alfamart_has_no_bar_in_any_text() {
    let build = |store: Store, set: fn(&mut Map<String, Value>)| {
        let mut charge = json!({
            "payment_type": "cstore",
            "cstore": {"store": store.as_str()},
            "transaction_details": {"order_id": "kebaya-0417", "gross_amount": 125_000},
        });
        set(charge.as_object_mut().expect("an object"));
        Charge::from_json(&charge.to_string())
    };
    let bars: [Break<Map<String, Value>>; 6] = [
        ("cstore.message", |charge| {
            charge["cstore"]["message"] = json!("a|b");
        }),
        ("cstore.alfamart_free_text_3", |charge| {
            charge["cstore"]["alfamart_free_text_3"] = json!("a|b");
        }),
        ("item_details[0].name", |charge| {
            let line = json!({"name": "a|b", "price": 125_000, "quantity": 1});
            charge.insert("item_details".to_owned(), json!([line]));
        }),
        ("customer_details.first_name", |charge| {
            let customer = json!({"first_name": "|"});
            charge.insert("customer_details".to_owned(), customer);
        }),
        ("custom_field1", |charge| {
            charge.insert("custom_field1".to_owned(), json!("a|b"));
        }),
        ("metadata.notes[1]", |charge| {
            charge.insert("metadata".to_owned(), json!({"notes": ["a", "b|"]}));
        }),
    ];
    for (field, set) in bars {
        assert_refused(build(Store::Alfamart, set), field);
        assert!(build(Store::Indomaret, set).is_ok(), "{field}");
    }
}
