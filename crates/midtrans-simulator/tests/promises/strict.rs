//! What a strict gateway wants, and the answer for B2B.

use serde_json::{Value, json};

use crate::desk::Desk;

fn strict() -> Desk {
    let mut desk = Desk::open();
    desk.gateway.settings_mut().strict = true;
    desk
}

fn full_kredivo() -> Value {
    let place = json!({"first_name": "Siti", "last_name": "Rahma", "phone": "0812", "address": "Jl. Melati 1",
        "city": "Jakarta", "postal_code": 12_190, "country_code": "IDN"});
    json!({
        "payment_type": "kredivo",
        "transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
        "item_details": [{"id": "A", "price": 44_000, "quantity": 1, "name": "Sepatu", "category": "Shoes",
            "url": "https://shop.example/a"}],
        "customer_details": {"first_name": "Siti", "last_name": "Rahma", "email": "s@example.com", "phone": "0812",
            "shipping_address": place},
    })
}

#[test]
fn a_full_charge_passes_and_each_missing_field_is_named() {
    assert_eq!(strict().post("/v2/charge", &full_kredivo().to_string()).code(), "201");
    for pointer in [
        "/item_details/0/id",
        "/item_details/0/category",
        "/item_details/0/url",
        "/customer_details/first_name",
        "/customer_details/last_name",
        "/customer_details/email",
        "/customer_details/phone",
        "/customer_details/shipping_address/city",
        "/customer_details/shipping_address/country_code",
    ] {
        let mut body = full_kredivo();
        *body.pointer_mut(pointer).unwrap() = Value::Null;
        assert_eq!(Desk::open().post("/v2/charge", &body.to_string()).code(), "201", "the lenient one takes it");
        let reply = strict().post("/v2/charge", &body.to_string());
        assert_eq!((reply.http, reply.code()), (400, "400"));
        let field = pointer.trim_start_matches('/').replace("/0/", "[0].").replace('/', ".");
        assert_eq!(reply.json["validation_messages"], json!([format!("{field} is required")]));
    }
}

#[test]
fn akulaku_wants_items_a_customer_and_five_thousand_rupiah() {
    let bare = |amount: u64| json!({"payment_type": "akulaku", "transaction_details": {"order_id": "order-1", "gross_amount": amount}});
    let reply = strict().post("/v2/charge", &bare(4_999).to_string());
    let messages = reply.json["validation_messages"].as_array().unwrap().len();
    assert_eq!((reply.code(), messages), ("400", 3));
    assert_eq!(Desk::open().post("/v2/charge", &bare(4_999).to_string()).code(), "201");
}

#[test]
fn the_b2b_status_lists_the_transaction() {
    let mut desk = Desk::open();
    desk.charge("akulaku", "order-1", 44_000);
    let reply = desk.call_with("GET", "/v2/order-1/status/b2b", &[], "");
    assert_eq!(reply.code(), "200");
    assert_eq!(reply.json["transactions"][0], desk.status("order-1").json);
    assert_eq!(desk.call_with("GET", "/v2/order-2/status/b2b", &[], "").code(), "404");
}
