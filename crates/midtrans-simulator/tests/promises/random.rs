//! Nothing that comes in makes the gateway panic.

use http::{Method, Request};
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{Rupiah, ServerKeys, notification};
use midtrans_simulator::gateway::{Choice, Command, Fault, Outcome, Rule};
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_oneof, proptest};
use proptest::sample::select;

use crate::api_caller::{ApiCaller, KEY, charge};

fn path() -> impl Strategy<Value = String> {
    let operation = select(vec![
        "status",
        "cancel",
        "expire",
        "approve",
        "deny",
        "refund",
        "refund/online/direct",
        "",
    ]);
    prop_oneof![
        (
            select(vec!["order-1", "%", "%2", "%ff", "..", "", "a%2Fb"]),
            operation
        )
            .prop_map(|(id, operation)| format!("/v2/{id}/{operation}")),
        select(vec!["/v2/charge".to_owned(), "/".to_owned()]),
        "/[!-~&&[^#]]{0,40}",
    ]
}

/// JSON that is nearly a charge or a refund: a good one with one value exchanged.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let (field, odd) = (select(FIELDS), select(ODD));
    (field, odd).prop_map(|(field, odd)| {
        let mut body = charge("akulaku", "order-1", 44_000);
        let expiry =
            r#"{"order_time":"2026-11-22 10:00:00 +0700","expiry_duration":9,"unit":"day"}"#;
        body["custom_expiry"] = serde_json::from_str(expiry).unwrap();
        body["amount"] = 4_000.into();
        let value: serde_json::Value = serde_json::from_str(odd).unwrap_or_default();
        for place in [
            "/",
            "/transaction_details/",
            "/item_details/0/",
            "/custom_expiry/",
        ] {
            if let Some(slot) = body.pointer_mut(&format!("{place}{field}")) {
                *slot = value.clone();
            }
        }
        body[field] = value;
        body.to_string().into_bytes()
    })
}

proptest! {
    #[test]
    fn no_call_panics(
        calls in prop::collection::vec((
            select(vec![Method::GET, Method::POST, Method::PUT]),
            path(),
            prop_oneof![prop::collection::vec(any::<u8>(), 0..80), nearly()],
            prop::collection::vec((select(vec!["idempotency-key", "x-append-notification", "x-override-notification"]),
                prop::collection::vec(0x20u8..=0xff, 0..60)), 0..3),
            any::<i64>(),
        ), 1..12)
    ) {
        let mut api = ApiCaller::new();
        for (method, path, body, headers, shift) in calls {
            let Ok(mut request) = Request::builder().method(method).uri(path.as_str()).header("authorization", KEY)
                .body(body) else { continue };
            for (name, value) in headers {
                if let Ok(value) = http::HeaderValue::from_bytes(&value) {
                    request.headers_mut().append(name, value);
                }
            }
            // Also moments at the ends of time, and time that runs backwards.
            api.now = WibTime::from_unix(shift).unwrap_or(api.now);
            let response = api.gateway.handle(&request, api.now).into_response().unwrap();
            prop_assert!(serde_json::from_slice::<serde_json::Value>(response.body()).is_ok());
            for delivery in api.gateway.due(api.now) {
                api.gateway.delivered(delivery.id, Outcome::redirected(307, path.as_str()), api.now);
            }
            api.gateway.choose(&path, Choice::Approve, api.now);
            api.gateway.choose("order-1", Choice::Approve, api.now);
            api.gateway.checkout("order-1", api.now);
            let _ = api.gateway.take_events().iter().map(ToString::to_string).collect::<Vec<_>>();
        }
    }

    /// AnyReply goes wrong: what is told under the true key is a status that the order had, and in
    /// the end the gateway still answers.
    #[test]
    fn no_mixture_of_faults_and_commands_makes_the_gateway_lie_under_its_own_key(
        steps in prop::collection::vec((0usize..19, 0u8..9, 1u16..1_001, 0u64..200), 1..60)
    ) {
        let mut api = ApiCaller::new();
        let keys = ServerKeys::from(api.gateway.settings().server_key().clone());
        let mut told = Vec::new();
        for (fault, act, rate, pause) in steps {
            api.wait(pause);
            api.gateway.add_fault(Rule::new(Fault::ALL[fault]).per_mille(rate).times(3));
            let command = |amount| Command::Refund(amount);
            match act {
                0 => drop(api.reply("POST", "/v2/charge", &[], &charge("kredivo", "order-1", 44_000).to_string())),
                1 => drop(api.gateway.choose("order-1", Choice::Approve, api.now)),
                2 => drop(api.gateway.choose("order-1", Choice::Decline, api.now)),
                3 => drop(api.gateway.command("order-1", command(Some(Rupiah::new(pause))), api.now)),
                4 => drop(api.gateway.command("order-1", command(None), api.now)),
                5 => drop(api.gateway.command("order-1", Command::Cancel, api.now)),
                6 => drop(api.reply("POST", "/v2/order-1/refund/online/direct", &[], r#"{"amount":7}"#)),
                7 => drop(api.reply("GET", "/v2/order-1/status", &[], "")),
                _ => {
                    for delivery in api.gateway.due(api.now) {
                        told.push(delivery.body);
                        let outcome = Outcome::answered(if pause % 3 == 0 { 503 } else { 200 });
                        api.gateway.delivered(delivery.id, outcome, api.now);
                    }
                }
            }
        }
        let had: Vec<String> = api
            .gateway
            .transactions()
            .flat_map(|summary| api.gateway.timeline(&summary.transaction_id).unwrap().entries)
            .filter_map(|entry| match entry.what {
                midtrans_simulator::gateway::TimelineEvent::StatusChanged(status) => Some(status.as_str().to_owned()),
                _ => None,
            })
            .collect();
        for body in told {
            if let Ok(notification) = notification::verify(body.as_bytes(), &keys) {
                let status = notification.reported().transaction_status().unwrap().as_str().to_owned();
                prop_assert!(had.contains(&status), "{status}");
            }
        }
        let rules: Vec<u32> = api.gateway.faults().iter().map(|(number, _)| *number).collect();
        prop_assert!(rules.into_iter().all(|number| api.gateway.remove_fault(number)));
        let code = api.status("order-1").code().to_owned();
        prop_assert!((code == "404") == (api.gateway.count() == 0));
    }

    #[test]
    fn no_authorization_header_panics_or_opens(value in prop::collection::vec(0x20u8..=0xff, 0..60)) {
        let mut api = ApiCaller::new();
        let mut request = ApiCaller::request("GET", "/v2/x/status", &[], "");
        if let Ok(value) = http::HeaderValue::from_bytes(&value) {
            request.headers_mut().insert("authorization", value);
            prop_assert!(api.gateway.handle(&request, api.now).into_response().unwrap().status() == 401);
        }
    }
}

const ODD: &[&str] = &[
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"x\"",
    "-1",
    "0",
    "1.5",
    "1e400",
    "9223372036854775808",
    "18446744073709551615",
    "-9223372036854775808",
    "\"99999999999999999999\"",
    "\"-1.00\"",
    "[[[]]]",
    "\"\\u0000\"",
    "\"9999-12-31 23:59:59 +0700\"",
    "\"0000-01-01 00:00:00 -9999\"",
    "\"é +07:0\"",
    "\"day\"",
];

const FIELDS: &[&str] = &[
    "payment_type",
    "transaction_details",
    "order_id",
    "gross_amount",
    "item_details",
    "price",
    "quantity",
    "name",
    "custom_expiry",
    "order_time",
    "expiry_duration",
    "unit",
    "custom_field1",
    "metadata",
    "amount",
    "refund_key",
    "reason",
    "customer_details",
];
