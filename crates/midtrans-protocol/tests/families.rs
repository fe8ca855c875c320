//! Linked accounts and subscriptions: read by the endpoint of the payments, told apart before
//! anything is believed.

#[path = "support/bodies.rs"]
mod bodies;

use std::convert::Infallible;
use std::future::{Future, pending, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bodies::{key, keys, settlement, signed, with};
use midtrans_protocol::notification::{
    Family, Message, PayAccountNotification, SubscriptionEvent, SubscriptionEventKind, signature,
    verify_any,
};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::pay_account::AccountStatus;
use midtrans_protocol::subscription::SubscriptionStatus;
use midtrans_protocol::webhook::endpoint::{Endpoint, KeysFor};
use midtrans_protocol::webhook::{Acknowledge, Answer, Rejection};
use midtrans_protocol::{Environment, ServerKey, ServerKeys};
use serde_json::{Value, json};

const ACCOUNT: &str = "00000417-7836-49e5-bc65-e592afafec14";

fn linked(status: &str, code: &str) -> Value {
    let signed = signature::sign_pay_account(ACCOUNT, status, code, &key());
    json!({
        "account_id": ACCOUNT, "merchant_id": "M000417", "payment_type": "gopay", "signature_key": signed,
        "status_code": code, "account_status": status, "status_message": "Midtrans account_linked notification",
    })
}

fn charged() -> Value {
    json!({
        "transaction": {"transaction_status": "capture", "transaction_id": "t-417", "status_code": "200"},
        "subscription": {"id": "s-417", "name": "KOPI", "amount": "14000", "token": "token-417", "status": "active",
            "schedule": {"interval": 1, "interval_unit": "month", "current_interval": 1,
                "next_execution_at": "2026-04-02T09:59:00.000000Z"}},
        "event_name": "subscription.charge",
    })
}

fn pay_account(body: &Value) -> Result<PayAccountNotification, Rejection> {
    PayAccountNotification::verify(body.to_string().as_bytes(), &keys())
}

#[test]
fn a_linked_account_is_verified_by_its_own_signature() {
    for (status, code, expected) in [
        ("ENABLED", "200", AccountStatus::Enabled),
        ("DISABLED", "204", AccountStatus::Disabled),
    ] {
        let notification = pay_account(&linked(status, code)).unwrap();
        assert_eq!(notification.account_id().as_str(), ACCOUNT);
        assert_eq!(notification.account_status(), &expected);
        assert_eq!(notification.status_code(), code);
        assert_eq!(notification.key_index(), 0);
        let question = notification.to_confirm().request(&Environment::Sandbox);
        assert!(question.uri().path().ends_with(ACCOUNT));
    }
    let other = ServerKey::new("SB-Mid-server-before").unwrap();
    let both = ServerKeys::new(other).and(key());
    let body = linked("ENABLED", "200").to_string();
    let notification = PayAccountNotification::verify(body.as_bytes(), &both).unwrap();
    assert_eq!(notification.key_index(), 1);
}

#[test]
fn a_changed_word_of_a_linked_account_is_forged() {
    for change in [
        json!({"account_id": "other"}),
        json!({"account_status": "DISABLED"}),
        json!({"status_code": "204"}),
        json!({"signature_key": "0".repeat(128)}),
        json!({"signature_key": "é".repeat(64)}),
    ] {
        let body = with(linked("ENABLED", "200"), change.clone());
        assert_eq!(
            pay_account(&body).unwrap_err(),
            Rejection::Forged,
            "{change}"
        );
    }
    for (name, missing) in [
        ("signature_key", json!({"signature_key": null})),
        ("status_code", json!({"status_code": null})),
        ("status_code", json!({"status_code": "2000"})),
        ("account_id", json!({"account_id": ".."})),
    ] {
        let body = with(linked("ENABLED", "200"), missing);
        assert_eq!(
            pay_account(&body).unwrap_err(),
            Rejection::MissingField(name)
        );
    }
}

#[test]
fn a_payments_signature_links_no_account_and_an_accounts_pays_for_nothing() {
    // A shop may have an order whose id ends with the word.
    let order = format!("{ACCOUNT}ENABLED");
    let signed = signature::sign(&order, "200", "11000.00", &key());
    let account = json!({"account_id": ACCOUNT, "account_status": "ENABLED",
        "status_code": "20011000.00", "signature_key": signed});
    assert_eq!(
        pay_account(&account).unwrap_err(),
        Rejection::MissingField("status_code")
    );
    let payment = with(
        settlement(),
        json!({"order_id": ACCOUNT, "status_code": "ENABLED", "gross_amount": "200",
            "signature_key": linked("ENABLED", "200")["signature_key"]}),
    );
    let payment = match verify_any(payment.to_string().as_bytes(), &keys()).unwrap() {
        Message::Payment(payment) => payment,
        other => panic!("{other:?}"),
    };
    let expected = bodies::expected(ACCOUNT, 200);
    let decision = midtrans_protocol::decide(&expected, &payment);
    assert_ne!(decision, midtrans_protocol::Decision::Paid);
}

#[test]
fn an_event_of_a_subscription_is_only_a_reason_to_ask() {
    let event = SubscriptionEvent::read(charged().to_string().as_bytes()).unwrap();
    assert_eq!(event.kind(), SubscriptionEventKind::Charged);
    let question = event.to_confirm().request(&Environment::Sandbox);
    assert_eq!(question.uri().path(), "/v1/subscriptions/s-417");
    let question = event.to_confirm_transaction().unwrap();
    let question = question.request(&Environment::Sandbox);
    assert_eq!(question.uri().path(), "/v2/t-417/status");
    assert_eq!(event.reported().status(), Some(SubscriptionStatus::Active));
    assert_eq!(event.reported_code().as_deref(), Some("200"));
    assert!(!format!("{event:?}").contains("token-417"));

    let failed = with(charged(), json!({"transaction": {"status_code": "500"}}));
    let event = SubscriptionEvent::read(failed.to_string().as_bytes()).unwrap();
    assert!(event.to_confirm_transaction().is_none(), "none was made");
    let created = &charged()["subscription"];
    let event = SubscriptionEvent::read(created.to_string().as_bytes()).unwrap();
    assert_eq!(event.kind(), SubscriptionEventKind::Created);
    assert_eq!(event.subscription_id().as_str(), "s-417");
}

#[test]
fn every_family_is_read_by_one_function_and_by_no_other_familys() {
    let read = |body: &[u8]| verify_any(body, &keys()).unwrap();
    assert!(matches!(read(&signed(&settlement())), Message::Payment(_)));
    let account = linked("ENABLED", "200").to_string();
    assert!(matches!(read(account.as_bytes()), Message::PayAccount(_)));
    let event = charged().to_string();
    assert!(matches!(read(event.as_bytes()), Message::Subscription(_)));

    let refused = |family| Rejection::Misdirected(family);
    let as_event = |body: &[u8]| SubscriptionEvent::read(body).unwrap_err();
    assert_eq!(as_event(account.as_bytes()), refused(Family::PayAccount));
    assert_eq!(as_event(&signed(&settlement())), refused(Family::Payment));
    assert_eq!(as_event(b"{}"), Rejection::NoFamily);
    let as_account = |body: &[u8]| PayAccountNotification::verify(body, &keys()).unwrap_err();
    assert_eq!(as_account(event.as_bytes()), refused(Family::Subscription));
    assert_eq!(as_account(b"["), Rejection::Malformed);
    let both = with(linked("ENABLED", "200"), settlement()).to_string();
    assert!(matches!(
        as_account(both.as_bytes()),
        Rejection::Ambiguous(_)
    ));
    assert!(matches!(as_event(both.as_bytes()), Rejection::Ambiguous(_)));
}

fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..4 {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    unreachable!("nothing here waits")
}

#[test]
fn each_family_reaches_its_own_handler_and_what_has_none_is_answered_with_200() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = |what: &'static str| {
        let told = Arc::clone(&told);
        move || told.lock().unwrap().push(what)
    };
    let (paid, account, event, stray) =
        (tell("paid"), tell("account"), tell("event"), tell("stray"));
    let bare = Endpoint::new(keys(), move |_| {
        paid();
        ready(Acknowledge::Done)
    });
    let endpoint = bare
        .clone()
        .on_pay_account(move |_| {
            account();
            ready(Acknowledge::Done)
        })
        .on_subscription(move |_| {
            event();
            ready(Err::<(), _>("the store is full"))
        })
        .on_misdirected(move |_| stray());
    let ask = |endpoint: &Endpoint<ServerKeys, _>, body: Vec<u8>| -> Answer {
        let spawn = async |task| Ok::<_, Infallible>(task.await);
        let choose = |keys: &ServerKeys| keys.keys_for("any");
        now(endpoint.answer(choose, ready(Ok(body)), pending::<()>, spawn))
    };
    let account = linked("ENABLED", "200").to_string().into_bytes();
    let event = charged().to_string().into_bytes();
    assert_eq!(ask(&endpoint, signed(&settlement())).status(), 200);
    assert_eq!(ask(&endpoint, account.clone()).status(), 200);
    assert_eq!(
        ask(&endpoint, event.clone()).status(),
        503,
        "the gateway tries again"
    );
    let forged = with(
        linked("ENABLED", "200"),
        json!({"account_status": "DISABLED"}),
    );
    let forged = forged.to_string().into_bytes();
    assert_eq!(ask(&endpoint, forged.clone()).status(), 403);
    let payout =
        br#"{"reference_no":"r","status":"processed","updated_at":"2026-03-02T10:23:31Z"}"#;
    assert_eq!(ask(&endpoint, payout.to_vec()).status(), 200);
    assert_eq!(*told.lock().unwrap(), ["paid", "account", "event", "stray"]);

    told.lock().unwrap().clear();
    for body in [account, event, forged] {
        assert_eq!(ask(&bare, body).status(), 200, "the gateway stops");
    }
    assert!(told.lock().unwrap().is_empty(), "nothing is believed");
}

#[test]
fn a_handler_of_another_family_that_panics_is_503() {
    let endpoint = Endpoint::new(keys(), |_| ready(Acknowledge::Done))
        .on_pay_account(|_| -> std::future::Ready<Acknowledge> { panic!("a bug of the shop") });
    let body = ready(Ok(linked("ENABLED", "200").to_string().into_bytes()));
    let spawn = async |task| Ok::<_, Infallible>(task.await);
    let choose = |keys: &ServerKeys| keys.keys_for("any");
    let answer = now(endpoint.answer(choose, body, pending::<()>, spawn));
    assert_eq!(answer.status(), 503);
}
