//! Charges that are read from the gateway's documented JSON: the same checks, and nothing is lost.

use midtrans_protocol::{Charge, Operation};
use serde_json::{Value, json};

const AKULAKU: &str = include_str!("../fixtures/akulaku--charge-request--full.json");
const KREDIVO: &str = include_str!("../fixtures/kredivo--charge-request--full.json");

fn sent(charge: &Charge) -> Value {
    serde_json::from_slice(&charge.body().expect("a charge has a body")).expect("we write JSON")
}

fn changed(json: &str, pointer: &str, value: Value) -> String {
    let mut object: Value = serde_json::from_str(json).expect("a fixture is JSON");
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    object.pointer_mut(parent).expect("a parent")[name] = value;
    object.to_string()
}

#[test]
fn what_is_read_is_what_will_be_sent() {
    assert_eq!(sent(&Charge::from_json(AKULAKU).unwrap()), serde_json::from_str::<Value>(AKULAKU).unwrap());
    // A sample of the gateway prints one postal code as a number; it is sent as the text that is documented.
    let kredivo = changed(KREDIVO, "/customer_details/shipping_address/postal_code", json!("40115"));
    assert_eq!(sent(&Charge::from_json(KREDIVO).unwrap()), serde_json::from_str::<Value>(&kredivo).unwrap());
}

#[test]
fn unknown_fields_go_along_at_every_level() {
    let mut object: Value = serde_json::from_str(KREDIVO).unwrap();
    for pointer in [
        "",
        "/transaction_details",
        "/item_details/0",
        "/customer_details",
        "/customer_details/shipping_address",
        "/seller_details/0",
        "/seller_details/0/address",
        "/custom_expiry",
    ] {
        object.pointer_mut(pointer).unwrap()["x_new"] = json!({ "deep": [1, null, true] });
    }
    object["metadata"] = json!({ "cabang": "Bandung" });
    object["custom_field3"] = json!("tiga");
    object["customer_details"]["shipping_address"]["postal_code"] = json!("40115");
    object["custom_expiry"]["order_time"] = json!("2026-02-03 08:00:00 +0700");
    assert_eq!(sent(&Charge::from_json(&object.to_string()).unwrap()), object);
}

#[test]
fn every_wrong_field_is_named() {
    for (pointer, value, field) in [
        ("/payment_type", json!("gopay"), "payment_type"),
        ("/payment_type", json!(null), "payment_type"),
        ("/transaction_details", json!(null), "transaction_details"),
        ("/transaction_details/gross_amount", json!("125000"), "transaction_details"),
        ("/transaction_details/gross_amount", json!(125_000.5), "transaction_details"),
        ("/transaction_details/gross_amount", json!(-1), "transaction_details"),
        ("/transaction_details/gross_amount", json!(0), "transaction_details.gross_amount"),
        ("/transaction_details/order_id", json!("a/b"), "order_id"),
        ("/item_details", json!({}), "item_details"),
        ("/item_details/0/quantity", json!(0), "item_details[0].quantity"),
        ("/item_details/0/price", json!(1), "item_details"),
        ("/customer_details/email", json!(["x"]), "customer_details"),
        (
            "/customer_details/shipping_address/country_code",
            json!("id"),
            "customer_details.shipping_address.country_code",
        ),
        ("/seller_details", json!({}), "seller_details"),
        ("/custom_expiry/unit", json!("week"), "custom_expiry.unit"),
        ("/custom_expiry/expiry_duration", json!(0), "custom_expiry.expiry_duration"),
        ("/custom_expiry/expiry_duration", json!("ninety"), "custom_expiry"),
        ("/custom_expiry/order_time", json!("2026-02-03 08:00:00"), "custom_expiry.order_time"),
        ("/custom_expiry/order_time", json!("2026-02-30 08:00:00 +0700"), "custom_expiry.order_time"),
        ("/custom_field1", json!("x".repeat(256)), "custom_field1"),
        ("/metadata", json!("text"), "metadata"),
    ] {
        let error = Charge::from_json(&changed(KREDIVO, pointer, value)).unwrap_err();
        assert_eq!(error.field(), field, "{pointer}");
    }
    for text in ["", "[]", "null", "{", "{}{}"] {
        assert_eq!(Charge::from_json(text).unwrap_err().field(), "charge", "{text}");
    }
}

#[test]
fn no_error_quotes_a_value() {
    let marked = changed(KREDIVO, "/customer_details/email", json!({ "MARKER": "MARKER" }));
    let error = Charge::from_json(&marked).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("MARKER"));
}

#[test]
fn distinct_ids_are_asked_for_in_akulakus_json_too() {
    let line = json!({ "id": "a", "name": "Kebaya", "price": 62_500, "quantity": 1 });
    let twice = changed(AKULAKU, "/item_details", json!([line.clone(), line]));
    assert_eq!(Charge::from_json(&twice).unwrap_err().field(), "item_details[1].id");
}

#[test]
fn sellers_are_read_checked_and_sent() {
    let read: Value = sent(&Charge::from_json(KREDIVO).unwrap());
    assert_eq!(read["seller_details"][0]["name"], "Toko Melati");
    for (pointer, value, field) in [
        ("/seller_details/0/id", json!("x".repeat(256)), "seller_details[0].id"),
        ("/seller_details/0/email", json!("x".repeat(256)), "seller_details[0].email"),
        ("/seller_details/0/address/postal_code", json!("12/34@@"), "seller_details[0].address.postal_code"),
        ("/seller_details/0/address/country_code", json!("Indonesia"), "seller_details[0].address.country_code"),
    ] {
        let error = Charge::from_json(&changed(KREDIVO, pointer, value)).unwrap_err();
        assert_eq!(error.field(), field);
    }
}
