//! No `Debug`, no `Display` and no error shows a card number, a security code or a token.

#[path = "support/bodies.rs"]
mod bodies;

use std::error::Error;
use std::fmt::Debug;
use std::time::SystemTime;

use bodies::{answered, notified, received, settlement, with};
use midtrans_protocol::account::{ClientAccount, ClientKey};
use midtrans_protocol::card::{
    Bin, CardExpiry, CardNumber, CardToken, PointInquiry, Register, SecurityCode, Token,
};
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::method::{
    CallbackType, CardBank, CreditCard, DynamicDescriptor, FullPan, GooglePayToken, Method,
};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::transaction::Capture;
use midtrans_protocol::webhook::landing::Landing;
use midtrans_protocol::{
    Charge, Environment, OrderId, RequestOptions, Rupiah, TransactionDetails, decode, encode,
};
use serde_json::{Value, json};

const NUMBER: &str = "5211111111111117";
const CODE: &str = "9173";
const TOKEN: &str = "PLANTED-TOKEN-417";
/// Parts of all that is planted: the whole values, their ends, and the expiry.
const PLANTED: [&str; 6] = [NUMBER, "52111111", CODE, "PLANTED", "2041", "11111117"];

#[track_caller]
fn assert_clean(text: &str) {
    for planted in PLANTED {
        assert!(!text.contains(planted), "{planted} is shown in: {text}");
    }
    assert!(text.len() < 1_000, "too much for a log line");
}

#[track_caller]
fn assert_hidden(shown: &impl Debug) {
    assert_clean(&format!("{shown:?}"));
    assert_clean(&format!("{shown:#?}"));
}

#[track_caller]
fn assert_error_hidden(error: &(dyn Error + 'static)) {
    let mut next = Some(error);
    while let Some(error) = next {
        assert_clean(&format!("{error} {error:?}"));
        next = error.source();
    }
}

fn number() -> CardNumber {
    CardNumber::new("5211 1111 1111 1117").expect("a right check digit")
}

fn expiry() -> CardExpiry {
    CardExpiry::new("12", "2041").expect("a month")
}

fn code() -> SecurityCode {
    SecurityCode::new(CODE).expect("four digits")
}

fn token() -> CardToken {
    CardToken::new(TOKEN).expect("a token")
}

fn full_pan() -> FullPan {
    FullPan::new(number(), expiry()).with_code(code())
}

fn google_pay() -> GooglePayToken {
    GooglePayToken::new(json!({"signedMessage": TOKEN})).expect("an object")
}

fn order() -> TransactionDetails {
    let id = OrderId::new("kebaya-0417").expect("a valid order id");
    TransactionDetails::new(id, Rupiah::new(125_000)).expect("a price")
}

/// A charge by each way to name a card.
fn cards() -> [CreditCard; 3] {
    let mut described = CreditCard::full_pan(full_pan());
    let descriptor = DynamicDescriptor {
        merchant_name: Some("PLANTED".to_owned()),
        ..DynamicDescriptor::default()
    };
    described.dynamic_descriptor = Some(descriptor);
    let with_token = CreditCard::token(token())
        .authenticated(CallbackType::Form)
        .only_cards_of(["52111111"])
        .installment(CardBank::Bni, 3);
    [described, with_token, CreditCard::google_pay(google_pay())]
}

#[test]
fn no_part_of_a_card_prints_itself() {
    assert_hidden(&number());
    assert_hidden(&expiry());
    assert_hidden(&code());
    assert_hidden(&token());
    assert_hidden(&full_pan());
    assert_hidden(&google_pay());
    assert_hidden(&Some(vec![(number(), code())]));
}

#[test]
fn no_charge_by_card_prints_its_card() {
    for card in cards() {
        assert_hidden(&card);
        assert_hidden(&card.dynamic_descriptor);
        assert_hidden(&Method::from(card.clone()));
        let making = Charge::builder(order(), card);
        assert_hidden(&making);
        let charge = making.build().expect("a charge");
        assert_hidden(&charge);
        let sent = String::from_utf8(charge.to_json()).expect("UTF-8");
        assert!(
            PLANTED.iter().any(|planted| sent.contains(planted)),
            "the wire has it, the log has not"
        );
    }
}

#[test]
fn no_request_of_a_charge_prints_its_card_beside_the_body() {
    for card in cards() {
        let charge = Charge::builder(order(), card).build().expect("a charge");
        let (parts, _) = charge.request(&Environment::Sandbox).into_parts();
        assert_hidden(&parts);
        assert_clean(charge.target().unwrap_or_default());
    }
}

#[test]
fn no_operation_on_a_card_prints_it_or_names_it_as_its_target() {
    let saved = Token::of_saved(token(), code());
    let made = Token::of_card(number(), expiry(), code());
    let register = Register::new(number(), expiry());
    let points = PointInquiry::new(token());
    let targets = [
        made.target(),
        saved.target(),
        register.target(),
        points.target(),
    ];
    assert_eq!(targets, [None; 4]);
    assert_hidden(&made);
    assert_hidden(&saved);
    assert_hidden(&register);
    assert_hidden(&points);
}

#[test]
fn the_client_key_is_in_the_query_and_in_no_debug_output() {
    let key = ClientKey::new("SB-Mid-client-PLANTED").expect("a client key");
    let account = ClientAccount::new(Environment::Sandbox, key).expect("a sandbox key");
    assert_hidden(&account);
    let register = Register::new(number(), expiry());
    let options = RequestOptions::default();
    let request = encode(&register, &account, &options, SystemTime::UNIX_EPOCH);
    let query = request.uri().query().unwrap_or_default();
    assert!(query.ends_with("client_key=SB-Mid-client-PLANTED"));
    assert!(request.headers().get("authorization").is_none());
}

#[test]
fn no_reply_prints_a_token() {
    let body = json!({
        "status_code": "200", "token_id": TOKEN, "saved_token_id": TOKEN, "hash": TOKEN,
        "masked_card": "52111111-1117", "redirect_url": "https://PLANTED.example",
        "point_balance": 9173, "point_balance_amount": "9173.00",
        "data": {"bin": "52111111", "bank_code": "BCA", "brand": "VISA"},
    })
    .to_string();
    let reply = || received(200, &body);
    let made = Token::of_saved(token(), code());
    assert_hidden(&decode(&made, reply()).expect("a token"));
    assert_hidden(&decode(&Register::new(number(), expiry()), reply()).expect("a card"));
    assert_hidden(&decode(&PointInquiry::new(token()), reply()).expect("points"));
    let bin = Bin::new("521111").expect("six digits");
    assert_hidden(&decode(&bin, reply()).expect("data"));
    assert_hidden(&reply());
}

/// A transaction that names the card and a saved token.
fn paid() -> Value {
    let card = json!({
        "payment_type": "credit_card", "masked_card": "52111111-1117", "saved_token_id": TOKEN,
        "approval_code": CODE, "redirect_url": "https://api.midtrans.com/PLANTED",
        "channel_response_message": "PLANTED",
    });
    with(settlement(), card)
}

#[test]
fn no_transaction_or_notification_prints_its_card() {
    let transaction = answered(&paid());
    assert_hidden(&transaction);
    assert_hidden(&transaction.details().card());
    let notification = notified(&paid());
    assert_hidden(&notification);
    assert_hidden(&notification.reported().card());
    assert_hidden(&Instructions::Redirect("https://x/PLANTED".to_owned()));
    let landing = Landing::from_form(format!("response={}", paid()).as_bytes());
    assert_hidden(&landing);
}

#[test]
fn no_refused_card_is_quoted() {
    for error in [
        CardNumber::new("5211111111111118").unwrap_err(),
        CardNumber::new(format!("{NUMBER}PLANTED")).unwrap_err(),
        SecurityCode::new("91739173").unwrap_err(),
        CardExpiry::new("2041", "2041").unwrap_err(),
        CardExpiry::new("12", "20410").unwrap_err(),
        CardToken::new("PLANTED\n").unwrap_err(),
        GooglePayToken::new(vec!["PLANTED"]).unwrap_err(),
        Bin::new(NUMBER).unwrap_err(),
        ClientKey::new("SB-Mid-server-PLANTED").unwrap_err(),
    ] {
        assert_error_hidden(&error);
    }
}

#[test]
fn no_refused_charge_in_json_quotes_a_card() {
    let fields = [
        json!({"card": {"number": "5211111111111118", "expiry_month": "12", "expiry_year": "2041"}}),
        json!({"card": {"number": NUMBER, "expiry_month": "2041", "expiry_year": "2041"}}),
        json!({"card": {"number": NUMBER, "expiry_month": "12", "expiry_year": "2041", "cvv": "91739173"}}),
        json!({"card": {"number": NUMBER, "expiry_month": "12", "expiry_year": "2041", "cvv": {CODE: CODE}}}),
        json!({"card": NUMBER}),
        json!({"card": [NUMBER]}),
        json!({"token_id": TOKEN, "card": {"number": NUMBER, "expiry_month": "12", "expiry_year": "2041"}}),
        json!({"token_id": [TOKEN]}),
        json!({"token_id": TOKEN, "authentication": TOKEN}),
        json!(NUMBER),
    ];
    for card in fields {
        let charge = json!({
            "payment_type": "credit_card", "credit_card": card,
            "transaction_details": {"order_id": "kebaya-0417", "gross_amount": 125_000},
        });
        let error = Charge::from_json(&charge.to_string()).expect_err("refused");
        assert!(error.field().starts_with("credit_card"), "{error}");
        assert_error_hidden(&error);
    }
}

#[test]
fn no_refusal_prints_a_card_number_that_the_gateway_quotes() {
    let quoted = format!("card_number {NUMBER} in /v2/token?card_number={NUMBER} is wrong");
    for body in [
        json!({"status_code": "400", "status_message": quoted, "validation_messages": [quoted]}),
        json!({"error_messages": [quoted]}),
        json!({"status_code": quoted}),
    ] {
        let made = Token::of_card(number(), expiry(), code());
        let error = decode(&made, received(400, body.to_string())).expect_err("a refusal");
        assert_error_hidden(&error);
    }
}

#[test]
fn no_reply_that_cannot_be_read_prints_itself() {
    let made = Token::of_card(number(), expiry(), code());
    for body in [
        TOKEN.to_owned(),
        format!("{{\"token\":\"{TOKEN}\"}}"),
        String::new(),
    ] {
        let error = decode(&made, received(200, body)).expect_err("no token");
        assert_error_hidden(&error);
    }
    let id = PaymentId::received("another").expect("an id");
    let error = decode(&Capture::full(id), received(200, paid().to_string()));
    assert_error_hidden(&error.expect_err("about another payment"));
}
