//! `midtrans charge` with any payment method: the fields that go out, and what the customer is told.
//!
//! The answers are those of the gateway's samples.

use serde_json::{Value, json};

use crate::program::{Folder, Program, gateway};
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

#[test]
fn a_number_a_bill_and_a_code_are_charged_and_paid_at_a_simulator() {
    let (_simulator, program) = gateway();
    for (order, method, set, row) in [
        (
            "order-1",
            "bank_transfer",
            "bank_transfer.bank=bni",
            "va number           ",
        ),
        (
            "order-2",
            "echannel",
            r#"echannel:={"bill_info1":"Pay","bill_info2":"Shoes"}"#,
            "bill key            ",
        ),
        (
            "order-3",
            "cstore",
            "cstore.store=alfamart",
            "payment code        ",
        ),
    ] {
        let words = [
            "charge", method, "--order", order, "--amount", "44000", "--set", set,
        ];
        program.run(&words).says(0, &[row, "pending"]);
        program.line(&format!("status {order}")).says(0, &[row]);
        program
            .line(&format!("open {order} --print"))
            .says(0, &["pay page            http://127.0.0.1:"]);
        let declined = program.line(&format!("decline {order}"));
        declined.says(1, &["by no provider who could decline"]);
        program
            .line(&format!("pay {order}"))
            .says(0, &[method, "transaction status  settlement"]);
        program
            .line(&format!("status {order} --amount 44000"))
            .says(0, &["paid: fulfil the order, once"]);
    }
}

#[test]
fn a_wallet_an_app_and_a_card_are_charged_paid_and_declined_at_a_simulator() {
    let (_simulator, program) = gateway();
    let card = b"card_number=4811111111111114\ncard_exp_month=12\ncard_exp_year=2049\ncard_cvv=123";
    let token = program
        .fed(&["card", "token", "--json"], card)
        .says(0, &[])
        .json();
    let token = format!(
        "credit_card.token_id={}",
        token["token_id"].as_str().unwrap()
    );
    let phone = "ovo.payer_phone_number=08123456789";
    let secure = "credit_card.authentication:=true";
    for (order, method, sets, paid) in [
        (
            "order-1",
            "qris",
            ["qris.acquirer=gopay", "custom_field1=x"],
            "settlement",
        ),
        ("order-2", "ovo", [phone, "custom_field1=x"], "settlement"),
        ("order-3", "credit_card", [&*token, secure], "capture"),
    ] {
        let charge = ["charge", method, "--order", order, "--amount", "44000"];
        let sets = ["--set", sets[0], "--set", sets[1]];
        program
            .run(&[&charge[..], &sets].concat())
            .says(0, &["pending"]);
        program
            .line(&format!("pay {order}"))
            .says(0, &[&format!("transaction status  {paid}")]);
        program
            .line(&format!("status {order} --amount 44000"))
            .says(0, &["paid: fulfil the order, once"]);
    }
    // The token is used up.
    let again = [
        "charge",
        "credit_card",
        "--order",
        "order-4",
        "--amount",
        "44000",
        "--set",
        &token,
    ];
    program.run(&again).says(
        1,
        &[
            "411",
            "next: the card's token is used up or too old: if an earlier try",
        ],
    );
    let prompt = [
        "charge", "ovo", "--order", "order-5", "--amount", "44000", "--set", phone,
    ];
    program.run(&prompt).says(0, &["within 55 seconds"]);
    program
        .line("decline order-5")
        .says(0, &["transaction status  deny"]);
    // A wallet's page has no button for it.
    let wallet = ["charge", "qris", "--order", "order-6", "--amount", "44000"];
    program.run(&wallet).says(0, &["qr text"]);
    program
        .line("decline order-6")
        .says(1, &["by no provider who could decline"]);
}

#[test]
fn a_number_or_a_code_is_paid_at_the_page_that_the_simulator_has_for_it() {
    let order = |status: &str| {
        let order = json!({
            "order_id": "order-1", "transaction_id": "t-1", "payment_type": "cstore",
            "transaction_status": status, "pay_page": "/pay/t-1?lang=en", "redirect_url": null,
            "entries": [], "notifications": [],
        });
        with_body("200 OK", &order.to_string())
    };
    let page = with_body("200 OK", "<html>");
    let simulator = Shop::answering(&[&order("pending"), &page, &order("settlement")]);
    Program::at(&simulator.url)
        .line("pay order-1")
        .says(0, &["payment type        cstore", "settlement"]);
    let came = simulator.all();
    assert!(
        came[1].head.starts_with("post /pay/t-1?lang=en http/1.1"),
        "{}",
        came[1].head
    );
    assert_eq!(came[1].body, b"choice=approve");
    // Nothing declines at a counter.
    let no_button = with_body(
        "400 Bad Request",
        r#"{"error":"choice: expected one of approve"}"#,
    );
    let simulator = Shop::answering(&[&order("pending"), &no_button, &order("pending")]);
    let program = Program::at(&simulator.url);
    program.line("decline order-1").says(
        1,
        &[
            "by no provider who could decline",
            "midtrans expire order-1",
        ],
    );
    program.line("open order-1 --print").says(
        0,
        &[&format!(
            "pay page            {}/pay/t-1?lang=en",
            simulator.url
        )],
    );
    let without = json!({
        "transaction_id": "t-1", "transaction_status": "pending", "redirect_url": null,
    });
    let without = with_body("200 OK", &without.to_string());
    let simulator = Shop::answering(&[&without, &without]);
    for line in ["pay order-1", "open order-1"] {
        let program = Program::at(&simulator.url);
        program
            .line(line)
            .says(1, &["has no page", "next: settle it"]);
    }
}
