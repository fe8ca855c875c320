//! The legal changes of state, and what the API, the notifications and the clock say about each.

use midtrans_protocol::ServerKeys;
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};
use midtrans_simulator::gateway::{Choice, FinishRedirect};

use crate::api_caller::{ApiCaller, pairs};

/// Brings a fresh order to a state.
fn reach(state: &str) -> ApiCaller {
    let mut api = ApiCaller::new();
    api.charge("kredivo", "order-1", 600_000);
    match state {
        "pending" => {}
        "settlement" => drop(api.choose("order-1", Choice::Approve)),
        "deny" => drop(api.choose("order-1", Choice::Decline)),
        "cancel" => drop(api.ask("order-1", "cancel")),
        "expire" => api.wait(24 * 3_600),
        "partial_refund" | "refund" => {
            api.choose("order-1", Choice::Approve);
            let amount = if state == "refund" { 600_000 } else { 1_000 };
            assert_eq!(
                api.post("/v2/order-1/refund", &format!("{{\"amount\":{amount}}}"))
                    .code(),
                "200"
            );
        }
        other => panic!("{other}"),
    }
    api
}

#[test]
fn get_status_has_the_documented_code_for_every_state() {
    for (state, code) in [
        ("pending", "201"),
        ("settlement", "200"),
        ("deny", "202"),
        ("cancel", "200"),
        ("expire", "407"),
        ("partial_refund", "200"),
        ("refund", "200"),
    ] {
        let reply = reach(state).status("order-1");
        assert_eq!((reply.http, reply.code()), (200, code), "{state}");
        assert_eq!(reply.text_of("transaction_status"), state);
        assert_eq!(reply.text_of("fraud_status"), "accept");
    }
    let reply = ApiCaller::new().status("order-1");
    assert_eq!((reply.http, reply.code()), (200, "404"));
    assert_eq!(
        reply.text_of("status_message"),
        "Transaction doesn't exist."
    );
}

#[test]
fn a_status_is_signed_over_its_own_code() {
    for state in ["pending", "settlement", "deny", "expire", "refund"] {
        let mut api = reach(state);
        let keys = ServerKeys::from(api.gateway.settings().server_key().clone());
        let text = api.status("order-1").text;
        assert!(
            midtrans_protocol::notification::verify(text.as_bytes(), &keys).is_ok(),
            "{state}"
        );
    }
}

#[test]
fn an_operation_is_done_from_the_states_that_allow_it_and_a_412_from_all_others() {
    let table = [
        ("cancel", &["pending"][..], "200"),
        ("expire", &["pending"], "407"),
        ("approve", &[], ""),
        ("deny", &[], ""),
        ("refund", &["settlement", "partial_refund"], "200"),
        (
            "refund/online/direct",
            &["settlement", "partial_refund"],
            "200",
        ),
    ];
    for (operation, from, success) in table {
        for state in [
            "pending",
            "settlement",
            "deny",
            "cancel",
            "expire",
            "partial_refund",
            "refund",
        ] {
            let mut api = reach(state);
            let reply = api.ask("order-1", operation);
            let expected = if from.contains(&state) {
                success
            } else {
                "412"
            };
            assert_eq!(
                (reply.http, reply.code()),
                (200, expected),
                "{operation} from {state}"
            );
            if expected == "412" {
                assert_eq!(
                    api.status("order-1").text_of("transaction_status"),
                    state,
                    "nothing changed"
                );
            }
        }
        assert_eq!(ApiCaller::new().ask("order-1", operation).code(), "404");
    }
}

#[test]
fn every_change_is_told_once_with_the_documented_code() {
    let told = |state: &str| {
        let mut api = reach(state);
        api.notified()
    };
    let pending = ("pending", "201");
    assert_eq!(told("pending"), pairs(&[pending]));
    assert_eq!(told("settlement"), pairs(&[pending, ("settlement", "200")]));
    assert_eq!(told("deny"), pairs(&[pending, ("deny", "202")]));
    assert_eq!(
        told("cancel"),
        pairs(&[pending, ("cancel", "202")]),
        "the API's own answer was 200"
    );
    assert_eq!(
        told("expire"),
        pairs(&[pending, ("expire", "202")]),
        "Get Status says 407"
    );
    assert_eq!(
        told("refund"),
        pairs(&[pending, ("settlement", "200"), ("refund", "200")])
    );
}

#[test]
fn akulaku_expires_after_two_hours_and_kredivo_after_twenty_four() {
    for (payment_type, hours) in [("akulaku", 2), ("kredivo", 24)] {
        let mut api = ApiCaller::new();
        api.charge(payment_type, "order-1", 600_000);
        api.wait(hours * 3_600 - 1);
        assert_eq!(api.status("order-1").code(), "201");
        api.wait(1);
        assert_eq!(api.status("order-1").code(), "407", "{payment_type}");
        assert_eq!(api.ask("order-1", "expire").code(), "412");
    }
}

#[test]
fn a_custom_expiry_is_kept_to_the_second() {
    let mut api = ApiCaller::new();
    let mut body = crate::api_caller::charge("akulaku", "order-1", 44_000);
    body["custom_expiry"] = serde_json::json!({"expiry_duration": 20, "unit": "second"});
    assert_eq!(api.post("/v2/charge", &body.to_string()).code(), "201");
    assert_eq!(
        api.gateway.next_at(),
        Some(api.now),
        "the pending notification"
    );
    api.notifications();
    assert_eq!(
        api.gateway.next_at().unwrap().to_string(),
        "2026-11-22 10:00:20"
    );
    api.wait(20);
    assert_eq!(api.notified(), pairs(&[("expire", "202")]));
}

#[test]
fn who_pays_too_late_has_not_paid() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    api.wait(2 * 3_600);
    let FinishRedirect::Form { response, .. } = api.choose("order-1", Choice::Approve) else {
        panic!("no form")
    };
    assert!(
        response.contains("\"transaction_status\":\"expire\"")
            && response.contains("\"status_code\":\"407\"")
    );
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "expire"
    );
}

#[test]
fn who_leaves_keeps_the_order_open() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    let FinishRedirect::Form { response, .. } = api.choose("order-1", Choice::Leave) else {
        panic!("no form")
    };
    let form = [("response", response.as_str()), ("callback_key", "k")];
    let landing = Landing::from_form(serde_urlencoded::to_string(form).unwrap().as_bytes());
    assert_eq!(landing.order_id(), Some("order-1"));
    let keys = ServerKeys::from(api.gateway.settings().server_key().clone());
    assert_eq!(landing.signature(&keys), LandingSignature::Genuine);
    api.choose("order-1", Choice::Approve);
    api.choose("order-1", Choice::Decline);
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "settlement",
        "paid is paid"
    );
}

#[test]
fn an_order_and_its_transaction_are_the_same_to_every_operation() {
    for payment_type in ["akulaku", "kredivo"] {
        let mut api = ApiCaller::new();
        let id = api
            .charge(payment_type, "order-1", 600_000)
            .text_of("transaction_id")
            .to_owned();
        assert_eq!(api.status(&id).text, api.status("order-1").text);
        assert_eq!(api.ask(&id, "cancel").text_of("order_id"), "order-1");
    }
}
