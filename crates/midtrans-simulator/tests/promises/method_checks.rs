//! Checks of charges that are paid at a bank or a counter, and the numbers that a merchant requests.

use serde_json::{Value, json};

use crate::api_caller::ApiCaller;

/// The messages of a charge that is refused.
fn problems(body: &Value) -> Vec<String> {
    let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
    assert_eq!(reply.code(), "400", "{}", reply.text);
    let messages = reply.json["validation_messages"].as_array().unwrap();
    let text = |message: &Value| message.as_str().unwrap().to_owned();
    messages.iter().map(text).collect()
}

fn transfer(fields: Value) -> Value {
    json!({
        "payment_type": "bank_transfer",
        "transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
        "bank_transfer": fields,
    })
}

#[test]
fn a_bank_transfer_names_what_is_wrong_with_it() {
    assert_eq!(
        problems(&transfer(json!("bca"))),
        ["bank_transfer must be an object"]
    );
    assert_eq!(
        problems(&transfer(json!({}))),
        ["bank_transfer.bank is required"]
    );
    let other = json!({"bank": "barter"});
    assert_eq!(
        problems(&transfer(other)),
        ["bank_transfer.bank is invalid"]
    );
    for number in [json!("12a"), json!(""), json!(12)] {
        for bank in ["bca", "permata"] {
            let fields = json!({"bank": bank, "va_number": number});
            let expected = "bank_transfer.va_number must be a string of digits";
            assert_eq!(problems(&transfer(fields)), [expected]);
        }
    }
    let text = json!({"id": "x".repeat(51), "en": "Payment"});
    let fields = json!({"bank": "bca", "free_text": {"inquiry": [text]}});
    let place = "bank_transfer.free_text.inquiry[0].id";
    let expected = format!("{place} must be a string of at most 50 characters");
    assert_eq!(problems(&transfer(fields)), [expected]);
}

#[test]
fn bca_takes_short_names_and_bni_indonesian_phones() {
    let mut bca = transfer(json!({"bank": "bca"}));
    bca["customer_details"] = json!({"first_name": "x".repeat(31)});
    let expected = "customer_details.first_name must be a string of at most 30 characters";
    assert_eq!(problems(&bca), [expected]);
    let mut bni = transfer(json!({"bank": "bni"}));
    bni["customer_details"] = json!({"phone": "1 555 0100"});
    let expected = "customer_details.phone must begin with +62 or 0 and have at most 30 characters";
    assert_eq!(problems(&bni), [expected]);
    bni["customer_details"] = json!({"phone": "+6281 1234 1234"});
    let reply = ApiCaller::new().post("/v2/charge", &bni.to_string());
    assert_eq!(reply.code(), "201", "the sample's own phone");
}

#[test]
fn a_number_that_the_merchant_wishes_for_is_filled_cut_or_given_up_as_documented() {
    let mut api = ApiCaller::new();
    let mut number = |order_id: &str, bank: &str, requested: &str| {
        let mut body = transfer(json!({"bank": bank, "va_number": requested}));
        body["transaction_details"]["order_id"] = order_id.into();
        let reply = api.post("/v2/charge", &body.to_string());
        assert_eq!(reply.code(), "201", "{}", reply.text);
        let own = reply.json["va_numbers"][0]["va_number"].as_str();
        let permata = reply.json["permata_va_number"].as_str();
        own.or(permata).unwrap().to_owned()
    };
    let first = number("order-1", "bni", "111111");
    assert!(first.ends_with("00111111") && first.len() == 16, "{first}");
    assert!(number("order-2", "bni", "1234567890").ends_with("12345678"));
    let other = number("order-3", "bni", "111111");
    assert_ne!(other, first, "it is taken");
    assert!(number("order-4", "permata", "1234567890").ends_with("1234567890"));
}

fn counter(store: &str, amount: u64, fields: Value) -> Value {
    let mut body = json!({
        "payment_type": "cstore",
        "transaction_details": {"order_id": "order-1", "gross_amount": amount},
        "cstore": fields,
    });
    if body["cstore"].is_object() {
        body["cstore"]["store"] = store.into();
    }
    body
}

#[test]
fn a_counter_names_what_is_wrong_with_it() {
    let absent = counter("", 44_000, Value::Null);
    assert_eq!(problems(&absent), ["cstore is required"]);
    let other = counter("kioson", 44_000, json!({}));
    assert_eq!(problems(&other), ["cstore.store is invalid"]);
    let line = json!({"alfamart_free_text_2": "x".repeat(41)});
    let expected = "cstore.alfamart_free_text_2 must be a string of at most 40 characters";
    assert_eq!(problems(&counter("alfamart", 44_000, line)), [expected]);
}

#[test]
fn a_counter_takes_the_amounts_that_the_store_takes() {
    let place = "transaction_details.gross_amount is";
    for (store, amount, problem) in [
        ("Indomaret", 9_999, Some("below the minimum of 10000")),
        ("indomaret", 10_000, None),
        ("alfamart", 1, None),
        ("alfamart", 5_000_000, None),
        ("alfamart", 5_000_001, Some("above the maximum of 5000000")),
    ] {
        let body = counter(store, amount, json!({}));
        match problem {
            Some(problem) => assert_eq!(problems(&body), [format!("{place} {problem}")]),
            None => {
                let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
                assert_eq!(reply.code(), "201", "{store} {amount}: {}", reply.text);
            }
        }
    }
}

#[test]
fn alfamart_takes_no_bar_anywhere_in_an_order() {
    let mut body = counter("alfamart", 44_000, json!({}));
    body["item_details"] = json!([{"name": "A|B", "price": 44_000, "quantity": 1}]);
    assert_eq!(problems(&body), ["item_details[0].name must not contain |"]);
    body["cstore"]["store"] = "indomaret".into();
    let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
    assert_eq!(reply.code(), "201", "{}", reply.text);
}

#[test]
fn a_bill_names_what_is_wrong_with_it_and_keeps_the_key_that_the_merchant_wishes_for() {
    let bill = |fields: Value| {
        json!({
            "payment_type": "echannel",
            "transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
            "echannel": fields,
        })
    };
    assert_eq!(problems(&bill(Value::Null)), ["echannel is required"]);
    let bare = json!({"bill_info1": "Payment:"});
    assert_eq!(problems(&bill(bare)), ["echannel.bill_info2 is required"]);
    let keyed = |key: &str| bill(json!({"bill_info1": "a", "bill_info2": "b", "bill_key": key}));
    let expected = "echannel.bill_key must be a string of digits";
    assert_eq!(problems(&keyed("12345x")), [expected]);
    for (requested, key) in [
        ("081211111111", "081211111111"),
        ("12345678", "12345678"),
        ("1234", "001234"),
        ("0812111111112", "081211111111"),
    ] {
        let reply = ApiCaller::new().post("/v2/charge", &keyed(requested).to_string());
        assert_eq!(reply.text_of("bill_key"), key);
        assert_eq!(reply.text_of("biller_code"), "70012");
    }
}
