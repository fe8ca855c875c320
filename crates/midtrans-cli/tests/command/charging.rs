//! `midtrans charge` with any payment method: the fields that go out.
//!
//! The answers are those of the gateway's samples.

mod instructions;
mod paying;

use serde_json::{Value, json};

use crate::program::{Folder, Program};
use crate::shop::{Came, Shop, with_body};

/// The gateway's answer to a charge of `order-1`, with these fields beside the common ones.
fn answer(payment_type: &str, fields: &Value) -> String {
    let mut answer = json!({
        "status_code": "201",
        "status_message": "Success, transaction is created",
        "transaction_id": "be03df7d-2f97-4c8c-a53c-8959f1b67295",
        "order_id": "order-1",
        "gross_amount": "44000.00",
        "currency": "IDR",
        "payment_type": payment_type,
        "transaction_time": "2026-11-24 16:33:49",
        "transaction_status": "pending",
        "fraud_status": "accept",
    });
    for (name, value) in fields.as_object().unwrap() {
        answer[name] = value.clone();
    }
    with_body("200 OK", &answer.to_string())
}

fn body(came: &[Came]) -> Value {
    serde_json::from_slice(&came[0].body).unwrap()
}

/// Charges `order-1` at a gateway that answers so, and returns what it got.
fn sent(words: &[&str], answer: &str) -> Value {
    let gateway = Shop::answering(&[answer]);
    Program::at(&gateway.url).run(words).says(0, &["order-1"]);
    body(&gateway.all())
}

const ORDER: [&str; 4] = ["--order", "order-1", "--amount", "44000"];

#[test]
fn a_charge_of_any_method_takes_its_fields_by_their_names() {
    let bank = ["charge", "bank_transfer", "--set", "bank_transfer.bank=bca"];
    let more = [
        "--set",
        "bank_transfer.va_number=12345",
        "--set",
        r#"bank_transfer.free_text.inquiry:=[{"id":"Bayar","en":"Pay"}]"#,
        "--set",
        "custom_field1=7",
        "--expiry",
        "1d",
    ];
    let number = json!({"va_numbers": [{"bank": "bca", "va_number": "812785002530231"}]});
    let charge = sent(
        &[&bank[..], &ORDER, &more].concat(),
        &answer("bank_transfer", &number),
    );
    let expected = json!({
        "payment_type": "bank_transfer",
        "transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
        "bank_transfer": {
            "bank": "bca",
            "va_number": "12345",
            "free_text": {"inquiry": [{"id": "Bayar", "en": "Pay"}]},
        },
        "custom_field1": "7",
        "custom_expiry": {"expiry_duration": 1, "unit": "day"},
    });
    assert_eq!(charge, expected);
}

#[test]
fn a_method_that_this_version_does_not_know_is_charged_as_it_is_typed() {
    let words = [
        "charge",
        "wallet_of_2030",
        "--set",
        "wallet_of_2030.enable_callback:=true",
        "--set",
        "wallet_of_2030.callback_url=https://shop.example/back",
    ];
    let link = json!({"redirect_url": "https://wallet.example/pay"});
    let charge = sent(
        &[&words[..], &ORDER].concat(),
        &answer("wallet_of_2030", &link),
    );
    assert_eq!(charge["payment_type"], "wallet_of_2030");
    assert_eq!(
        charge["wallet_of_2030"],
        json!({"enable_callback": true, "callback_url": "https://shop.example/back"})
    );
}

#[test]
fn an_option_and_a_field_that_is_set_outweigh_the_file() {
    let folder = Folder::new("charge-from");
    let charge = json!({
        "payment_type": "cstore",
        "transaction_details": {"order_id": "order-9", "gross_amount": 9_000},
        "cstore": {"store": "alfamart", "message": "of the file"},
        "custom_field1": "of the file",
        "custom_expiry": {"expiry_duration": 1, "unit": "hour"},
    });
    let file = folder.file("charge.json", charge.to_string());
    let code = json!({"payment_code": "25709650945026"});
    let words = [
        "charge",
        "--from",
        &file,
        "--set",
        "transaction_details.gross_amount:=44000",
        "--expiry",
        "30m",
        "--set",
        "cstore.store=indomaret",
        "--order",
        "order-1",
    ];
    let charge = sent(&words, &answer("cstore", &code));
    let expected = json!({
        "payment_type": "cstore",
        "transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
        "cstore": {"store": "indomaret", "message": "of the file"},
        "custom_field1": "of the file",
        "custom_expiry": {"expiry_duration": 30, "unit": "minute"},
    });
    assert_eq!(charge, expected);
}

#[test]
fn an_option_and_a_field_that_is_set_must_not_say_different_things() {
    let program = Program::at("http://127.0.0.1:9");
    let line = "charge akulaku --order order-1 --amount 44000 --expiry 1h \
        --item id=SHOE-42,name=Sepatu,price=44000 --customer first_name=Siti,email=MARKER@example.com";
    for (set, names) in [
        ("payment_type=kredivo", ["METHOD", "--set payment_type"]),
        (
            "transaction_details.order_id=order-2",
            ["--order", "--set transaction_details.order_id"],
        ),
        (
            "transaction_details.gross_amount:=45000",
            ["--amount", "--set transaction_details.gross_amount"],
        ),
        (
            "transaction_details:={\"order_id\":\"order-1\"}",
            ["--amount", "--set transaction_details.gross_amount"],
        ),
        (
            "item_details.0.price:=45000",
            ["--item", "--set item_details.0.price"],
        ),
        (
            "customer_details.email=MARKER@other.example",
            ["--customer", "--set customer_details.email"],
        ),
        (
            "custom_expiry.expiry_duration:=2",
            ["--expiry", "--set custom_expiry.expiry_duration"],
        ),
    ] {
        let told = [
            names[0],
            names[1],
            "say different things",
            "next: leave one of the two out",
        ];
        let ran = program.line(&format!("{line} --set {set}")).says(2, &told);
        assert!(!ran.err.contains("MARKER"), "{}", ran.err);
    }
}

#[test]
fn a_field_that_is_set_may_repeat_an_option_or_add_to_it() {
    let words = [
        "charge",
        "bank_transfer",
        "--order",
        "order-1",
        "--amount",
        "44000",
        "--set",
        "bank_transfer.bank=bca",
        "--set",
        "transaction_details.gross_amount:=44000",
        "--customer",
        "first_name=Siti",
        "--set",
        "customer_details.last_name=Rahma",
    ];
    let number = json!({"va_numbers": [{"bank": "bca", "va_number": "812785002530231"}]});
    let charge = sent(&words, &answer("bank_transfer", &number));
    assert_eq!(
        charge["customer_details"],
        json!({"first_name": "Siti", "last_name": "Rahma"})
    );
}

#[test]
fn what_a_method_wants_is_named_with_the_option_that_gives_it() {
    let program = Program::at("http://127.0.0.1:9");
    for (words, expected) in [
        (
            "bank_transfer --order o-1 --amount 5000",
            [
                "bank_transfer.bank",
                "next: give it with --set bank_transfer.bank=TEXT",
            ],
        ),
        (
            "bank_transfer --order o-1 --amount 5000 --set bank_transfer.bank:=7",
            ["bank_transfer.bank", "--set bank_transfer.bank:=JSON"],
        ),
        (
            r#"bank_transfer --order o-1 --amount 5000 --set bank_transfer.bank=bca --set bank_transfer.free_text.inquiry:=[{"id":"Bayar"}]"#,
            [
                "bank_transfer.free_text.inquiry[0].en",
                "next: give it with --set bank_transfer.free_text.inquiry.0.en=TEXT",
            ],
        ),
        (
            "gopay --order o-1 --amount 9000 --expiry 8d",
            [
                "custom_expiry.expiry_duration: expected at most 7 days with gopay",
                "next: give it with --expiry",
            ],
        ),
        (
            "cstore --order o-1 --amount 9000 --set cstore.store=indomaret",
            ["10000 rupiah at", "next: give it with --amount"],
        ),
        (
            "cstore --order o-1 --amount 9000 --set cstore.store",
            ["--set <FIELD=VALUE>", "expected FIELD=VALUE or FIELD:=JSON"],
        ),
        (
            "cstore --order o-1 --amount 9000 --set cstore.message:=Terima",
            ["--set <FIELD=VALUE>", "behind := stands JSON"],
        ),
        (
            "cstore --order o-1 --amount 9000 --set payment_type.x=1",
            [
                "--set payment_type.x: the charge has no place for it",
                "next: ",
            ],
        ),
        (
            "GoPay --order o-1 --amount 9000",
            ["METHOD", "expected the gateway's name of a payment method"],
        ),
        ("--order o-1 --amount 9000", ["missing: ", "METHOD"]),
    ] {
        program.line(&format!("charge {words}")).says(2, &expected);
    }
}
