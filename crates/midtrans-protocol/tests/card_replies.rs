//! What replies and notifications say about a card, and the customer's next step.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, answered, key, keys, notified, received, settlement, with};
use midtrans_protocol::Transaction;
use midtrans_protocol::card::CardType;
use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::notification::signature;
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};
use midtrans_protocol::{
    Charge, Environment, OrderId, Rupiah, TransactionDetails, decode, notification,
};
use serde_json::{Value, json};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/", $name, ".json"))
    };
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn answer(text: &str) -> Transaction {
    answered(&object(text))
}

fn captured() -> Value {
    object(fixture!("card--charge-response--capture"))
}

fn charge() -> Charge {
    let token = midtrans_protocol::card::CardToken::new("a-token").expect("a token");
    let order = TransactionDetails::new(OrderId::new(ORDER).expect("an id"), Rupiah::new(125_000));
    let card = midtrans_protocol::method::CreditCard::token(token);
    Charge::builder(order.expect("a price"), card)
        .build()
        .expect("a charge")
}

#[test]
fn a_reply_says_which_card_paid_and_how() {
    let transaction = answer(fixture!("card--charge-response--capture"));
    let card = transaction.details().card().expect("a card");
    assert_eq!(card.masked_card.as_deref(), Some("40000000-0417"));
    assert_eq!(card.bank.as_deref(), Some("bni"));
    assert_eq!(card.card_type, Some(CardType::Credit));
    assert_eq!(card.approval_code.as_deref(), Some("041700"));
    assert_eq!(card.channel_response_code.as_deref(), Some("00"));
    assert!(card.channel_response_message.is_some());
    assert_eq!(card.on_us, Some(true));
    assert_eq!(card.channel.as_deref(), Some("dragon"));
    assert_eq!(card.eci, None);
}

#[test]
fn a_saved_card_comes_with_its_token_and_when_it_ends() {
    let transaction = answer(fixture!("card--charge-response--capture-saved-token"));
    let card = transaction.details().card().expect("a card");
    let token = card.saved_token_id.expect("a saved card");
    assert_eq!(token.as_str(), "40000000abcdefghijklmnopqrst0417");
    let end = card.saved_token_id_expired_at.expect("a time");
    assert_eq!(end.to_string(), "2030-12-31 07:00:00");
    assert_eq!(card.eci.as_deref(), Some("05"));
}

#[test]
fn an_approval_code_of_six_blanks_is_none() {
    let transaction = answer(fixture!("card--charge-response--deny"));
    let card = transaction.details().card().expect("a card");
    assert_eq!(card.approval_code, None);
    assert_eq!(card.channel_response_code.as_deref(), Some("05"));
    assert_eq!(card.on_us, Some(false));
}

#[test]
fn an_instalment_term_is_read_as_a_number_and_as_a_text() {
    let text = answer(fixture!("card--charge-response--installment"));
    let body = fixture!("card--notification--installment-capture");
    let number = notification::verify(body.as_bytes(), &keys()).expect("signed");
    for details in [text.details(), number.reported()] {
        let card = details.card().expect("a card");
        assert_eq!(card.installment_term, Some(12));
    }
}

#[test]
fn points_that_were_redeemed_are_read_in_every_spelling() {
    let status = object(fixture!("status--response--card-points"));
    for changes in [
        json!({}),
        json!({"point_redeem_amount": "40000.00", "point_redeem_quantity": "13333", "point_balance_amount": 417}),
    ] {
        let transaction = answered(&with(status.clone(), changes));
        let card = transaction.details().card().expect("a card");
        assert_eq!(card.point_redeem_amount, Some(Rupiah::new(40_000)));
        assert_eq!(card.point_redeem_quantity, Some(13_333));
        assert_eq!(card.point_balance_amount, Some(Rupiah::new(417)));
    }
}

#[test]
fn the_end_of_the_challenge_has_two_names() {
    let charge = answer(fixture!("card--charge-response--pending-after-otp"));
    let status = answer(fixture!("status--response--card-saved-token"));
    let completion = |transaction: &Transaction| {
        let card = transaction.details().card().expect("a card");
        assert_eq!(card.three_ds_version.as_deref(), Some("2"));
        card.challenge_completion
    };
    assert_eq!(completion(&charge), Some(false));
    assert_eq!(completion(&status), Some(true));
}

#[test]
fn a_notification_reports_the_card_and_its_signature_does_not_cover_it() {
    let body = object(fixture!("card--notification--settlement"));
    let changed = with(body, json!({"masked_card": "51111111-9999"}));
    let notification = notification::verify(changed.to_string().as_bytes(), &keys());
    let card = notification.expect("signed all the same").reported().card();
    let masked = card.and_then(|card| card.masked_card);
    assert_eq!(masked.as_deref(), Some("51111111-9999"));
}

#[test]
fn fields_of_other_types_hide_none_of_the_others() {
    let odd = json!({
        "eci": ["05"], "on_us": "TRUE", "installment_term": "many", "saved_token_id": {},
        "saved_token_id_expired_at": "soon", "three_ds_version": 2, "card_type": "prepaid",
        "challenge_completion": 1,
    });
    let transaction = answered(&with(captured(), odd));
    let card = transaction.details().card().expect("a card");
    assert_eq!((card.eci.as_deref(), card.installment_term), (None, None));
    assert_eq!(
        (card.saved_token_id.is_none(), card.on_us),
        (true, Some(true))
    );
    assert_eq!(card.three_ds_version.as_deref(), Some("2"));
    assert!(matches!(card.card_type, Some(CardType::Unknown(_))));
    assert_eq!(card.masked_card.as_deref(), Some("40000000-0417"));
}

#[test]
fn only_payments_by_card_have_a_card() {
    assert!(answered(&settlement()).details().card().is_none());
    let without_type = with(captured(), json!({"payment_type": null}));
    assert!(answered(&without_type).details().card().is_some());
}

#[test]
fn a_card_that_needs_3ds_is_sent_to_the_banks_page() {
    let body = fixture!("card--charge-response--pending-3ds");
    let transaction = decode(&charge(), received(200, body)).expect("a pending charge");
    let instructions = transaction.instructions().expect("a next step");
    let page = instructions
        .redirect(&Environment::Sandbox)
        .expect("a page");
    assert_eq!(page.host(), "api.sandbox.midtrans.com");
}

#[test]
fn after_the_password_the_customer_waits_and_is_sent_nowhere() {
    let body = fixture!("card--charge-response--pending-after-otp");
    let transaction = answer(body);
    assert!(transaction.redirect_url().is_some(), "the answer names it");
    let instructions = transaction.instructions().expect("a next step");
    assert!(matches!(instructions, Instructions::Wait));
    assert!(instructions.redirect(&Environment::Sandbox).is_none());
    // Under its other name too.
    let renamed = body.replace("three_ds_challenge_completion", "challenge_completion");
    assert!(matches!(
        answer(&renamed).instructions(),
        Some(Instructions::Wait)
    ));
}

#[test]
fn a_card_that_is_charged_or_reserved_leaves_nothing_to_do() {
    for body in [
        fixture!("card--charge-response--capture"),
        fixture!("card--charge-response--authorize"),
        fixture!("card--charge-response--installment"),
    ] {
        let transaction = decode(&charge(), received(200, body)).expect("a charge");
        assert!(matches!(
            transaction.instructions(),
            Some(Instructions::Nothing)
        ));
    }
    let denied = answer(fixture!("card--charge-response--deny"));
    assert!(denied.instructions().is_none());
}

#[test]
fn a_challenged_charge_is_an_answer_and_the_customer_waits() {
    let challenged = with(
        captured(),
        json!({"status_code": "201", "fraud_status": "challenge"}),
    );
    let transaction = decode(&charge(), received(200, challenged.to_string())).expect("a charge");
    assert!(matches!(
        transaction.instructions(),
        Some(Instructions::Wait)
    ));
    let refused = with(captured(), json!({"fraud_status": "deny"}));
    assert!(answered(&refused).instructions().is_none());
}

#[test]
fn a_denied_card_is_a_refusal_of_the_charge() {
    let body = fixture!("card--charge-response--deny");
    for http in [200, 202] {
        match decode(&charge(), received(http, body)) {
            Err(ReplyError::Api(error)) => {
                assert!(error.is_denied() && !error.outcome_unknown());
                assert_eq!(error.code(), 202);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// The JSON as a browser's form.
fn form(json: &str) -> Vec<u8> {
    serde_urlencoded::to_string([("response", json)])
        .expect("a text")
        .into_bytes()
}

#[test]
fn the_form_callback_of_3ds_is_a_landing_and_a_hint_only() {
    let body = fixture!("card--charge-response--capture");
    let landing = Landing::from_form(&form(body));
    assert_eq!(landing.order_id(), Some(ORDER));
    assert_eq!(landing.hint(), Some(&TransactionStatus::Capture));
    assert_eq!(landing.status_code(), Some("200"));
    assert!(landing.transaction_id().is_some());
    // A browser brought it: unsigned, and even a signed one proves nothing about the status.
    assert_eq!(landing.signature(&keys()), LandingSignature::Absent);
    let signed = signature::sign(ORDER, "200", "125000.00", &key());
    let forged = with(
        captured(),
        json!({"signature_key": signed, "transaction_status": "settlement"}),
    );
    let landing = Landing::from_form(&form(&forged.to_string()));
    assert_eq!(landing.signature(&keys()), LandingSignature::Genuine);
    assert_eq!(landing.hint(), Some(&TransactionStatus::Settlement));
}

#[test]
fn a_denied_or_pending_form_callback_is_read_too() {
    for (body, status) in [
        (
            fixture!("card--charge-response--deny"),
            TransactionStatus::Deny,
        ),
        (
            fixture!("card--charge-response--pending-after-otp"),
            TransactionStatus::Pending,
        ),
    ] {
        let landing = Landing::from_form(&form(body));
        assert_eq!(landing.hint(), Some(&status));
        assert_eq!(landing.order_id(), Some(ORDER));
    }
    let broken = Landing::from_form(b"response=%7B%22order_id%22");
    assert!(broken.is_empty());
}

#[test]
fn the_card_of_a_notification_without_a_card_field_is_empty_and_no_error() {
    let bare = with(settlement(), json!({"payment_type": "credit_card"}));
    let card = notified(&bare).reported().card().expect("it says so");
    assert_eq!((card.masked_card, card.bank, card.eci), (None, None, None));
}
