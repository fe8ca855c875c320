//! Order ids, amounts, and all problems in one error.

use midtrans_protocol::method::Akulaku;
use midtrans_protocol::{
    Charge, CustomerDetails, InvalidInput, ItemDetails, OrderId, Rupiah, TransactionDetails,
};
use serde_json::json;

use crate::{akulaku, assert_refused, customer, item, kredivo, order, seller, sold_by};

#[test]
fn an_order_id_of_another_system_can_be_expected_and_not_charged() {
    let existing = OrderId::existing("INV/2024/01").expect("an order id that can exist");
    assert_refused(
        TransactionDetails::new(existing, Rupiah::new(1)),
        "transaction_details.order_id",
    );
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
    for bad in [
        "",
        " ",
        "kebaya 7",
        "kebaya/7",
        "kebaya#7",
        "kebaya%37",
        "kébaya",
        "a\n",
        ".",
        "..",
        &"k".repeat(51),
    ] {
        assert_refused(OrderId::new(bad), "order_id");
    }
    assert!(OrderId::new("k".repeat(50)).is_ok());
}

#[test]
fn a_charge_of_nothing_is_refused() {
    let id = OrderId::new("kebaya-0417").unwrap();
    assert_refused(
        TransactionDetails::new(id, Rupiah::new(0)),
        "transaction_details.gross_amount",
    );
}

#[test]
fn an_amount_that_the_gateways_long_cannot_hold_is_refused() {
    let details =
        |rupiah| TransactionDetails::new(OrderId::new("kebaya-0417").unwrap(), Rupiah::new(rupiah));
    assert!(details(i64::MAX as u64).is_ok());
    for rupiah in [i64::MAX as u64 + 1, u64::MAX] {
        assert_refused(details(rupiah), "transaction_details.gross_amount");
    }
}

#[test]
fn akulaku_wants_five_thousand_rupiah_in_every_form_of_a_charge() {
    let field = "transaction_details.gross_amount";
    assert_refused(
        Charge::akulaku(order(4_999), vec![item("a", 4_999)], customer()),
        field,
    );
    assert_refused(
        Charge::builder(order(4_999), Akulaku).minimal().build(),
        field,
    );
    let json = |kind: &str, rupiah: u64| {
        let order = json!({"order_id": "kebaya-0417", "gross_amount": rupiah});
        Charge::from_json(&json!({"payment_type": kind, "transaction_details": order}).to_string())
    };
    assert_refused(json("akulaku", 4_999), field);
    assert!(json("akulaku", 5_000).is_ok() && json("kredivo", 1).is_ok());
    assert!(Charge::akulaku(order(5_000), vec![item("a", 5_000)], customer()).is_ok());
    assert!(
        Charge::builder(order(5_000), Akulaku)
            .minimal()
            .build()
            .is_ok()
    );
}

#[test]
fn a_builder_names_every_problem_at_once() {
    let fields = |error: InvalidInput| {
        error
            .problems()
            .map(|one| one.field().to_owned())
            .collect::<Vec<_>>()
    };
    let mut nameless = ItemDetails::new("a", "", Rupiah::new(1), 1);
    (nameless.category, nameless.url) = (None, None);
    let error = kredivo(vec![nameless], CustomerDetails::default()).unwrap_err();
    assert_eq!(
        error.to_string().matches(": expected ").count(),
        error.problems().count(),
        "the message names all of them: {error}"
    );
    let customer_fields = [
        "first_name",
        "last_name",
        "email",
        "phone",
        "shipping_address",
    ];
    let mut expected: Vec<String> = customer_fields
        .map(|field| format!("customer_details.{field}"))
        .into();
    expected.extend(["category", "url", "name"].map(|field| format!("item_details[0].{field}")));
    expected.push("item_details".to_owned());
    assert_eq!(fields(error), expected);

    let error = Charge::akulaku(order(4_999), Vec::new(), CustomerDetails::default()).unwrap_err();
    assert_eq!(
        error.problems().count(),
        5,
        "one name is enough for Akulaku: {error}"
    );
    let mut sellers = vec![seller(), seller()];
    sellers[0].email = None;
    sellers[1].address.get_or_insert_default().country_code = Some("Indonesia".to_owned());
    let expected = [
        "seller_details[0].email",
        "seller_details[1].address.country_code",
    ];
    assert_eq!(fields(sold_by(sellers).unwrap_err()), expected);
}
