//! `midtrans card`: what goes out, what is said, and what never is.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::program::{CLIENT_KEY, Folder, Program, Ran};
use crate::shop::{Shop, with_body};

const NUMBER: &str = "4811111111111114";
const CARD: &str =
    "card_number=4811 1111 1111 1114\ncard_exp_month=12\ncard_exp_year=2030\ncard_cvv=987\n";
const TOKEN: &str = "48111111-1114-dc7d77d5-237b-4a7f-a26c-75c4a7aa4e91";

fn made() -> String {
    let body = json!({
        "status_code": "200", "status_message": "Credit card token is created as Token ID.",
        "token_id": TOKEN, "hash": "48111111-1114-mami",
    });
    with_body("200 OK", &body.to_string())
}

/// The card is in nothing that the program said.
#[track_caller]
fn says_no_card(ran: &Ran) {
    let said = format!("{}{}", ran.out, ran.err);
    for secret in [NUMBER, "4811 1111 1111 1114", "4811%20", "987", "2030"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[test]
fn a_token_is_made_of_a_card_on_standard_input_with_the_client_key_alone() {
    let gateway = Shop::answering(&[&made()]);
    let ran = Program::at(&gateway.url).fed(&["card", "token"], CARD.as_bytes());
    let token = format!("token id     {TOKEN}");
    let next = format!("--set credit_card.token_id={TOKEN}");
    let ran = ran.says(
        0,
        &[
            &token,
            "48111111-1114-mami",
            "next: midtrans charge credit_card",
            &next,
        ],
    );
    says_no_card(&ran);
    let head = &gateway.all()[0].head;
    let key = format!("client_key={}", CLIENT_KEY.to_lowercase());
    for part in [
        "get /v2/token?",
        "card_number=4811111111111114",
        "card_cvv=987",
        &*key,
    ] {
        assert!(head.contains(part), "{part}: {head}");
    }
    assert!(!head.contains("authorization"), "{head}");
}

#[test]
fn a_saved_card_needs_its_security_code_alone() {
    let gateway = Shop::answering(&[&made()]);
    let words = ["card", "token", "--saved", "481111Wx7gKDbEbzTrjhFbDGpC1114"];
    Program::at(&gateway.url)
        .fed(&words, b"card_cvv=987")
        .says(0, &[TOKEN]);
    let head = &gateway.all()[0].head;
    assert!(
        head.contains("token_id=481111wx7gkdbebztrjhfbdgpc1114") && head.contains("card_cvv=987"),
        "{head}"
    );
    assert!(!head.contains("card_number"), "{head}");
}

#[test]
fn a_card_is_saved_and_its_points_and_bank_are_asked_for() {
    let saved = json!({
        "status_code": "200", "saved_token_id": TOKEN, "transaction_id": "t-1", "masked_card": "48111111-1114",
    });
    let points = json!({
        "status_code": "200", "status_message": "Success", "point_balance": 5000,
        "point_balance_amount": "5000.00", "transaction_time": "2026-11-24 16:33:49",
    });
    let bank = json!({"data": {"bin": "48111111", "bank": "BANK CENTRAL ASIA", "bank_code": "BCA", "brand": "VISA"}});
    let answers = [saved, points, bank].map(|body| with_body("200 OK", &body.to_string()));
    let gateway = Shop::answering(&[&answers[0], &answers[1], &answers[2]]);
    let program = Program::at(&gateway.url);
    let ran = program
        .fed(&["card", "register"], CARD.as_bytes())
        .says(0, &["saved token id  ", "masked card     48111111-1114"]);
    says_no_card(&ran);
    program
        .line(&format!("card point {TOKEN}"))
        .says(0, &["point balance         5000", "5000.00"]);
    program
        .line("card bin 48111111")
        .says(0, &["bank         BANK CENTRAL ASIA", "bank code    BCA"]);
    let heads: Vec<String> = gateway.all().into_iter().map(|came| came.head).collect();
    assert!(
        heads[0].starts_with("get /v2/card/register?") && !heads[0].contains("card_cvv"),
        "{heads:?}"
    );
    assert!(
        heads[1].starts_with(&format!("get /v2/point_inquiry/{TOKEN}")),
        "{heads:?}"
    );
    assert!(heads[2].starts_with("get /v1/bins/48111111"), "{heads:?}");
    assert!(
        heads[1].contains("authorization: basic"),
        "the server key asks for points: {heads:?}"
    );
}

#[test]
fn a_card_that_cannot_be_one_is_refused_without_showing_it() {
    let program = Program::at("http://127.0.0.1:9");
    for (from, to, field) in [
        (
            "1114",
            "1115",
            "card_number: expected a card number whose check digit is right",
        ),
        ("month=12", "month=13", "card_exp_month"),
        ("cvv=987", "cvv=9", "card_cvv"),
        ("card_cvv=987", "", "card_cvv is missing"),
        ("card_cvv", "cvv2", "is nothing of a card"),
    ] {
        let card = CARD.replace(from, to);
        let ran = program
            .fed(&["card", "token"], card.as_bytes())
            .says(2, &[field, "next: "]);
        says_no_card(&ran);
        assert!(!ran.err.contains("1115"), "{}", ran.err);
    }
}

#[test]
fn no_failure_of_a_call_shows_the_card() {
    // Nothing listens there.
    let ran = Program::at("http://127.0.0.1:9").fed(&["card", "token"], CARD.as_bytes());
    says_no_card(&ran.says(1, &["token: "]));
    let refusal = json!({
        "status_code": "400", "status_message": "One or more parameters in the payload is invalid.",
        "validation_messages": ["card_exp_year is expired"], "id": "1",
    });
    let refusal = with_body("200 OK", &refusal.to_string());
    let broken = with_body("200 OK", "<html>");
    for (answer, words) in [(refusal, "400"), (broken, "token: ")] {
        for json in ["--json", "--timeout=9"] {
            let gateway = Shop::answering(&[&answer]);
            let ran = Program::at(&gateway.url).fed(&["card", "token", json], CARD.as_bytes());
            says_no_card(&ran.says(1, &[words]));
        }
    }
}

#[test]
fn a_refusal_that_quotes_the_card_does_not_show_it() {
    let said = "GET /v2/token?card_number=4811111111111114&card_cvv=987&card_exp_year=2030 failed";
    let refusal = json!({
        "status_code": "400", "status_message": said,
        "validation_messages": ["card_number 4811 1111 1111 1114 is wrong", "card_exp_year: 2030, card_cvv 987"],
    });
    let answer = with_body("200 OK", &refusal.to_string());
    for command in ["token", "register"] {
        for json in ["--json", "--timeout=9"] {
            let gateway = Shop::answering(&[&answer]);
            let ran = Program::at(&gateway.url).fed(&["card", command, json], CARD.as_bytes());
            let ran = ran.says(1, &["400", "[hidden]"]);
            // `register` takes no security code: it does not know that it is one.
            let said = format!("{}{}", ran.out, ran.err).replace("card_cvv 987", "");
            for secret in [NUMBER, "4811 1111 1111 1114", "987", "2030"] {
                assert!(!said.contains(secret), "{secret}: {said}");
            }
        }
    }
}

#[test]
fn the_client_key_comes_from_its_own_variable() {
    let program = Program::bare()
        .with("MIDTRANS_SERVER_KEY", "SB-Mid-server-MARKER-server")
        .with("MIDTRANS_ENVIRONMENT", "http://127.0.0.1:9");
    program.fed(&["card", "token"], CARD.as_bytes()).says(
        2,
        &[
            "there is no client key",
            "next: export MIDTRANS_CLIENT_KEY=",
        ],
    );
    program
        .with("MIDTRANS_CLIENT_KEY", "SB-Mid-server-MARKER-server")
        .fed(&["card", "token"], CARD.as_bytes())
        .says(2, &["MIDTRANS_CLIENT_KEY is not usable"]);
}

#[test]
fn no_option_takes_a_card_and_the_help_says_the_reason() {
    for command in ["token", "register"] {
        let line = format!("card {command} --help");
        let help = Program::bare()
            .line(&line)
            .says(0, &["--from", "card_number"])
            .out;
        assert!(
            !help.contains("--number") && !help.contains("--cvv"),
            "{help}"
        );
        let refused = Program::at("http://127.0.0.1:9").run(&["card", command, NUMBER]);
        says_no_card(&refused.says(2, &[]));
    }
    let help = Program::bare()
        .line("card token --help")
        .says(0, &["list of processes"])
        .out;
    assert!(help.contains("only you may read"), "{help}");
}

#[cfg(unix)]
#[test]
fn a_file_with_a_card_that_others_may_read_is_refused() {
    let folder = Folder::new("card-file");
    let file = folder.file("card.env", CARD);
    let gateway = Shop::answering(&[&made()]);
    let program = Program::at(&gateway.url);
    let set = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    set(0o644);
    let words = ["card", "token", "--from", &file];
    says_no_card(
        &program
            .run(&words)
            .says(2, &["(its mode is 644)", "next: chmod 600"]),
    );
    set(0o600);
    says_no_card(&program.run(&words).says(0, &[TOKEN]));
}
