//! Commands that look at what came: verify, decide, sign, landing.

use midtrans_protocol::ServerKey;
use midtrans_protocol::notification::signature;
use midtrans_simulator::gateway::{Choice, FinishRedirect};
use serde_json::json;

use crate::program::{CLIENT_KEY, Folder, Program, SERVER_KEY, gateway};

const DECIDE_BY_REPLY: [&str; 7] = [
    "decide",
    "-",
    "--order",
    "order-101",
    "--amount",
    "40000",
    "--status-reply",
];

/// Captures and fixtures that the vendor has published together with their keys.
const KNOWN: [(&str, &str, &str, &str, &str); 4] = [
    (
        "SB-Mid-server-TOq1a2AVuiyhhOjvfs3U_KeO",
        "order-101-1578567480",
        "200",
        "11000.00",
        "331d8619f0c53ce97abf4cfc91fae8d8d0b11da1640b5bb136b0cfbc0da161d50fc6d0dd0d7f893977881710a2d2c174d9e036aaaa772e80fdeac6e9fb60e6b9",
    ),
    (
        "SB-Mid-server-GwUP_WGbJPXsDzsNEBRs8IYA",
        "order102",
        "200",
        "789000.00",
        "5d40504728eb96686bd5926299768a6496547f70dbd1e19d583ef4e780fe9dd5c38d0db45ec0f06dafa5c56caa6cf8358ead1523882b5fb3e102c52345d41850",
    ),
    (
        "SB-Mid-server-test",
        "ORDER-sandbox-0002",
        "201",
        "75000.00",
        "db70270f6c27da2b564d4fffd9df3eeae578a7afba22bf5e6071711c7914d7a3d22ccaa533e864cf53742ca73c9e63016b0cbc1f97ee253a77b24b7a410d876a",
    ),
    (
        "SB-Mid-server-test",
        "ORDER-sandbox-0003",
        "202",
        "50000.00",
        "a51d1bd2aa8b1dca9228f3827cd641b6dadf52ebb9ed40fb45db6a06dbb33de7cde8e80caa93dfb5e6beeaaf44f698dc7f6f56edd46556eddaa2a774ff7692c6",
    ),
];

#[test]
fn published_signatures_are_made_and_verified() {
    for (key, order, code, amount, signature) in KNOWN {
        let program = Program::bare().with("MIDTRANS_SERVER_KEY", key);
        assert_eq!(
            program.run(&["sign", order, code, amount]).says(0, &[]).out,
            format!("{signature}\n")
        );
        let json = program
            .run(&["sign", order, code, amount, "--json"])
            .says(0, &[])
            .json();
        assert_eq!(json["signature_key"], signature);
        let status = match code {
            "200" => "settlement",
            "201" => "pending",
            _ => "deny",
        };
        let body = json!({"order_id": order, "status_code": code, "gross_amount": amount,
            "transaction_status": status, "signature_key": signature});
        program
            .fed(&["verify", "-"], body.to_string().as_bytes())
            .says(0, &["yes, signed with your server key"]);
        Program::keyed()
            .fed(&["verify", "-"], body.to_string().as_bytes())
            .says(1, &["HTTP 403"]);
    }
}

#[test]
fn an_amount_as_the_gateway_does_not_write_it_is_remarked() {
    let ran = Program::keyed()
        .line("sign order-101 200 40000")
        .says(0, &["writes this amount as 40000.00"]);
    assert_eq!(ran.out.len(), 129, "nothing but the signature is on stdout");
    Program::keyed()
        .line("sign order-101 200 40.000")
        .says(0, &["writes this amount as 40.00,"]);
    Program::keyed()
        .line("sign order-101 200 Rp40.000")
        .says(0, &["the gateway writes amounts such as 40000.00"]);
    assert_eq!(Program::keyed().line("sign order-101 200 40000.00").err, "");
}

fn settled(status: &str) -> String {
    let key = ServerKey::new(SERVER_KEY).unwrap();
    let signature = signature::sign("order-101", "200", "40000.00", &key);
    json!({"order_id": "order-101", "status_code": "200", "gross_amount": "40000.00", "transaction_status": status,
        "signature_key": signature, "fraud_status": "accept", "custom_field1": "\u{1b}[31mred"})
    .to_string()
}

#[test]
fn a_notification_is_told_with_signed_and_reported_words_apart() {
    let folder = Folder::new("verify");
    let file = folder.file("n.json", settled("settlement"));
    let program = Program::keyed();
    let ran = program.run(&["verify", &file, "--order", "order-101", "--amount", "40000"]);
    let ran = ran.says(
        0,
        &[
            "paid: fulfil the order, once",
            "reported, not signed",
            "\\u{1b}[31mred",
        ],
    );
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains("if you expect"));
    let (signed, reported) = ran.out.split_once("reported, not signed").unwrap();
    assert!(
        signed.contains("  order_id ")
            && signed.contains("  status_code ")
            && signed.contains("  gross_amount ")
    );
    assert!(reported.contains("  transaction_status ") && !reported.contains("signature_key"));

    program
        .run(&["verify", &file])
        .says(0, &["if you expect 40000 rupiah for order-101"]);
    for one in [["--amount", "40000"], ["--order", "order-101"]] {
        program
            .run(&[&["verify", &file][..], &one].concat())
            .says(2, &["missing: --"]);
    }
    let other = program.run(&["verify", &file, "--order", "order-101", "--amount", "39000"]);
    other.says(
        3,
        &[
            "the amount is not the expected one",
            "next: midtrans status order-101 --amount 39000",
        ],
    );
    let json = program.run(&[
        "verify", &file, "--order", "order-7", "--amount", "40000", "--json",
    ]);
    let json = json.says(3, &[]).json();
    assert_eq!(
        (&json["genuine"], &json["decision"]),
        (&true.into(), &"review".into())
    );
    assert_eq!(
        json["signed"],
        json!({"order_id": "order-101", "status_code": "200", "gross_amount": "40000.00"})
    );
    assert_eq!(json["reported"]["transaction_status"], "settlement");
}

#[test]
fn a_byte_order_mark_in_front_of_a_file_changes_nothing() {
    let marked = [b"\xef\xbb\xbf", settled("settlement").as_bytes()].concat();
    let program = Program::keyed();
    program
        .fed(&["verify", "-"], &marked)
        .says(0, &["yes, signed with your server key"]);
    let decide = ["decide", "-", "--order", "order-101", "--amount", "40000"];
    program
        .fed(&decide, &marked)
        .says(0, &["paid: fulfil the order"]);
    program
        .fed(&["landing", "-"], b"\xef\xbb\xbforder_id=order-101")
        .says(0, &["order-101"]);
}

#[test]
fn an_order_of_another_system_is_verified_and_decided_on() {
    let key = ServerKey::new(SERVER_KEY).unwrap();
    let signature = signature::sign("INV/2024/01", "200", "40000.00", &key);
    let body = json!({"order_id": "INV/2024/01", "status_code": "200", "gross_amount": "40000.00",
        "transaction_status": "settlement", "signature_key": signature})
    .to_string();
    let program = Program::keyed();
    for words in [
        &["verify", "-", "--order", "INV/2024/01", "--amount", "40000"][..],
        &["verify", "-"],
    ] {
        program.fed(words, body.as_bytes()).says(
            0,
            &["yes, signed with your server key", "paid: fulfil the order"],
        );
    }
    let decide = ["decide", "-", "--order", "INV/2024/01", "--amount", "40000"];
    program
        .fed(&decide, body.as_bytes())
        .says(0, &["paid: fulfil the order"]);
    // An id that no order can have does not hide that the message is genuine.
    for order in ["", "..", "payment_notif_test_G1"] {
        let ran = program.fed(
            &["verify", "-", "--order", order, "--amount", "40000"],
            body.as_bytes(),
        );
        ran.says(
            3,
            &[
                "yes, signed with your server key",
                "no order and amount that could be yours",
            ],
        );
    }
}

#[test]
fn what_is_not_genuine_says_why_and_how_to_answer() {
    let program = Program::keyed();
    let forged = settled("settlement").replace("40000.00", "1.00");
    for (body, words) in [
        (forged.as_bytes(), ["none of the server keys", "HTTP 403"]),
        (b"".as_slice(), ["not one JSON object", "HTTP 400"]),
        (b"\xff", ["not one JSON object", "HTTP 400"]),
        (
            b"{\"order_id\":\"order-101\"}",
            ["no usable signature_key", "HTTP 400"],
        ),
        (
            &[b' '; (1 << 20) + 1],
            ["longer than the body limit", "HTTP 413"],
        ),
    ] {
        program
            .fed(&["verify", "-"], body)
            .says(1, &words)
            .says(1, &["next: "]);
    }
    let json = program
        .fed(&["verify", "-", "--json"], b"x")
        .says(1, &[])
        .json();
    assert_eq!(
        (&json["genuine"], &json["answer_status"]),
        (&false.into(), &400.into())
    );
    program
        .line("verify /nowhere")
        .says(2, &["cannot read /nowhere"]);
}

#[test]
fn a_decision_is_made_on_a_notification_or_on_a_reply() {
    let program = Program::keyed();
    let decide = |words: &[&str], body: &str| {
        let words = [
            &["decide", "-", "--order", "order-101", "--amount", "40000"],
            words,
        ]
        .concat();
        program.fed(&words, body.as_bytes())
    };
    decide(&[], &settled("settlement")).says(0, &["paid: fulfil the order, once"]);
    assert_eq!(
        decide(&["--json"], &settled("settlement")).json()["decision"],
        "paid"
    );
    let odd = decide(&[], &settled("pending"));
    odd.says(
        3,
        &[
            "does not go with",
            "next: midtrans status order-101 --amount 40000",
        ],
    );
    decide(&[], &settled("settlement").replace("40000.00", "1.00")).says(1, &["not genuine"]);
    let reply = r#"{"status_code":"200","order_id":"order-101","gross_amount":"40000.00","transaction_status":"settlement"}"#;
    decide(&["--status-reply"], reply).says(0, &["paid"]);
    decide(
        &["--status-reply"],
        r#"{"status_code":"404","status_message":"no"}"#,
    )
    .says(1, &["a refusal", "404"]);
    decide(&["--status-reply"], "<html>").says(2, &["cannot read the reply"]);
    Program::bare()
        .fed(&DECIDE_BY_REPLY, reply.as_bytes())
        .says(0, &["paid"]);
}

/// Each outcome as the gateway's reply to Get Status tells it.
const OUTCOMES: [(&str, &str, &str, i32, &str); 12] = [
    ("settlement", "200", "40000.00", 0, "paid"),
    ("settlement", "200", "39000.00", 3, "review"),
    ("a_new_word", "200", "40000.00", 3, "review"),
    ("pending", "201", "40000.00", 10, "pending"),
    ("deny", "202", "40000.00", 11, "denied"),
    ("cancel", "200", "40000.00", 12, "cancelled"),
    ("expire", "407", "40000.00", 13, "expired"),
    ("failure", "202", "40000.00", 14, "failed"),
    ("refund", "200", "40000.00", 15, "refunded"),
    ("partial_refund", "200", "40000.00", 16, "partly_refunded"),
    ("chargeback", "200", "40000.00", 17, "disputed"),
    (
        "partial_chargeback",
        "200",
        "40000.00",
        18,
        "partly_disputed",
    ),
];

#[test]
fn decide_and_ship_is_safe_because_only_paid_ends_with_0() {
    let program = Program::bare();
    let help = program
        .line("decide --help")
        .says(0, &["only 0 means that it may be shipped"])
        .out;
    for (status, code, amount, exit, word) in OUTCOMES {
        let reply = json!({"status_code": code, "order_id": "order-101", "gross_amount": amount,
            "transaction_status": status, "transaction_id": "t-1", "currency": "IDR"});
        let decide = [
            "decide",
            "-",
            "--order",
            "order-101",
            "--amount",
            "40.000",
            "--status-reply",
            "--json",
        ];
        let ran = program.fed(&decide, reply.to_string().as_bytes());
        assert_eq!(
            (ran.code, &ran.json()["decision"]),
            (exit, &word.into()),
            "{status}: {ran:?}"
        );
        assert!(
            help.contains(&format!("\n  {exit:<2}  ")),
            "{exit} is not in {help}"
        );
    }
}

#[test]
fn decide_verify_and_status_end_with_the_same_code_for_the_same_order() {
    let (simulator, program) = gateway();
    program
        .line("charge akulaku --order order-101 --amount Rp40.000")
        .says(0, &[]);
    simulator.choose("order-101", Choice::Approve).unwrap();
    let body = Program::keyed()
        .line("trigger akulaku.settlement --order order-101 --amount 40.000 --dry-run")
        .out;
    for (amount, exit) in [("40.000", 0), ("39.000", 3)] {
        let expected = ["--order", "order-101", "--amount", amount];
        for command in ["decide", "verify"] {
            program
                .fed(&[&[command, "-"][..], &expected].concat(), body.as_bytes())
                .says(exit, &[]);
        }
        program
            .run(&["status", "order-101", "--amount", amount])
            .says(exit, &[]);
    }
}

#[test]
fn an_amount_is_taken_as_indonesians_write_it_or_refused_with_the_form() {
    let program = Program::at("http://127.0.0.1:9");
    for command in [
        "charge akulaku --order o-1 --amount",
        "status o-1 --amount",
        "refund o-1 --refund-key r-1 --amount",
        "direct-refund o-1 --refund-key r-1 --amount",
        "decide - --order o-1 --amount",
        "verify - --order o-1 --amount",
        "trigger akulaku.pending --dry-run --amount",
        "trigger akulaku.partial_refund --dry-run --refund-amount",
    ] {
        for wrong in ["40.00", "40,000", "40000.00", "x"] {
            let ran = program.line(&format!("{command} {wrong}"));
            ran.says(
                2,
                &["expected whole rupiah such as 40000, 40.000 or Rp40.000"],
            );
        }
    }
    let ran = program
        .run(&[
            "trigger",
            "akulaku.pending",
            "--dry-run",
            "--amount",
            "Rp 1.234.000",
        ])
        .says(0, &[]);
    assert_eq!(ran.json()["gross_amount"], "1234000.00");
}

#[test]
fn a_file_that_is_too_long_is_refused_and_not_cut() {
    let long = [
        br#"{"order_id":"order-101"}"#,
        vec![b' '; 1 << 20].as_slice(),
    ]
    .concat();
    let program = Program::keyed();
    for words in [
        &DECIDE_BY_REPLY[..],
        &["charge", "akulaku", "--from", "-"],
        &["landing", "-"],
        &["resend", "-", "--to", "http://127.0.0.1:9/"],
    ] {
        program.fed(words, &long).says(2, &["is longer than 1 MiB"]);
    }
}

#[test]
fn a_way_back_is_explained_and_is_no_proof() {
    let program = Program::keyed();
    let url = "https://shop.example/finish?order_id=order-101&transaction_status=settlement&status_code=200#top";
    let ran = program.run(&["landing", url]);
    ran.says(
        0,
        &[
            "as from Kredivo",
            "settlement",
            "never a reason to ship",
            "next: midtrans status order-101",
        ],
    );
    let json = program
        .run(&["landing", "order_id=%3Cscript%3E", "--json"])
        .says(0, &[])
        .json();
    assert_eq!(
        (&json["order_id"], &json["is_proof"]),
        (&"<script>".into(), &false.into())
    );
    program
        .run(&["landing", "https://shop.example/finish"])
        .says(0, &["not said", "nothing about the payment"]);
    program
        .run(&["landing", "response=MIX"])
        .says(1, &["this is no way back"]);
    let twice =
        "https://shop.example/finish?shop=1?order_id=order-101&transaction_status=settlement";
    program
        .run(&["landing", twice])
        .says(0, &["order-101", "settlement"]);
    program
        .run(&["landing", "/finish?id=57d5293c"])
        .says(0, &["57d5293c", "not said"]);
}

#[test]
fn akulakus_form_says_whether_its_signature_fits() {
    let (simulator, program) = gateway();
    simulator.finish_at("http://127.0.0.1:3000/finish").unwrap();
    program
        .line("charge akulaku --order order-101 --amount 40000")
        .says(0, &[]);
    let Some(FinishRedirect::Form { response, .. }) =
        simulator.choose("order-101", Choice::Approve)
    else {
        unreachable!()
    };
    let form = serde_urlencoded::to_string([
        ("response", response.as_str()),
        ("callback_key", CLIENT_KEY),
    ])
    .unwrap();
    let json = program
        .fed(&["landing", "-", "--json"], form.as_bytes())
        .says(0, &[])
        .json();
    assert_eq!(
        (&json["signature"], &json["claims"]),
        (&"genuine".into(), &"settlement".into())
    );
    let forged = form.replace("40000.00", "1.00");
    program
        .run(&["landing", &forged])
        .says(1, &["fits none of your keys"]);
    Program::bare()
        .run(&["landing", &form])
        .says(0, &["not checked, there is no server key"]);
}
