//! The constructors with all that a provider requires, and people with one name.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use midtrans_protocol::charge::{Address, SellerDetails};
use midtrans_protocol::method::Kredivo;
use midtrans_protocol::{
    Charge, CustomerDetails, InvalidInput, ItemDetails, OrderId, Rupiah, TransactionDetails,
};
use serde_json::{Value, json};

fn order() -> TransactionDetails {
    TransactionDetails::new(OrderId::new("order-1").unwrap(), Rupiah::new(40_000)).unwrap()
}

fn shoes() -> Vec<ItemDetails> {
    let shoes = ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1);
    vec![
        shoes
            .with_category("Shoes")
            .with_url("https://shop.example/shoe-42"),
    ]
}

fn siti() -> CustomerDetails {
    CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789")
}

fn bandung() -> Address {
    Address::new("Jl. Melati 7", "Bandung", "40115")
}

fn json(charge: Result<Charge, InvalidInput>) -> Value {
    serde_json::from_slice(&charge.unwrap().to_json()).unwrap()
}

#[test]
fn a_kredivo_charge_takes_the_recipient_from_the_customer() {
    let sent = json(Charge::kredivo(
        order(),
        shoes(),
        siti().with_shipping_address(bandung()),
    ));
    assert_eq!(
        sent["customer_details"]["shipping_address"],
        json!({"first_name": "Siti", "last_name": "Rahma", "email": "siti@example.com", "phone": "08123456789",
            "address": "Jl. Melati 7", "city": "Bandung", "postal_code": "40115", "country_code": "IDN"})
    );
    assert_eq!(sent["item_details"][0]["category"], "Shoes");
    assert_eq!(
        sent["item_details"][0]["url"],
        "https://shop.example/shoe-42"
    );
}

#[test]
fn a_recipient_of_its_own_is_not_mixed_with_the_customer() {
    let gift = bandung().with_recipient("Budi", "Santoso", "08123456781");
    let sent = json(Charge::kredivo(
        order(),
        shoes(),
        siti().with_shipping_address(gift),
    ));
    let place = &sent["customer_details"]["shipping_address"];
    assert_eq!(
        (&place["first_name"], &place["phone"]),
        (&json!("Budi"), &json!("08123456781"))
    );
    assert_eq!(place["email"], Value::Null);

    let mut half = bandung();
    half.first_name = Some("Budi".to_owned());
    let error = Charge::kredivo(order(), shoes(), siti().with_shipping_address(half)).unwrap_err();
    assert_eq!(error.field(), "customer_details.shipping_address.last_name");
}

#[test]
fn a_seller_with_all_that_kredivo_wants_is_one_line() {
    let shop = bandung().with_recipient("Budi", "Santoso", "08123456781");
    let seller = SellerDetails::new(
        "S-1",
        "Toko Budi",
        "budi@example.com",
        "https://shop.example/budi",
        shop,
    );
    let charge = Charge::builder(order(), Kredivo)
        .items(shoes())
        .customer(siti().with_shipping_address(bandung()));
    assert!(charge.sellers(vec![seller]).build().is_ok());
}

#[test]
fn one_name_is_enough_for_akulaku_and_an_empty_one_is_not_sent() {
    let one_name =
        || CustomerDetails::with_one_name("Suharto", "suharto@example.com", "08123456780");
    for customer in [
        one_name(),
        CustomerDetails::new("Suharto", " ", "suharto@example.com", "08123456780"),
    ] {
        let sent = json(Charge::akulaku(order(), shoes(), customer));
        let expected = json!({"first_name": "Suharto", "email": "suharto@example.com", "phone": "08123456780"});
        assert_eq!(sent["customer_details"], expected);
    }
    let error = Charge::akulaku(
        order(),
        shoes(),
        CustomerDetails::with_one_name("", "a@example.com", "0812"),
    );
    assert_eq!(error.unwrap_err().field(), "customer_details.first_name");
}

#[test]
fn kredivo_says_what_to_put_for_a_person_with_one_name() {
    let customer = CustomerDetails::with_one_name("Suharto", "suharto@example.com", "08123456780");
    let error =
        Charge::kredivo(order(), shoes(), customer.with_shipping_address(bandung())).unwrap_err();
    let fields: Vec<_> = error
        .problems()
        .map(|problem| problem.field().to_owned())
        .collect();
    assert_eq!(
        fields,
        [
            "customer_details.last_name",
            "customer_details.shipping_address.last_name"
        ]
    );
    assert!(
        error.to_string().starts_with(
            "customer_details.last_name: expected a text that is not blank; Kredivo insists on it, so for a person with \
             one name put that name here too"
        ),
        "{error}"
    );
    let twice = CustomerDetails::new("Suharto", "Suharto", "suharto@example.com", "08123456780");
    assert!(Charge::kredivo(order(), shoes(), twice.with_shipping_address(bandung())).is_ok());
}
