//! Transactions from the charge to their end.

use std::time::Duration;

use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::{Choice, Outcome};
use serde_json::{Value, json};

use crate::merchant::{Merchant, PAYMENT_TYPES, charge, pair, pairs};

/// A charge of a wallet, a QR code or a bank's page.
fn simple(payment_type: &str, order_id: &str, object: &Value) -> Value {
    let mut body = json!({
        "payment_type": payment_type,
        "transaction_details": {"order_id": order_id, "gross_amount": 44_000},
        "custom_field2": "till 7",
    });
    if !object.is_null() {
        body[payment_type] = object.clone();
    }
    body
}

#[test]
fn wallets_and_banks_pages_are_paid_given_back_cancelled_and_expire() {
    let merchant = Merchant::open();
    let mut count = 0;
    let mut next = || {
        count += 1;
        format!("order-{count}")
    };
    let link = json!({"callback_url": "https://shop.example/back"});
    let user = json!({"description": "Sepatu", "user_id": "siti1"});
    let words = json!({"description": "Sepatu"});
    let phone = json!({"payer_phone_number": "081234567890"});
    let shopee = json!({"acquirer": "airpay shopee"});
    for (payment_type, object) in [
        ("gopay", &Value::Null),
        ("gopay", &json!({"enable_callback": true})),
        ("qris", &Value::Null),
        ("qris", &shopee),
        ("shopeepay", &link),
        ("dana", &link),
        ("ovo", &phone),
        ("bca_klikpay", &words),
        ("bca_klikbca", &user),
        ("cimb_clicks", &words),
        ("bri_epay", &Value::Null),
        ("danamon_online", &Value::Null),
        ("uob_ezpay", &link),
    ] {
        for choice in [
            Choice::Approve,
            Choice::OtherWallet,
            Choice::Decline,
            Choice::Leave,
        ] {
            let order_id = next();
            let charged = merchant.charge(&simple(payment_type, &order_id, object));
            assert_eq!(charged.code(), "201", "{payment_type}");
            let id = charged.json["transaction_id"].as_str().unwrap();
            let (pending, _) = merchant.status(id);
            assert!(pending.eq_ignore_ascii_case("pending"), "{payment_type}");
            merchant.simulator.choose(&order_id, choice).unwrap();
            merchant.status(id);
            merchant.post("refund/online/direct", id, &Value::Null);
            merchant.post("refund", id, &Value::Null);
            merchant.status(id);
            merchant.post("cancel", id, &Value::Null);
            merchant.status(id);
            assert!(!merchant.told().is_empty());
            merchant.simulator.advance(Duration::from_secs(10));
            merchant.status(id);
            merchant.told();
        }
        let charged = merchant.charge(&simple(payment_type, &next(), object));
        let id = charged.json["transaction_id"].as_str().unwrap();
        let expected = if payment_type == "ovo" { "412" } else { "407" };
        assert_eq!(merchant.post("expire", id, &Value::Null).code(), expected);
    }
    let unknown = json!({"payer_phone_number": "+628249134000"});
    assert_eq!(
        merchant.charge(&simple("ovo", "order-0", &unknown)).code(),
        "404"
    );
    let linked = simple(
        "gopay",
        "order-0",
        &json!({"account_id": "a", "payment_option_token": "t"}),
    );
    assert_eq!(merchant.charge(&linked).code(), "404");
}

#[test]
fn paid_and_given_back_in_two_parts() {
    for payment_type in PAYMENT_TYPES {
        let merchant = Merchant::open();
        let charged = merchant.charge(&charge(payment_type, "order-1"));
        assert_eq!(charged.code(), "201");
        let by_transaction = charged.json["transaction_id"].as_str().unwrap();
        assert_eq!(merchant.status(by_transaction), pair("pending", "201"));

        merchant
            .simulator
            .choose("order-1", Choice::Approve)
            .unwrap();
        assert_eq!(merchant.status("order-1"), pair("settlement", "200"));
        assert_eq!(
            merchant.told(),
            pairs(&[("pending", "201"), ("settlement", "200")])
        );

        let part = json!({"refund_key": "r-1", "amount": "14000", "reason": "too small"});
        let refunded = merchant.refund("refund", "order-1", &part);
        assert_eq!(
            (refunded.code(), &refunded.json["refund_amount"]),
            ("200", &json!("14000.00"))
        );
        assert_eq!(merchant.status("order-1"), pair("partial_refund", "200"));
        assert_eq!(merchant.refund("refund", "order-1", &part).code(), "406");
        assert_eq!(
            merchant
                .refund("refund", "order-1", &json!({"amount": 30_001}))
                .code(),
            "414"
        );

        assert_eq!(
            merchant
                .post("refund/online/direct", "order-1", &Value::Null)
                .code(),
            "200"
        );
        assert_eq!(merchant.status("order-1"), pair("refund", "200"));
        assert_eq!(
            merchant.post("refund", "order-1", &Value::Null).code(),
            "412"
        );
        // The bank confirms after some seconds, and that is told as well.
        assert_eq!(
            merchant.told(),
            pairs(&[("partial_refund", "200"), ("refund", "200")])
        );
        merchant.simulator.advance(Duration::from_secs(10));
        assert_eq!(
            merchant.told(),
            pairs(&[("refund", "200"), ("refund", "200")])
        );
        assert_eq!(merchant.status("order-1"), pair("refund", "200"));
        assert_eq!(
            merchant.charge(&charge(payment_type, "order-1")).code(),
            "406"
        );
    }
}

#[test]
fn cancelled_expired_and_charged_again() {
    for payment_type in PAYMENT_TYPES {
        let merchant = Merchant::open();
        let again = || {
            assert_eq!(
                merchant.charge(&charge(payment_type, "order-1")).code(),
                "201"
            )
        };
        again();
        assert_eq!(
            merchant.charge(&charge(payment_type, "order-1")).code(),
            "406"
        );
        assert_eq!(
            merchant.post("cancel", "order-1", &Value::Null).code(),
            "200"
        );
        assert_eq!(merchant.status("order-1"), pair("cancel", "200"));
        again();
        assert_eq!(
            merchant.post("expire", "order-1", &Value::Null).code(),
            "407"
        );
        assert_eq!(merchant.status("order-1"), pair("expire", "407"));
        again();
        merchant.simulator.advance(Duration::from_secs(25 * 3_600));
        assert_eq!(merchant.status("order-1"), pair("expire", "407"));
        for operation in [
            "cancel",
            "expire",
            "approve",
            "deny",
            "refund",
            "refund/online/direct",
        ] {
            assert_eq!(
                merchant.post(operation, "order-1", &Value::Null).code(),
                "412",
                "{operation}"
            );
            assert_eq!(
                merchant.post(operation, "order-2", &Value::Null).code(),
                "404",
                "{operation}"
            );
        }
        assert_eq!(merchant.status("order-2"), pair("", "404"));
        let one = [("pending", "201"), ("cancel", "202"), ("pending", "201")];
        let two = [("expire", "202"), ("pending", "201"), ("expire", "202")];
        assert_eq!(merchant.told(), pairs(&[&one[..], &two[..]].concat()));
    }
}

#[test]
fn denied_and_not_charged_again() {
    for payment_type in PAYMENT_TYPES {
        let merchant = Merchant::open();
        assert_eq!(
            merchant.charge(&charge(payment_type, "order-1")).code(),
            "201"
        );
        merchant
            .simulator
            .choose("order-1", Choice::Decline)
            .unwrap();
        assert_eq!(merchant.status("order-1"), pair("deny", "202"));
        assert_eq!(
            merchant.charge(&charge(payment_type, "order-1")).code(),
            "406"
        );
        assert_eq!(
            merchant.told(),
            pairs(&[("pending", "201"), ("deny", "202")])
        );
    }
}

#[test]
fn a_linked_account_pays_waits_for_its_pin_and_reserves() {
    let merchant = Merchant::open();
    let partner =
        json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "81212345678"}});
    let linked = merchant
        .caller
        .call("POST", "/v2/pay/account", &[], &partner.to_string());
    let account = linked.unwrap().json["account_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let charge = |order_id: &str, amount: u64, pre_auth: bool| {
        let own = json!({"account_id": account, "payment_option_token": "t", "pre_auth": pre_auth});
        let mut charge = simple("gopay", order_id, &own);
        charge["transaction_details"]["gross_amount"] = amount.into();
        charge.as_object_mut().unwrap().remove("item_details");
        merchant.charge(&charge)
    };
    assert_eq!(
        charge("order-1", 44_000, false).code(),
        "412",
        "not linked yet"
    );
    merchant.simulator.with_accounts(|accounts, now| {
        let own = accounts.first_mut();
        own.link(&account, LinkChoice::Confirm, now).unwrap();
        // Accounts have a family of notifications of their own.
        for due in own.due(now) {
            own.delivered(due.id, Outcome::answered(200), now);
        }
    });
    assert_eq!(charge("order-1", 44_000, false).code(), "200");
    assert_eq!(merchant.status("order-1"), pair("settlement", "200"));
    assert_eq!(charge("order-2", 800_000, false).code(), "201");
    assert_eq!(merchant.status("order-2"), pair("pending", "201"));
    merchant.simulator.choose("order-2", Choice::Decline);
    assert_eq!(charge("order-3", 200_000, true).code(), "200");
    assert_eq!(merchant.status("order-3"), pair("authorize", "200"));
    assert_eq!(charge("order-4", 900_000, false).code(), "202", "no money");
    let id = merchant.call("GET", "/v2/{id}/status", "order-3", &[], "");
    let capture = json!({"transaction_id": id.json["transaction_id"]});
    let taken = merchant.call("POST", "/v2/capture", "", &[], &capture.to_string());
    assert_eq!(taken.json["transaction_status"], "settlement");
    let expected = [
        ("settlement", "200"),
        ("pending", "201"),
        ("deny", "202"),
        ("authorize", "200"),
        ("deny", "202"),
        ("settlement", "200"),
    ];
    assert_eq!(merchant.told(), pairs(&expected));
}
