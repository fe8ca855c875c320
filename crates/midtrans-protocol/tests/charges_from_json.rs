//! Charges that are read from the gateway's documented JSON: the same checks, and nothing is lost.

use midtrans_protocol::method::Other;
use midtrans_protocol::{
    Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails,
};
use serde_json::{Map, Value, json};

const AKULAKU: &str = include_str!("../fixtures/akulaku--charge-request--full.json");
const KREDIVO: &str = include_str!("../fixtures/kredivo--charge-request--full.json");

fn sent(charge: &Charge) -> Value {
    serde_json::from_slice(&charge.to_json()).expect("we write JSON")
}

fn changed(json: &str, pointer: &str, value: Value) -> String {
    let mut object: Value = serde_json::from_str(json).expect("a fixture is JSON");
    if let Some(place) = object.pointer_mut(pointer) {
        *place = value;
        return object.to_string();
    }
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    object.pointer_mut(parent).expect("a parent")[name] = value;
    object.to_string()
}

#[test]
fn what_is_read_is_what_will_be_sent() {
    assert_eq!(
        sent(&Charge::from_json(AKULAKU).unwrap()),
        serde_json::from_str::<Value>(AKULAKU).unwrap()
    );
    // A sample of the gateway prints one postal code as a number; it is sent as the text that is
    // documented.
    let kredivo = changed(
        KREDIVO,
        "/customer_details/shipping_address/postal_code",
        json!("40115"),
    );
    assert_eq!(
        sent(&Charge::from_json(KREDIVO).unwrap()),
        serde_json::from_str::<Value>(&kredivo).unwrap()
    );
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
    assert_eq!(
        sent(&Charge::from_json(&object.to_string()).unwrap()),
        object
    );
}

#[test]
fn every_wrong_field_is_named() {
    for (pointer, value, field) in [
        ("/payment_type", json!("pay later"), "payment_type"),
        ("/payment_type", json!("metadata"), "payment_type"),
        ("/payment_type", json!(null), "payment_type"),
        ("/transaction_details", json!(null), "transaction_details"),
        (
            "/transaction_details/gross_amount",
            json!("125000"),
            "transaction_details.gross_amount",
        ),
        (
            "/transaction_details/gross_amount",
            json!(125_000.5),
            "transaction_details.gross_amount",
        ),
        (
            "/transaction_details/gross_amount",
            json!(28_000.0),
            "transaction_details.gross_amount",
        ),
        (
            "/transaction_details/gross_amount",
            json!(null),
            "transaction_details.gross_amount",
        ),
        (
            "/transaction_details/gross_amount",
            json!(-1),
            "transaction_details.gross_amount",
        ),
        (
            "/transaction_details/gross_amount",
            json!(0),
            "transaction_details.gross_amount",
        ),
        (
            "/transaction_details/order_id",
            json!("a/b"),
            "transaction_details.order_id",
        ),
        (
            "/transaction_details/order_id",
            json!(101),
            "transaction_details.order_id",
        ),
        ("/transaction_details", json!([]), "transaction_details"),
        ("/item_details", json!({}), "item_details"),
        (
            "/item_details/0/quantity",
            json!(0),
            "item_details[0].quantity",
        ),
        (
            "/item_details/0/quantity",
            json!(1.5),
            "item_details[0].quantity",
        ),
        (
            "/item_details/0/quantity",
            json!(-1),
            "item_details[0].quantity",
        ),
        (
            "/item_details/0/quantity",
            json!(1_u64 << 32),
            "item_details[0].quantity",
        ),
        (
            "/item_details/0/price",
            json!("125000"),
            "item_details[0].price",
        ),
        (
            "/item_details/0/price",
            json!(null),
            "item_details[0].price",
        ),
        ("/item_details/0/name", json!(7), "item_details[0].name"),
        ("/item_details/0/url", json!({}), "item_details[0].url"),
        ("/item_details/0", json!("Kebaya"), "item_details[0]"),
        ("/item_details/0/price", json!(1), "item_details"),
        (
            "/customer_details/email",
            json!(["x"]),
            "customer_details.email",
        ),
        (
            "/customer_details/phone",
            json!(0.5),
            "customer_details.phone",
        ),
        ("/customer_details", json!([]), "customer_details"),
        ("/customer_details", json!("Dewi"), "customer_details"),
        (
            "/customer_details/shipping_address",
            json!("Jl. Melati"),
            "customer_details.shipping_address",
        ),
        (
            "/customer_details/shipping_address/city",
            json!(true),
            "customer_details.shipping_address.city",
        ),
        (
            "/customer_details/shipping_address/country_code",
            json!("id"),
            "customer_details.shipping_address.country_code",
        ),
        ("/seller_details", json!({}), "seller_details"),
        (
            "/seller_details/0/name",
            json!([]),
            "seller_details[0].name",
        ),
        (
            "/seller_details/0/address/phone",
            json!({}),
            "seller_details[0].address.phone",
        ),
        ("/custom_expiry/unit", json!("week"), "custom_expiry.unit"),
        (
            "/custom_expiry/expiry_duration",
            json!(0),
            "custom_expiry.expiry_duration",
        ),
        (
            "/custom_expiry/expiry_duration",
            json!("ninety"),
            "custom_expiry.expiry_duration",
        ),
        (
            "/custom_expiry/expiry_duration",
            json!(1.5),
            "custom_expiry.expiry_duration",
        ),
        ("/custom_expiry/unit", json!(1), "custom_expiry.unit"),
        ("/custom_expiry", json!("60 minutes"), "custom_expiry"),
        ("/custom_field2", json!(2), "custom_field2"),
        (
            "/custom_expiry/order_time",
            json!("2026-02-03 08:00:00"),
            "custom_expiry.order_time",
        ),
        (
            "/custom_expiry/order_time",
            json!("2026-02-30 08:00:00 +0700"),
            "custom_expiry.order_time",
        ),
        ("/custom_field1", json!("x".repeat(256)), "custom_field1"),
        ("/metadata", json!("text"), "metadata"),
    ] {
        let error = Charge::from_json(&changed(KREDIVO, pointer, value)).unwrap_err();
        assert_eq!(error.field(), field, "{pointer}");
    }
    for text in ["", "[]", "null", "{", "{}{}"] {
        assert_eq!(
            Charge::from_json(text).unwrap_err().field(),
            "charge",
            "{text}"
        );
    }
}

#[test]
fn a_wrong_field_is_told_what_it_should_be() {
    let told = |pointer, value| {
        Charge::from_json(&changed(KREDIVO, pointer, value))
            .unwrap_err()
            .to_string()
    };
    let rupiah = "expected whole rupiah as an integer, without quotes and decimals";
    let amount = told("/transaction_details/gross_amount", json!(28_000.0));
    assert_eq!(
        amount,
        format!("transaction_details.gross_amount: {rupiah}")
    );
    let price = told("/item_details/0/price", json!("125000"));
    assert_eq!(
        price,
        format!("item_details[0].price: {rupiah}; negative for a discount")
    );
    let quantity = told("/item_details/0/quantity", json!(1.5));
    assert!(
        quantity.starts_with("item_details[0].quantity: expected a whole number"),
        "{quantity}"
    );
    let order = told("/transaction_details/order_id", json!(101));
    assert_eq!(
        order,
        "transaction_details.order_id: expected a text in quotes"
    );
    assert_eq!(
        told("/customer_details", json!([])),
        "customer_details: expected a JSON object"
    );
    let cut = Charge::from_json("{\n \"payment_type\": ")
        .unwrap_err()
        .to_string();
    assert!(cut.contains("line 2, column"), "{cut}");
}

#[test]
fn a_line_and_a_customer_are_read_alone_with_the_same_errors() {
    let line = r#"{"id":"KBY-7","name":"Kebaya","price":125000,"quantity":1,"x_new":[1]}"#;
    let line = ItemDetails::from_json(line).unwrap();
    assert_eq!(
        (line.price, line.quantity, line.extra.len()),
        (125_000, 1, 1)
    );
    for (json, field) in [
        ("[]", "item_details"),
        ("{", "item_details"),
        (
            r#"{"name":"a","price":"1","quantity":1}"#,
            "item_details.price",
        ),
        (r#"{"name":"a","price":1}"#, "item_details.quantity"),
    ] {
        assert_eq!(
            ItemDetails::from_json(json).unwrap_err().field(),
            field,
            "{json}"
        );
    }
    let postal = r#"{"shipping_address":{"postal_code":40115}}"#;
    let place = CustomerDetails::from_json(postal)
        .unwrap()
        .shipping_address
        .unwrap();
    assert_eq!(place.postal_code.as_deref(), Some("40115"));
    for (json, field) in [
        ("[]", "customer_details"),
        (r#"{"email":{}}"#, "customer_details.email"),
        (
            r#"{"billing_address":{"city":[]}}"#,
            "customer_details.billing_address.city",
        ),
    ] {
        assert_eq!(
            CustomerDetails::from_json(json).unwrap_err().field(),
            field,
            "{json}"
        );
    }
}

#[test]
fn no_error_quotes_a_value() {
    for pointer in [
        "/payment_type",
        "/transaction_details",
        "/transaction_details/gross_amount",
        "/item_details",
        "/item_details/0",
        "/item_details/0/price",
        "/customer_details",
        "/customer_details/email",
        "/customer_details/shipping_address",
        "/seller_details/0/address",
        "/custom_expiry/unit",
        "/metadata",
    ] {
        for value in [
            json!({ "MARKER": "MARKER" }),
            json!(["MARKER"]),
            json!("MARKER"),
        ] {
            let marked = changed(KREDIVO, pointer, value);
            if let Err(error) = Charge::from_json(&marked) {
                assert!(
                    !format!("{error} {error:?}").contains("MARKER"),
                    "{pointer}: {error}"
                );
            }
        }
    }
}

#[test]
fn distinct_ids_are_asked_for_in_akulakus_json_too() {
    let line = json!({ "id": "a", "name": "Kebaya", "price": 62_500, "quantity": 1 });
    let twice = changed(AKULAKU, "/item_details", json!([line.clone(), line]));
    assert_eq!(
        Charge::from_json(&twice).unwrap_err().field(),
        "item_details[1].id"
    );
}

#[test]
fn sellers_are_read_checked_and_sent() {
    let read: Value = sent(&Charge::from_json(KREDIVO).unwrap());
    assert_eq!(read["seller_details"][0]["name"], "Toko Melati");
    for (pointer, value, field) in [
        (
            "/seller_details/0/id",
            json!("x".repeat(256)),
            "seller_details[0].id",
        ),
        (
            "/seller_details/0/email",
            json!("x".repeat(256)),
            "seller_details[0].email",
        ),
        (
            "/seller_details/0/address/postal_code",
            json!("12/34@@"),
            "seller_details[0].address.postal_code",
        ),
        (
            "/seller_details/0/address/country_code",
            json!("Indonesia"),
            "seller_details[0].address.country_code",
        ),
    ] {
        let error = Charge::from_json(&changed(KREDIVO, pointer, value)).unwrap_err();
        assert_eq!(error.field(), field);
    }
}

#[test]
fn a_method_that_this_version_does_not_know_is_sent_and_read_back_as_it_is() {
    let json = r#"{"payment_type":"linkaja","transaction_details":{"order_id":"kebaya-0417","gross_amount":125000},"linkaja":{"callback_url":"https://toko.example/kembali","x_new":[1]}}"#;
    let charge = Charge::from_json(json).unwrap();
    assert_eq!(charge.payment_type().as_str(), "linkaja");
    assert_eq!(String::from_utf8(charge.to_json()).unwrap(), json);
    let order = TransactionDetails::new(OrderId::new("kebaya-0417").unwrap(), Rupiah::new(125_000))
        .unwrap();
    let built = Charge::builder(order.clone(), charge.method().clone())
        .build()
        .unwrap();
    assert_eq!(built, charge);
    // Its fields have one place.
    let fields = Map::from_iter([("linkaja".to_owned(), json!({}))]);
    let twice = Charge::builder(order, charge.method().clone())
        .extra(fields)
        .build();
    assert_eq!(twice.unwrap_err().field(), "linkaja");
    let error =
        Charge::from_json(&json.replace(r#"{"callback_url""#, r#"[1],"x":{"callback_url""#))
            .unwrap_err();
    assert_eq!(error.to_string(), "linkaja: expected a JSON object");
}

#[test]
fn a_method_with_a_type_of_its_own_is_not_another_one() {
    for name in [
        "akulaku",
        "kredivo",
        "AKULAKU",
        "",
        "metadata",
        "a b",
        &"x".repeat(51),
    ] {
        assert_eq!(
            Other::new(name, None).unwrap_err().field(),
            "payment_type",
            "{name}"
        );
    }
    assert!(Other::new("linkaja", None).is_ok());
}

#[test]
fn the_fields_of_a_method_stand_under_its_name_and_no_other_spelling() {
    let charge = |payment_type: &str, name: &str, fields: Value| {
        let order = json!({"order_id": "kebaya-0417", "gross_amount": 125_000});
        let json =
            json!({"payment_type": payment_type, "transaction_details": order, name: fields});
        Charge::from_json(&json.to_string())
    };
    let back = || json!({"callback_url": "toko://back"});
    assert!(charge("GoPay", "gopay", back()).is_ok());
    assert_eq!(
        charge("GoPay", "GoPay", back()).unwrap_err().field(),
        "GoPay"
    );
    // A method without fields has no object.
    assert!(charge("kredivo", "kredivo", json!(null)).is_ok());
    let error = charge("kredivo", "kredivo", json!({})).unwrap_err();
    let told = "kredivo: expected nothing: the gateway documents no fields of this payment method";
    assert_eq!(error.to_string(), told);
}

#[test]
fn a_number_that_would_be_sent_as_another_one_is_refused() {
    let charge = |number: &str| {
        Charge::from_json(&format!(
            r#"{{"payment_type":"akulaku","transaction_details":{{"order_id":"a","gross_amount":5000}},
                "metadata":{{"tables":[{number}]}}}}"#
        ))
    };
    for number in ["18446744073709551615", "-9223372036854775808", "0.5", "1e3"] {
        assert!(charge(number).is_ok(), "{number}");
    }
    for number in ["18446744073709551616", "-9223372036854775809", "1e300"] {
        let error = charge(number).unwrap_err();
        assert_eq!(error.field(), "metadata.tables[0]", "{number}");
        assert!(!error.to_string().contains(number), "{error}");
    }
}
