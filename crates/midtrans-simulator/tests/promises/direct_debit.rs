//! The banks' own pages of the older kind. ([Direct
//! debit](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration))

use midtrans_protocol::ServerKeys;
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};
use midtrans_simulator::gateway::{Choice, FinishRedirect, PayPage};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, keys, pairs};
use crate::sampled::{BANKS, charged, request};

/// The banks whose pages post a form.
const POSTING: [&str; 4] = ["bca_klikpay", "cimb_clicks", "bri_epay", "danamon_online"];

#[test]
fn a_banks_page_posts_the_documented_form_with_one_field() {
    for method in POSTING {
        let mut api = ApiCaller::new();
        charged(&mut api, method);
        let way = api.choose("order-101", Choice::Approve);
        let FinishRedirect::Form {
            action,
            response,
            callback_key,
        } = way
        else {
            panic!("{method}: {way:?}")
        };
        assert_eq!(
            (action.as_str(), callback_key),
            ("http://127.0.0.1:3000/finish", None)
        );
        let words = "status_code status_message transaction_id order_id gross_amount payment_type \
                     transaction_time transaction_status approval_code signature_key";
        assert_eq!(keys(&response).join(" "), words, "{method}");
        let json: Value = serde_json::from_str(&response).unwrap();
        assert_eq!(json["payment_type"], method);
        assert_eq!(json["transaction_status"], "settlement");

        let form = serde_urlencoded::to_string([("response", response)]).unwrap();
        let landing = Landing::from_form(form.as_bytes());
        let keys = ServerKeys::from(api.gateway.settings().server_key().clone());
        assert_eq!(
            landing.signature(&keys),
            LandingSignature::Genuine,
            "{method}"
        );
    }
}

#[test]
fn a_bank_declines_or_is_left_and_the_form_tells_how_it_stands() {
    for method in POSTING {
        for (choice, status, code) in [
            (Choice::Decline, "deny", "202"),
            (Choice::Leave, "pending", "201"),
        ] {
            let mut api = ApiCaller::new();
            charged(&mut api, method);
            let FinishRedirect::Form { response, .. } = api.choose("order-101", choice) else {
                panic!("no form")
            };
            let json: Value = serde_json::from_str(&response).unwrap();
            assert_eq!(json["transaction_status"], status, "{method}");
            assert_eq!(json["status_code"], code, "{method}");
            assert_eq!(json["approval_code"], Value::Null, "only a payment has one");
        }
    }
}

#[test]
fn uob_ez_pay_goes_back_to_the_callback_of_the_charge_or_to_the_finish_page() {
    let mut body = request("uob_ezpay");
    let back = |body: &Value| {
        let mut api = ApiCaller::new();
        assert_eq!(api.post("/v2/charge", &body.to_string()).code(), "201");
        api.choose("order-101", Choice::Approve)
    };
    let location = |url: &str| FinishRedirect::Redirect {
        location: url.to_owned(),
    };
    assert_eq!(back(&body), location("https://shop.example.com/return"));
    body["uob_ezpay"] = Value::Null;
    assert_eq!(back(&body), location("http://127.0.0.1:3000/finish"));
}

#[test]
fn klikbca_is_paid_on_the_banks_own_site_without_a_link_and_without_a_way_back() {
    let mut api = ApiCaller::new();
    let reply = charged(&mut api, "bca_klikbca");
    assert_eq!(reply.json["redirect_url"], Value::Null);
    assert_eq!(reply.json["actions"], Value::Null);
    let page = format!("/pay/{}", reply.text_of("transaction_id"));
    assert_eq!(api.gateway.pay_page_address("order-101"), Some(page));
    let shape = api.gateway.pay_page("order-101").unwrap();
    assert!(matches!(&shape, PayPage::Prompt { account, .. } if account == "midtrans1012"));
    for choice in [Choice::Decline, Choice::Leave] {
        assert_eq!(api.choose("order-101", choice), FinishRedirect::Stays);
        assert_eq!(api.status("order-101").code(), "201", "{choice:?}");
    }
    assert_eq!(
        api.choose("order-101", Choice::Approve),
        FinishRedirect::Stays
    );
    assert_eq!(
        api.notified(),
        pairs(&[("pending", "201"), ("settlement", "200")])
    );
}

#[test]
fn no_money_of_a_bank_goes_back_and_no_answer_shows_the_customers_user_id() {
    for method in BANKS {
        let mut api = ApiCaller::new();
        let reply = charged(&mut api, method);
        api.choose("order-101", Choice::Approve);
        assert_eq!(api.ask("order-101", "refund").code(), "412", "{method}");
        let status = api.status("order-101");
        let told = api.notifications().concat();
        for text in [reply.text, status.text, told] {
            assert!(!text.contains("midtrans1012"), "{method}: {text}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_banks_charge_is_named() {
    for (method, object, problem) in [
        ("bca_klikpay", Value::Null, "bca_klikpay is required"),
        (
            "bca_klikpay",
            json!({}),
            "bca_klikpay.description is required",
        ),
        (
            "bca_klikpay",
            json!({"description": "x", "misc_fee": 1.5}),
            "bca_klikpay.misc_fee is not an integer",
        ),
        (
            "bca_klikbca",
            json!({"description": "x"}),
            "bca_klikbca.user_id is required",
        ),
        (
            "cimb_clicks",
            json!({"description": 1}),
            "cimb_clicks.description must be a string",
        ),
        ("uob_ezpay", json!("x"), "uob_ezpay must be an object"),
    ] {
        let mut body = request(method);
        body[method] = object;
        let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
        let messages = (reply.code(), reply.json["validation_messages"].clone());
        assert_eq!(messages, ("400", json!([problem])), "{method}");
    }
}
