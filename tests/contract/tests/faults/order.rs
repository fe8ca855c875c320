//! The order that everything happens to.

use midtrans_protocol::charge::Address;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::{
    Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails,
};

pub(crate) const ORDER: &str = "order-1";
pub(crate) const START: &str = "2026-11-22 10:00:00";

pub(crate) fn order_id() -> OrderId {
    OrderId::new(ORDER).unwrap()
}

pub(crate) fn charge(payment_type: &PaymentType) -> Charge {
    let order = TransactionDetails::new(order_id(), Rupiah::new(40_000)).unwrap();
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
