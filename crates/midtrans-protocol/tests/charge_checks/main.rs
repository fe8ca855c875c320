//! The checks before anything is sent: every rule, with the field that it names.

mod fields;
mod lines;
mod order;
mod people;

use midtrans_protocol::charge::{Address, ChargeBuilder, SellerDetails};
use midtrans_protocol::method::{Akulaku, Kredivo};
use midtrans_protocol::{
    Charge, CustomerDetails, InvalidInput, ItemDetails, OrderId, Rupiah, TransactionDetails,
};
use serde_json::{Map, Value, json};

pub(crate) fn order(rupiah: u64) -> TransactionDetails {
    let id = OrderId::new("kebaya-0417").expect("a valid order id");
    TransactionDetails::new(id, Rupiah::new(rupiah)).expect("a price")
}

pub(crate) fn customer() -> CustomerDetails {
    let mut customer = CustomerDetails::new("Dewi", "Lestari", "dewi@toko.example", "081200000417");
    customer.shipping_address = Some(address());
    customer
}

pub(crate) fn address() -> Address {
    let mut address = Address::default();
    let some = |text: &str| Some(text.to_owned());
    (address.first_name, address.last_name) = (some("Dewi"), some("Lestari"));
    (address.phone, address.address) = (some("081200000417"), some("Jl. Melati 4"));
    (address.city, address.postal_code, address.country_code) =
        (some("Bandung"), some("40115"), some("IDN"));
    address
}

pub(crate) fn item(id: &str, rupiah: u64) -> ItemDetails {
    let mut item = ItemDetails::new(id, "Kebaya hijau", Rupiah::new(rupiah), 1);
    item.category = Some("Batik".to_owned());
    item.url = Some("https://toko.example/KBY-7".to_owned());
    item
}

pub(crate) fn seller() -> SellerDetails {
    let mut seller = SellerDetails::default();
    let some = |text: &str| Some(text.to_owned());
    (seller.id, seller.name) = (some("TK-9"), some("Toko Melati"));
    (seller.email, seller.url) = (some("toko@toko.example"), some("https://toko.example"));
    seller.address = Some(address());
    seller
}

pub(crate) fn extra(name: &str) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), json!("x"))])
}

pub(crate) fn akulaku(
    items: Vec<ItemDetails>,
    customer: CustomerDetails,
) -> Result<Charge, InvalidInput> {
    Charge::akulaku(order(125_000), items, customer)
}

pub(crate) fn kredivo(
    items: Vec<ItemDetails>,
    customer: CustomerDetails,
) -> Result<Charge, InvalidInput> {
    Charge::kredivo(order(125_000), items, customer)
}

/// A whole charge of Kredivo on a marketplace.
pub(crate) fn sold_by(sellers: Vec<SellerDetails>) -> Result<Charge, InvalidInput> {
    let charge = Charge::builder(order(125_000), Kredivo)
        .items(vec![item("a", 125_000)])
        .customer(customer());
    charge.sellers(sellers).build()
}

/// A charge of Akulaku that may leave out everything.
pub(crate) fn minimal() -> ChargeBuilder {
    Charge::builder(order(125_000), Akulaku).minimal()
}

#[track_caller]
pub(crate) fn assert_refused<T>(result: Result<T, InvalidInput>, field: &str) {
    let error = result.err().expect("it must be refused");
    assert_eq!(error.field(), field);
    assert!(
        error
            .to_string()
            .starts_with(&format!("{field}: expected "))
    );
}

pub(crate) type Break<T> = (&'static str, fn(&mut T));
