//! No `Debug` and no `Display` of anything public prints a key, a person or a body.

#[path = "support/bodies.rs"]
mod bodies;

use std::fmt::Debug;
use std::time::SystemTime;

use bodies::{key, notified, received, settlement, signed, status, with};
use midtrans_protocol::account::ClientKey;
use midtrans_protocol::charge::{Address, ChargeBuilder, SellerDetails};
use midtrans_protocol::ids::RefundKey;
use midtrans_protocol::method::Kredivo;
use midtrans_protocol::operation::NotificationUrls;
use midtrans_protocol::transaction::{DirectRefund, Refund};
use midtrans_protocol::webhook::landing::Landing;
use midtrans_protocol::{
    Charge, CustomerDetails, Environment, Expected, GetStatus, ItemDetails, Merchant, OrderId,
    RequestOptions, Rupiah, ServerKey, ServerKeys, TransactionDetails, decode, encode,
    notification,
};
use serde_json::{Map, Value, json};

/// Part of every text that must not be seen.
const MARKER: &str = "marker";

fn marked(name: &str) -> Option<String> {
    Some(format!("{MARKER}-{name}"))
}

fn marked_map() -> Map<String, Value> {
    Map::from_iter([("marker_name".to_owned(), json!({ "marker_deep": [MARKER] }))])
}

#[track_caller]
fn assert_hidden(shown: &impl Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!text.to_lowercase().contains(MARKER), "{text}");
        assert!(text.len() < 1_000, "too much for a log line");
    }
}

#[track_caller]
fn assert_error_hidden(error: &impl std::error::Error) {
    assert_hidden(&error);
    assert!(!error.to_string().contains(MARKER), "{error}");
    let mut source = error.source();
    while let Some(inner) = source {
        assert!(!format!("{inner} {inner:?}").contains(MARKER), "{inner}");
        source = inner.source();
    }
}

fn address() -> Address {
    let mut address = Address::default();
    (address.first_name, address.last_name) = (marked("first"), marked("last"));
    (address.email, address.phone) = (marked("email"), marked("phone"));
    (address.address, address.city) = (marked("street"), marked("city"));
    (address.postal_code, address.country_code) = (marked("postal"), Some("IDN".to_owned()));
    address.extra = marked_map();
    address
}

fn customer() -> CustomerDetails {
    let mut customer = CustomerDetails::new("marker-a", "marker-b", "marker-c", "marker-d");
    (customer.billing_address, customer.shipping_address) = (Some(address()), Some(address()));
    customer.extra = marked_map();
    customer
}

fn seller() -> SellerDetails {
    let mut seller = SellerDetails::default();
    (seller.id, seller.name, seller.email, seller.url) =
        (marked("id"), marked("n"), marked("e"), marked("u"));
    seller.address = Some(address());
    seller.extra = marked_map();
    seller
}

fn item() -> ItemDetails {
    let mut item = ItemDetails::new("KBY-7", "marker-name", Rupiah::new(125_000), 1);
    (item.brand, item.category, item.merchant_name, item.url) =
        (marked("b"), marked("c"), marked("m"), marked("u"));
    item.extra = marked_map();
    item
}

fn charge() -> Charge {
    let order = TransactionDetails::new(
        OrderId::new("kebaya-0417").expect("valid"),
        Rupiah::new(125_000),
    )
    .and_then(|order| order.with_extra(marked_map()))
    .expect("valid");
    charge_in_the_making(order).build().expect("valid")
}

fn charge_in_the_making(order: TransactionDetails) -> ChargeBuilder {
    Charge::builder(order, Kredivo)
        .items(vec![item()])
        .customer(customer())
        .sellers(vec![seller()])
        .custom_field1("marker-1")
        .custom_field2("marker-2")
        .custom_field3("marker-3")
        .extra(marked_map())
        .metadata(marked_map())
}

#[test]
fn keys_and_what_holds_them() {
    let server = ServerKey::new("SB-Mid-server-marker").unwrap();
    assert_hidden(&server);
    assert_hidden(&ClientKey::new("SB-Mid-client-marker").unwrap());
    assert_hidden(&ServerKeys::new(server.clone()).and(server.clone()));
    let merchant = Merchant::new(Environment::Sandbox, server).unwrap();
    assert_hidden(&merchant);
    let request = encode(
        &GetStatus::new(OrderId::new("kebaya-0417").unwrap()),
        &merchant,
        &RequestOptions::default(),
        SystemTime::UNIX_EPOCH,
    );
    assert_hidden(&request);
    let base64_of_the_key = "bWFya2Vy";
    assert!(!format!("{request:?}").contains(base64_of_the_key));
}

#[test]
fn refused_keys() {
    for bad in [
        "marker marker",
        "marker:",
        "SB-Mid-client-marker",
        "márker-marker",
    ] {
        assert_error_hidden(&ServerKey::new(bad).unwrap_err());
    }
    assert_error_hidden(&ClientKey::new("SB-Mid-server-marker").unwrap_err());
    let live = ServerKey::new("Mid-server-marker").unwrap();
    assert_error_hidden(&Merchant::new(Environment::Sandbox, live).unwrap_err());
    assert_error_hidden(&Environment::custom("https://marker:marker@gateway.example").unwrap_err());
}

#[test]
fn people_goods_and_charges() {
    assert_hidden(&address());
    assert_hidden(&customer());
    assert_hidden(&seller());
    assert_hidden(&item());
    assert_hidden(&vec![item(), item()]);
    let charge = charge();
    assert_hidden(&charge);
    assert_hidden(charge.transaction_details());
    assert!(
        String::from_utf8(charge.to_json())
            .unwrap()
            .contains(MARKER),
        "the wire has it, the log has not"
    );
}

#[test]
fn refused_charges() {
    for pointer in [
        "/item_details/0/name",
        "/customer_details/email",
        "/custom_field1",
        "/metadata",
        "/seller_details",
    ] {
        let mut object: Value = serde_json::from_slice(&charge().to_json()).unwrap();
        *object.pointer_mut(pointer).unwrap() =
            json!([MARKER, { "marker": MARKER }, MARKER.repeat(200)]);
        assert_error_hidden(&Charge::from_json(&object.to_string()).unwrap_err());
        *object.pointer_mut(pointer).unwrap() = json!(MARKER.repeat(200));
        assert_error_hidden(&Charge::from_json(&object.to_string()).unwrap_err());
    }
    assert_error_hidden(&Charge::from_json("{\"marker\":marker}").unwrap_err());
    assert_error_hidden(&OrderId::new("marker/marker").unwrap_err());
    assert_error_hidden(
        &"marker"
            .parse::<midtrans_protocol::time::WibTime>()
            .unwrap_err(),
    );
}

#[test]
fn refunds_and_their_reasons() {
    let id = OrderId::new("kebaya-0417").unwrap();
    let refund = Refund::full(id, RefundKey::new("kebaya-0417_r1").unwrap())
        .because("marker wanted another size")
        .unwrap();
    assert_hidden(&refund);
    assert_hidden(&DirectRefund::from(refund));
}

#[test]
fn options_of_a_call() {
    let mut options = RequestOptions::default();
    options.append_notification =
        Some(NotificationUrls::new(["https://toko.example/marker"]).unwrap());
    assert_hidden(&options);
}

/// Every field that a body may have beside those about the payment's status.
fn marked_body() -> Value {
    with(
        settlement(),
        json!({
            "custom_field1": "marker", "metadata": marked_map(), "va_numbers": [{ "va_number": "marker" }],
            "masked_card": "marker", "status_message": "marker", "merchant_id": "marker", "redirect_url": "marker",
            "refunds": [{ "reason": "marker", "refund_key": "r1" }], "payer_phone_number": "marker", "x": MARKER,
        }),
    )
}

#[test]
fn notifications_and_what_is_in_them() {
    let notification = notified(&marked_body());
    assert_hidden(&notification);
    assert_hidden(notification.reported());
    assert_hidden(notification.reported().raw());
    assert_hidden(&notification.reported().refunds());
    assert_hidden(&notification.gross_amount());
    let body = signed(&marked_body());
    assert_hidden(&notification::verify_ref(&body, &key().into()).unwrap());
    for bad in [&body[1..], &[body.as_slice(), b"x"].concat(), b"{}"] {
        assert_error_hidden(&notification::verify(bad, &key().into()).unwrap_err());
    }
}

#[test]
fn answers_and_unreadable_replies() {
    let body = marked_body().to_string();
    assert_hidden(&received(200, &body));
    assert_hidden(&decode(&status(), received(200, &body)).unwrap());
    for cut in [
        body.as_bytes()[..body.len() - 1].to_vec(),
        b"{\"marker\":\"marker\"}".to_vec(),
        b"marker\xff".to_vec(),
    ] {
        assert_error_hidden(&decode(&status(), received(200, cut)).unwrap_err());
    }
}

#[test]
fn refusals_print_the_gateways_sentences_and_nothing_else_of_the_body() {
    for (http, body) in [
        (
            400,
            json!({ "status_code": "400", "status_message": "x", "customer": MARKER, "deep": marked_map() }),
        ),
        (400, json!({ "error_messages": ["x"], "marker": MARKER })),
        (
            404,
            json!({ "errors": [{ "message_title": MARKER, "message": "x" }] }),
        ),
        (202, json!({ "marker": MARKER })),
    ] {
        let error = decode(&status(), received(http, body.to_string())).unwrap_err();
        assert_error_hidden(&error);
    }
    let page = b"<html>marker</html>".to_vec();
    assert_error_hidden(&decode(&status(), received(502, page)).unwrap_err());
}

#[test]
fn landings() {
    let form = format!(
        "response={}&callback_key=marker&x=marker",
        marked_body().to_string().replace(['&', '+', '%'], "")
    );
    assert_hidden(&Landing::from_form(form.as_bytes()));
    assert_hidden(&Landing::from_query("order_id=a&email=marker&phone=marker"));
    assert_hidden(&Landing::from_form(b"response=marker"));
    assert_hidden(&Expected::new(
        OrderId::new("kebaya-0417").unwrap(),
        Rupiah::new(1),
    ));
}
