//! `midtrans history`.

use serde_json::{Value, json};

use super::words;
use crate::program::{Folder, Program, Ran};

fn row(order: &str) -> Value {
    json!({
        "dateTime": "2019-07-03T12:08:56+07:00", "amount": {"value": "12345678.00", "currency": "IDR"},
        "additionalInfo": {"referenceNo": "r-1", "partnerReferenceNo": order, "status": "SETTLEMENT",
            "type": "PAYMENT", "channel": "qris", "customerEmail": "MARKER@example.com",
            "accountNo": "MARKER", "fee": {"value": "1000.00", "currency": "IDR"}},
    })
}

/// Reads an answer of the gateway from standard input.
fn read(line: &str, answer: &Value) -> Ran {
    let line = format!("history {line} --reply -");
    Program::bare().fed(&words(&line), answer.to_string().as_bytes())
}

fn page(rows: &[Value]) -> Value {
    json!({"responseCode": "2001200", "responseMessage": "Success", "detailData": rows})
}

#[test]
fn without_the_keys_of_bi_snap_it_says_so_and_what_can_be_done() {
    let told = [
        "the history is behind BI-SNAP",
        "next: write the body with --request",
        "next: then read the answer with --reply FILE",
    ];
    // Also with a server key, and without looking for a gateway.
    Program::at("http://127.0.0.1:9")
        .line("history")
        .says(2, &told);
    Program::bare().line("history").says(2, &told);
    let help = Program::bare().line("history --help").says(0, &["BI-SNAP"]);
    assert!(
        help.out.contains("the server key does not open it"),
        "{}",
        help.out
    );
}

#[test]
fn the_body_of_the_request_is_printed_byte_for_byte() {
    let line = "history --request --from 2026-03-01 --to 2026-03-31 --type PAYMENT --type NEW_KIND \
        --order order-1 --newest-first --page 2/50";
    let ran = Program::bare().line(line).says(0, &[]);
    let expected = json!({
        "partnerReferenceNo": "order-1",
        "fromDateTime": "2026-03-01T00:00:00+07:00", "toDateTime": "2026-03-31T23:59:59+07:00",
        "pageSize": "50", "pageNumber": "2",
        "additionalInfo": {"types": ["PAYMENT", "NEW_KIND"], "sortOrder": "DESC"},
    });
    assert_eq!(ran.json(), expected);
    assert!(
        !ran.out.contains(char::is_whitespace),
        "it is what is signed: {:?}",
        ran.out
    );
}

#[test]
fn an_answer_is_a_table_and_a_full_page_names_the_next() {
    let full = page(&[row("order-1"), row("order-2")]);
    read("--page 0/2 --type PAYMENT", &full).says(
        0,
        &[
            "2019-07-03 12:08:56  PAYMENT  SETTLEMENT  12345678.00  1000.00  order-1  qris",
            "next: midtrans history --page 1/2 --type PAYMENT --request",
        ],
    );
    let json = read("--page 0/2 --json", &full).says(0, &[]).json();
    assert_eq!(json["next_page"], "1/2");
    assert_eq!(json["transactions"][1]["partner_reference_no"], "order-2");
    let json = read("--page 0/3 --json", &full).says(0, &[]).json();
    assert_eq!(json["next_page"], Value::Null);
}

#[test]
fn a_page_beyond_the_end_is_an_empty_table() {
    for empty in [page(&[]), json!({"responseCode": "2001200"})] {
        read("--page 9/10", &empty).says(
            0,
            &[
                "time (WIB)",
                "No transactions: this page is beyond the last.",
            ],
        );
        let json = read("--page 9/10 --json", &empty).says(0, &[]).json();
        assert_eq!(
            (&json["transactions"], &json["next_page"]),
            (&json!([]), &Value::Null)
        );
    }
}

#[test]
fn a_malformed_page_is_a_typed_error() {
    for page in [
        "",
        "1",
        "0/0",
        "0/51",
        "-1/10",
        "1/10/2",
        "MARKER",
        "99999999999/10",
        "0x1/10",
    ] {
        for mode in ["--request", "--reply=-"] {
            let page = format!("--page={page}");
            let ran = Program::bare().run(&["history", mode, &page]);
            ran.says(
                2,
                &[
                    "cursor: expected a page and its size of 1 to 50",
                    "next: give --page",
                ],
            );
        }
    }
    for (line, told) in [
        (
            "--from 2026-03-02 --to 2026-03-01",
            "next: give --from before --to",
        ),
        ("--type payment", "such as PAYMENT"),
    ] {
        Program::bare()
            .line(&format!("history --request {line}"))
            .says(2, &[told]);
    }
}

#[test]
fn a_refusal_half_an_answer_and_a_file_that_is_none_are_told_apart() {
    let refused = json!({"responseCode": "4011200", "responseMessage": "Unauthorized. Client"});
    read("", &refused).says(
        1,
        &[
            "a refusal with 401: Unauthorized. Client",
            "next: 401 is about",
        ],
    );
    let whole = page(&[row("order-1")]).to_string();
    for half in [&whole[..whole.len() / 2], "", "<html>MARKER", "[]", "{}"] {
        let ran = Program::bare().fed(&words("history --reply -"), half.as_bytes());
        ran.says(2, &["next: name a file with the whole body"]);
    }
    let folder = Folder::new("history");
    let words = ["history", "--reply", &folder.path("none.json")];
    Program::bare().run(&words).says(2, &["cannot read"]);
}
