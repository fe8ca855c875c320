//! What the customer is told after a charge.
//!
//! The answers are those of the gateway's samples.

use serde_json::{Value, json};

use super::{ORDER, answer};
use crate::program::Program;
use crate::shop::Shop;

#[test]
fn each_shape_of_instructions_is_printed_and_is_in_the_json() {
    let wallet = json!({
        "qr_string": "00020101021226",
        "actions": [
            {"name": "generate-qr-code", "method": "GET", "url": "https://api.example/qr"},
            {"name": "deeplink-redirect", "method": "GET", "url": "gojek://pay"},
        ],
    });
    let shapes: [(&str, Value, &[&str], Value); 8] = [
        (
            "akulaku",
            json!({"redirect_url": "https://api.example/v2/page"}),
            &[
                "redirect url        https://api.example/v2/page",
                "next: send the customer's browser",
            ],
            json!({"redirect": "https://api.example/v2/page"}),
        ),
        (
            "bank_transfer",
            json!({"va_numbers": [{"bank": "bca", "va_number": "812785002530231"}]}),
            &[
                "bank                bca",
                "va number           812785002530231",
                "next: show the customer the bank",
            ],
            json!({"virtual_account": {"bank": "bca", "va_number": "812785002530231"}}),
        ),
        (
            "echannel",
            json!({"biller_code": "70012", "bill_key": "990000000260"}),
            &[
                "biller code         70012",
                "bill key            990000000260",
                "next: show the customer both numbers",
            ],
            json!({"bill": {"biller_code": "70012", "bill_key": "990000000260"}}),
        ),
        (
            "cstore",
            json!({"store": "indomaret", "payment_code": "25709650945026"}),
            &[
                "store               indomaret",
                "payment code        25709650945026",
                "at the counter",
            ],
            json!({"payment_code": {"store": "indomaret", "payment_code": "25709650945026"}}),
        ),
        (
            "gopay",
            wallet,
            &[
                "qr text             00020101021226",
                "qr image            https://api.example/qr",
                "deep link           gojek://pay",
            ],
            json!({"wallet": {
                "qr_string": "00020101021226", "qr_image": "https://api.example/qr", "deeplink": "gojek://pay",
            }}),
        ),
        (
            "ovo",
            json!({}),
            &["next: have the customer confirm in the OVO app within 55 seconds"],
            json!("confirm_in_app"),
        ),
        (
            "credit_card",
            json!({"status_code": "200", "transaction_status": "capture"}),
            &["next: the customer has nothing to do"],
            json!("nothing"),
        ),
        (
            "wallet_of_2030",
            json!({"beacon": "lit"}),
            &["next: find out how the customer pays in the reply's own fields"],
            Value::Null,
        ),
    ];
    for (payment_type, fields, words, instructions) in shapes {
        let answer = answer(payment_type, &fields);
        let gateway = Shop::answering(&[&answer, &answer]);
        let program = Program::at(&gateway.url);
        let own = match payment_type {
            "bank_transfer" => "bank_transfer.bank=bca",
            "cstore" => "cstore.store=indomaret",
            "ovo" => "ovo.payer_phone_number=08111111111",
            "credit_card" => {
                "credit_card.token_id=48111111-1114-dc7d77d5-237b-4a7f-a26c-75c4a7aa4e91"
            }
            "echannel" => r#"echannel:={"bill_info1":"Pay","bill_info2":"Shoes"}"#,
            _ => "custom_field1=x",
        };
        let line = [&["charge", payment_type, "--set", own], &ORDER[..]].concat();
        program.run(&line).says(0, words);
        let json = program
            .run(&[&line[..], &["--json"]].concat())
            .says(0, &[])
            .json();
        assert_eq!(json["instructions"], instructions, "{payment_type}");
        let first = fields.as_object().unwrap().keys().next();
        assert!(
            first.is_none_or(|name| json["reply"][name] == fields[name]),
            "the reply is whole: {json}"
        );
    }
}

#[test]
fn the_status_of_a_pending_payment_tells_how_it_is_paid() {
    let code = json!({"store": "alfamart", "payment_code": "8510"});
    let pending = answer("cstore", &code);
    let settled = answer(
        "cstore",
        &json!({"status_code": "200", "transaction_status": "settlement", "payment_code": "8510"}),
    );
    let gateway = Shop::answering(&[&pending, &settled]);
    let program = Program::at(&gateway.url);
    program.line("status order-1").says(
        0,
        &["store               alfamart", "payment code        8510"],
    );
    let ran = program
        .line("status order-1 --amount 44000")
        .says(0, &["paid"]);
    assert!(!ran.out.contains("payment code"), "it is paid: {}", ran.out);
}
