//! Objections to evidence that looks paid: another order, another amount, another currency, a
//! signature that is cut differently.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, answered, expected, notified, settlement, with};
use midtrans_protocol::decision::Review;
use midtrans_protocol::{Decision, decide};
use serde_json::{Value, json};

fn both(order: &str, rupiah: u64, object: &Value) -> Decision {
    let decision = decide(&expected(order, rupiah), &notified(object));
    assert_eq!(
        decide(&expected(order, rupiah), &answered(object)),
        decision,
        "{object}"
    );
    decision
}

#[test]
fn another_order_is_reviewed() {
    for other in ["kebaya-0418", "KEBAYA-0417", "kebaya-041", "kebaya-04170"] {
        assert_eq!(
            both(other, 125_000, &settlement()),
            Decision::Review(Review::OrderDiffers),
            "{other}"
        );
    }
    let nameless = with(settlement(), json!({ "order_id": null }));
    let decision = decide(&expected(ORDER, 125_000), &answered(&nameless));
    assert_eq!(decision, Decision::Review(Review::OrderDiffers));
}

#[test]
fn an_order_that_snap_or_another_system_made_is_decided_on() {
    for order in ["INV/2024/01", "faktur 7", "Größe#1"] {
        let object = with(settlement(), json!({ "order_id": order }));
        assert_eq!(both(order, 125_000, &object), Decision::Paid, "{order}");
        assert_eq!(
            both("INV/2024/02", 125_000, &object),
            Decision::Review(Review::OrderDiffers),
            "{order}"
        );
    }
}

#[test]
fn another_amount_is_reviewed() {
    for amount in [
        "124999.00",
        "125001.00",
        "1250000.00",
        "12500.00",
        "125000.50",
        "0.00",
        "125.000,00",
        "x",
    ] {
        let object = with(settlement(), json!({ "gross_amount": amount }));
        assert_eq!(
            both(ORDER, 125_000, &object),
            Decision::Review(Review::AmountDiffers),
            "{amount}"
        );
    }
    let without = with(settlement(), json!({ "gross_amount": null }));
    let decision = decide(&expected(ORDER, 125_000), &answered(&without));
    assert_eq!(decision, Decision::Review(Review::AmountDiffers));
}

#[test]
fn the_same_amount_in_another_spelling_is_the_same() {
    for amount in ["125000", "125000.0", "125000.00"] {
        assert_eq!(
            both(
                ORDER,
                125_000,
                &with(settlement(), json!({ "gross_amount": amount }))
            ),
            Decision::Paid
        );
    }
}

#[test]
fn another_currency_is_reviewed() {
    for (currency, decision) in [
        (json!("USD"), Decision::Review(Review::CurrencyDiffers)),
        (json!(""), Decision::Review(Review::CurrencyDiffers)),
        (json!(360), Decision::Review(Review::CurrencyDiffers)),
        (json!(["USD"]), Decision::Review(Review::CurrencyDiffers)),
        (json!({}), Decision::Review(Review::CurrencyDiffers)),
        (json!("idr"), Decision::Paid),
        (Value::Null, Decision::Paid),
    ] {
        assert_eq!(
            both(
                ORDER,
                125_000,
                &with(settlement(), json!({ "currency": currency }))
            ),
            decision
        );
    }
}

#[test]
fn a_fraud_status_that_cannot_be_read_is_not_an_absent_one() {
    for status in ["settlement", "capture", "pending"] {
        for fraud in [
            json!(["deny"]),
            json!({ "a": "accept" }),
            json!(false),
            json!(1),
            json!(""),
        ] {
            let code = if status == "pending" { "201" } else { "200" };
            let changes =
                json!({ "fraud_status": fraud, "transaction_status": status, "status_code": code });
            let object = with(settlement(), changes);
            assert_eq!(
                both(ORDER, 125_000, &object),
                Decision::Review(Review::Fraud),
                "{object}"
            );
        }
    }
    assert_eq!(
        both(
            ORDER,
            125_000,
            &with(settlement(), json!({ "fraud_status": null }))
        ),
        Decision::Paid
    );
    let null = settlement().to_string().replace("\"accept\"", "null");
    assert_eq!(
        both(ORDER, 125_000, &serde_json::from_str(&null).unwrap()),
        Decision::Paid
    );
}

/// An amount into which the gateway has put its fee, as its metadata explains it.
fn with_fee(gross: &str, original: Value, total: Value) -> Value {
    let info = json!({ "original_amount": original, "gross_amount": total, "customer_imposed_payment_fee": "3500.00" });
    let metadata = json!({ "extra_info": { "gross_amount_info": info } });
    with(
        settlement(),
        json!({ "gross_amount": gross, "metadata": metadata }),
    )
}

#[test]
fn an_amount_with_the_gateways_fee_is_the_expected_one() {
    assert_eq!(
        both(
            ORDER,
            125_000,
            &with_fee("128500.00", json!("125000.00"), json!("128500.00"))
        ),
        Decision::Paid
    );
    assert_eq!(
        both(
            ORDER,
            125_000,
            &with_fee("128500.00", json!(125_000), json!(128_500))
        ),
        Decision::Paid
    );
    assert_eq!(
        both(
            ORDER,
            125_000,
            &with_fee("128500.00", json!("125000.00"), Value::Null)
        ),
        Decision::Paid
    );
}

#[test]
fn a_fee_that_does_not_explain_the_amount_is_reviewed() {
    for (gross, original, total) in [
        // The metadata is about another price, or about another total.
        ("128500.00", json!("124000.00"), json!("128500.00")),
        ("128500.00", json!("125000.00"), json!("128400.00")),
        ("128500.00", json!("125000.00"), json!("nonsense")),
        ("128500.00", Value::Null, json!("128500.00")),
        ("128500.00", json!(["125000.00"]), json!("128500.00")),
        // Never less than was asked for, whatever the metadata says.
        ("100000.00", json!("125000.00"), json!("100000.00")),
        ("1.00", json!("125000.00"), Value::Null),
    ] {
        let object = with_fee(gross, original, total);
        assert_eq!(
            both(ORDER, 125_000, &object),
            Decision::Review(Review::AmountDiffers),
            "{object}"
        );
    }
}

/// The message of the gateway's own sample: an order of 40,000 rupiah with a fee of 283, and the
/// fee's places.
fn with_fee_at(metadata: Value, top: Value) -> Value {
    with(
        settlement(),
        json!({ "gross_amount": "40283.00", "metadata": metadata, "extra_info": top }),
    )
}

#[test]
fn a_fee_is_believed_at_the_top_level_as_under_metadata() {
    let numbers = json!({ "gross_amount_info":
        { "original_amount": "40000", "gross_amount": 40283, "customer_imposed_payment_fee": "283" } });
    let texts = json!({ "gross_amount_info":
        { "original_amount": "40000.00", "gross_amount": "40283.00", "customer_imposed_payment_fee": "283.00" } });
    let within = |extra_info: &Value| json!({ "extra_info": extra_info });
    for (metadata, top) in [
        (Value::Null, numbers.clone()),
        (within(&numbers), Value::Null),
        (within(&numbers), numbers.clone()),
        (within(&texts), numbers.clone()),
        // What else may be called so.
        (
            json!({ "extra_info": "of the merchant's own" }),
            numbers.clone(),
        ),
        (json!({ "extra_info": { "user_id": "7" } }), numbers.clone()),
        (within(&numbers), json!(["x"])),
        (within(&numbers), json!({ "gross_amount_info": null })),
    ] {
        let object = with_fee_at(metadata, top);
        assert_eq!(both(ORDER, 40_000, &object), Decision::Paid, "{object}");
    }
}

#[test]
fn two_fees_that_differ_and_a_total_that_is_not_the_signed_one_are_reviewed() {
    let info = |original: Value, total: Value, fee: Value| {
        json!({ "gross_amount_info":
            { "original_amount": original, "gross_amount": total, "customer_imposed_payment_fee": fee } })
    };
    let good = info(json!("40000"), json!(40_283), json!("283"));
    let within = |extra_info: &Value| json!({ "extra_info": extra_info });
    for (metadata, top) in [
        (
            within(&info(json!("39000"), json!(40_283), json!("283"))),
            good.clone(),
        ),
        (
            within(&good),
            info(json!("39000"), json!(40_283), json!("283")),
        ),
        (
            within(&info(json!("40000"), json!(40_284), json!("283"))),
            good.clone(),
        ),
        (
            within(&good),
            info(json!("40000"), json!(40_283), json!("284")),
        ),
        (
            within(&good),
            info(json!("40000"), Value::Null, json!("283")),
        ),
        // There, and not to be read.
        (
            within(&json!({ "gross_amount_info": "40000" })),
            good.clone(),
        ),
        (within(&good), json!({ "gross_amount_info": [] })),
        (within(&good), json!({ "gross_amount_info": false })),
        // A total that is not the signed one, in one place or in both.
        (
            Value::Null,
            info(json!("40000"), json!(40_284), json!("284")),
        ),
        (
            Value::Null,
            info(json!("40000"), json!("40283.50"), json!("283")),
        ),
        (
            within(&info(json!("40000"), json!("1.00"), json!("283"))),
            info(json!("40000"), json!("1.00"), json!("283")),
        ),
    ] {
        let object = with_fee_at(metadata, top);
        assert_eq!(
            both(ORDER, 40_000, &object),
            Decision::Review(Review::AmountDiffers),
            "{object}"
        );
    }
}

#[test]
fn the_fee_is_no_part_of_the_expected_price() {
    // Where the total itself is expected, the metadata does not matter.
    assert_eq!(
        both(
            ORDER,
            128_500,
            &with_fee("128500.00", json!("125000.00"), json!("128500.00"))
        ),
        Decision::Paid
    );
}

#[test]
fn the_dashboards_test_is_about_no_order() {
    let object = with(
        settlement(),
        json!({ "order_id": "payment_notif_test_G000000417_8c1f" }),
    );
    let notification = notified(&object);
    assert!(notification.is_test());
    let decision = decide(&expected(ORDER, 125_000), &notification);
    assert_eq!(decision, Decision::Review(Review::TestNotification));
    assert!(!notified(&settlement()).is_test());
}

#[test]
fn another_accounts_key_does_not_sign_for_this_order() {
    let (notification, transaction) = (notified(&settlement()), answered(&settlement()));
    let ours = expected(ORDER, 125_000);
    assert_eq!(
        decide(&ours.clone().signed_with(0), &notification),
        Decision::Paid
    );
    assert_eq!(
        decide(&ours.clone().signed_with(1), &notification),
        Decision::Review(Review::KeyDiffers)
    );
    assert_eq!(
        decide(&ours.signed_with(1), &transaction),
        Decision::Paid,
        "an answer over TLS carries no key"
    );
}

#[test]
fn a_signature_that_another_order_could_have_is_reviewed_and_an_answer_is_not() {
    for (order, amount, rupiah) in [
        // Also order "1111200" with code 200 and 500 rupiah.
        ("1111", "200500.00", 200_500),
        // Also order "kebaya-200" with code 201 and 7 rupiah.
        ("kebaya-", "2017.00", 2_017),
        // Also order "a" with code 407 and 200125000 rupiah.
        ("a407", "125000.00", 125_000),
    ] {
        let object = with(
            settlement(),
            json!({ "order_id": order, "gross_amount": amount }),
        );
        let decision = decide(&expected(order, rupiah), &notified(&object));
        assert_eq!(
            decision,
            Decision::Review(Review::AmbiguousSignature),
            "{order}"
        );
        assert_eq!(
            decide(&expected(order, rupiah), &answered(&object)),
            Decision::Paid,
            "{order}"
        );
    }
}

#[test]
fn a_paid_message_cannot_be_recut_into_another_orders() {
    // The buyer pays 500 rupiah for order "1111200" and sends the genuine signature again, cut
    // differently.
    let genuine = with(
        settlement(),
        json!({ "order_id": "1111200", "gross_amount": "500.00" }),
    );
    let signature = midtrans_protocol::notification::signature::sign(
        "1111200",
        "200",
        "500.00",
        &bodies::key(),
    );
    let recut = with(
        genuine,
        json!({ "order_id": "1111", "gross_amount": "200500.00", "signature_key": signature }),
    );
    let notification =
        midtrans_protocol::notification::verify(recut.to_string().as_bytes(), &bodies::keys())
            .unwrap();
    let decision = decide(&expected("1111", 200_500), &notification);
    assert_eq!(decision, Decision::Review(Review::AmbiguousSignature));
}

#[test]
fn an_amount_of_nearly_a_million_digits_is_decided_on() {
    // Every cut is looked at; if each looked at all the digits behind it first, this would take
    // half a minute.
    let gross = format!("125000.{}", "0".repeat(900_000));
    let object = with(settlement(), json!({ "gross_amount": gross }));
    assert_eq!(
        decide(&expected(ORDER, 125_000), &notified(&object)),
        Decision::Paid
    );
}
