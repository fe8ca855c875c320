//! The operations on cards: requests, replies, refusals.

#[path = "support/bodies.rs"]
mod bodies;

use std::time::SystemTime;

use bodies::received;
use http::{Method, Request};
use midtrans_protocol::account::{ClientAccount, ClientKey};
use midtrans_protocol::card::{
    Bin, CardExpiry, CardNumber, CardToken, PointInquiry, Register, SecurityCode, Token,
};
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::{Environment, Merchant, RequestOptions, Rupiah, ServerKey, decode, encode};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/", $name, ".json"))
    };
}

const SAVED: &str = "40000000abcdefghijklmnopqrst0417";

fn number() -> CardNumber {
    CardNumber::new("4000 0000 0000 0416").expect("a right check digit")
}

fn expiry() -> CardExpiry {
    CardExpiry::new("12", "2030").expect("a month")
}

fn code() -> SecurityCode {
    SecurityCode::new("417").expect("three digits")
}

fn token() -> Token {
    Token::of_card(number(), expiry(), code())
}

fn register() -> Register {
    Register::new(number(), expiry())
}

fn points() -> PointInquiry {
    PointInquiry::new(CardToken::new("a token/417").expect("a token"))
}

fn bin() -> Bin {
    Bin::new("40000000").expect("eight digits")
}

/// With an idempotency key, which none of these may carry.
fn options() -> RequestOptions {
    let mut options = RequestOptions::default();
    options.idempotency_key = Some(IdempotencyKey::new("once-only").expect("a valid key"));
    options
}

fn by_browser<O: Operation<Account = ClientAccount>>(operation: &O) -> Request<Vec<u8>> {
    let key = ClientKey::new("SB-Mid-client-abc&123").expect("a client key");
    let account = ClientAccount::new(Environment::Sandbox, key).expect("a sandbox key");
    encode(operation, &account, &options(), SystemTime::UNIX_EPOCH)
}

fn by_server<O: Operation<Account = Merchant>>(operation: &O) -> Request<Vec<u8>> {
    let key = ServerKey::new("SB-Mid-server-abc123cde456").expect("a server key");
    let merchant = Merchant::new(Environment::Sandbox, key).expect("a sandbox key");
    encode(operation, &merchant, &options(), SystemTime::UNIX_EPOCH)
}

/// Fails unless the request has this URL, no body, and no headers but these.
fn assert_read(request: &Request<Vec<u8>>, url: &str, headers: &[&str]) {
    assert_eq!(request.method(), Method::GET);
    assert_eq!(request.uri().to_string(), url);
    assert!(request.body().is_empty());
    let found: Vec<_> = request.headers().keys().map(|name| name.as_str()).collect();
    assert_eq!(found, headers);
}

#[test]
fn a_token_is_asked_for_with_the_client_key_and_without_a_server_key() {
    assert_read(
        &by_browser(&token()),
        "https://api.sandbox.midtrans.com/v2/token?card_number=4000000000000416&card_cvv=417\
         &card_exp_month=12&card_exp_year=2030&client_key=SB-Mid-client-abc%26123",
        &["accept"],
    );
}

#[test]
fn a_saved_card_gives_a_token_with_its_security_code() {
    let saved = CardToken::new(SAVED).expect("a token");
    assert_read(
        &by_browser(&Token::of_saved(saved, code())),
        "https://api.sandbox.midtrans.com/v2/token?token_id=40000000abcdefghijklmnopqrst0417\
         &card_cvv=417&client_key=SB-Mid-client-abc%26123",
        &["accept"],
    );
}

#[test]
fn a_card_is_registered_without_its_security_code() {
    assert_read(
        &by_browser(&register()),
        "https://api.sandbox.midtrans.com/v2/card/register?card_number=4000000000000416\
         &card_exp_month=12&card_exp_year=2030&client_key=SB-Mid-client-abc%26123",
        &["accept"],
    );
}

#[test]
fn points_and_bins_are_asked_for_with_the_server_key() {
    let headers = ["authorization", "accept"];
    assert_read(
        &by_server(&points()),
        "https://api.sandbox.midtrans.com/v2/point_inquiry/a%20token%2F417",
        &headers,
    );
    assert_read(
        &by_server(&bin()),
        "https://api.sandbox.midtrans.com/v1/bins/40000000",
        &headers,
    );
}

#[test]
fn the_operations_on_cards_move_no_money_and_may_be_repeated() {
    for replay in [
        token().replay(),
        register().replay(),
        points().replay(),
        bin().replay(),
    ] {
        assert_eq!(replay, Replay::Safe);
    }
}

#[test]
fn no_card_is_named_as_the_target_of_a_call() {
    assert_eq!(token().target(), None);
    assert_eq!(register().target(), None);
    assert_eq!(points().target(), None);
    assert_eq!(bin().target(), Some("40000000"));
}

#[test]
fn a_client_key_belongs_to_one_environment_and_is_no_server_key() {
    let account =
        |environment, key| ClientAccount::new(environment, ClientKey::new(key).expect(key));
    assert!(account(Environment::Production, "SB-Mid-client-x").is_err());
    assert!(account(Environment::Sandbox, "Mid-client-x").is_err());
    assert!(account(Environment::Production, "Mid-client-x").is_ok());
    assert!(account(Environment::Sandbox, "VT-client-x").is_ok());
    let custom = Environment::custom("http://127.0.0.1:8180").expect("this machine");
    assert!(account(custom, "Mid-client-x").is_ok());
    for key in ["SB-Mid-server-x", "Mid-server-x", "VT-server-x"] {
        assert_eq!(ClientKey::new(key).unwrap_err().field(), "client_key");
    }
}

#[test]
fn a_token_is_read() {
    let body = fixture!("card--token-response--success");
    let made = decode(&token(), received(200, body)).expect("a token");
    assert_eq!(
        made.token_id().as_str(),
        "40000000-0417-00000000-0000-4000-8000-000000000417"
    );
    assert_eq!(made.hash().as_deref(), Some("40000000-0417-xxx"));
    assert_eq!(made.bank().as_deref(), Some("bni"));
    assert!(made.redirect_url().is_some(), "older answers have one");
    // The current page lists four fields.
    let body = r#"{"status_code":"200","status_message":"m","token_id":"t","hash":"h"}"#;
    let made = decode(&token(), received(200, body)).expect("a token");
    assert_eq!((made.bank(), made.redirect_url()), (None, None));
}

#[test]
fn a_saved_card_is_read() {
    let body = fixture!("card--register-response--success");
    let saved = decode(&register(), received(200, body)).expect("a saved card");
    assert_eq!(saved.saved_token_id().as_str(), SAVED);
    assert_eq!(saved.masked_card().as_deref(), Some("40000000-0417"));
    assert!(saved.transaction_id().is_some());
}

#[test]
fn points_are_read_as_a_number_and_as_a_text() {
    let body = fixture!("card--point-response--success");
    let balance = decode(&points(), received(200, body)).expect("points");
    assert_eq!(balance.balance(), 50_000);
    let amount = balance.amount().and_then(|amount| amount.rupiah());
    assert_eq!(amount, Some(Rupiah::new(500_000)));
    assert!(balance.transaction_time().is_some());
    for spelled in ["\"50000\"", "50000.00", "\"50000.00\""] {
        let body = body.replace("50000,", &format!("{spelled},"));
        let balance = decode(&points(), received(200, body)).expect("points");
        assert_eq!(balance.balance(), 50_000, "{spelled}");
    }
}

#[test]
fn a_bin_is_read() {
    let body = fixture!("bin--data-response--success");
    let data = decode(&bin(), received(200, body)).expect("data");
    assert_eq!(data.bank_code.as_deref(), Some("BCA"));
    assert_eq!(data.country_code.as_deref(), Some("ID"));
    assert_eq!(data.registration_required.as_deref(), Some("false"));
    assert_eq!(data.channel, None);
}

#[test]
fn a_reply_without_what_was_promised_is_an_error_and_no_token() {
    let undecoded = |error: Result<(), ReplyError>| match error {
        Err(ReplyError::Decode(error)) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let empty =
        r#"{"status_code":"200","token_id":"","saved_token_id":null,"point_balance":"many"}"#;
    for body in [empty, r#"{"status_code":"200"}"#, "[]", "{", "<html>"] {
        let reply = || received(200, body);
        undecoded(decode(&token(), reply()).map(drop));
        undecoded(decode(&register(), reply()).map(drop));
        undecoded(decode(&points(), reply()).map(drop));
        undecoded(decode(&bin(), reply()).map(drop));
    }
}

#[test]
fn a_refused_card_is_a_refusal_whatever_the_http_status() {
    let body = r#"{"status_code":"400","status_message":"One or more parameters in the payload is invalid.",
        "id":"a417","validation_messages":["card_number does not match with luhn algorithm"]}"#;
    for http in [200, 400] {
        let error = match decode(&token(), received(http, body)) {
            Err(ReplyError::Api(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(error.code(), 400);
        assert_eq!(error.validation_messages().len(), 1);
    }
    let body = r#"{"status_code":"401","status_message":"Transaction cannot be authorized"}"#;
    match decode(&token(), received(200, body)) {
        Err(ReplyError::Api(error)) => assert!(error.is_unauthorized()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bins_refusals_are_read_in_their_own_shapes() {
    let refusal = |http, body: &str| match decode(&bin(), received(http, body)) {
        Err(ReplyError::Api(error)) => error,
        other => panic!("{other:?}"),
    };
    let unknown = refusal(404, fixture!("bin--error--404"));
    assert_eq!(
        (unknown.code(), unknown.message()),
        (404, "a sentence of the gateway")
    );
    let unauthorized = refusal(401, include_str!("../fixtures/bin--error--401.txt"));
    assert!(unauthorized.is_unauthorized());
    let busy = refusal(409, "{}");
    assert!(busy.to_string().contains("too many calls"), "{busy}");
}

#[test]
fn a_used_or_old_token_is_an_error_that_asks_for_a_new_one() {
    let body = fixture!("core--error--411-token");
    for http in [200, 411] {
        match decode(&points(), received(http, body)) {
            Err(ReplyError::Api(error)) => {
                assert!(error.is_token_refused() && !error.is_retryable());
                assert!(!error.outcome_unknown(), "nothing was charged");
                let shown = error.to_string();
                assert!(shown.contains("for a new token"), "{shown}");
            }
            other => panic!("{other:?}"),
        }
    }
    // A proxy's 411 is about a missing length, and says nothing about a token.
    match decode(&points(), received(411, "<html>")) {
        Err(ReplyError::Api(error)) => assert!(!error.is_token_refused()),
        other => panic!("{other:?}"),
    }
}
