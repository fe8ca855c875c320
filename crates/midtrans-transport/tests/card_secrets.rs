//! No error, observer or `Debug` of a call shows a card, its code or a token, whatever happens to
//! the call.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::error::Error as StdError;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use midtrans_protocol::account::{Account, ClientAccount, ClientKey};
use midtrans_protocol::card::{
    CardExpiry, CardNumber, CardToken, PointInquiry, Register, SecurityCode, Token,
};
use midtrans_protocol::method::{CreditCard, FullPan};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::{
    Charge, Environment, Merchant, OrderId, Rupiah, ServerKey, TransactionDetails,
};
use midtrans_transport::{
    BlockingClient, CallOptions, Caller, Limits, Observer, Reach, ReplyInfo, Request, RequestInfo,
    Response, RetryPolicy, TransportError, TransportErrorKind,
};

const NUMBER: &str = "5211111111111117";
const CODE: &str = "9173";
const TOKEN: &str = "PLANTED-TOKEN";
const PLANTED: [&str; 4] = [NUMBER, CODE, "PLANTED", "card_cvv"];

#[track_caller]
fn assert_clean(text: &str) {
    for planted in PLANTED {
        assert!(!text.contains(planted), "{planted} is shown in: {text}");
    }
}

/// Writes down all that an observer is told.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<String>>);

impl Observer for Notes {
    fn request(&self, request: &RequestInfo<'_>) {
        let _ = writeln!(self.0.lock().unwrap(), "{request:?}");
    }
    fn reply(&self, request: &RequestInfo<'_>, reply: &ReplyInfo<'_>) {
        let _ = writeln!(self.0.lock().unwrap(), "{request:?} {reply:?}");
    }
}

/// The ways in which a call can end.
#[derive(Clone, Copy, Debug)]
enum End {
    NotSent,
    Silent,
    TooLong,
    Refused,
    Quoted,
    Unreadable,
    Made,
}

const ENDS: [End; 7] = [
    End::NotSent,
    End::Silent,
    End::TooLong,
    End::Refused,
    End::Quoted,
    End::Unreadable,
    End::Made,
];

fn outcome(end: End, request: &Request) -> Result<Response, TransportError> {
    let failed = |kind, reach| Err(TransportError::new(kind, reach));
    let body = |text: String| Ok(Response::new(text.into_bytes()));
    // Planted in the request, or nothing would be tested.
    let sent = format!(
        "{} {}",
        request.uri(),
        String::from_utf8_lossy(request.body())
    );
    assert!(
        PLANTED.iter().any(|planted| sent.contains(planted)),
        "{sent}"
    );
    match end {
        End::NotSent => failed(TransportErrorKind::Connect, Reach::NotSent),
        End::Silent => failed(TransportErrorKind::Timeout, Reach::Unknown),
        End::TooLong => {
            let beginning = Response::new(sent.into_bytes());
            let error = TransportError::new(TransportErrorKind::BodyTooLarge, Reach::Unknown);
            Err(error.with_reply(beginning))
        }
        End::Refused => body(r#"{"status_code":"411","status_message":"no"}"#.to_owned()),
        End::Quoted => body(format!(
            r#"{{"status_code":"400","status_message":"wrong: {NUMBER}"}}"#
        )),
        End::Unreadable => body(sent),
        End::Made => body(format!(
            r#"{{"status_code":"200","token_id":"{TOKEN}","saved_token_id":"{TOKEN}",
                "point_balance":1,"order_id":"kebaya-0417","transaction_status":"capture"}}"#
        )),
    }
}

/// Sends the operation through every end, and looks at all that can be printed.
fn assert_silent<O>(account: &O::Account, operation: &O)
where
    O: Operation + std::fmt::Debug,
    O::Account: Account,
    O::Reply: std::fmt::Debug,
{
    for end in ENDS {
        let notes = Notes::default();
        let transport = move |request: Request, _: Limits| outcome(end, &request);
        let client = BlockingClient::new(transport, account.clone()).with_observer(notes.clone());
        let mut options = CallOptions::default();
        options.retry = Some(RetryPolicy::never());
        match client.send_with(operation, &options) {
            Ok(reply) => assert_clean(&format!("{reply:?}")),
            Err(error) => {
                let mut next: Option<&dyn StdError> = Some(&error);
                while let Some(error) = next {
                    assert_clean(&format!("{error} {error:?} {error:#?}"));
                    next = error.source();
                }
                assert_clean(&format!("{:?}", error.kind()));
            }
        }
        assert_clean(&format!("{client:?}"));
        let notes = notes.0.lock().unwrap();
        assert!(notes.contains("RequestInfo"), "the observer was told");
        assert_clean(&notes);
    }
    let caller = Caller::new(account.clone());
    let mut exchange = caller.begin(operation, &CallOptions::default()).unwrap();
    assert_clean(&format!("{exchange:?}"));
    let (_, limits) = exchange
        .attempt(Duration::ZERO, SystemTime::UNIX_EPOCH)
        .unwrap();
    assert_clean(&format!("{exchange:?} {limits:?} {caller:?}"));
    let failed = TransportError::new(TransportErrorKind::Broken, Reach::Unknown);
    assert_clean(&format!(
        "{:?}",
        exchange.receive(Err(failed), Duration::ZERO)
    ));
}

fn number() -> CardNumber {
    CardNumber::new(NUMBER).unwrap()
}

fn expiry() -> CardExpiry {
    CardExpiry::new("12", "2041").unwrap()
}

fn code() -> SecurityCode {
    SecurityCode::new(CODE).unwrap()
}

fn token() -> CardToken {
    CardToken::new(TOKEN).unwrap()
}

fn browser() -> ClientAccount {
    let key = ClientKey::new("SB-Mid-client-PLANTED").unwrap();
    ClientAccount::new(Environment::Sandbox, key).unwrap()
}

fn merchant() -> Merchant {
    let key = ServerKey::new("SB-Mid-server-PLANTED").unwrap();
    Merchant::new(Environment::Sandbox, key).unwrap()
}

fn charge(card: CreditCard) -> Charge {
    let id = OrderId::new("kebaya-0417").unwrap();
    let order = TransactionDetails::new(id, Rupiah::new(125_000)).unwrap();
    Charge::builder(order, card).build().unwrap()
}

#[test]
fn no_end_of_a_token_request_shows_the_card() {
    assert_silent(&browser(), &Token::of_card(number(), expiry(), code()));
    assert_silent(&browser(), &Token::of_saved(token(), code()));
}

#[test]
fn no_end_of_a_registration_shows_the_card() {
    assert_silent(&browser(), &Register::new(number(), expiry()));
}

#[test]
fn no_end_of_a_point_inquiry_shows_the_token() {
    assert_silent(&merchant(), &PointInquiry::new(token()));
}

#[test]
fn no_end_of_a_charge_shows_the_card_or_the_token() {
    let card = FullPan::new(number(), expiry()).with_code(code());
    assert_silent(&merchant(), &charge(CreditCard::full_pan(card)));
    assert_silent(&merchant(), &charge(CreditCard::token(token())));
}
