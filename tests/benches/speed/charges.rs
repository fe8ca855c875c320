//! The charges that are measured, as the library's values and as plain structs with the same
//! fields.

use midtrans_protocol::charge::{Address, CustomExpiry, ExpiryUnit, SellerDetails};
use midtrans_protocol::method::Kredivo;
use midtrans_protocol::{
    Charge, CustomerDetails, InvalidInput, ItemDetails, OrderId, Rupiah, TransactionDetails,
};
use serde::Serialize;
use serde_json::{Map, Value};

/// Akulaku with everything that its reference shows.
pub(crate) fn akulaku() -> Charge {
    build_akulaku().expect("the charge is valid")
}

/// Kredivo with everything that its reference shows: one line, a shipping address, a seller, an
/// expiry.
pub(crate) fn kredivo() -> Charge {
    build_kredivo().expect("the charge is valid")
}

fn build_akulaku() -> Result<Charge, InvalidInput> {
    let order =
        TransactionDetails::new(OrderId::new("order-20260109-1785")?, Rupiah::new(149_000))?;
    let items = vec![ItemDetails::new(
        "SHOE-42",
        "Sepatu lari",
        Rupiah::new(149_000),
        1,
    )];
    Charge::akulaku(
        order,
        items,
        CustomerDetails::new("Siti", "Rahma", "siti.rahma@example.com", "08123456789"),
    )
}

fn build_kredivo() -> Result<Charge, InvalidInput> {
    let currency = Map::from_iter([("currency".to_owned(), Value::from("IDR"))]);
    let order =
        TransactionDetails::new(OrderId::new("order-20260109-1788")?, Rupiah::new(240_000))?;
    let mut shoes = ItemDetails::new("SHOE-43", "Sepatu", Rupiah::new(120_000), 2);
    shoes.category = text("Fashion");
    shoes.url = text("https://shop.example/shoes/43?colour=red");
    let mut customer =
        CustomerDetails::new("Siti", "Rahma", "siti.rahma@example.com", "08123456789");
    customer.shipping_address = Some(address("Siti", "Rahma", "08123456789", "Jl. Melati 7"));
    let mut seller = SellerDetails::default();
    seller.id = text("seller-01");
    seller.name = text("Toko Budi");
    seller.email = text("toko@example.com");
    seller.url = text("https://shop.example/toko-budi");
    seller.address = Some(address("Budi", "Santoso", "081234567890", "Jl. Kenanga 3"));
    let charge = Charge::builder(order.with_extra(currency)?, Kredivo)
        .items(vec![shoes])
        .customer(customer);
    charge
        .sellers(vec![seller])
        .custom_expiry(CustomExpiry::new(60, ExpiryUnit::Minute)?)
        .build()
}

fn address(first_name: &str, last_name: &str, phone: &str, street: &str) -> Address {
    let mut address = Address::default();
    address.first_name = text(first_name);
    address.last_name = text(last_name);
    address.phone = text(phone);
    address.address = text(street);
    address.city = text("Bandung");
    address.postal_code = text("40115");
    address.country_code = text("IDN");
    address
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// The fields of [`akulaku`] as a plain struct.
#[derive(Serialize)]
pub(crate) struct PlainAkulaku {
    payment_type: String,
    transaction_details: PlainOrder,
    item_details: Vec<PlainItem>,
    customer_details: PlainCustomer,
}

/// The fields of [`kredivo`] as a plain struct.
#[derive(Serialize)]
pub(crate) struct PlainKredivo {
    payment_type: String,
    transaction_details: PlainOrder,
    item_details: Vec<PlainItem>,
    customer_details: PlainCustomer,
    seller_details: Vec<PlainSeller>,
    custom_expiry: PlainExpiry,
}

#[derive(Serialize)]
struct PlainOrder {
    order_id: String,
    gross_amount: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
}

#[derive(Serialize)]
struct PlainItem {
    id: String,
    price: i64,
    quantity: u32,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct PlainCustomer {
    first_name: String,
    last_name: String,
    email: String,
    phone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping_address: Option<PlainAddress>,
}

#[derive(Serialize)]
struct PlainAddress {
    first_name: String,
    last_name: String,
    phone: String,
    address: String,
    city: String,
    postal_code: String,
    country_code: String,
}

#[derive(Serialize)]
struct PlainSeller {
    id: String,
    name: String,
    email: String,
    url: String,
    address: PlainAddress,
}

#[derive(Serialize)]
struct PlainExpiry {
    expiry_duration: u32,
    unit: String,
}

/// The same words as [`akulaku`].
pub(crate) fn plain_akulaku() -> PlainAkulaku {
    PlainAkulaku {
        payment_type: "akulaku".into(),
        transaction_details: PlainOrder {
            order_id: "order-20260109-1785".into(),
            gross_amount: 149_000,
            currency: None,
        },
        item_details: vec![PlainItem {
            id: "SHOE-42".into(),
            price: 149_000,
            quantity: 1,
            name: "Sepatu lari".into(),
            category: None,
            url: None,
        }],
        customer_details: plain_customer(None),
    }
}

/// The same words as [`kredivo`].
pub(crate) fn plain_kredivo() -> PlainKredivo {
    PlainKredivo {
        payment_type: "kredivo".into(),
        transaction_details: PlainOrder {
            order_id: "order-20260109-1788".into(),
            gross_amount: 240_000,
            currency: text("IDR"),
        },
        item_details: vec![PlainItem {
            id: "SHOE-43".into(),
            price: 120_000,
            quantity: 2,
            name: "Sepatu".into(),
            category: text("Fashion"),
            url: text("https://shop.example/shoes/43?colour=red"),
        }],
        customer_details: plain_customer(Some(plain_address(
            "Siti",
            "Rahma",
            "08123456789",
            "Jl. Melati 7",
        ))),
        seller_details: vec![PlainSeller {
            id: "seller-01".into(),
            name: "Toko Budi".into(),
            email: "toko@example.com".into(),
            url: "https://shop.example/toko-budi".into(),
            address: plain_address("Budi", "Santoso", "081234567890", "Jl. Kenanga 3"),
        }],
        custom_expiry: PlainExpiry {
            expiry_duration: 60,
            unit: "minute".into(),
        },
    }
}

fn plain_customer(shipping_address: Option<PlainAddress>) -> PlainCustomer {
    PlainCustomer {
        first_name: "Siti".into(),
        last_name: "Rahma".into(),
        email: "siti.rahma@example.com".into(),
        phone: "08123456789".into(),
        shipping_address,
    }
}

fn plain_address(first_name: &str, last_name: &str, phone: &str, street: &str) -> PlainAddress {
    PlainAddress {
        first_name: first_name.into(),
        last_name: last_name.into(),
        phone: phone.into(),
        address: street.into(),
        city: "Bandung".into(),
        postal_code: "40115".into(),
        country_code: "IDN".into(),
    }
}
