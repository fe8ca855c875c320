//! Linked accounts: what is sent, and answers that are no errors.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::received;
use http::Method;
use midtrans_protocol::Environment;
use midtrans_protocol::Rupiah;
use midtrans_protocol::decode;
use midtrans_protocol::operation::Operation;
use midtrans_protocol::pay_account::{
    AccountId, AccountStatus, Create, Get, GetPromotions, Linking, LinkingRefusal, PaymentToken,
    Unbind,
};
use midtrans_protocol::reply::ReplyError;

const LINKING: &str = r#"{"status_code":"201","payment_type":"gopay","account_id":"a-417","account_status":"PENDING",
    "actions":[{"name":"activation-link-url","method":"GET","url":"https://api.sandbox.midtrans.com/v2/gopay/redirect/1/link"},
    {"name":"activation-link-app","method":"GET","url":"gojek://link/1"}]}"#;

fn create() -> Create {
    Create::new("81234567890", "https://toko.example/terhubung").expect("a link")
}

fn account() -> AccountId {
    AccountId::received("a-417").expect("an id")
}

#[test]
fn a_link_is_asked_for_and_waits_for_the_customer() {
    let request = create().request(&Environment::Sandbox);
    let uri = request.uri().to_string();
    assert_eq!(uri, "https://api.sandbox.midtrans.com/v2/pay/account");
    let golden = r#"{"payment_type":"gopay","gopay_partner":{"phone_number":"81234567890","country_code":"62","redirect_url":"https://toko.example/terhubung"}}"#;
    assert_eq!(String::from_utf8_lossy(request.body()), golden);
    assert_eq!(Create::from_json(golden).unwrap(), create());
    for http in [200, 201] {
        let Linking::Started(account) = decode(&create(), received(http, LINKING)).unwrap() else {
            panic!("it has started");
        };
        assert_eq!(account.account_id(), Some(self::account()));
        assert_eq!(account.account_status(), Some(AccountStatus::Pending));
        assert!(account.redirect(&Environment::Sandbox).is_some());
        assert_eq!(
            account.activation_app_url().as_deref(),
            Some("gojek://link/1")
        );
    }
    let plain = LINKING.replace("https://api", "http://api");
    let Linking::Started(account) = decode(&create(), received(201, plain)).unwrap() else {
        panic!("it has started");
    };
    assert!(
        account.redirect(&Environment::Sandbox).is_none(),
        "plain http"
    );
}

#[test]
fn a_number_that_is_not_registered_blocked_or_malformed_is_an_outcome_and_no_error() {
    let denied = |code: &str, message: &str| {
        format!(
            r#"{{"status_code":"202","payment_type":"gopay","channel_response_code":"{code}",
                "channel_response_message":"{message}"}}"#
        )
    };
    let malformed = r#"{"status_code":"400","status_message":"One or more parameters in the payload is invalid.",
        "validation_messages":["gopay_partner.phone_number must be numeric digits and must not begin with 0"],"id":"i"}"#;
    let blocked = r#"{"status_code":"410","status_message":"GoPay user is blocked"}"#;
    for (http, body, reason) in [
        (
            200,
            denied("105", "User Not Found"),
            LinkingRefusal::NotRegistered,
        ),
        (
            202,
            denied("105", "User Not Found"),
            LinkingRefusal::NotRegistered,
        ),
        (
            202,
            denied("999", "Wallet is Blocked"),
            LinkingRefusal::Blocked,
        ),
        (202, denied("310", "malformed"), LinkingRefusal::Malformed),
        (202, denied("2903", "invalid scheme"), LinkingRefusal::Other),
        (400, malformed.to_owned(), LinkingRefusal::Malformed),
        (200, blocked.to_owned(), LinkingRefusal::Blocked),
    ] {
        let Linking::Refused(refused) = decode(&create(), received(http, &body)).unwrap() else {
            panic!("{body}");
        };
        assert_eq!(refused.reason(), reason, "{body}");
        assert!(refused.code().is_some() && refused.message().is_some());
    }
}

#[test]
fn other_refusals_of_a_link_stay_refusals() {
    let other_field = r#"{"status_code":"400","status_message":"x","validation_messages":["payment_type is required"]}"#;
    for (http, body) in [
        (400, other_field),
        (401, r#"{"status_code":"401","status_message":"x"}"#),
        (429, r#"{"status_code":"429","status_message":"x"}"#),
        (500, "<html>"),
    ] {
        let error = decode(&create(), received(http, body)).unwrap_err();
        assert!(matches!(error, ReplyError::Api(_)), "{body}");
    }
    let neither = r#"{"status_code":"201","payment_type":"gopay"}"#;
    let error = decode(&create(), received(201, neither)).unwrap_err();
    assert!(matches!(error, ReplyError::Decode(_)));
}

#[test]
fn a_phone_number_in_another_form_is_refused_when_made_without_being_shown() {
    for phone in [
        "081234567890",
        "+6281234567890",
        "8123",
        "8123456789012",
        "8 123456789",
        "",
    ] {
        let error = Create::new(phone, "https://toko.example").unwrap_err();
        assert_eq!(error.field(), "gopay_partner.phone_number");
        assert!(
            phone.is_empty() || !error.to_string().contains(phone),
            "{error}"
        );
    }
    let error = Create::new("81234567890", " ").unwrap_err();
    assert_eq!(error.field(), "gopay_partner.redirect_url");
    let json = r#"{"payment_type":"gopay","gopay_partner":{"phone_number":81234567890}}"#;
    let error = Create::from_json(json).unwrap_err();
    assert_eq!(error.field(), "gopay_partner.phone_number");
}

#[test]
fn the_ways_to_pay_are_read_and_their_tokens_are_never_shown() {
    let body = r#"{"status_code":"200","payment_type":"gopay","account_id":"a-417","account_status":"ENABLED",
        "metadata":{"payment_options":[{"name":"GOPAY_WALLET","active":true,"balance":{"value":"1000.00","currency":"IDR"},
        "metadata":{},"token":"rahasia-417=="},{"name":"PAY_LATER","active":false}]}}"#;
    let get = Get::new(account());
    let request = get.request(&Environment::Sandbox);
    assert_eq!(
        (request.method(), request.uri().path()),
        (&Method::GET, "/v2/pay/account/a-417")
    );
    let account = decode(&get, received(200, body)).unwrap();
    let options = account.payment_options();
    assert_eq!(options.len(), 2);
    assert!(options[0].is_active() && !options[1].is_active());
    assert_eq!(
        options[0].balance().unwrap().rupiah(),
        Some(Rupiah::new(1_000))
    );
    let token = options[0].token().unwrap();
    assert_eq!(token, PaymentToken::new("rahasia-417==").unwrap());
    let shown = format!("{account:?} {options:?} {token:?} {:?}", account.raw());
    assert!(
        !shown.contains("rahasia") && !shown.contains("1000"),
        "{shown}"
    );
    let other = Get::new(AccountId::received("a-418").unwrap());
    let error = decode(&other, received(200, body)).unwrap_err();
    assert!(matches!(error, ReplyError::Decode(error) if error.is_mismatch()));
}

#[test]
fn an_account_that_cannot_be_unlinked_is_refused_in_the_bodys_own_words() {
    let unbind = Unbind::new(account());
    let request = unbind.request(&Environment::Sandbox);
    assert_eq!(request.uri().path(), "/v2/pay/account/a-417/unbind");
    let done = r#"{"status_code":"204","account_id":"a-417","account_status":"DISABLED"}"#;
    let account = decode(&unbind, received(200, done)).unwrap();
    assert_eq!(account.account_status(), Some(AccountStatus::Disabled));
    for (body, is_state, is_missing) in [
        (
            r#"{"status_code":"412","status_message":"Account status cannot be updated."}"#,
            true,
            false,
        ),
        (
            r#"{"status_code":"404","status_message":"Account doesn't exist."}"#,
            false,
            true,
        ),
    ] {
        let ReplyError::Api(error) = decode(&unbind, received(200, body)).unwrap_err() else {
            panic!("{body}");
        };
        assert_eq!(
            (error.is_wrong_state(), error.is_not_found()),
            (is_state, is_missing)
        );
    }
    for id in ["", " ", ".", ".."] {
        assert_eq!(AccountId::received(id).unwrap_err().field(), "account_id");
    }
    let odd = Get::new(AccountId::received("a/../b").unwrap());
    let request = odd.request(&Environment::Sandbox);
    assert_eq!(request.uri().path(), "/v2/pay/account/a%2F..%2Fb");
}

#[test]
fn promotions_are_asked_for_an_amount() {
    let get = GetPromotions::new(account(), Rupiah::new(5_000)).unwrap();
    let uri = get.request(&Environment::Sandbox).uri().to_string();
    assert!(
        uri.ends_with("/v2/gopay/promo/a-417?gross_amount=5000&currency=IDR"),
        "{uri}"
    );
    let body = r#"{"account_id":"a-417","status_code":"200","recommended_promotion_id":"p","promotions":[
        {"id":"p","title":"Hemat","actual_payable_amount":"4000.00","valid_till":"2026-02-03 08:00:00"}]}"#;
    let promotions = decode(&get, received(200, body)).unwrap();
    let all = promotions.all();
    assert_eq!(promotions.recommended_id(), all[0].id());
    assert_eq!(
        all[0].actual_payable_amount().unwrap().rupiah(),
        Some(Rupiah::new(4_000))
    );
    let none = r#"{"account_id":"a-417","status_code":"200","promotions":[]}"#;
    assert!(decode(&get, received(200, none)).unwrap().all().is_empty());
    assert!(GetPromotions::new(account(), Rupiah::new(0)).is_err());
}
