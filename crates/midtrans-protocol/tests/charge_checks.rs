//! What is refused before anything is sent: every rule, with the field that it names.

use midtrans_protocol::charge::ChargeBuilder;
use midtrans_protocol::method::{Akulaku, Kredivo};
use midtrans_protocol::{
    Address, Charge, CustomExpiry, CustomerDetails, ExpiryUnit, InvalidInput, ItemDetails, OrderId, Rupiah,
    SellerDetails, TransactionDetails,
};
use serde_json::{Map, Value, json};

fn order(rupiah: u64) -> TransactionDetails {
    let id = OrderId::new("kebaya-0417").expect("a valid order id");
    TransactionDetails::new(id, Rupiah::new(rupiah)).expect("a price")
}

fn customer() -> CustomerDetails {
    let mut customer = CustomerDetails::new("Dewi", "Lestari", "dewi@toko.example", "081200000417");
    customer.shipping_address = Some(address());
    customer
}

fn address() -> Address {
    let mut address = Address::default();
    let some = |text: &str| Some(text.to_owned());
    (address.first_name, address.last_name) = (some("Dewi"), some("Lestari"));
    (address.phone, address.address) = (some("081200000417"), some("Jl. Melati 4"));
    (address.city, address.postal_code, address.country_code) = (some("Bandung"), some("40115"), some("IDN"));
    address
}

fn item(id: &str, rupiah: u64) -> ItemDetails {
    let mut item = ItemDetails::new(id, "Kebaya hijau", Rupiah::new(rupiah), 1);
    item.category = Some("Batik".to_owned());
    item.url = Some("https://toko.example/KBY-7".to_owned());
    item
}

fn seller() -> SellerDetails {
    let mut seller = SellerDetails::default();
    let some = |text: &str| Some(text.to_owned());
    (seller.id, seller.name) = (some("TK-9"), some("Toko Melati"));
    (seller.email, seller.url) = (some("toko@toko.example"), some("https://toko.example"));
    seller.address = Some(address());
    seller
}

fn extra(name: &str) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), json!("x"))])
}

fn akulaku(items: Vec<ItemDetails>, customer: CustomerDetails) -> Result<Charge, InvalidInput> {
    Charge::akulaku(order(125_000), items, customer)
}

fn kredivo(items: Vec<ItemDetails>, customer: CustomerDetails) -> Result<Charge, InvalidInput> {
    Charge::kredivo(order(125_000), items, customer)
}

/// A whole charge of Kredivo on a marketplace.
fn sold_by(sellers: Vec<SellerDetails>) -> Result<Charge, InvalidInput> {
    let charge = Charge::builder(order(125_000), Kredivo).items(vec![item("a", 125_000)]).customer(customer());
    charge.sellers(sellers).build()
}

/// A charge of Akulaku that may leave out everything.
fn minimal() -> ChargeBuilder {
    Charge::builder(order(125_000), Akulaku).minimal()
}

#[track_caller]
fn assert_refused<T>(result: Result<T, InvalidInput>, field: &str) {
    let error = result.err().expect("it must be refused");
    assert_eq!(error.field(), field);
    assert!(error.to_string().starts_with(&format!("{field}: expected ")));
}

#[test]
fn an_order_id_of_another_system_can_be_expected_and_not_charged() {
    let existing = OrderId::existing("INV/2024/01").expect("an order id that can exist");
    assert_refused(TransactionDetails::new(existing, Rupiah::new(1)), "transaction_details.order_id");
    let usual = OrderId::existing("kebaya-0417").expect("an order id that can exist");
    assert!(TransactionDetails::new(usual, Rupiah::new(1)).is_ok());
}

#[test]
fn what_the_other_tests_start_from_is_valid() {
    assert!(akulaku(vec![item("a", 125_000)], customer()).is_ok());
    assert!(sold_by(vec![seller()]).is_ok());
}

#[test]
fn an_order_id_has_an_alphabet_and_a_length() {
    for bad in ["", " ", "kebaya 7", "kebaya/7", "kebaya#7", "kebaya%37", "kébaya", "a\n", ".", "..", &"k".repeat(51)]
    {
        assert_refused(OrderId::new(bad), "order_id");
    }
    assert!(OrderId::new("k".repeat(50)).is_ok());
}

#[test]
fn a_charge_of_nothing_is_refused() {
    let id = OrderId::new("kebaya-0417").unwrap();
    assert_refused(TransactionDetails::new(id, Rupiah::new(0)), "transaction_details.gross_amount");
}

#[test]
fn an_amount_that_the_gateways_long_cannot_hold_is_refused() {
    let details = |rupiah| TransactionDetails::new(OrderId::new("kebaya-0417").unwrap(), Rupiah::new(rupiah));
    assert!(details(i64::MAX as u64).is_ok());
    for rupiah in [i64::MAX as u64 + 1, u64::MAX] {
        assert_refused(details(rupiah), "transaction_details.gross_amount");
    }
}

#[test]
fn akulaku_wants_five_thousand_rupiah_in_every_form_of_a_charge() {
    let field = "transaction_details.gross_amount";
    assert_refused(Charge::akulaku(order(4_999), vec![item("a", 4_999)], customer()), field);
    assert_refused(Charge::builder(order(4_999), Akulaku).minimal().build(), field);
    let json = |kind: &str, rupiah: u64| {
        let order = json!({"order_id": "kebaya-0417", "gross_amount": rupiah});
        Charge::from_json(&json!({"payment_type": kind, "transaction_details": order}).to_string())
    };
    assert_refused(json("akulaku", 4_999), field);
    assert!(json("akulaku", 5_000).is_ok() && json("kredivo", 1).is_ok());
    assert!(Charge::akulaku(order(5_000), vec![item("a", 5_000)], customer()).is_ok());
    assert!(Charge::builder(order(5_000), Akulaku).minimal().build().is_ok());
}

#[test]
fn a_builder_names_every_problem_at_once() {
    let fields = |error: InvalidInput| error.problems().map(|one| one.field().to_owned()).collect::<Vec<_>>();
    let mut nameless = ItemDetails::new("a", "", Rupiah::new(1), 1);
    (nameless.category, nameless.url) = (None, None);
    let error = kredivo(vec![nameless], CustomerDetails::default()).unwrap_err();
    assert_eq!(
        error.to_string().matches(": expected ").count(),
        error.problems().count(),
        "the message names all of them: {error}"
    );
    let customer_fields = ["first_name", "last_name", "email", "phone", "shipping_address"];
    let mut expected: Vec<String> = customer_fields.map(|field| format!("customer_details.{field}")).into();
    expected.extend(["category", "url", "name"].map(|field| format!("item_details[0].{field}")));
    expected.push("item_details".to_owned());
    assert_eq!(fields(error), expected);

    let error = Charge::akulaku(order(4_999), Vec::new(), CustomerDetails::default()).unwrap_err();
    assert_eq!(error.problems().count(), 5, "one name is enough for Akulaku: {error}");
    let mut sellers = vec![seller(), seller()];
    sellers[0].email = None;
    sellers[1].address.get_or_insert_default().country_code = Some("Indonesia".to_owned());
    let expected = ["seller_details[0].email", "seller_details[1].address.country_code"];
    assert_eq!(fields(sold_by(sellers).unwrap_err()), expected);
}

#[test]
fn lines_add_up_to_the_gross_amount() {
    for (lines, adds_up) in [
        (vec![item("a", 125_000)], true),
        (vec![item("a", 124_999)], false),
        (vec![item("a", 125_001)], false),
        (vec![item("a", 130_000), ItemDetails::discount("d", "Potongan", Rupiah::new(5_000))], true),
        (vec![item("a", 130_000), ItemDetails::discount("d", "Potongan", Rupiah::new(4_000))], false),
        (vec![item("a", u64::MAX)], false),
        (vec![item("a", u64::MAX), ItemDetails::discount("d", "Potongan", Rupiah::new(u64::MAX))], false),
        (vec![item("a", 0), item("b", 125_000)], true),
    ] {
        match akulaku(lines, customer()) {
            Ok(_) => assert!(adds_up),
            Err(error) => assert_eq!((error.field(), adds_up), ("item_details", false)),
        }
    }
}

#[test]
fn quantities_multiply_without_overflow() {
    let mut many = item("a", u64::MAX);
    many.quantity = u32::MAX;
    assert_refused(akulaku(vec![many.clone(), many], customer()), "item_details");
    let mut three = item("a", 5);
    three.quantity = 25_000;
    assert!(akulaku(vec![three], customer()).is_ok());
}

#[test]
fn a_quantity_is_at_least_one() {
    let mut none = item("b", 5);
    none.quantity = 0;
    assert_refused(akulaku(vec![item("a", 125_000), none], customer()), "item_details[1].quantity");
}

#[test]
fn both_providers_want_at_least_one_line() {
    assert_refused(akulaku(vec![], customer()), "item_details");
    assert_refused(kredivo(vec![], customer()), "item_details");
}

#[test]
fn akulaku_wants_distinct_ids_and_kredivo_does_not() {
    let twice = || vec![item("a", 100_000), item("a", 25_000)];
    assert_refused(akulaku(twice(), customer()), "item_details[1].id");
    assert!(kredivo(twice(), customer()).is_ok());
    let mut nameless = item("b", 25_000);
    nameless.id = None;
    assert_refused(akulaku(vec![item("a", 100_000), nameless.clone()], customer()), "item_details[1].id");
    let late = minimal().items(twice()).build();
    assert_refused(late, "item_details[1].id");
}

type Break<T> = (&'static str, fn(&mut T));

#[test]
fn akulaku_wants_the_customers_name_and_contacts() {
    let breaks: [Break<CustomerDetails>; 5] = [
        ("customer_details.first_name", |customer| customer.first_name = None),
        ("customer_details.first_name", |customer| customer.first_name = Some(String::new())),
        ("customer_details.email", |customer| customer.email = Some("  ".to_owned())),
        ("customer_details.phone", |customer| customer.phone = None),
        ("customer_details.first_name", |customer| *customer = CustomerDetails::default()),
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
        ("customer_details.first_name", |customer| customer.first_name = None),
        ("customer_details.last_name", |customer| customer.last_name = None),
        ("customer_details.email", |customer| customer.email = None),
        ("customer_details.phone", |customer| customer.phone = None),
        ("customer_details.shipping_address", |customer| customer.shipping_address = None),
        ("customer_details.shipping_address.first_name", |customer| shipping(customer).first_name = None),
        ("customer_details.shipping_address.last_name", |customer| shipping(customer).last_name = None),
        ("customer_details.shipping_address.phone", |customer| shipping(customer).phone = None),
        ("customer_details.shipping_address.address", |customer| shipping(customer).address = None),
        ("customer_details.shipping_address.city", |customer| shipping(customer).city = None),
        ("customer_details.shipping_address.postal_code", |customer| shipping(customer).postal_code = None),
        ("customer_details.shipping_address.country_code", |customer| shipping(customer).country_code = None),
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
        ("seller_details[0].address.city", |seller| seller.address.get_or_insert_default().city = None),
        ("seller_details[0].address.country_code", |seller| seller.address.get_or_insert_default().country_code = None),
    ];
    for (field, change) in breaks {
        let mut seller = seller();
        change(&mut seller);
        assert_refused(sold_by(vec![seller]), field);
    }
}

type Fill<T> = fn(&mut T, String);

#[test]
fn lengths_are_counted_in_characters() {
    let breaks: [(&str, usize, Fill<ItemDetails>); 6] = [
        ("item_details[0].id", 50, |item, text| item.id = Some(text)),
        ("item_details[0].name", 50, |item, text| item.name = text),
        ("item_details[0].brand", 50, |item, text| item.brand = Some(text)),
        ("item_details[0].category", 50, |item, text| item.category = Some(text)),
        ("item_details[0].merchant_name", 50, |item, text| item.merchant_name = Some(text)),
        ("item_details[0].url", 255, |item, text| item.url = Some(text)),
    ];
    for (field, most, set) in breaks {
        let (mut fits, mut long) = (item("a", 125_000), item("a", 125_000));
        set(&mut fits, "é".repeat(most));
        set(&mut long, "é".repeat(most + 1));
        assert!(akulaku(vec![fits], customer()).is_ok(), "{field}");
        assert_refused(akulaku(vec![long], customer()), field);
    }
    let texts: [(&str, Fill<CustomerDetails>); 3] = [
        ("customer_details.email", |customer, text| customer.email = Some(text)),
        ("customer_details.shipping_address.address", |customer, text| {
            customer.shipping_address.get_or_insert_default().address = Some(text);
        }),
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
        ("seller_details[0].id", |seller, text| seller.id = Some(text)),
        ("seller_details[0].name", |seller, text| seller.name = Some(text)),
        ("seller_details[0].email", |seller, text| seller.email = Some(text)),
        ("seller_details[0].url", |seller, text| seller.url = Some(text)),
        ("seller_details[0].address.city", |seller, text| seller.address.get_or_insert_default().city = Some(text)),
    ];
    for (field, set) in texts {
        let (mut fits, mut long) = (seller(), seller());
        set(&mut fits, "é".repeat(255));
        set(&mut long, "é".repeat(256));
        assert!(sold_by(vec![fits]).is_ok(), "{field}");
        assert_refused(sold_by(vec![long]), field);
    }
    assert!(minimal().custom_field1("é".repeat(255)).build().is_ok());
    assert_refused(minimal().custom_field1("é".repeat(256)).build(), "custom_field1");
    assert_refused(minimal().custom_field2("é".repeat(256)).build(), "custom_field2");
    assert_refused(minimal().custom_field3("é".repeat(256)).build(), "custom_field3");
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
        (address.country_code, address.postal_code) = (Some(country.to_owned()), Some(postal.to_owned()));
        let result = akulaku(vec![item("a", 125_000)], customer);
        match field {
            Some(field) => assert_refused(result, &format!("customer_details.shipping_address.{field}")),
            None => assert!(result.is_ok(), "{country} {postal}"),
        }
    }
}

#[test]
fn an_expiry_is_twenty_seconds_to_180_days() {
    assert_refused(CustomExpiry::new(19, ExpiryUnit::Second), "custom_expiry.expiry_duration");
    assert_refused(CustomExpiry::new(181, ExpiryUnit::Day), "custom_expiry.expiry_duration");
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
        assert_refused(order(125_000).with_extra(extra(name)), &format!("transaction_details.{name}"));
    }
    for name in ["id", "price", "quantity", "name", "brand", "category", "merchant_name", "url"] {
        let mut item = item("a", 125_000);
        item.extra = extra(name);
        assert_refused(akulaku(vec![item], customer()), &format!("item_details[0].{name}"));
    }
    for name in ["first_name", "last_name", "email", "phone", "billing_address", "shipping_address"] {
        let mut customer = customer();
        customer.extra = extra(name);
        assert_refused(minimal().customer(customer).build(), &format!("customer_details.{name}"));
    }
    for name in ["first_name", "last_name", "email", "phone", "address", "city", "postal_code", "country_code"] {
        let (mut customer, mut seller) = (customer(), seller());
        customer.shipping_address.get_or_insert_default().extra = extra(name);
        seller.address.get_or_insert_default().extra = extra(name);
        assert_refused(minimal().customer(customer).build(), &format!("customer_details.shipping_address.{name}"));
        assert_refused(minimal().sellers(vec![seller]).build(), &format!("seller_details[0].address.{name}"));
    }
    for name in ["id", "name", "email", "url", "address"] {
        let mut seller = seller();
        seller.extra = extra(name);
        assert_refused(minimal().sellers(vec![seller]).build(), &format!("seller_details[0].{name}"));
    }
}
