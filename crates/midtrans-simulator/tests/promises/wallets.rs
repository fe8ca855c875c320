//! GoPay, QRIS, ShopeePay, OVO and DANA.

use midtrans_simulator::gateway::{Choice, FinishRedirect, PayPage, Reference};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, pairs};
use crate::sampled::{charged, filled, paid, request, sample};

/// The first answer to a charge, whatever it is.
fn answered(body: &Value) -> (ApiCaller, crate::api_caller::Reply) {
    let mut api = ApiCaller::new();
    let reply = api.post("/v2/charge", &body.to_string());
    (api, reply)
}

/// The address that the customer goes back to.
fn way_back(body: &Value, choice: Choice) -> String {
    let (mut api, reply) = answered(body);
    assert_eq!(reply.code(), "201", "{}", reply.text);
    match api.choose("order-101", choice) {
        FinishRedirect::Redirect { location } => location,
        other => panic!("{other:?}"),
    }
}

#[test]
fn gopay_goes_back_to_the_callback_with_the_order_and_the_result() {
    let body = request("gopay");
    let back = |result: &str| format!("someapps://callback?order_id=order-101&result={result}");
    assert_eq!(way_back(&body, Choice::Approve), back("success"));
    assert_eq!(way_back(&body, Choice::Leave), back("failure"));
    let mut own = body.clone();
    own["gopay"] = json!({"enable_callback": true});
    assert_eq!(
        way_back(&own, Choice::Approve),
        "http://127.0.0.1:3000/finish?order_id=order-101&result=success",
        "the account's own address"
    );
    own["gopay"] = json!({"enable_callback": true, "callback_url": "https://shop.example/?a=1#b"});
    assert_eq!(
        way_back(&own, Choice::Approve),
        "https://shop.example/?a=1&order_id=order-101&result=success#b"
    );
}

#[test]
fn gopay_goes_back_only_from_the_link_and_only_if_the_charge_says_so() {
    for object in [
        Value::Null,
        json!({}),
        json!({"enable_callback": false, "callback_url": "someapps://callback"}),
        json!({"callback_url": "someapps://callback"}),
    ] {
        let mut body = request("gopay");
        body["gopay"] = object;
        let (mut api, reply) = answered(&body);
        assert_eq!(reply.code(), "201", "{}", reply.text);
        assert_eq!(
            api.choose("order-101", Choice::Approve),
            FinishRedirect::Stays
        );
    }
    // The code was scanned.
    let (mut api, reply) = answered(&request("gopay"));
    let page = format!("/pay/{}", reply.text_of("transaction_id"));
    let scanned = Reference::Page(&page);
    assert!(matches!(
        api.gateway.pay_page(scanned),
        Some(PayPage::Scan { .. })
    ));
    let way = api.gateway.choose(scanned, Choice::Approve, api.now);
    assert_eq!(way, Some(FinishRedirect::Stays));
    assert_eq!(api.status("order-101").text_of("payment_type"), "gopay");
}

#[test]
fn shopeepay_and_dana_go_back_as_the_charge_says_without_parameters() {
    for method in ["shopeepay", "dana"] {
        for choice in [Choice::Approve, Choice::Leave] {
            assert_eq!(
                way_back(&request(method), choice),
                "https://midtrans.com/",
                "{method}"
            );
        }
    }
    let mut bare = request("dana");
    bare["dana"] = Value::Null;
    assert_eq!(
        way_back(&bare, Choice::Approve),
        "http://127.0.0.1:3000/finish"
    );
}

#[test]
fn a_failure_in_a_wallet_leaves_the_transaction_pending() {
    for method in ["gopay", "qris", "shopeepay", "dana"] {
        let mut api = ApiCaller::new();
        let id = charged(&mut api, method)
            .text_of("transaction_id")
            .to_owned();
        for choice in [Choice::Decline, Choice::Leave] {
            api.choose("order-101", choice);
            let status = api.status(&id);
            let word = status.text_of("transaction_status").to_lowercase();
            assert_eq!(word, "pending", "{method} {choice:?}");
        }
        api.choose("order-101", Choice::Approve);
        assert_eq!(
            api.notified(),
            pairs(&[("pending", "201"), ("settlement", "200")])
        );
    }
}

#[test]
fn a_charge_of_a_linked_gopay_account_is_answered_as_of_one_that_does_not_exist() {
    let mut body = request("gopay");
    body["gopay"] = json!({"account_id": "00000269-7836-49e5-bc65-e592afafec14",
        "payment_option_token": "eyJ0"});
    let (mut api, reply) = answered(&body);
    let told = (reply.code(), reply.text_of("status_message"));
    assert_eq!(told, ("404", "The requested resource is not found"));
    assert_eq!(api.status("order-101").code(), "404", "nothing was made");
}

#[test]
fn what_is_wrong_with_a_wallets_charge_is_named() {
    for (method, object, problem) in [
        ("gopay", json!(1), "gopay must be an object"),
        (
            "gopay",
            json!({"enable_callback": "yes"}),
            "gopay.enable_callback must be true or false",
        ),
        (
            "gopay",
            json!({"callback_url": 1}),
            "gopay.callback_url must be a string",
        ),
        (
            "qris",
            json!({"acquirer": "barter"}),
            "qris.acquirer must be gopay or airpay shopee",
        ),
        ("shopeepay", Value::Null, "shopeepay is required"),
        ("shopeepay", json!({}), "shopeepay.callback_url is required"),
        (
            "dana",
            json!({"callback_url": []}),
            "dana.callback_url must be a string",
        ),
        ("ovo", Value::Null, "ovo is required"),
        ("ovo", json!({}), "ovo.payer_phone_number is required"),
        (
            "ovo",
            json!({"payer_phone_number": "021500"}),
            "ovo.payer_phone_number is invalid",
        ),
        (
            "ovo",
            json!({"payer_phone_number": "+62812x456789"}),
            "ovo.payer_phone_number is invalid",
        ),
    ] {
        let mut body = request(method);
        body[method] = object;
        let (_, reply) = answered(&body);
        let messages = (reply.code(), reply.json["validation_messages"].clone());
        assert_eq!(messages, ("400", json!([problem])), "{method}");
    }
}

#[test]
fn a_code_that_another_wallet_pays_is_told_with_the_issuer_and_off_us() {
    let mut api = ApiCaller::new();
    charged(&mut api, "qris");
    let fields = ["transaction_type", "issuer", "acquirer", "payment_type"];
    let told = |api: &mut ApiCaller| -> Vec<String> {
        let body: Value = serde_json::from_str(&api.notifications().pop().unwrap()).unwrap();
        fields
            .map(|name| body[name].as_str().unwrap_or("-").to_owned())
            .to_vec()
    };
    assert_eq!(
        told(&mut api),
        ["-", "-", "gopay", "qris"],
        "it is not paid yet"
    );
    api.choose("order-101", Choice::OtherWallet);
    assert_eq!(told(&mut api), ["off-us", "bca", "gopay", "qris"]);

    let mut body = request("qris");
    body["qris"] = json!({"acquirer": "airpay shopee"});
    let (mut api, reply) = answered(&body);
    assert_eq!(reply.text_of("acquirer"), "airpay shopee");
    assert_eq!(reply.json["actions"].as_array().unwrap().len(), 1);
    api.choose("order-101", Choice::Approve);
    assert_eq!(
        told(&mut api),
        ["on-us", "airpay shopee", "airpay shopee", "qris"]
    );
    let status = api.status("order-101");
    assert!(
        status.text_of("reference_id").starts_with("QR-"),
        "{}",
        status.text
    );
    assert_eq!(status.text_of("shopeepay_reference_number").len(), 18);
}

#[test]
fn gopays_code_paid_by_another_wallet_is_reported_as_qris() {
    let mut api = ApiCaller::new();
    charged(&mut api, "gopay");
    api.choose("order-101", Choice::OtherWallet);
    let status = api.status("order-101");
    for (name, value) in [
        ("payment_type", "qris"),
        ("transaction_type", "off-us"),
        ("issuer", "bca"),
        ("acquirer", "gopay"),
        ("transaction_status", "settlement"),
    ] {
        assert_eq!(status.text_of(name), value, "{}", status.text);
    }
    assert!(!status.text.contains("payment_option_type"));
}

#[test]
fn nothing_without_a_qr_code_is_paid_with_another_wallet() {
    for method in ["shopeepay", "dana", "ovo", "bri_epay", "bca_klikbca"] {
        let mut api = ApiCaller::new();
        let id = charged(&mut api, method)
            .text_of("transaction_id")
            .to_owned();
        api.choose("order-101", Choice::OtherWallet);
        let word = api.status(&id).text_of("transaction_status").to_lowercase();
        assert_eq!(word, "pending", "{method}");
    }
}

fn ovo(phone: &str) -> (ApiCaller, crate::api_caller::Reply) {
    let mut body = request("ovo");
    body["ovo"]["payer_phone_number"] = phone.into();
    answered(&body)
}

#[test]
fn ovo_asks_the_customer_who_confirms_or_declines_within_65_seconds() {
    let (mut api, reply) = ovo("+6281234567890");
    assert_eq!(reply.text_of("payer_phone_number"), "+6281234567890");
    assert_eq!(reply.text_of("expiry_time"), "2026-11-22 10:01:05");
    assert_eq!(api.status("order-101").text, {
        let text = api.status("order-101").text;
        let pending = sample("ovo", "pending").replace("081111111111", "+6281234567890");
        filled(&pending, &text, reply.text_of("transaction_id"))
    });
    assert_eq!(
        api.choose("order-101", Choice::Decline),
        FinishRedirect::Stays
    );
    assert_eq!(
        api.notified(),
        pairs(&[("pending", "201"), ("deny", "202")])
    );

    let (mut api, _) = ovo("081234567890");
    api.wait(65);
    api.choose("order-101", Choice::Approve);
    assert_eq!(
        api.status("order-101").text_of("transaction_status"),
        "expire"
    );
}

#[test]
fn ovos_magic_phones_do_what_the_sandbox_documents() {
    let (_, unknown) = ovo("08249134000");
    let keys = unknown.keys().join(" ");
    assert_eq!(keys, "status_code status_message id");
    let told = (unknown.code(), unknown.text_of("status_message"));
    assert_eq!(
        told,
        ("404", "User with requested phone number doesn't exist")
    );

    for declined in ["+628271939753", "08242014881", "+628237435829"] {
        let (mut api, reply) = ovo(declined);
        assert_eq!(reply.text_of("transaction_status"), "pending", "{declined}");
        assert_eq!(
            api.notified(),
            pairs(&[("pending", "201"), ("deny", "202")])
        );
        assert_eq!(api.status("order-101").code(), "202");
    }
    for silent in ["+628215023424", "08242974268"] {
        let (mut api, _) = ovo(silent);
        api.choose("order-101", Choice::Approve);
        assert_eq!(api.status("order-101").code(), "201", "{silent}");
        api.wait(65);
        assert_eq!(
            api.notified(),
            pairs(&[("pending", "201"), ("expire", "202")])
        );
    }
}

#[test]
fn ovos_refund_names_the_phone_and_the_invoice() {
    let (mut api, id) = paid("ovo");
    let refund = api.ask(&id, "refund");
    let words = "status_code status_message transaction_id order_id payment_type transaction_time \
                 transaction_status gross_amount refund_chargeback_id refund_amount refund_key \
                 payer_phone_number merchant_invoice";
    assert_eq!(refund.keys().join(" "), words);
    assert_eq!(refund.text_of("refund_amount"), "44000.00");
}

#[test]
fn dana_is_known_by_its_transaction_id_alone() {
    let mut api = ApiCaller::new();
    let id = charged(&mut api, "dana")
        .text_of("transaction_id")
        .to_owned();
    assert!(id.starts_with("A1") && id.ends_with("ID"), "{id}");
    assert_eq!(api.status("order-101").code(), "404");
    for operation in ["cancel", "expire", "refund"] {
        assert_eq!(api.ask("order-101", operation).code(), "404", "{operation}");
    }
    let pending = api.status(&id);
    assert_eq!(
        pending.text,
        filled(&sample("dana", "pending"), &pending.text, &id)
    );
    assert_eq!(pending.code(), "200", "although it is pending");
    let cancelled = api.ask(&id, "cancel");
    assert_eq!(
        cancelled.text,
        filled(&sample("dana", "cancelled"), &cancelled.text, &id)
    );
    assert_eq!(api.status(&id).text_of("transaction_status"), "cancel");
}

#[test]
fn danas_refund_has_the_transaction_id_as_its_order_id() {
    let (mut api, id) = paid("dana");
    api.wait(48);
    let refund = api.post(
        &format!("/v2/{id}/refund"),
        r#"{"refund_key":"reference1"}"#,
    );
    let expected = filled(&sample("dana", "refunded"), &refund.text, &id);
    assert_eq!(refund.text, expected.replace("10:00:48", "10:00:00"));
}

#[test]
fn shopeepays_refunds_rest_from_2355_to_0600() {
    let shopee = json!({"acquirer": "airpay shopee"});
    for (method, object) in [("shopeepay", None), ("qris", Some(shopee))] {
        // The payment is at 10:00.
        for (seconds, code) in [
            (13 * 3_600 + 55 * 60 - 1, "200"),
            (13 * 3_600 + 55 * 60, "412"),
            (14 * 3_600, "412"),
            (20 * 3_600 - 1, "412"),
            (20 * 3_600, "200"),
        ] {
            let mut body = request(method);
            if let Some(object) = &object {
                body[method] = object.clone();
            }
            let (mut api, _) = answered(&body);
            api.choose("order-101", Choice::Approve);
            api.wait(seconds);
            for path in ["refund", "refund/online/direct"] {
                let reply = api.ask("order-101", path);
                // The first of the two gives everything back.
                let expected = if path == "refund" { code } else { "412" };
                assert_eq!(reply.code(), expected, "{method} {seconds}");
            }
        }
    }
    let (mut api, id) = paid("gopay");
    api.wait(14 * 3_600);
    assert_eq!(
        api.ask(&id, "refund").code(),
        "200",
        "GoPay has no such hours"
    );
}

#[test]
fn a_wallet_without_partial_refunds_takes_the_whole_amount() {
    for method in ["shopeepay", "ovo"] {
        let (mut api, id) = paid(method);
        let refund = |amount: u64| format!(r#"{{"amount":{amount}}}"#);
        let path = format!("/v2/{id}/refund");
        assert_eq!(api.post(&path, &refund(43_999)).code(), "414", "{method}");
        assert_eq!(api.post(&path, &refund(44_000)).code(), "200", "{method}");
    }
}
