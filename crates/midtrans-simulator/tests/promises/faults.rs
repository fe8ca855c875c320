//! Faults on demand, at the state machine.

use std::time::Duration;

use midtrans_protocol::notification;
use midtrans_simulator::gateway::{
    Choice, Fault, FinishRedirect, LEAD, Reply, Rule, Started, TimelineEvent,
};

use crate::api_caller::{ApiCaller, charge};

fn status_call(api: &mut ApiCaller) -> Reply {
    api.reply("GET", "/v2/order-1/status", &[], "")
}

#[test]
fn a_reset_before_leaves_nothing_and_a_reset_after_leaves_a_charge() {
    for (fault, code) in [(Fault::ResetBefore, "404"), (Fault::ResetAfter, "201")] {
        let mut api = ApiCaller::new();
        api.gateway.fail_next(fault);
        let reply = api.reply(
            "POST",
            "/v2/charge",
            &[],
            &charge("akulaku", "order-1", 44_000).to_string(),
        );
        assert!(matches!(reply, Reply::Reset), "{fault}");
        assert_eq!(api.status("order-1").code(), code, "{fault}");
    }
}

#[test]
fn a_truncated_and_a_proxys_answer_belong_to_calls_that_happened() {
    let mut api = ApiCaller::new();
    api.gateway.fail_next(Fault::Truncated);
    api.gateway.fail_next(Fault::Html(504));
    let body = charge("kredivo", "order-1", 44_000).to_string();
    let Reply::Cut { response, sent } = api.reply("POST", "/v2/charge", &[], &body) else {
        panic!("whole")
    };
    assert!(sent > 0 && sent < response.body().len());
    let page = status_call(&mut api).into_response().unwrap();
    assert_eq!(page.status(), 504);
    assert_eq!(page.headers()["content-type"], "text/html");
    assert!(page.body().starts_with(b"<html>"));
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "pending"
    );
}

#[test]
fn every_documented_code_can_be_asked_for_and_has_no_effect() {
    for code in (400..=414).chain([429]).chain(500..=505) {
        let mut api = ApiCaller::new();
        api.gateway.fail_next(Fault::Status(code));
        let reply = api.charge("akulaku", "order-1", 44_000);
        assert_eq!(reply.code(), code.to_string());
        assert!(!reply.text_of("status_message").is_empty());
        let as_http = matches!(code, 400 | 401 | 403 | 405 | 429 | 501..);
        assert_eq!(reply.http, if as_http { code } else { 200 });
        assert_eq!(api.status("order-1").code(), "404");
    }
}

#[test]
fn a_rule_for_one_order_leaves_the_others_alone() {
    let mut api = ApiCaller::new();
    api.gateway
        .add_fault(Rule::new(Fault::Status(503)).order("order-1"));
    assert_eq!(api.charge("akulaku", "order-2", 44_000).code(), "201");
    assert_eq!(api.charge("akulaku", "order-1", 44_000).code(), "503");
    assert_eq!(api.status("order-1").code(), "503");
    let number = api.gateway.faults()[0].0;
    assert!(api.gateway.remove_fault(number) && !api.gateway.remove_fault(number));
    assert_eq!(api.charge("akulaku", "order-1", 44_000).code(), "201");
}

#[test]
fn a_transaction_id_in_the_path_counts_as_its_order() {
    let mut api = ApiCaller::new();
    let id = api
        .charge("akulaku", "order-1", 44_000)
        .text_of("transaction_id")
        .to_owned();
    api.gateway
        .add_fault(Rule::new(Fault::Status(500)).order("order-1"));
    assert_eq!(api.status(&id).code(), "500");
}

#[test]
fn a_stored_answer_can_be_lost_again() {
    let mut api = ApiCaller::new();
    let body = charge("akulaku", "order-1", 44_000).to_string();
    api.gateway.add_fault(Rule::new(Fault::ResetAfter).times(2));
    for _ in 0..2 {
        assert!(matches!(
            api.reply("POST", "/v2/charge", &[("idempotency-key", "k")], &body),
            Reply::Reset
        ));
    }
    assert_eq!(
        api.call_with("POST", "/v2/charge", &[("idempotency-key", "k")], &body)
            .code(),
        "201"
    );
    assert_eq!(api.gateway.count(), 1);
}

#[test]
fn a_customer_who_approves_is_declined_or_walks_away() {
    for (fault, status) in [(Fault::Decline, "deny"), (Fault::WalkAway, "pending")] {
        let mut api = ApiCaller::new();
        api.charge("kredivo", "order-1", 44_000);
        api.gateway.fail_next(fault);
        let way = api.choose("order-1", Choice::Approve);
        assert_eq!(
            matches!(way, FinishRedirect::Never),
            fault == Fault::WalkAway
        );
        assert_eq!(api.status("order-1").text_of("transaction_status"), status);
    }
}

/// The way back, then: the browser held before the notifications and after them, and the number of
/// notifications at once and after [`LEAD`].
fn approve(
    api: &mut ApiCaller,
    fault: Fault,
    order_id: &str,
    payment_type: &str,
) -> (FinishRedirect, bool, bool, usize, usize) {
    api.charge(payment_type, order_id, 44_000);
    api.notifications();
    api.gateway.fail_next(fault);
    let way = api.choose(order_id, Choice::Approve);
    let held = api.gateway.holds_browser(order_id);
    let early = api.notified().len();
    let still_held = api.gateway.holds_browser(order_id);
    api.wait(LEAD.as_secs());
    (way, held, still_held, early, api.notified().len())
}

#[test]
fn the_browser_is_first_last_away_or_lying() {
    let mut api = ApiCaller::new();
    let (way, held, _, early, late) = approve(&mut api, Fault::ReturnBefore, "a", "kredivo");
    assert!(
        matches!(way, FinishRedirect::Redirect { location } if location.contains("settlement"))
    );
    assert_eq!((held, early, late), (false, 0, 1));
    let (_, held, still_held, early, _) = approve(&mut api, Fault::ReturnAfter, "b", "kredivo");
    assert_eq!((held, still_held, early), (true, false, 1));
    let (way, _, _, early, _) = approve(&mut api, Fault::NeverReturns, "c", "akulaku");
    assert_eq!((way, early), (FinishRedirect::Never, 1));
    let (way, ..) = approve(&mut api, Fault::ForgedReturn, "d", "kredivo");
    let FinishRedirect::Redirect { location } = way else {
        panic!("{way:?}")
    };
    assert!(
        location.ends_with("order_id=d&transaction_status=deny&status_code=202"),
        "{location}"
    );
    let (way, ..) = approve(&mut api, Fault::ForgedReturn, "e", "akulaku");
    let FinishRedirect::Form { response, .. } = way else {
        panic!("{way:?}")
    };
    let keys = api.gateway.settings().server_key().clone().into();
    assert!(response.contains("deny") && notification::verify(response.as_bytes(), &keys).is_err());
}

#[test]
fn what_was_done_on_purpose_is_in_the_timeline() {
    let mut api = ApiCaller::new();
    api.charge("kredivo", "order-1", 44_000);
    api.gateway.fail_next(Fault::NeverReturns);
    api.gateway.fail_next(Fault::Status(503));
    api.choose("order-1", Choice::Approve);
    status_call(&mut api);
    let entries = api.gateway.timeline("order-1").unwrap().entries;
    let struck = |fault| {
        entries
            .iter()
            .any(|entry| entry.what == TimelineEvent::FaultApplied(fault))
    };
    assert!(struck(Fault::NeverReturns));
    assert!(entries.iter().any(|entry| matches!(
        &entry.what,
        TimelineEvent::Called {
            operation,
            status_code: 503,
            fault: Some(Fault::Status(503)),
            ..
        } if operation == "status"
    )));
}

#[test]
fn a_denial_waits_for_a_customer_who_approves_and_timing_for_something_to_time() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    api.gateway.fail_next(Fault::Decline);
    api.gateway.fail_next(Fault::ReturnBefore);
    api.choose("order-1", Choice::Leave);
    assert_eq!(api.gateway.faults().len(), 2, "nothing was used up");
    api.choose("order-1", Choice::Approve);
    assert_eq!(api.status("order-1").text_of("transaction_status"), "deny");
    assert!(api.gateway.faults().is_empty());
}

#[test]
fn the_browser_is_first_also_when_the_notification_suffers_otherwise() {
    for fault in [Fault::Duplicate, Fault::Corrupt] {
        let mut api = ApiCaller::new();
        api.charge("akulaku", "order-1", 44_000);
        api.notifications();
        api.gateway.fail_next(fault);
        api.gateway.fail_next(Fault::ReturnBefore);
        api.choose("order-1", Choice::Approve);
        assert!(api.gateway.due(api.now).is_empty(), "{fault}");
        api.wait(LEAD.as_secs());
        assert_eq!(api.gateway.due(api.now).len(), 1, "{fault}");
    }
}

#[test]
fn a_latency_also_holds_up_what_is_answered_at_the_beginning() {
    let second = Duration::from_secs(1);
    let mut api = ApiCaller::new();
    api.gateway.add_fault(Fault::Latency(second));
    api.gateway.fail_next(Fault::Status(503));
    let body = charge("akulaku", "order-1", 44_000).to_string();
    let request = ApiCaller::request("POST", "/v2/charge", &[("idempotency-key", "k")], &body);
    assert!(
        matches!(api.gateway.begin(&request, api.now), Started::Answered(_, pause) if pause == second)
    );
    let Started::Running(pending) = api.gateway.begin(&request, api.now) else {
        panic!("answered")
    };
    assert_eq!(pending.pause(), second);
    drop(api.gateway.finish(pending, &request, api.now));
    assert!(
        matches!(api.gateway.begin(&request, api.now), Started::Answered(_, pause) if pause == second),
        "a repeat"
    );
}

fn codes(api: &ApiCaller, order_id: &str) -> Vec<u16> {
    let entries = api.gateway.timeline(order_id).unwrap().entries;
    entries
        .into_iter()
        .filter_map(|entry| match entry.what {
            TimelineEvent::Called { status_code, .. } => Some(status_code),
            _ => None,
        })
        .collect()
}

#[test]
fn a_charge_that_failed_on_purpose_is_in_the_timeline_of_what_came_of_it() {
    let mut api = ApiCaller::new();
    api.gateway.fail_next(Fault::Status(503));
    api.charge("akulaku", "order-1", 44_000);
    api.charge("akulaku", "order-2", 44_000);
    api.charge("akulaku", "order-1", 44_000);
    assert_eq!(codes(&api, "order-1"), [503, 201]);
    assert_eq!(codes(&api, "order-2"), [201]);
}

#[test]
fn a_bare_return_brings_no_parameters_from_any_provider() {
    for method in ["akulaku", "kredivo"] {
        let mut api = ApiCaller::new();
        api.charge(method, "order-1", 44_000);
        api.gateway.fail_next(Fault::BareReturn);
        let FinishRedirect::Redirect { location } = api.choose("order-1", Choice::Approve) else {
            panic!("{method} sends a form")
        };
        let set = api.gateway.settings().finish_url.as_deref();
        assert_eq!(Some(location.as_str()), set);
        assert_eq!(api.status("order-1").code(), "200", "it is paid");
    }
}

#[test]
fn a_fault_beyond_its_bounds_counts_as_the_nearest() {
    assert_eq!(Rule::new(Fault::Status(200)).fault(), Fault::Status(400));
    assert_eq!(Rule::new(Fault::Html(100)).fault(), Fault::Html(200));
    let rule = Rule::new(Fault::Latency(Duration::MAX));
    assert_eq!(rule.to_string().parse(), Ok(rule));
}
