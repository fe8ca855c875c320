//! The way from Snap's page back to the shop: URLs, parameters, the result of a popup, and faults.

use midtrans_simulator::gateway::snap::SnapEvent;
use midtrans_simulator::gateway::{Choice, Fault, FinishRedirect, TimelineEvent};
use serde_json::json;

use crate::api_caller::ApiCaller;
use crate::snap::{choose, create, open, request};

#[test]
fn each_way_back_has_its_url_and_its_parameters() {
    let mut api = ApiCaller::new();
    let settings = api.gateway.settings_mut();
    settings.unfinish_url = Some("https://shop.example/unfinish?a=1".to_owned());
    settings.error_url = Some("https://shop.example/error".to_owned());
    let token = open(&mut api, "order-1");
    let location = |api: &mut ApiCaller, token: &str| {
        let back = api.gateway.snap_return(token, api.now).unwrap();
        (back.event, back.location.unwrap())
    };
    let unfinished = "https://shop.example/unfinish?a=1&order_id=order-1";
    assert_eq!(
        location(&mut api, &token),
        (SnapEvent::Close, unfinished.to_owned())
    );
    choose(&mut api, &token, "bca_va");
    let pending =
        "http://127.0.0.1:3000/finish?order_id=order-1&status_code=201&transaction_status=pending";
    assert_eq!(
        location(&mut api, &token),
        (SnapEvent::Pending, pending.to_owned())
    );
    api.ask("order-1", "expire");
    let failed =
        "https://shop.example/error?order_id=order-1&status_code=407&transaction_status=expire";
    assert_eq!(
        location(&mut api, &token),
        (SnapEvent::Error, failed.to_owned())
    );
    let mut own = request("order-2");
    own["callbacks"] = json!({"finish": "https://own.example/f", "error": "https://own.example/e"});
    let own = crate::snap::token(&create(&mut api, &own));
    choose(&mut api, &own, "akulaku");
    // A provider's own page goes there too, in the provider's own way.
    let way = api.choose("order-2", Choice::Decline);
    assert!(
        matches!(way, FinishRedirect::Form { action, .. } if action == "https://own.example/f")
    );
    let refused = "https://own.example/f?order_id=order-2&status_code=202&transaction_status=deny";
    assert_eq!(
        location(&mut api, &own),
        (SnapEvent::Error, refused.to_owned()),
        "the error URL is not for paylater methods"
    );
    let settings = api.gateway.settings();
    assert_eq!(
        settings.finish_url.as_deref(),
        Some("http://127.0.0.1:3000/finish")
    );
}

#[test]
fn the_result_for_the_browser_has_no_signature() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1");
    choose(&mut api, &token, "bca_va");
    let result = api.gateway.snap_return(&token, api.now).unwrap().result;
    for name in [
        "status_code",
        "status_message",
        "transaction_id",
        "order_id",
        "gross_amount",
        "payment_type",
        "transaction_time",
        "transaction_status",
        "fraud_status",
        "va_numbers",
        "finish_redirect_url",
    ] {
        assert!(!result[name].is_null(), "{name}: {result}");
    }
    assert!(
        result["signature_key"].is_null() && result["merchant_id"].is_null(),
        "{result}"
    );
}

#[test]
fn a_forged_or_bare_return_from_snaps_page_is_on_the_timeline_and_changes_nothing() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1");
    choose(&mut api, &token, "bca_va");
    api.gateway.settings_mut().finish_url = Some("https://shop.example/f?a=1".to_owned());
    api.gateway.fail_next(Fault::ForgedReturn);
    let left = api.gateway.snap_return(&token, api.now).unwrap();
    assert_eq!(left.event, SnapEvent::Success, "nothing was paid");
    assert_eq!(left.result["transaction_status"], "settlement");
    assert!(
        left.location
            .unwrap()
            .ends_with("&transaction_status=settlement")
    );
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "pending"
    );
    api.gateway.fail_next(Fault::ForgedReturn);
    let way = api.gateway.snap_act(&token, Choice::Approve, api.now);
    assert_eq!(
        way,
        Some(FinishRedirect::Stays),
        "Snap's page leads back by itself"
    );
    let forged = api.gateway.snap_return(&token, api.now).unwrap();
    assert_eq!(forged.event, SnapEvent::Error);
    assert_eq!(forged.result["transaction_status"], "deny");
    assert_eq!(forged.result["status_code"], "202");
    api.gateway.fail_next(Fault::BareReturn);
    let bare = api.gateway.snap_return(&token, api.now).unwrap();
    assert_eq!((bare.event, bare.result), (SnapEvent::Success, json!({})));
    assert_eq!(bare.location.as_deref(), Some("https://shop.example/f?a=1"));
    let honest = api.gateway.snap_return(&token, api.now).unwrap();
    assert_eq!(honest.result["transaction_status"], "settlement");
    let timeline = api.gateway.timeline("order-1").unwrap();
    let ways: Vec<bool> = timeline
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            TimelineEvent::SentBack { forged, .. } => Some(*forged),
            _ => None,
        })
        .collect();
    assert_eq!(ways, [true, true, false, false]);
}

#[test]
fn a_browser_that_never_comes_back_from_snaps_page_has_paid_all_the_same() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1");
    choose(&mut api, &token, "bca_va");
    api.gateway.fail_next(Fault::NeverReturns);
    let way = api.gateway.snap_act(&token, Choice::Approve, api.now);
    assert_eq!(way, Some(FinishRedirect::Never));
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "settlement"
    );
}
