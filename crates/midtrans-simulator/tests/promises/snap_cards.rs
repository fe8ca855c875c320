//! Cards on Snap's page.

use midtrans_simulator::gateway::Choice;
use midtrans_simulator::gateway::snap::{CardForm, SnapEvent};
use serde_json::json;

use crate::api_caller::ApiCaller;
use crate::snap::{create, methods, open, request};

#[test]
fn a_card_is_paid_on_the_page_at_once_or_after_its_bank_has_asked() {
    let mut api = ApiCaller::new();
    let card = CardForm::new("4811 1111 1111 1114", "02", "2030", "123");
    let token = open(&mut api, "order-1");
    assert!(methods(&mut api, &token).contains(&"credit_card"));
    let bare = api
        .gateway
        .snap_choose(&token, "credit_card", api.now)
        .unwrap();
    assert!(bare.is_err(), "a card has fields of its own");
    api.gateway
        .snap_card(&token, &card, api.now)
        .unwrap()
        .unwrap();
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "capture"
    );
    let back = api.gateway.snap_return(&token, api.now).unwrap();
    assert_eq!(back.event, SnapEvent::Success);
    let mut secure = request("order-2");
    secure["credit_card"] = json!({"secure": true});
    let token = crate::snap::token(&create(&mut api, &secure));
    api.gateway
        .snap_card(&token, &card, api.now)
        .unwrap()
        .unwrap();
    assert_eq!(
        api.status("order-2").text_of("transaction_status"),
        "pending"
    );
    api.gateway
        .snap_act(&token, Choice::Approve, api.now)
        .unwrap();
    assert_eq!(
        api.status("order-2").text_of("transaction_status"),
        "capture"
    );
    let wrong = CardForm::new("4811 1111 1111 1115", "02", "2030", "123");
    let token = open(&mut api, "order-3");
    let refused = api.gateway.snap_card(&token, &wrong, api.now).unwrap();
    let problems = format!("{:?}", refused.unwrap_err());
    assert!(
        problems.contains("card_number") && !problems.contains("1115"),
        "{problems}"
    );
    assert!(!format!("{card:?}").contains("4811"));
}
