//! `client.confirm`: a notification that does not decide by itself is settled by Get Status, and no
//! other is asked about.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use midtrans_contract_tests::fake::Fake;
use midtrans_contract_tests::mount;
use midtrans_contract_tests::scenario::{self, Step};
use midtrans_protocol::decision::{Failure, Review};
use midtrans_protocol::notification::signature;
use midtrans_protocol::webhook::Acknowledge;
use midtrans_protocol::{
    Decision, Expected, Notification, OrderId, Rupiah, ServerKeys, decide, notification,
};
use midtrans_transport::{
    AsyncClient, BlockingClient, BlockingTransport, CONFIRM_WITHIN, Error, ErrorKind,
};

/// Also the order `order-200` with code 201 and 50000 rupiah, as far as the signature tells.
const AMBIGUOUS: &str = "order-200201";
const CLEAR: &str = "order-a";

fn expected(order: &str) -> Expected {
    Expected::new(OrderId::new(order).unwrap(), Rupiah::new(50_000))
}

fn notified(order: &str, status: &str, code: &str) -> Notification {
    let merchant = scenario::merchant("https://gateway.example");
    let signed = signature::sign(order, code, "50000.00", merchant.server_key());
    let body = format!(
        r#"{{"order_id":"{order}","status_code":"{code}","gross_amount":"50000.00","transaction_status":"{status}",
        "signature_key":"{signed}"}}"#
    );
    notification::verify(
        body.as_bytes(),
        &ServerKeys::from(merchant.server_key().clone()),
    )
    .unwrap()
}

fn answer(order: &str, status: &str, code: &str) -> Step {
    let body = format!(
        r#"{{"status_code":"{code}","order_id":"{order}","gross_amount":"50000.00","transaction_status":"{status}"}}"#
    );
    Step::json(200, &body)
}

/// The decision of both clients, which must be the same, and the requests that they sent.
fn confirm(
    script: Vec<Step>,
    expected: &Expected,
    told: &Notification,
) -> (Result<Decision, Error>, Vec<String>) {
    let merchant = || scenario::merchant("https://gateway.example");
    let (one, two) = (Fake::new(script.clone()), Fake::new(script));
    let began = BlockingTransport::now(&one);
    let blocking = BlockingClient::new(one.clone(), merchant()).confirm(expected, told);
    let asynchronous = mount::run(async {
        AsyncClient::new(two.clone(), merchant())
            .confirm(expected, told)
            .await
    });
    assert_eq!(format!("{blocking:?}"), format!("{asynchronous:?}"));
    let asked = |fake: &Fake| {
        fake.requests()
            .iter()
            .map(|request| request.uri().path().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(asked(&one), asked(&two));
    // The fake's clock moves by hand only.
    let waited = BlockingTransport::now(&one) - began;
    assert!(waited <= CONFIRM_WITHIN, "{waited:?}");
    (blocking, asked(&one))
}

#[test]
fn an_ambiguous_notification_is_settled_by_get_status() {
    for (status, code, decision) in [
        ("settlement", "200", Decision::Paid),
        ("pending", "201", Decision::Pending),
        ("expire", "407", Decision::Failed(Failure::Expired)),
    ] {
        let told = notified(AMBIGUOUS, "settlement", "200");
        assert_eq!(
            decide(&expected(AMBIGUOUS), &told),
            Decision::Review(Review::AmbiguousSignature)
        );
        let (said, asked) = confirm(
            vec![answer(AMBIGUOUS, status, code)],
            &expected(AMBIGUOUS),
            &told,
        );
        assert_eq!(said.unwrap(), decision);
        assert_eq!(asked, ["/v2/order-200201/status"]);
    }
}

#[test]
fn a_notification_that_decides_by_itself_is_not_asked_about() {
    for (status, code, decision) in [
        ("settlement", "200", Decision::Paid),
        ("pending", "201", Decision::Pending),
        ("deny", "202", Decision::Failed(Failure::Denied)),
    ] {
        let (said, asked) = confirm(
            vec![Step::Silent],
            &expected(CLEAR),
            &notified(CLEAR, status, code),
        );
        assert_eq!((said.unwrap(), asked.len()), (decision, 0));
    }
}

#[test]
fn a_status_that_does_not_go_with_its_code_is_settled_too() {
    let told = notified(CLEAR, "settlement", "201");
    let (said, asked) = confirm(
        vec![answer(CLEAR, "pending", "201")],
        &expected(CLEAR),
        &told,
    );
    assert_eq!((said.unwrap(), asked.len()), (Decision::Pending, 1));
}

#[test]
fn a_notification_about_another_order_or_account_or_none_is_not_asked_about() {
    let paid = || vec![answer(CLEAR, "settlement", "200")];
    let (said, asked) = confirm(
        paid(),
        &expected(CLEAR),
        &notified("order-b", "settlement", "200"),
    );
    assert_eq!(
        (said.unwrap(), asked.len()),
        (Decision::Review(Review::OrderDiffers), 0)
    );
    let (said, asked) = confirm(
        paid(),
        &expected(CLEAR).signed_with(1),
        &notified(CLEAR, "settlement", "200"),
    );
    assert_eq!(
        (said.unwrap(), asked.len()),
        (Decision::Review(Review::KeyDiffers), 0)
    );
    let (said, asked) = confirm(
        paid(),
        &expected(CLEAR),
        &notified("payment_notif_test_G1", "settlement", "200"),
    );
    assert_eq!(
        (said.unwrap(), asked.len()),
        (Decision::Review(Review::TestNotification), 0)
    );
}

#[test]
fn what_get_status_does_not_settle_is_for_a_person() {
    let told = notified(AMBIGUOUS, "settlement", "200");
    let dear = Expected::new(OrderId::new(AMBIGUOUS).unwrap(), Rupiah::new(50_001));
    let (said, asked) = confirm(vec![answer(AMBIGUOUS, "settlement", "200")], &dear, &told);
    assert_eq!(
        (said.unwrap(), asked.len()),
        (Decision::Review(Review::AmountDiffers), 1)
    );
}

#[test]
fn without_an_answer_nothing_is_decided_and_the_gateway_comes_again() {
    let told = notified(AMBIGUOUS, "settlement", "200");
    for script in [
        vec![Step::Silent],
        vec![Step::Dead],
        vec![Step::refusal(200, "404")],
        vec![Step::json(404, r#"{"errors":[{"message":"no route"}]}"#)],
        vec![answer("order-200", "settlement", "200")],
    ] {
        let (said, asked) = confirm(script.clone(), &expected(AMBIGUOUS), &told);
        assert!(
            matches!(&said, Err(error) if !matches!(error.kind(), ErrorKind::Api(api) if api.is_denied()))
        );
        assert!(!asked.is_empty() && asked.len() <= 3, "{script:?}");
        assert_eq!(Acknowledge::from(said), Acknowledge::Later);
    }
}
