//! The preferences of Snap's page.

use midtrans_simulator::gateway::Choice;
use midtrans_simulator::gateway::snap::SnapState;
use serde_json::{Value, json};

use crate::api_caller::ApiCaller;
use crate::snap::{choose, errors, methods, open};

#[test]
fn preferences_switch_channels_off_and_set_the_urls() {
    let path = "/snap/v3/merchant-preferences";
    let mut api = ApiCaller::new();
    let patch =
        |api: &mut ApiCaller, body: Value| api.call_with("PATCH", path, &[], &body.to_string());
    let wrong = json!({"payment_channels": [{"name": "barter", "enabled": true}]});
    let refused = patch(&mut api, wrong);
    assert_eq!(refused.http, 400);
    assert_eq!(
        errors(&refused),
        ["Payment type barter is invalid for this merchant"]
    );
    let changed = patch(
        &mut api,
        json!({"merchant_id": "M1", "display_name": "DEMO", "other_va_processor": "bri_va", "allow_retry": false,
            "finish_payment_return_url": "https://midtrans.com/finish",
            "payment_channels": [{"name": "bca_va", "enabled": false}]}),
    );
    assert_eq!(changed.http, 200);
    let read = api.call_with("GET", path, &[], "");
    assert_eq!(read.text, changed.text);
    assert_eq!(
        (read.text_of("merchant_id"), read.text_of("display_name")),
        ("G000000000", "DEMO")
    );
    let token = open(&mut api, "order-1");
    let offered = methods(&mut api, &token);
    assert!(
        !offered.contains(&"bca_va") && offered.contains(&"bni_va"),
        "{offered:?}"
    );
    let back = api.gateway.snap_return(&token, api.now).unwrap();
    assert!(
        back.location
            .unwrap()
            .starts_with("https://midtrans.com/finish?")
    );
    let id = choose(&mut api, &token, "other_va");
    assert_eq!(api.status(&id).json["va_numbers"][0]["bank"], "bri");
    let token = open(&mut api, "order-2");
    choose(&mut api, &token, "akulaku");
    api.gateway
        .snap_act(&token, Choice::Decline, api.now)
        .unwrap();
    let checkout = api.gateway.snap_checkout(&token, api.now).unwrap();
    assert!(
        matches!(checkout.state, SnapState::Over(_)),
        "no second try"
    );
    let mut stranger = ApiCaller::request("GET", path, &[], "");
    stranger.headers_mut().remove("authorization");
    let reply = api
        .gateway
        .handle(&stranger, api.now)
        .into_response()
        .unwrap();
    let text = r#"{"error_messages":["Access denied, please check server key"]}"#;
    assert_eq!(
        (
            reply.status().as_u16(),
            String::from_utf8_lossy(reply.body()).as_ref()
        ),
        (401, text)
    );
}
