//! Customers and sellers.

use midtrans_protocol::charge::{Address, SellerDetails};
use midtrans_protocol::{CustomerDetails, ItemDetails};

use crate::{Break, akulaku, assert_refused, customer, item, kredivo, seller, sold_by};

#[test]
fn akulaku_wants_the_customers_name_and_contacts() {
    let breaks: [Break<CustomerDetails>; 5] = [
        ("customer_details.first_name", |customer| {
            customer.first_name = None
        }),
        ("customer_details.first_name", |customer| {
            customer.first_name = Some(String::new())
        }),
        ("customer_details.email", |customer| {
            customer.email = Some("  ".to_owned())
        }),
        ("customer_details.phone", |customer| customer.phone = None),
        ("customer_details.first_name", |customer| {
            *customer = CustomerDetails::default()
        }),
    ];
    for (field, change) in breaks {
        let mut customer = customer();
        change(&mut customer);
        assert_refused(akulaku(vec![item("a", 125_000)], customer), field);
    }
}

#[test]
fn kredivo_wants_every_field_of_the_customer_and_the_address() {
    fn shipping(customer: &mut CustomerDetails) -> &mut Address {
        customer.shipping_address.get_or_insert_default()
    }
    let breaks: [Break<CustomerDetails>; 12] = [
        ("customer_details.first_name", |customer| {
            customer.first_name = None
        }),
        ("customer_details.last_name", |customer| {
            customer.last_name = None
        }),
        ("customer_details.email", |customer| customer.email = None),
        ("customer_details.phone", |customer| customer.phone = None),
        ("customer_details.shipping_address", |customer| {
            customer.shipping_address = None
        }),
        ("customer_details.shipping_address.first_name", |customer| {
            shipping(customer).first_name = None
        }),
        ("customer_details.shipping_address.last_name", |customer| {
            shipping(customer).last_name = None
        }),
        ("customer_details.shipping_address.phone", |customer| {
            shipping(customer).phone = None
        }),
        ("customer_details.shipping_address.address", |customer| {
            shipping(customer).address = None
        }),
        ("customer_details.shipping_address.city", |customer| {
            shipping(customer).city = None
        }),
        (
            "customer_details.shipping_address.postal_code",
            |customer| shipping(customer).postal_code = None,
        ),
        (
            "customer_details.shipping_address.country_code",
            |customer| shipping(customer).country_code = None,
        ),
    ];
    for (field, change) in breaks {
        let mut customer = customer();
        change(&mut customer);
        assert_refused(kredivo(vec![item("a", 125_000)], customer), field);
    }
}

#[test]
fn kredivo_wants_every_field_of_every_line() {
    let breaks: [Break<ItemDetails>; 4] = [
        ("item_details[1].id", |item| item.id = None),
        ("item_details[1].name", |item| item.name = " ".to_owned()),
        ("item_details[1].category", |item| item.category = None),
        ("item_details[1].url", |item| item.url = None),
    ];
    for (field, change) in breaks {
        let mut second = item("b", 25_000);
        change(&mut second);
        assert_refused(kredivo(vec![item("a", 100_000), second], customer()), field);
    }
}

#[test]
fn kredivo_wants_every_field_of_every_seller() {
    let breaks: [Break<SellerDetails>; 7] = [
        ("seller_details[0].id", |seller| seller.id = None),
        ("seller_details[0].name", |seller| seller.name = None),
        ("seller_details[0].email", |seller| seller.email = None),
        ("seller_details[0].url", |seller| seller.url = None),
        ("seller_details[0].address", |seller| seller.address = None),
        ("seller_details[0].address.city", |seller| {
            seller.address.get_or_insert_default().city = None
        }),
        ("seller_details[0].address.country_code", |seller| {
            seller.address.get_or_insert_default().country_code = None
        }),
    ];
    for (field, change) in breaks {
        let mut seller = seller();
        change(&mut seller);
        assert_refused(sold_by(vec![seller]), field);
    }
}
