//! The order that everything happens to.

use midtrans_protocol::card::{CardExpiry, CardNumber};
use midtrans_protocol::charge::Address;
use midtrans_protocol::method::{
    BriEpay, CallbackType, CreditCard, FullPan, Gopay, Method, PaymentType, ShopeePay,
};
use midtrans_protocol::{
    Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails,
};

pub(crate) const ORDER: &str = "order-1";
/// The address that wallets go back to.
const CALLBACK: &str = "http://127.0.0.1/finish";
pub(crate) const START: &str = "2026-11-22 10:00:00";

pub(crate) fn order_id() -> OrderId {
    OrderId::new(ORDER).unwrap()
}

pub(crate) fn charge(payment_type: &PaymentType) -> Charge {
    let order = TransactionDetails::new(order_id(), Rupiah::new(40_000)).unwrap();
    match payment_type {
        PaymentType::Gopay => return of(order, Gopay::with_callback(CALLBACK)),
        PaymentType::ShopeePay => return of(order, ShopeePay::new(CALLBACK)),
        PaymentType::BriEpay => return of(order, BriEpay),
        PaymentType::CreditCard => return of(order, card()),
        _ => {}
    }
    let mut shoes = ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1);
    let mut customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    if *payment_type == PaymentType::Akulaku {
        return Charge::akulaku(order, vec![shoes], customer).unwrap();
    }
    shoes.category = Some("Shoes".to_owned());
    shoes.url = Some("https://shop.example/shoe-42".to_owned());
    customer.shipping_address = Some(address());
    Charge::kredivo(order, vec![shoes], customer).unwrap()
}

fn of(order: TransactionDetails, method: impl Into<Method>) -> Charge {
    Charge::builder(order, method).build().unwrap()
}

/// A charge that reserves the money of a card.
pub(crate) fn reserving_card() -> Charge {
    let order = TransactionDetails::new(order_id(), Rupiah::new(40_000)).unwrap();
    of(order, CreditCard::full_pan(full_pan()).authorize_only())
}

/// A card whose customer authenticates, and whose browser comes back with a form.
fn card() -> CreditCard {
    CreditCard::full_pan(full_pan()).authenticated(CallbackType::Form)
}

fn full_pan() -> FullPan {
    let number = CardNumber::new("4811111111111114").unwrap();
    FullPan::new(number, CardExpiry::new("12", "2030").unwrap())
}

fn address() -> Address {
    let mut address = Address::default();
    for (field, text) in [
        (&mut address.first_name, "Siti"),
        (&mut address.last_name, "Rahma"),
        (&mut address.phone, "08123456789"),
        (&mut address.address, "Jl. Melati 7"),
        (&mut address.city, "Bandung"),
        (&mut address.postal_code, "40115"),
        (&mut address.country_code, "IDN"),
    ] {
        *field = Some(text.to_owned());
    }
    address
}
