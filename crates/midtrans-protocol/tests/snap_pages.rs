//! Pages of Snap: what is sent, what is refused when made, what comes back.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::received;
use http::Method;
use midtrans_protocol::charge::{Address, ExpiryUnit};
use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::operation::Operation;
use midtrans_protocol::pay_account::AccountStatus;
use midtrans_protocol::refusal::ApiError;
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::snap::{
    Brand, Callbacks, CancelTransaction, CardOptions, Checkout, CreateTransaction, CstoreTexts,
    EnabledPayment, Expiry, GetPreferences, GetUserGopay, GopayOptions, PaymentChannel,
    Preferences, Recurring, Refusal, Token, UnlinkUserGopay, UpdatePreferences, VaOptions,
};
use midtrans_protocol::subscription::IntervalUnit;
use midtrans_protocol::{
    Charge, CustomerDetails, Environment, ItemDetails, OrderId, Rupiah, TransactionDetails, decode,
};
use serde_json::{Map, Value, json};

const MADE: &str = r#"{"token":"0c4f0417-99eb-4dd1-b9bb-eefe813746e9",
    "redirect_url":"https://app.sandbox.midtrans.com/snap/v3/redirection/0c4f0417-99eb-4dd1-b9bb-eefe813746e9"}"#;

fn checkout() -> Checkout {
    let order = TransactionDetails::new(
        OrderId::new("batik-0417").expect("a valid value"),
        Rupiah::new(125_000),
    );
    Checkout::new(order.expect("a valid value"))
}

fn full() -> Checkout {
    let mut page = checkout();
    page.item_details = vec![ItemDetails::new(
        "B-1",
        "Kemeja batik",
        Rupiah::new(125_000),
        1,
    )];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789")
        .with_shipping_address(Address::new("Jl. Melati 7", "Bandung", "40115"));
    page.customer_details = Some(customer);
    page.enabled_payments = vec![
        EnabledPayment::Akulaku,
        EnabledPayment::BcaVa,
        "moon_pay".into(),
    ];
    page.credit_card = Some(CardOptions::secure());
    page.virtual_accounts.bca_va = Some(VaOptions::numbered("812345"));
    let mut gopay = GopayOptions::default();
    gopay.enable_callback = Some(true);
    page.gopay = Some(gopay);
    page.callbacks = Some(Callbacks::finish("https://toko.example/selesai"));
    let start = "2026-02-03 08:00:00".parse().expect("a valid value");
    let expiry = Expiry::new(2, ExpiryUnit::Hour).expect("a valid value");
    page.expiry = Some(expiry.starting(start));
    page.page_expiry = Some(Expiry::new(30, ExpiryUnit::Minute).expect("a valid value"));
    page.recurring = Some(Recurring::new(start, IntervalUnit::Month));
    page.user_id = Some("siti-417".to_owned());
    page.custom_field1 = Some("rak 7".to_owned());
    page
}

#[test]
fn a_page_is_sent_to_snaps_own_host_with_every_object() {
    let create = CreateTransaction::new(full()).unwrap();
    let request = create.request(&Environment::Production);
    assert_eq!(request.method(), Method::POST);
    assert_eq!(
        request.uri(),
        "https://app.midtrans.com/snap/v1/transactions"
    );
    let golden = r#"{"transaction_details":{"order_id":"batik-0417","gross_amount":125000},"item_details":[{"id":"B-1","price":125000,"quantity":1,"name":"Kemeja batik"}],"customer_details":{"first_name":"Siti","last_name":"Rahma","email":"siti@example.com","phone":"08123456789","shipping_address":{"address":"Jl. Melati 7","city":"Bandung","postal_code":"40115","country_code":"IDN"}},"enabled_payments":["akulaku","bca_va","moon_pay"],"credit_card":{"secure":true},"bca_va":{"va_number":"812345"},"gopay":{"enable_callback":true},"callbacks":{"finish":"https://toko.example/selesai"},"expiry":{"start_time":"2026-02-03 08:00:00 +0700","unit":"hour","duration":2},"page_expiry":{"unit":"minute","duration":30},"recurring":{"required":true,"start_time":"2026-02-03 08:00:00 +0700","interval_unit":"month"},"user_id":"siti-417","custom_field1":"rak 7"}"#;
    assert_eq!(String::from_utf8_lossy(request.body()), golden);
    assert_eq!(create.target(), Some("batik-0417"));
    assert_eq!(CreateTransaction::from_json(golden).unwrap(), create);
    let shown = format!("{create:?}");
    assert!(
        !shown.contains("siti") && !shown.contains("Melati"),
        "{shown}"
    );
}

#[test]
fn the_smallest_page_is_an_order() {
    let create = CreateTransaction::new(checkout()).unwrap();
    let golden = r#"{"transaction_details":{"order_id":"batik-0417","gross_amount":125000}}"#;
    assert_eq!(String::from_utf8_lossy(&create.to_json()), golden);
}

type Change = fn(&mut Checkout);

#[test]
fn what_the_gateway_would_refuse_is_refused_when_made_and_names_the_field() {
    let cases: [(&str, Change); 14] = [
        ("item_details", |page| page.item_details[0].price = 1),
        ("callbacks.finish", |page| {
            page.callbacks = Some(Callbacks::finish(format!("https://{}", "x".repeat(250))));
        }),
        ("callbacks.finish", |page| {
            page.callbacks = Some(Callbacks::finish(" "))
        }),
        ("custom_field1", |page| {
            page.custom_field1 = Some("x".repeat(256))
        }),
        ("user_id", |page| page.user_id = Some("x".repeat(256))),
        ("bca_va.va_number", |page| {
            page.virtual_accounts.bca_va = Some(VaOptions::numbered("12345"));
        }),
        ("permata_va.va_number", |page| {
            page.virtual_accounts.permata_va = Some(VaOptions::numbered("123456789"));
        }),
        ("bni_va.recipient_name", |page| {
            let mut account = VaOptions::default();
            account.recipient_name = Some("Siti".to_owned());
            page.virtual_accounts.bni_va = Some(account);
        }),
        ("user_id", |page| {
            let mut gopay = GopayOptions::default();
            gopay.tokenization = Some(true);
            (page.gopay, page.user_id) = (Some(gopay), None);
        }),
        ("gopay.phone_number", |page| {
            let mut gopay = GopayOptions::default();
            gopay.phone_number = Some("+62812".to_owned());
            page.gopay = Some(gopay);
        }),
        ("cstore.alfamart_free_text_1", |page| {
            let mut texts = CstoreTexts::default();
            texts.alfamart_free_text_1 = Some("x".repeat(41));
            page.cstore = Some(texts);
        }),
        ("credit_card.whitelist_bins[0]", |page| {
            let mut card = CardOptions::secure();
            card.whitelist_bins = vec!["481111111".to_owned()];
            page.credit_card = Some(card);
        }),
        ("enabled_payments[0]", |page| {
            page.enabled_payments = vec!["BCA VA".into()]
        }),
        ("expiry", |page| {
            page.extra = Map::from_iter([("expiry".to_owned(), Value::from(1))]);
        }),
    ];
    for (field, change) in cases {
        let mut page = full();
        change(&mut page);
        let error = CreateTransaction::new(page).unwrap_err();
        assert_eq!(error.field(), field, "{error}");
        assert!(!error.to_string().contains("Siti"), "{error}");
    }
}

#[test]
fn an_expiry_below_twenty_seconds_is_refused_and_so_are_seconds() {
    for (duration, unit, field) in [
        (0, ExpiryUnit::Minute, "expiry.duration"),
        (19, ExpiryUnit::Second, "expiry.duration"),
        (20, ExpiryUnit::Second, "expiry.unit"),
    ] {
        assert_eq!(Expiry::new(duration, unit).unwrap_err().field(), field);
    }
    assert!(Expiry::new(1, ExpiryUnit::Minute).is_ok());
    assert!(
        Expiry::new(30, ExpiryUnit::Day).is_ok(),
        "the number outlives the page"
    );
}

#[test]
fn an_unknown_payment_passes() {
    let mut page = checkout();
    page.enabled_payments = vec!["teleport_va".into()];
    let create = CreateTransaction::new(page).unwrap();
    assert!(String::from_utf8_lossy(&create.to_json()).contains(r#"["teleport_va"]"#));
}

#[test]
fn an_order_id_with_space_and_colon_is_for_snap_alone_and_may_be_sent_again() {
    let id = OrderId::on_snap("toko 12:30").unwrap();
    assert!(TransactionDetails::new(id.clone(), Rupiah::new(5_000)).is_err());
    let order = TransactionDetails::on_snap(id, Rupiah::new(5_000)).unwrap();
    let charge = Charge::builder(order.clone(), midtrans_protocol::method::Akulaku).minimal();
    assert_eq!(
        charge.build().unwrap_err().field(),
        "transaction_details.order_id"
    );
    let first = CreateTransaction::new(Checkout::new(order.clone())).unwrap();
    let again = CreateTransaction::new(Checkout::new(order)).unwrap();
    let environment = Environment::Sandbox;
    let requests = [first.request(&environment), again.request(&environment)];
    assert_eq!(requests[0].body(), requests[1].body());
    for slash in ["a/b", "a#b"] {
        assert!(OrderId::on_snap(slash).is_err());
    }
}

#[test]
fn json_that_is_wrong_names_the_field_and_never_its_value() {
    for (field, json) in [
        ("transaction_details", "{}".to_owned()),
        (
            "transaction_details.gross_amount",
            r#"{"transaction_details":{"order_id":"a","gross_amount":"5000"}}"#.to_owned(),
        ),
        (
            "transaction_details.gross_amount",
            r#"{"transaction_details":{"order_id":"a","gross_amount":0}}"#.to_owned(),
        ),
        (
            "transaction_details.order_id",
            r#"{"transaction_details":{"order_id":"rahasia/1","gross_amount":1}}"#.to_owned(),
        ),
        (
            "expiry.unit",
            of(r#""expiry":{"unit":"rahasia","duration":1}"#),
        ),
        ("expiry.duration", of(r#""expiry":{"unit":"minutes"}"#)),
        (
            "expiry.start_time",
            of(r#""expiry":{"unit":"day","duration":1,"start_time":"rahasia"}"#),
        ),
        (
            "page_expiry.duration",
            of(r#""page_expiry":{"unit":"day","duration":0}"#),
        ),
        (
            "customer_details.email",
            of(r#""customer_details":{"email":["rahasia"]}"#),
        ),
        ("enabled_payments", of(r#""enabled_payments":"rahasia""#)),
        (
            "credit_card.secure",
            of(r#""credit_card":{"secure":"rahasia"}"#),
        ),
        (
            "gopay.tokenization",
            of(r#""gopay":{"tokenization":"rahasia"}"#),
        ),
        (
            "recurring.start_time",
            of(r#""recurring":{"required":true,"start_time":"rahasia"}"#),
        ),
        ("checkout", "rahasia".to_owned()),
    ] {
        let error = CreateTransaction::from_json(&json).unwrap_err();
        assert_eq!(error.field(), field, "{json}");
        assert!(!error.to_string().contains("rahasia"), "{error}");
    }
    let lenient = of(
        r#""credit_card":{"secure":"true","bank":null},"expiry":{"unit":"minutes","duration":180}"#,
    );
    let sent = CreateTransaction::from_json(&lenient).unwrap().to_json();
    let sent: Value = serde_json::from_slice(&sent).unwrap();
    assert_eq!(
        sent["credit_card"],
        json!({"secure": true}),
        "the strict form is sent"
    );
    assert_eq!(sent["expiry"], json!({"unit": "minute", "duration": 180}));
}

fn of(fields: &str) -> String {
    format!(r#"{{"transaction_details":{{"order_id":"a","gross_amount":1}},{fields}}}"#)
}

#[test]
fn the_page_that_was_made_is_a_redirect_like_any_other_on_snaps_own_host() {
    let create = CreateTransaction::new(checkout()).unwrap();
    let session = decode(&create, received(201, MADE)).unwrap();
    let page = session.redirect(&Environment::Sandbox).unwrap();
    assert_eq!(page.as_str(), session.redirect_url());
    assert_eq!(page.host(), "app.sandbox.midtrans.com");
    assert!(matches!(session.instructions(), Instructions::Redirect(_)));
    assert!(session.redirect(&Environment::Production).is_none());
    for evil in [
        "evil.example",
        "app.sandbox.midtrans.com.evil.example",
        "api.sandbox.midtrans.com",
    ] {
        let body = MADE.replace("app.sandbox.midtrans.com", evil);
        let session = decode(&create, received(201, body)).unwrap();
        assert!(session.redirect(&Environment::Sandbox).is_none(), "{evil}");
    }
    let simulator = Environment::custom("http://127.0.0.1:8180").unwrap();
    let body = MADE.replace("https://app.sandbox.midtrans.com", "http://127.0.0.1:8180");
    let session = decode(&create, received(201, body)).unwrap();
    assert!(session.redirect(&simulator).is_some());
    let shown = format!("{session:?} {:?}", session.token());
    assert_eq!(shown, "Session(..) Token(..)");
}

#[test]
fn an_answer_without_token_or_address_is_unreadable() {
    let create = CreateTransaction::new(checkout()).unwrap();
    for body in [
        "{}",
        "",
        "[]",
        r#"{"token":"t"}"#,
        r#"{"token":"a b","redirect_url":"https://x"}"#,
    ] {
        let error = decode(&create, received(201, body)).unwrap_err();
        assert!(matches!(error, ReplyError::Decode(_)), "{body}");
    }
}

fn refused<O: Operation>(operation: &O, http: u16, body: &str) -> ApiError
where
    O::Reply: std::fmt::Debug,
{
    match decode(operation, received(http, body)).expect_err("it is refused") {
        ReplyError::Api(error) => *error,
        ReplyError::Decode(error) => unreachable!("{error}"),
    }
}

#[test]
fn a_refusal_of_snap_is_typed_by_its_sentences() {
    let create = CreateTransaction::new(checkout()).unwrap();
    let cancel = CancelTransaction::new(Token::new("t-417").unwrap());
    let of = |sentence: &str| json!({ "error_messages": [sentence] }).to_string();
    let paid =
        "transaction_details.order_id has been paid and utilized, please use another order ID";
    for (http, sentence, reason) in [
        (400, paid, Some(Refusal::OrderPaid)),
        (
            400,
            "transaction_details.order_id has already been taken",
            Some(Refusal::OrderPaid),
        ),
        (400, "transaction_details.gross_amount is required", None),
        (
            401,
            "Access denied due to unauthorized transaction",
            Some(Refusal::Unauthorized),
        ),
        (500, "Sorry, we encountered internal server error.", None),
    ] {
        let error = refused(&create, http, &of(sentence));
        assert_eq!(Refusal::of(&error), reason, "{sentence}");
        assert_eq!((error.code(), error.message()), (http, sentence));
        assert_eq!(error.outcome_unknown(), http == 500);
        assert!(!error.is_not_found());
    }
    for (sentence, reason) in [
        ("token already canceled", Refusal::AlreadyCanceled),
        ("Transaction is on progress", Refusal::InProgress),
        ("token not found", Refusal::UnknownToken),
    ] {
        let error = refused(&cancel, 400, &of(sentence));
        assert_eq!(Refusal::of(&error), Some(reason));
    }
}

#[test]
fn a_page_is_cancelled_by_its_token_which_stays_out_of_logs() {
    let cancel = CancelTransaction::new(Token::new("0c4f0417-99eb").unwrap());
    let request = cancel.request(&Environment::Sandbox);
    let path = "https://app.sandbox.midtrans.com/snap/v1/transactions/0c4f0417-99eb/cancel";
    assert_eq!(
        (request.method(), request.uri().to_string().as_str()),
        (&Method::POST, path)
    );
    assert_eq!(cancel.target(), None);
    assert!(!format!("{cancel:?}").contains("0417"));
    let body = r#"{"canceled_at":"2026-02-03T01:09:39.776Z"}"#;
    let canceled = decode(&cancel, received(200, body)).unwrap();
    assert_eq!(
        canceled.canceled_at().unwrap().to_string(),
        "2026-02-03 08:09:39"
    );
    for token in ["", "a/b", "a b", "..", &"x".repeat(256)] {
        assert_eq!(Token::new(token).unwrap_err().field(), "token");
    }
}

#[test]
fn preferences_are_read_and_only_what_is_set_is_changed() {
    let get = GetPreferences::new();
    let request = get.request(&Environment::Sandbox);
    assert_eq!(request.uri().path(), "/snap/v3/merchant-preferences");
    let body = r#"{"merchant_id":"M0417","display_name":"Toko","other_va_processor":"bri_va","allow_retry":true,
        "brand":{"input_border_radius":"8","hide_header":"false"},"payment_channels":[{"name":"akulaku","enabled":false}]}"#;
    let read = decode(&get, received(200, body)).unwrap();
    assert_eq!(read.other_va_processor, Some(EnabledPayment::BriVa));
    let brand = read.brand.unwrap();
    assert_eq!(
        (brand.input_border_radius, brand.hide_header),
        (Some(8), Some(false))
    );

    let mut change = Preferences::default();
    change.payment_channels = vec![PaymentChannel::new(EnabledPayment::Kredivo, true)];
    let update = UpdatePreferences::new(change).unwrap();
    let request = update.request(&Environment::Sandbox);
    assert_eq!(request.method(), Method::PATCH);
    let golden = r#"{"payment_channels":[{"name":"kredivo","enabled":true}]}"#;
    assert_eq!(String::from_utf8_lossy(request.body()), golden);

    let mut round = Preferences::default();
    let mut brand = Brand::default();
    brand.button_border_radius = Some(11);
    round.brand = Some(brand);
    let error = UpdatePreferences::new(round).unwrap_err();
    assert_eq!(error.field(), "brand.button_border_radius");
    assert!(UpdatePreferences::new(Preferences::default()).is_err());
}

#[test]
fn the_account_that_a_customer_linked_on_a_page_is_read_and_unlinked() {
    let get = GetUserGopay::of("siti 417").unwrap();
    let request = get.request(&Environment::Sandbox);
    assert_eq!(request.uri().path(), "/snap/v3/users/siti%20417/gopay");
    let body = r#"{"user_id":"siti 417","account_status":"ENABLED","balance":"8000.00",
        "phone_number":"8123456789","account_id":"a-417"}"#;
    let account = decode(&get, received(200, body)).unwrap();
    assert_eq!(account.account_status(), Some(AccountStatus::Enabled));
    assert_eq!(
        account.balance().unwrap().rupiah(),
        Some(Rupiah::new(8_000))
    );
    let other = GetUserGopay::of("budi").unwrap();
    assert!(
        matches!(decode(&other, received(200, body)), Err(ReplyError::Decode(error)) if error.is_mismatch())
    );
    let missing = r#"{"error_messages":["account not found"],"locale":"en"}"#;
    let error = refused(&get, 404, missing);
    assert_eq!(Refusal::of(&error), Some(Refusal::UnknownAccount));
    let unlink = UnlinkUserGopay::of("siti 417").unwrap();
    assert_eq!(
        unlink.request(&Environment::Sandbox).method(),
        Method::DELETE
    );
    assert!(decode(&unlink, received(200, "")).is_ok());
    assert!(GetUserGopay::of("..").is_err());
    let shown = format!("{get:?} {account:?} {unlink:?}");
    assert!(
        !shown.contains("siti") && !shown.contains("8123"),
        "{shown}"
    );
}
