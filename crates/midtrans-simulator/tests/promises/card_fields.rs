//! The fields of a card charge: instalments, filters, whole numbers and Google Pay.
//! ([Cards](https://docs.midtrans.com/reference/charge-transactions-on-card))

use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply};
use crate::cards::{ACCEPTED, charge, pay, state};
use crate::test_cards::PAID;

#[test]
fn instalments_are_a_text_in_the_charge_and_a_number_in_the_notification() {
    let mut api = ApiCaller::new();
    let more = json!({"bank": "bni", "installment_term": 12});
    let reply = pay(&mut api, "order-1", "4105058689481467", more);
    assert_eq!(reply.json["installment_term"], "12");
    let told: Value = serde_json::from_str(&api.notifications()[0]).unwrap();
    assert_eq!(told["installment_term"], 12);
    assert_eq!(api.status("order-1").json["installment_term"], 12);
}

#[test]
fn instalments_are_for_credit_cards_of_the_bank_or_for_the_ones_that_a_filter_names() {
    let mut api = ApiCaller::new();
    let mut order = 0;
    let mut status = |number: &str, more: Value| {
        order += 1;
        let reply = pay(&mut api, &format!("order-{order}"), number, more);
        reply.text_of("transaction_status").to_owned()
    };
    let online = json!({"bank": "bni", "installment_term": 3});
    assert_eq!(status("4105058689481467", online.clone()), "capture");
    assert_eq!(
        status("4773776057051650", online.clone()),
        "deny",
        "another bank's card"
    );
    assert_eq!(
        status(ACCEPTED, online),
        "capture",
        "of no bank in particular"
    );
    let offline = json!({"bank": "bni", "installment_term": 3, "bins": ["bca", "48111111"]});
    assert_eq!(status("4773776057051650", offline.clone()), "capture");
    assert_eq!(status(ACCEPTED, offline.clone()), "capture");
    assert_eq!(status("4365026335737199", offline), "deny");
    let debit = json!({"bank": "mandiri", "installment_term": 3});
    assert_eq!(status("4097661111111113", debit), "deny", "a debit card");
}

#[test]
fn a_filter_denies_other_cards() {
    let mut api = ApiCaller::new();
    for (order, bins, status) in [
        ("a", json!(["48111111", "3111", "5"]), "capture"),
        ("b", json!(["4812"]), "deny"),
        ("c", json!(["bca"]), "deny"),
        ("d", json!([]), "capture"),
    ] {
        let reply = pay(&mut api, order, ACCEPTED, json!({"bins": bins}));
        assert_eq!(reply.text_of("transaction_status"), status, "{order}");
    }
}

#[test]
fn a_card_charge_names_every_field_that_is_wrong() {
    let mut api = ApiCaller::new();
    for (own, problem) in [
        (json!(null), "credit_card is required"),
        (
            json!({"token_id": 1}),
            "credit_card.token_id must be a string",
        ),
        (json!({"card": "4"}), "credit_card.card must be an object"),
        (
            json!({"authentication": 1}),
            "credit_card.authentication must be true or false",
        ),
        (
            json!({"save_token_id": "yes"}),
            "credit_card.save_token_id must be true or false",
        ),
        (
            json!({"callback_type": "x"}),
            "credit_card.callback_type must be one of js_event, form",
        ),
        (
            json!({"type": "x"}),
            "credit_card.type must be one of authorize, authorize_capture",
        ),
        (
            json!({"initiated_by": "x"}),
            "credit_card.initiated_by must be one of customer, merchant",
        ),
        (json!({"bank": "x"}), "credit_card.bank is invalid"),
        (
            json!({"installment_term": 5}),
            "credit_card.installment_term is not offered",
        ),
        (
            json!({"bins": ["123456789"]}),
            "credit_card.bins must be an array of up to eight first digits or of banks",
        ),
        (
            json!({"point_redeem_amount": -2}),
            "credit_card.point_redeem_amount must be an integer greater than 0",
        ),
        (
            json!({"dynamic_descriptor": {"city_name": "Jakarta Selatan"}}),
            "credit_card.dynamic_descriptor.city_name must be a string of at most 13 characters",
        ),
    ] {
        let reply = charge(&mut api, "order-1", 145_000, &own);
        assert_eq!((reply.http, reply.code()), (400, "400"), "{own}");
        assert_eq!(reply.json["validation_messages"], json!([problem]));
    }
}

fn at_the_host_for_numbers(api: &mut ApiCaller, order_id: &str, own: &Value) -> Reply {
    let body = json!({
        "payment_type": "credit_card",
        "transaction_details": {"order_id": order_id, "gross_amount": 145_000},
        "credit_card": own,
    });
    let headers = [("host", "panapi.localhost:8180")];
    api.call_with("POST", "/v2/charge", &headers, &body.to_string())
}

#[test]
fn a_whole_number_and_google_pay_are_for_the_host_that_takes_them_and_402_elsewhere() {
    let mut api = ApiCaller::new();
    let card = json!({"number": ACCEPTED, "expiry_month": "03", "expiry_year": 2030, "cvv": "123"});
    let numbered = json!({"card": card});
    let google = json!({"google_pay_token": {"signature": "x"}});
    for own in [&numbered, &google, &json!({"google_pay_token": "x"})] {
        let refused = charge(&mut api, "order-1", 145_000, own);
        assert_eq!((refused.http, refused.code()), (200, "402"));
        let order = own.to_string().len().to_string();
        let reply = at_the_host_for_numbers(&mut api, &order, own);
        assert_eq!(state(&reply), PAID, "{}", reply.text);
        assert_eq!(reply.text_of("masked_card"), "48111111-1114");
        assert_eq!(api.status(&order).code(), "200", "at the ordinary host");
    }
    let wrong = json!({"card": {"number": "4811111111111115", "expiry_month": "13"}});
    let reply = at_the_host_for_numbers(&mut api, "order-2", &wrong);
    let problems = [
        "credit_card.card.expiry_year is required",
        "credit_card.card.number does not match with luhn algorithm",
        "credit_card.card.expiry_month must be a month, 01 to 12",
    ];
    assert_eq!(reply.json["validation_messages"], json!(problems));
}
