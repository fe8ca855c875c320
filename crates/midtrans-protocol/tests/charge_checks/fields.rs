//! Lengths, alphabets, expiries and extra fields.

use midtrans_protocol::charge::{CustomExpiry, ExpiryUnit, SellerDetails};
use midtrans_protocol::{CustomerDetails, ItemDetails};

use crate::{akulaku, assert_refused, customer, extra, item, minimal, order, seller, sold_by};

#[test]
fn lengths_are_counted_in_characters() {
    let breaks: [(&str, usize, Fill<ItemDetails>); 6] = [
        ("item_details[0].id", 50, |item, text| item.id = Some(text)),
        ("item_details[0].name", 50, |item, text| item.name = text),
        ("item_details[0].brand", 50, |item, text| {
            item.brand = Some(text)
        }),
        ("item_details[0].category", 50, |item, text| {
            item.category = Some(text)
        }),
        ("item_details[0].merchant_name", 50, |item, text| {
            item.merchant_name = Some(text)
        }),
        ("item_details[0].url", 255, |item, text| {
            item.url = Some(text)
        }),
    ];
    for (field, most, set) in breaks {
        let (mut fits, mut long) = (item("a", 125_000), item("a", 125_000));
        set(&mut fits, "é".repeat(most));
        set(&mut long, "é".repeat(most + 1));
        assert!(akulaku(vec![fits], customer()).is_ok(), "{field}");
        assert_refused(akulaku(vec![long], customer()), field);
    }
    let texts: [(&str, Fill<CustomerDetails>); 3] = [
        ("customer_details.email", |customer, text| {
            customer.email = Some(text)
        }),
        (
            "customer_details.shipping_address.address",
            |customer, text| {
                customer.shipping_address.get_or_insert_default().address = Some(text);
            },
        ),
        ("customer_details.billing_address.city", |customer, text| {
            customer.billing_address.get_or_insert_default().city = Some(text);
        }),
    ];
    for (field, set) in texts {
        let (mut fits, mut long) = (customer(), customer());
        set(&mut fits, "é".repeat(255));
        set(&mut long, "é".repeat(256));
        assert!(akulaku(vec![item("a", 125_000)], fits).is_ok(), "{field}");
        assert_refused(akulaku(vec![item("a", 125_000)], long), field);
    }
    let texts: [(&str, Fill<SellerDetails>); 5] = [
        ("seller_details[0].id", |seller, text| {
            seller.id = Some(text)
        }),
        ("seller_details[0].name", |seller, text| {
            seller.name = Some(text)
        }),
        ("seller_details[0].email", |seller, text| {
            seller.email = Some(text)
        }),
        ("seller_details[0].url", |seller, text| {
            seller.url = Some(text)
        }),
        ("seller_details[0].address.city", |seller, text| {
            seller.address.get_or_insert_default().city = Some(text)
        }),
    ];
    for (field, set) in texts {
        let (mut fits, mut long) = (seller(), seller());
        set(&mut fits, "é".repeat(255));
        set(&mut long, "é".repeat(256));
        assert!(sold_by(vec![fits]).is_ok(), "{field}");
        assert_refused(sold_by(vec![long]), field);
    }
    assert!(minimal().custom_field1("é".repeat(255)).build().is_ok());
    assert_refused(
        minimal().custom_field1("é".repeat(256)).build(),
        "custom_field1",
    );
    assert_refused(
        minimal().custom_field2("é".repeat(256)).build(),
        "custom_field2",
    );
    assert_refused(
        minimal().custom_field3("é".repeat(256)).build(),
        "custom_field3",
    );
}

#[test]
fn codes_of_a_place_have_their_own_alphabets() {
    for (country, postal, field) in [
        ("ID", "40115", Some("country_code")),
        ("idn", "40115", Some("country_code")),
        ("IDNX", "40115", Some("country_code")),
        ("I1N", "40115", Some("country_code")),
        ("IDN", "40_115", Some("postal_code")),
        ("IDN", "40115é", Some("postal_code")),
        ("IDN", "AB-40 115", None),
        ("SGP", "40115", None),
    ] {
        let mut customer = customer();
        let address = customer.shipping_address.get_or_insert_default();
        (address.country_code, address.postal_code) =
            (Some(country.to_owned()), Some(postal.to_owned()));
        let result = akulaku(vec![item("a", 125_000)], customer);
        match field {
            Some(field) => assert_refused(
                result,
                &format!("customer_details.shipping_address.{field}"),
            ),
            None => assert!(result.is_ok(), "{country} {postal}"),
        }
    }
}

#[test]
fn an_expiry_is_twenty_seconds_to_180_days() {
    assert_refused(
        CustomExpiry::new(19, ExpiryUnit::Second),
        "custom_expiry.expiry_duration",
    );
    assert_refused(
        CustomExpiry::new(181, ExpiryUnit::Day),
        "custom_expiry.expiry_duration",
    );
}

#[test]
fn an_extra_field_never_replaces_one_that_has_its_own_place() {
    for name in [
        "payment_type",
        "transaction_details",
        "item_details",
        "customer_details",
        "seller_details",
        "custom_expiry",
        "custom_field1",
        "custom_field2",
        "custom_field3",
        "metadata",
    ] {
        assert_refused(minimal().extra(extra(name)).build(), name);
    }
    assert!(minimal().extra(extra("custom_field4")).build().is_ok());
    for name in ["order_id", "gross_amount"] {
        assert_refused(
            order(125_000).with_extra(extra(name)),
            &format!("transaction_details.{name}"),
        );
    }
    for name in [
        "id",
        "price",
        "quantity",
        "name",
        "brand",
        "category",
        "merchant_name",
        "url",
    ] {
        let mut item = item("a", 125_000);
        item.extra = extra(name);
        assert_refused(
            akulaku(vec![item], customer()),
            &format!("item_details[0].{name}"),
        );
    }
    for name in [
        "first_name",
        "last_name",
        "email",
        "phone",
        "billing_address",
        "shipping_address",
    ] {
        let mut customer = customer();
        customer.extra = extra(name);
        assert_refused(
            minimal().customer(customer).build(),
            &format!("customer_details.{name}"),
        );
    }
    for name in [
        "first_name",
        "last_name",
        "email",
        "phone",
        "address",
        "city",
        "postal_code",
        "country_code",
    ] {
        let (mut customer, mut seller) = (customer(), seller());
        customer.shipping_address.get_or_insert_default().extra = extra(name);
        seller.address.get_or_insert_default().extra = extra(name);
        assert_refused(
            minimal().customer(customer).build(),
            &format!("customer_details.shipping_address.{name}"),
        );
        assert_refused(
            minimal().sellers(vec![seller]).build(),
            &format!("seller_details[0].address.{name}"),
        );
    }
    for name in ["id", "name", "email", "url", "address"] {
        let mut seller = seller();
        seller.extra = extra(name);
        assert_refused(
            minimal().sellers(vec![seller]).build(),
            &format!("seller_details[0].{name}"),
        );
    }
}

type Fill<T> = fn(&mut T, String);
