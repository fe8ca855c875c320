//! Charges by card: the bytes on the wire, the host, and what is refused when made.

use std::time::SystemTime;

use midtrans_protocol::account::Host;
use midtrans_protocol::card::{CardExpiry, CardNumber, CardToken, SecurityCode};
use midtrans_protocol::method::{
    CallbackType, CardBank, CreditCard, DynamicDescriptor, FullPan, GooglePayToken, PaymentType,
    Terms,
};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::transaction::{Cancel, Capture, Refund};
use midtrans_protocol::{
    Charge, Environment, GetStatus, InvalidInput, Merchant, OrderId, RequestOptions, Rupiah,
    ServerKey, TransactionDetails, encode,
};
use serde_json::{Value, json};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(
            "../fixtures/card--charge-request--",
            $name,
            ".json"
        ))
    };
}

const TOKEN: &str = "40000000-0417-00000000-0000-4000-8000-000000000417";
const SAVED: &str = "40000000abcdefghijklmnopqrst0417";
const NUMBER: &str = "4000 0000 0000 0416";

fn order(rupiah: u64) -> TransactionDetails {
    let id = OrderId::new("kebaya-0417").expect("a valid order id");
    TransactionDetails::new(id, Rupiah::new(rupiah)).expect("a price")
}

fn token() -> CardToken {
    CardToken::new(TOKEN).expect("a token")
}

fn card() -> CreditCard {
    CreditCard::token(token())
}

fn full_pan() -> FullPan {
    let number = CardNumber::new(NUMBER).expect("a right check digit");
    let expiry = CardExpiry::new("12", "2030").expect("a month");
    FullPan::new(number, expiry).with_code(SecurityCode::new("417").expect("three digits"))
}

fn charge(card: CreditCard) -> Charge {
    Charge::builder(order(125_000), card)
        .build()
        .expect("a charge that can be sent")
}

fn refused(card: CreditCard) -> InvalidInput {
    Charge::builder(order(125_000), card)
        .build()
        .expect_err("a charge that cannot be sent")
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

#[test]
fn each_kind_of_card_charge_is_sent_as_the_gateway_documents_it() {
    let descriptor = DynamicDescriptor {
        merchant_name: Some("Toko Batik".to_owned()),
        city_name: Some("Bandung".to_owned()),
        country_code: Some("ID".to_owned()),
    };
    let mut with_number = CreditCard::full_pan(full_pan());
    with_number.dynamic_descriptor = Some(descriptor);
    let saved = CardToken::new(SAVED).expect("a token");
    for (card, documented) in [
        (card().authenticated(CallbackType::JsEvent), fixture!("3ds")),
        (
            card()
                .installment(CardBank::Bni, 3)
                .authenticated(CallbackType::JsEvent),
            fixture!("installment"),
        ),
        (
            card().offline_installment(["40000000", "4111", "5"], 12),
            fixture!("offline-installment"),
        ),
        (
            CreditCard::saved(saved).merchant_initiated(),
            fixture!("merchant-initiated"),
        ),
        (
            card()
                .saving_the_card()
                .authenticated(CallbackType::JsEvent),
            fixture!("one-click-first"),
        ),
        (
            card().redeeming(CardBank::Bni, Rupiah::new(40_000)),
            fixture!("points"),
        ),
        (
            card().authorize_only().authenticated(CallbackType::JsEvent),
            fixture!("pre-authorize"),
        ),
        (with_number, fixture!("full-pan")),
    ] {
        let mut documented = json(documented.as_bytes());
        // Two samples leave out the callback, which has a default.
        if documented["credit_card"]["authentication"] == true {
            documented["credit_card"]["callback_type"] = json!("js_event");
        }
        let sent = json(&charge(card).to_json());
        assert_eq!(sent["payment_type"], "credit_card");
        assert_eq!(sent["credit_card"], documented["credit_card"]);
        assert_eq!(
            sent["transaction_details"],
            documented["transaction_details"]
        );
    }
}

#[test]
fn a_card_charge_has_these_bytes() {
    let bytes = |card| String::from_utf8(charge(card).to_json()).expect("UTF-8");
    let start = r#"{"payment_type":"credit_card","transaction_details":{"order_id":"kebaya-0417","gross_amount":125000},"credit_card":"#;
    assert_eq!(
        bytes(
            card()
                .authenticated(CallbackType::Form)
                .only_cards_of(["bni", "41111111"])
        ),
        format!(
            r#"{start}{{"token_id":"{TOKEN}","authentication":true,"callback_type":"form","bins":["bni","41111111"]}}}}"#
        )
    );
    assert_eq!(
        bytes(CreditCard::full_pan(full_pan())),
        format!(
            r#"{start}{{"card":{{"number":"4000000000000416","expiry_month":"12","expiry_year":"2030","cvv":"417"}}}}}}"#
        )
    );
    let google = GooglePayToken::new(json!({"signature": "s", "protocolVersion": "ECv2"}));
    assert_eq!(
        bytes(CreditCard::google_pay(google.expect("an object"))),
        format!(r#"{start}{{"google_pay_token":{{"protocolVersion":"ECv2","signature":"s"}}}}}}"#)
    );
}

#[test]
fn a_full_number_and_google_pay_go_to_a_host_of_their_own_and_tokens_never_do() {
    let host = |card| {
        let request = charge(card).request(&Environment::Production);
        request.uri().to_string()
    };
    let pan = "https://panapi.midtrans.com/v2/charge";
    let api = "https://api.midtrans.com/v2/charge";
    let google = GooglePayToken::new("a-text").expect("a text");
    assert_eq!(host(CreditCard::full_pan(full_pan())), pan);
    assert_eq!(host(CreditCard::google_pay(google)), pan);
    assert_eq!(host(card()), api);
    assert_eq!(host(CreditCard::saved(token())), api);
    assert_eq!(
        Environment::Sandbox.base(Host::PanApi),
        "https://panapi.sandbox.midtrans.com"
    );
}

#[test]
fn what_comes_after_a_full_number_charge_goes_to_the_ordinary_host() {
    let id = || midtrans_protocol::ids::PaymentId::received("kebaya-0417").expect("an id");
    let host = |operation: &dyn Fn(&Environment) -> http::Request<Vec<u8>>| {
        let request = operation(&Environment::Production);
        request.uri().host().map(str::to_owned)
    };
    let refund_key = midtrans_protocol::ids::RefundKey::new("r1").expect("a key");
    let refund = Refund::full(id(), refund_key);
    for found in [
        host(&|environment| GetStatus::new(id()).request(environment)),
        host(&|environment| Cancel::new(id()).request(environment)),
        host(&|environment| Capture::full(id()).request(environment)),
        host(&|environment| refund.request(environment)),
    ] {
        assert_eq!(found.as_deref(), Some("api.midtrans.com"));
    }
}

#[test]
fn a_card_charge_is_repeated_only_with_its_key() {
    assert_eq!(charge(card()).replay(), Replay::Keyed);
    let key = ServerKey::new("SB-Mid-server-abc123cde456").expect("a key");
    let merchant = Merchant::new(Environment::Sandbox, key).expect("a sandbox key");
    let now = SystemTime::UNIX_EPOCH;
    let request = encode(&charge(card()), &merchant, &RequestOptions::default(), now);
    assert!(!request.headers().contains_key("idempotency-key"));
}

#[test]
fn a_card_takes_10_000_to_999_999_999_rupiah() {
    for (rupiah, fits) in [
        (9_999, false),
        (10_000, true),
        (999_999_999, true),
        (1_000_000_000, false),
    ] {
        let charge = Charge::builder(order(rupiah), card()).build();
        assert_eq!(charge.is_ok(), fits, "{rupiah}");
        if let Err(error) = charge {
            assert_eq!(error.field(), "transaction_details.gross_amount");
        }
    }
}

#[test]
fn the_terms_of_cards_are_those_of_the_gateways_table() {
    let terms = Terms::of(&PaymentType::CreditCard);
    assert_eq!(terms.default_expiry.as_secs(), 600);
    assert_eq!(
        terms.refund_window.map(|window| window.as_secs()),
        Some(180 * 86_400)
    );
    assert!(terms.supports_partial_refund && terms.supports_direct_refund);
    assert!(terms.supports_cancel && terms.supports_expire);
    assert!(terms.has_authorization, "a signed 200 may be a reservation");
    assert!(!terms.may_be_reversed);
}

#[test]
fn exactly_one_of_token_number_and_google_pay_says_which_card_it_is() {
    let mut two = card();
    two.card = Some(full_pan());
    for card in [CreditCard::default(), two] {
        assert_eq!(refused(card).field(), "credit_card.token_id");
    }
}

#[test]
fn every_wrong_field_of_a_card_charge_is_named_and_its_value_not_shown() {
    let base = json!({
        "payment_type": "credit_card",
        "transaction_details": {"order_id": "kebaya-0417", "gross_amount": 125_000},
        "credit_card": {"token_id": TOKEN},
    });
    let pan = json!({"number": "4000000000000416", "expiry_month": "12", "expiry_year": "2030"});
    for (pointer, value, field) in [
        ("/token_id", json!("   "), "token_id"),
        ("/token_id", json!(417_417), "token_id"),
        ("/token_id", json!("tok\nen-417417"), "token_id"),
        ("/authentication", json!("417417"), "authentication"),
        ("/callback_type", json!("form417417"), "callback_type"),
        ("/bank", json!("bank417417"), "bank"),
        ("/installment_term", json!(0), "installment_term"),
        ("/installment_term", json!("417417"), "installment_term"),
        ("/bins", json!(["40000000", "4174174174"]), "bins[1]"),
        ("/bins", json!(["jago417417"]), "bins[0]"),
        ("/bins", json!([""]), "bins[0]"),
        ("/type", json!("417417"), "type"),
        ("/save_token_id", json!("417417"), "save_token_id"),
        (
            "/point_redeem_amount",
            json!(417_417),
            "point_redeem_amount",
        ),
        ("/point_redeem_amount", json!(-2), "point_redeem_amount"),
        ("/initiated_by", json!("417417"), "initiated_by"),
        ("/google_pay_token", json!(417_417), "google_pay_token"),
        ("/google_pay_token", json!(""), "google_pay_token"),
        (
            "/dynamic_descriptor",
            json!({"merchant_name": "417417 417417 417417 417417"}),
            "dynamic_descriptor.merchant_name",
        ),
        (
            "/dynamic_descriptor",
            json!({"city_name": "417417 417417 4"}),
            "dynamic_descriptor.city_name",
        ),
        (
            "/dynamic_descriptor",
            json!({"country_code": "417417"}),
            "dynamic_descriptor.country_code",
        ),
        ("/card/number", json!("4000000000417417"), "card.number"),
        ("/card/number", json!("417417"), "card.number"),
        ("/card/expiry_month", json!("13"), "card.expiry_month"),
        ("/card/expiry_month", json!(0), "card.expiry_month"),
        ("/card/expiry_year", json!("417417"), "card.expiry_year"),
        ("/card/expiry_year", json!(30), "card.expiry_year"),
        ("/card/cvv", json!("41"), "card.cvv"),
        ("/card/cvv", json!("417417"), "card.cvv"),
        ("/card/owner", json!("417417"), "card.owner"),
    ] {
        let mut sample = base.clone();
        if pointer.starts_with("/card/") {
            sample["credit_card"] = json!({ "card": pan });
        }
        let (parent, name) = pointer.rsplit_once('/').expect("a path");
        let parent = format!("/credit_card{parent}");
        sample.pointer_mut(&parent).expect("an object")[name] = value;
        let error = Charge::from_json(&sample.to_string()).expect_err(field);
        assert_eq!(error.field(), format!("credit_card.{field}"), "{error}");
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains("417417"), "{shown}");
        }
    }
}

#[test]
fn a_card_charge_is_read_in_every_documented_spelling_and_sent_in_the_strictest() {
    // One table says "integer" for the card's numbers, and prints `authentication` as a text.
    let loose = r#"{"payment_type":"credit_card","transaction_details":{"order_id":"kebaya-0417","gross_amount":125000},
        "credit_card":{"card":{"number":4000000000000416,"expiry_month":3,"expiry_year":2030,"cvv":417},
        "authentication":"true","bank":null}}"#;
    let charge = Charge::from_json(loose).expect("a documented spelling");
    assert_eq!(
        json(&charge.to_json())["credit_card"],
        json!({
            "card": {"number": "4000000000000416", "expiry_month": "03", "expiry_year": "2030", "cvv": "417"},
            "authentication": true,
        })
    );
    let again = Charge::from_json(&String::from_utf8(charge.to_json()).expect("UTF-8"));
    assert_eq!(again.expect("what is sent can be read"), charge);
    assert_eq!(
        charge.request(&Environment::Sandbox).uri().host(),
        Some("panapi.sandbox.midtrans.com"),
        "also for a charge that was read"
    );
}

#[test]
fn cards_with_another_number_or_code_are_not_equal() {
    let number = |text| CardNumber::new(text).expect("a right check digit");
    let expiry = CardExpiry::new("12", "2030").expect("a month");
    let code = |text| SecurityCode::new(text).expect("three digits");
    let card = FullPan::new(number(NUMBER), expiry);
    assert_eq!(card, FullPan::new(number("4000-0000-0000-0416"), expiry));
    assert_ne!(card, FullPan::new(number("4811111111111114"), expiry));
    assert_ne!(card, card.clone().with_code(code("417")));
    assert_ne!(
        card.clone().with_code(code("417")),
        card.with_code(code("418"))
    );
}

#[test]
fn all_points_of_mandiri_and_a_part_worth_all_of_the_price_may_be_redeemed() {
    for (points, fits) in [(-1, true), (125_000, true), (125_001, false)] {
        let mut card = card();
        card.point_redeem_amount = Some(points);
        let charge = Charge::builder(order(125_000), card).build();
        assert_eq!(charge.is_ok(), fits, "{points}");
    }
    let too_much = card().redeeming(CardBank::Bni, Rupiah::new(u64::MAX));
    assert_eq!(refused(too_much).field(), "credit_card.point_redeem_amount");
}
