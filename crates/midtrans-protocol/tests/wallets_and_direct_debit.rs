//! Wallets, QRIS and the retired banks' pages: the bytes that are sent, the refusals, the
//! customer's next step, and the terms.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use http::StatusCode;
use midtrans_protocol::charge::{CustomExpiry, ExpiryUnit};
use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::method::{
    Acquirer, BcaKlikbca, BcaKlikpay, BriEpay, CimbClicks, Dana, DanamonOnline, Gopay, Method, Ovo,
    PaymentType, Qris, ShopeePay, Terms, UobEzpay,
};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::{
    Charge, GatewayReply, GetStatus, OrderId, Rupiah, TransactionDetails, decode,
};
use serde_json::{Value, json};

const DAY: u64 = 24 * 3_600;

fn order(rupiah: u64) -> TransactionDetails {
    let id = OrderId::new("kebaya-0417").unwrap();
    TransactionDetails::new(id, Rupiah::new(rupiah)).unwrap()
}

fn charge(method: impl Into<Method>) -> Charge {
    Charge::builder(order(125_000), method).build().unwrap()
}

/// A charge with this much after the order.
fn sent(payment_type: &str, rest: &str) -> String {
    let order = r#""transaction_details":{"order_id":"kebaya-0417","gross_amount":125000}"#;
    format!(r#"{{"payment_type":"{payment_type}",{order}{rest}}}"#)
}

/// Each method with all that it can say, and the bytes after the order.
fn all() -> Vec<(Method, &'static str, &'static str)> {
    let mut linked = Gopay::linked("acc-1", "tok-1");
    linked.callback_url = Some("https://toko.example/".to_owned());
    linked.recurring = Some(false);
    linked.promotion_ids = vec!["CASHBACK|1".to_owned()];
    let mut klikpay = BcaKlikpay::new("Kebaya hijau");
    klikpay.extra.insert("misc_fee".to_owned(), json!(500));
    vec![
        (Gopay::default().into(), "gopay", ""),
        (
            Gopay::with_callback("toko://back").into(),
            "gopay",
            r#","gopay":{"enable_callback":true,"callback_url":"toko://back"}"#,
        ),
        (
            linked.into(),
            "gopay",
            r#","gopay":{"callback_url":"https://toko.example/","account_id":"acc-1","payment_option_token":"tok-1","recurring":false,"promotion_ids":["CASHBACK|1"]}"#,
        ),
        (Qris::default().into(), "qris", ""),
        (
            Qris::new(Acquirer::AirpayShopee).into(),
            "qris",
            r#","qris":{"acquirer":"airpay shopee"}"#,
        ),
        (
            ShopeePay::new("https://toko.example/").into(),
            "shopeepay",
            r#","shopeepay":{"callback_url":"https://toko.example/"}"#,
        ),
        (
            Dana::new("https://toko.example/").into(),
            "dana",
            r#","dana":{"callback_url":"https://toko.example/"}"#,
        ),
        (
            Ovo::new("081200000417").into(),
            "ovo",
            r#","ovo":{"payer_phone_number":"081200000417"}"#,
        ),
        (
            klikpay.into(),
            "bca_klikpay",
            r#","bca_klikpay":{"description":"Kebaya hijau","misc_fee":500}"#,
        ),
        (
            BcaKlikbca::new("Kebaya hijau", "dewi1012").into(),
            "bca_klikbca",
            r#","bca_klikbca":{"description":"Kebaya hijau","user_id":"dewi1012"}"#,
        ),
        (
            CimbClicks::new("Kebaya hijau").into(),
            "cimb_clicks",
            r#","cimb_clicks":{"description":"Kebaya hijau"}"#,
        ),
        (BriEpay.into(), "bri_epay", ""),
        (DanamonOnline.into(), "danamon_online", ""),
        (
            UobEzpay::new("https://toko.example/").into(),
            "uob_ezpay",
            r#","uob_ezpay":{"callback_url":"https://toko.example/"}"#,
        ),
    ]
}

#[test]
fn each_method_is_sent_with_its_fields_and_read_back_the_same() {
    for (method, payment_type, rest) in all() {
        let charge = charge(method.clone());
        let json = sent(payment_type, rest);
        assert_eq!(String::from_utf8(charge.to_json()).unwrap(), json);
        let read = Charge::from_json(&json).unwrap();
        assert_eq!(read.method(), &method, "{payment_type}");
        assert_eq!(String::from_utf8(read.to_json()).unwrap(), json);
    }
}

/// "Default value: callback_url in dashboard settings."
#[test]
fn gopay_leads_back_to_the_accounts_own_url_where_the_charge_names_none() {
    let json = sent("gopay", r#","gopay":{"enable_callback":true}"#);
    let charge = Charge::from_json(&json).unwrap();
    assert_eq!(String::from_utf8(charge.to_json()).unwrap(), json);
}

#[test]
fn an_empty_object_of_gopay_or_qris_is_as_good_as_none() {
    for payment_type in ["gopay", "qris"] {
        let empty = format!(r#","{payment_type}":{{}}"#);
        let charge = Charge::from_json(&sent(payment_type, &empty)).unwrap();
        let body = String::from_utf8(charge.to_json()).unwrap();
        assert_eq!(body, sent(payment_type, ""));
    }
}

#[test]
fn each_wrong_field_is_named_and_its_value_not_shown() {
    for (payment_type, fields, field) in [
        ("gopay", json!("secret"), "gopay"),
        (
            "gopay",
            json!({"enable_callback": "true"}),
            "gopay.enable_callback",
        ),
        (
            "gopay",
            json!({"account_id": "secret"}),
            "gopay.payment_option_token",
        ),
        (
            "gopay",
            json!({"payment_option_token": "secret"}),
            "gopay.account_id",
        ),
        (
            "gopay",
            json!({"promotion_ids": "secret"}),
            "gopay.promotion_ids",
        ),
        (
            "gopay",
            json!({"promotion_ids": [1]}),
            "gopay.promotion_ids",
        ),
        ("qris", json!({"acquirer": 1}), "qris.acquirer"),
        ("shopeepay", json!(null), "shopeepay.callback_url"),
        (
            "shopeepay",
            json!({"callback_url": " "}),
            "shopeepay.callback_url",
        ),
        ("dana", json!({}), "dana.callback_url"),
        ("ovo", json!({}), "ovo.payer_phone_number"),
        (
            "bca_klikpay",
            json!({"misc_fee": 1}),
            "bca_klikpay.description",
        ),
        (
            "bca_klikbca",
            json!({"description": "x"}),
            "bca_klikbca.user_id",
        ),
        (
            "cimb_clicks",
            json!({"description": ""}),
            "cimb_clicks.description",
        ),
        (
            "uob_ezpay",
            json!({"callback_url": 1}),
            "uob_ezpay.callback_url",
        ),
    ] {
        let order = json!({"order_id": "kebaya-0417", "gross_amount": 125_000});
        let mut charge = json!({"payment_type": payment_type, "transaction_details": order});
        charge[payment_type] = fields;
        let error = Charge::from_json(&charge.to_string()).unwrap_err();
        assert_eq!(error.field(), field, "{charge}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn ovo_wants_an_indonesian_phone_number_in_digits() {
    let build = |number: &str| Charge::builder(order(15_000), Ovo::new(number)).build();
    for number in ["081234567890", "+6281234567890", "08123456"] {
        assert!(build(number).is_ok(), "{number}");
    }
    for number in [
        "",
        "81200000417",
        "0812-3456-7890",
        "+1 212 555 0100",
        "021123456",
        "+62",
        "+62812345678901234",
        "08１２３４５６７８９",
    ] {
        let error = build(number).unwrap_err();
        assert_eq!(error.field(), "ovo.payer_phone_number");
        assert!(number.len() < 4 || !error.to_string().contains(number));
    }
}

#[test]
fn a_wallet_takes_no_more_than_the_gateway_documents() {
    for (method, largest) in [
        (Method::from(Gopay::default()), 20_000_000),
        (Qris::default().into(), 10_000_000),
        (ShopeePay::new("https://toko.example/").into(), 20_000_000),
        (Dana::new("https://toko.example/").into(), 20_000_000),
        (Ovo::new("081200000417").into(), 99_999_999),
    ] {
        let build = |rupiah| Charge::builder(order(rupiah), method.clone()).build();
        assert!(build(largest).is_ok());
        let error = build(largest + 1).unwrap_err();
        assert_eq!(error.field(), "transaction_details.gross_amount");
        assert!(error.to_string().contains(&largest.to_string()), "{error}");
    }
}

/// "Maximum 180 days, GoPay 7 days, ShopeePay and QRIS via airpay shopee 5 days, DANA 1 day"; not
/// for OVO, which has 65 seconds.
#[test]
fn a_customer_has_no_longer_to_pay_than_the_method_gives() {
    let callback = "https://toko.example/";
    for (method, longest) in [
        (Method::from(Gopay::default()), 7 * DAY),
        (Qris::default().into(), 7 * DAY),
        (Qris::new(Acquirer::AirpayShopee).into(), 5 * DAY),
        (ShopeePay::new(callback).into(), 5 * DAY),
        (Dana::new(callback).into(), DAY),
        (Ovo::new("081200000417").into(), 65),
        (BriEpay.into(), 180 * DAY),
    ] {
        let build = |seconds: u64| {
            let seconds = u32::try_from(seconds).unwrap();
            let expiry = CustomExpiry::new(seconds, ExpiryUnit::Second)?;
            let charge = Charge::builder(order(125_000), method.clone());
            charge.custom_expiry(expiry).build()
        };
        assert!(build(longest).is_ok(), "{method:?}");
        let error = build(longest + 1).unwrap_err();
        assert_eq!(error.field(), "custom_expiry.expiry_duration");
    }
    let expiry = CustomExpiry::new(8, ExpiryUnit::Day).unwrap();
    let charge = Charge::builder(order(125_000), Gopay::default());
    let error = charge.custom_expiry(expiry).build().unwrap_err();
    let told = "custom_expiry.expiry_duration: expected at most 7 days with gopay";
    assert_eq!(error.to_string(), told);
}

/// "Not supported: Permata VA, CIMB Clicks, KlikBCA, Indomaret."
#[test]
fn a_charge_is_repeated_only_where_the_gateway_keeps_its_key() {
    for (method, payment_type, _) in all() {
        let expected = match payment_type {
            "cimb_clicks" | "bca_klikbca" => Replay::Never,
            _ => Replay::Keyed,
        };
        assert_eq!(charge(method).replay(), expected, "{payment_type}");
    }
}

#[test]
fn what_a_method_holds_is_not_printed() {
    let secret = "secret";
    let mut qris = Qris::default();
    qris.extra.insert(secret.to_owned(), json!(secret));
    let printed = format!(
        "{:?} {:?} {:?} {:?} {qris:?}",
        Gopay::linked(secret, secret),
        Ovo::new(secret),
        BcaKlikbca::new(secret, secret),
        ShopeePay::new(secret),
    );
    assert_eq!(
        printed,
        "Gopay(..) Ovo(..) BcaKlikbca(..) ShopeePay(..) Qris(..)"
    );
}

/// The instructions in an answer to a charge with these fields.
fn told(fields: &Value) -> Option<Instructions> {
    let mut answer = json!({"status_code": "201", "order_id": "kebaya-0417",
        "transaction_id": "t-1", "transaction_status": "pending", "gross_amount": "125000.00"});
    let fields = fields.as_object().unwrap().clone();
    answer.as_object_mut().unwrap().extend(fields);
    let reply = GatewayReply::from_own_client(StatusCode::OK, answer.to_string().into_bytes());
    let status = GetStatus::new(OrderId::new("kebaya-0417").unwrap());
    decode(&status, reply).unwrap().instructions()
}

#[test]
fn a_wallets_answer_has_the_code_its_picture_and_the_link() {
    let answer = json!({"payment_type": "gopay", "qr_string": "000201", "actions": [
        {"name": "generate-qr-code", "method": "GET", "url": "https://a/old.png"},
        {"name": "generate-qr-code-v2", "method": "GET", "url": "https://a//new.png"},
        {"name": "deeplink-redirect", "method": "GET", "url": "gojek://gopay/pay?x=1"},
        {"name": "cancel", "method": "POST", "url": "https://a/cancel", "fields": []},
    ]});
    let Some(Instructions::Wallet(wallet)) = told(&answer) else {
        panic!("a wallet")
    };
    assert_eq!(wallet.qr_string.as_deref(), Some("000201"));
    assert_eq!(wallet.qr_image.as_deref(), Some("https://a//new.png"));
    assert_eq!(wallet.deeplink.as_deref(), Some("gojek://gopay/pay?x=1"));
}

#[test]
fn ovo_and_klikbca_are_confirmed_where_the_gateway_has_told_it() {
    for payment_type in ["ovo", "bca_klikbca"] {
        let told = told(&json!({"payment_type": payment_type}));
        assert_eq!(told, Some(Instructions::ConfirmInApp));
    }
}

/// Expiry in seconds (default, longest), refund window in days, partial refund, cancel, expire.
#[test]
fn the_terms_are_those_of_the_gateways_table() {
    let wallet = |longest: u64, refund| (15 * 60, longest * DAY, Some(refund), true, true, true);
    let bank = (2 * 3_600, 180 * DAY, None, false, true, true);
    for (payment_type, expected) in [
        (PaymentType::Gopay, wallet(7, 180)),
        (PaymentType::Qris, wallet(7, 365)),
        (PaymentType::ShopeePay, wallet(5, 365)),
        (PaymentType::Dana, wallet(1, 45)),
        (PaymentType::Ovo, (65, 65, Some(7), false, false, false)),
        (PaymentType::BcaKlikpay, bank),
        (PaymentType::BcaKlikbca, bank),
        (PaymentType::CimbClicks, bank),
        (PaymentType::BriEpay, bank),
        (PaymentType::DanamonOnline, bank),
        (PaymentType::UobEzpay, bank),
    ] {
        let terms = Terms::of(&payment_type);
        let told = (
            terms.default_expiry.as_secs(),
            terms.longest_expiry.as_secs(),
            terms.refund_window.map(|window| window.as_secs() / DAY),
            terms.supports_partial_refund,
            terms.supports_cancel,
            terms.supports_expire,
        );
        assert_eq!(told, expected, "{payment_type}");
        let reserves = payment_type == PaymentType::Gopay;
        assert_eq!(terms.has_authorization, reserves, "{payment_type}");
    }
}
