//! The bytes of charges on the wire.

use std::time::SystemTime;

use http::{Method, Request};
use midtrans_protocol::charge::{Address, CustomExpiry, ExpiryUnit, SellerDetails};
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::method::{Akulaku, Kredivo};
use midtrans_protocol::operation::NotificationUrls;
use midtrans_protocol::{
    Charge, CustomerDetails, Environment, ItemDetails, Merchant, OrderId, RequestOptions, Rupiah,
    ServerKey, TransactionDetails, encode,
};
use serde_json::{Value, json};

fn merchant() -> Merchant {
    let key = ServerKey::new("SB-Mid-server-abc123cde456").expect("a well-formed key");
    Merchant::new(Environment::Sandbox, key).expect("a sandbox key")
}

fn order(id: &str, rupiah: u64) -> TransactionDetails {
    let id = OrderId::new(id).expect("a valid order id");
    TransactionDetails::new(id, Rupiah::new(rupiah)).expect("a price")
}

fn customer() -> CustomerDetails {
    CustomerDetails::new("Dewi", "Lestari", "dewi@toko.example", "081200000417")
}

fn address() -> Address {
    let mut address = Address::default();
    address.first_name = Some("Dewi".to_owned());
    address.last_name = Some("Lestari".to_owned());
    address.phone = Some("081200000417".to_owned());
    address.address = Some("Jl. Melati 4".to_owned());
    address.city = Some("Bandung".to_owned());
    address.postal_code = Some("40115".to_owned());
    address.country_code = Some("IDN".to_owned());
    address
}

fn line(id: &str, name: &str, rupiah: u64, quantity: u32) -> ItemDetails {
    let mut item = ItemDetails::new(id, name, Rupiah::new(rupiah), quantity);
    item.category = Some("Batik".to_owned());
    item.url = Some(format!("https://toko.example/{id}"));
    item
}

fn object(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn request(charge: &Charge) -> Request<Vec<u8>> {
    encode(
        charge,
        &merchant(),
        &RequestOptions::default(),
        SystemTime::UNIX_EPOCH,
    )
}

#[test]
fn a_charge_is_a_post_with_basic_authentication_and_nothing_it_was_not_told_to_send() {
    let request = request(
        &Charge::builder(order("kebaya-0417", 125_000), Akulaku)
            .minimal()
            .build()
            .unwrap(),
    );
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "https://api.sandbox.midtrans.com/v2/charge");
    let text = |value: &http::HeaderValue| value.to_str().map(str::to_owned).unwrap_or_default();
    let mut headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), text(value)))
        .collect();
    headers.sort();
    assert_eq!(
        headers,
        [
            ("accept", "application/json".to_owned()),
            (
                "authorization",
                "Basic U0ItTWlkLXNlcnZlci1hYmMxMjNjZGU0NTY6".to_owned()
            ),
            ("content-type", "application/json".to_owned()),
        ]
    );
    assert!(request.headers()["authorization"].is_sensitive());
}

#[test]
fn akulaku_with_the_order_alone() {
    let request = request(
        &Charge::builder(order("kebaya-0417", 125_000), Akulaku)
            .minimal()
            .build()
            .unwrap(),
    );
    let body = r#"{"payment_type":"akulaku","transaction_details":{"order_id":"kebaya-0417","gross_amount":125000}}"#;
    assert_eq!(String::from_utf8_lossy(request.body()), body);
}

#[test]
fn akulaku_with_lines_a_discount_and_the_customer() {
    let items = vec![
        ItemDetails::new("KBY-7", "Kebaya hijau", Rupiah::new(65_000), 2),
        ItemDetails::discount("VCR", "Potongan \"Lebaran\"", Rupiah::new(5_000)),
    ];
    let charge = Charge::akulaku(order("kebaya-0417", 125_000), items, customer()).unwrap();
    assert_eq!(
        String::from_utf8_lossy(request(&charge).body()),
        concat!(
            r#"{"payment_type":"akulaku","#,
            r#""transaction_details":{"order_id":"kebaya-0417","gross_amount":125000},"#,
            r#""item_details":[{"id":"KBY-7","price":65000,"quantity":2,"name":"Kebaya hijau"},"#,
            r#"{"id":"VCR","price":-5000,"quantity":1,"name":"Potongan \"Lebaran\""}],"#,
            r#""customer_details":{"first_name":"Dewi","last_name":"Lestari","#,
            r#""email":"dewi@toko.example","phone":"081200000417"}}"#,
        )
    );
}

#[test]
fn kredivo_with_everything() {
    let mut customer = customer();
    customer.shipping_address = Some(address());
    let mut seller = SellerDetails::default();
    seller.id = Some("TK-9".to_owned());
    seller.name = Some("Toko Melati".to_owned());
    seller.email = Some("toko@toko.example".to_owned());
    seller.url = Some("https://toko.example".to_owned());
    seller.address = Some(address());
    let order = order("kebaya-0417", 600_000)
        .with_extra(object(json!({ "currency": "IDR" })))
        .unwrap();
    let expiry = CustomExpiry::new(90, ExpiryUnit::Minute)
        .unwrap()
        .starting("2026-02-03 08:00:00".parse().unwrap());
    let charge = Charge::builder(order, Kredivo)
        .items(vec![line("KBY-7", "Kebaya", 600_000, 1)])
        .customer(customer)
        .sellers(vec![seller])
        .custom_field1("satu")
        .custom_field2("dua")
        .custom_field3("tiga")
        .extra(object(json!({ "x_new": [1, { "a": null }] })))
        .custom_expiry(expiry)
        .metadata(object(json!({ "cabang": "Bandung", "rak": 4 })))
        .build()
        .unwrap();
    let address = concat!(
        r#"{"first_name":"Dewi","last_name":"Lestari","phone":"081200000417","address":"Jl. Melati 4","#,
        r#""city":"Bandung","postal_code":"40115","country_code":"IDN"}"#,
    );
    let parts = [
        r#"{"payment_type":"kredivo","#,
        r#""transaction_details":{"order_id":"kebaya-0417","gross_amount":600000,"currency":"IDR"},"#,
        r#""item_details":[{"id":"KBY-7","price":600000,"quantity":1,"name":"Kebaya","#,
        r#""category":"Batik","url":"https://toko.example/KBY-7"}],"#,
        r#""customer_details":{"first_name":"Dewi","last_name":"Lestari","email":"dewi@toko.example","#,
        r#""phone":"081200000417","shipping_address":"#,
        address,
        r#"},"seller_details":[{"id":"TK-9","name":"Toko Melati","email":"toko@toko.example","#,
        r#""url":"https://toko.example","address":"#,
        address,
        r#"}],"custom_expiry":{"order_time":"2026-02-03 08:00:00 +0700","expiry_duration":90,"unit":"minute"},"#,
        r#""custom_field1":"satu","custom_field2":"dua","custom_field3":"tiga","#,
        r#""metadata":{"cabang":"Bandung","rak":4},"x_new":[1,{"a":null}]}"#,
    ];
    assert_eq!(
        String::from_utf8_lossy(request(&charge).body()),
        parts.concat()
    );
}

#[test]
fn amounts_are_integers_even_at_their_largest() {
    let charge = Charge::builder(order("kebaya-0417", i64::MAX as u64), Kredivo)
        .minimal()
        .build()
        .unwrap();
    assert!(
        String::from_utf8_lossy(request(&charge).body())
            .contains(r#""gross_amount":9223372036854775807}"#)
    );
}

#[test]
fn the_calls_own_options_become_headers() {
    let mut options = RequestOptions::default();
    options.idempotency_key = Some(IdempotencyKey::from_random(0x0417));
    options.append_notification =
        Some(NotificationUrls::new(["https://a.example/1", "https://b.example/2"]).unwrap());
    options.override_notification =
        Some(NotificationUrls::new(["https://c.example/?x=1&y=2"]).unwrap());
    let request = encode(
        &Charge::builder(order("kebaya-0417", 125_000), Akulaku)
            .minimal()
            .build()
            .unwrap(),
        &merchant(),
        &options,
        SystemTime::UNIX_EPOCH,
    );
    let header = |name: &str| request.headers()[name].to_str().unwrap();
    assert_eq!(
        header("idempotency-key"),
        "00000000000000000000000000000417"
    );
    assert_eq!(
        header("x-append-notification"),
        "https://a.example/1,https://b.example/2"
    );
    assert_eq!(
        header("x-override-notification"),
        "https://c.example/?x=1&y=2"
    );
    assert_eq!(request.headers().len(), 6);
}

#[test]
fn notification_urls_are_one_to_three_absolute_ones_without_commas() {
    let url = "https://a.example/n";
    for good in [
        vec![url],
        vec![url; 3],
        vec!["http://a.example"],
        vec!["https://a.example:8443/n?x#y"],
    ] {
        assert!(NotificationUrls::new(&good).is_ok(), "{good:?}");
    }
    for bad in [
        vec![],
        vec![url; 4],
        vec!["a.example/n"],
        vec!["/n"],
        vec!["ftp://a.example/n"],
        vec!["https://a.example/n,https://b.example/n"],
        vec!["https://a.example/n\r\nX-Evil: 1"],
        vec!["https://a.example/ n"],
        vec![url, ""],
    ] {
        assert_eq!(
            NotificationUrls::new(&bad).unwrap_err().field(),
            "notification_urls",
            "{bad:?}"
        );
    }
}

#[test]
fn production_is_another_host_and_another_key_and_nothing_else() {
    let key = ServerKey::new("Mid-server-abc123cde456").unwrap();
    let live = Merchant::new(Environment::Production, key).unwrap();
    let charge = Charge::builder(order("kebaya-0417", 125_000), Akulaku)
        .minimal()
        .build()
        .unwrap();
    let (sandbox, live) = (
        request(&charge),
        encode(
            &charge,
            &live,
            &RequestOptions::default(),
            SystemTime::UNIX_EPOCH,
        ),
    );
    assert_eq!(live.uri(), "https://api.midtrans.com/v2/charge");
    assert_eq!(
        (sandbox.body(), sandbox.method()),
        (live.body(), live.method())
    );
    assert_ne!(
        sandbox.headers()["authorization"],
        live.headers()["authorization"]
    );
    assert_eq!(live.headers().len(), sandbox.headers().len());
}
