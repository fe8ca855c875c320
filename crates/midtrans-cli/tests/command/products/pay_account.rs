//! `midtrans pay-account`.

use serde_json::{Value, json};

use super::{asked, body, words};
use crate::program::{Program, gateway};

const ID: &str = "00000269-7836-49e5-bc65-e592afafec14";
const CREATE: &str =
    "pay-account create --phone 81234567890 --return-url https://shop.example/linked";

fn enabled() -> Value {
    let way = |name: &str, active: bool, token: &str| {
        json!({"name": name, "active": active, "token": token,
            "balance": {"value": "1000000.00", "currency": "IDR"}})
    };
    json!({
        "status_code": "200", "payment_type": "gopay", "account_id": ID, "account_status": "ENABLED",
        "metadata": {"payment_options": [
            way("GOPAY_WALLET", true, "eyJ0eXBlIjoiV0FMTEVUIn0="),
            way("PAY_LATER", false, "later-token"),
        ]},
    })
}

#[test]
fn a_link_begins_with_a_page_for_the_customer() {
    let (simulator, program) = gateway();
    let page = format!("activation url      {}/v2/gopay/redirect/", simulator.url());
    program.line(CREATE).says(
        0,
        &[
            "account status      PENDING",
            &page,
            "next: midtrans pay-account get ",
        ],
    );
    let pending = json!({"status_code": "201", "account_id": ID, "account_status": "PENDING"});
    let (ran, came) = asked(&words(CREATE), "200 OK", &pending);
    ran.says(0, &[ID]);
    let expected = json!({"payment_type": "gopay", "gopay_partner": {
        "phone_number": "81234567890", "country_code": "62",
        "redirect_url": "https://shop.example/linked",
    }});
    assert_eq!(body(&came), expected);
}

#[test]
fn not_registered_blocked_and_malformed_are_answers_with_words() {
    let refused = |code: &str, said: &str| {
        json!({"status_code": "202", "payment_type": "gopay", "channel_response_code": code,
            "channel_response_message": said})
    };
    let malformed = json!({"status_code": "400", "status_message": "bad", "validation_messages":
        ["gopay_partner.phone_number must be numeric digits and must not begin with 0"]});
    for (answer, word, told) in [
        (
            refused("105", "User Not Found"),
            "not_registered",
            "has no GoPay account",
        ),
        (
            refused("112", "Wallet is Blocked MARKER"),
            "blocked",
            "is blocked",
        ),
        (refused("310", "MARKER"), "malformed", "no phone number"),
        (
            refused("2903", "invalid scheme MARKER"),
            "other",
            "the provider refused",
        ),
        (malformed, "malformed", "no phone number"),
    ] {
        let line = format!("{CREATE} --json");
        let json = asked(&words(&line), "200 OK", &answer)
            .0
            .says(1, &[told])
            .json();
        assert_eq!(
            (&json["reason"], &json["exit_code"]),
            (&word.into(), &1.into()),
            "{json}"
        );
        let (ran, _) = asked(&words(CREATE), "200 OK", &answer);
        ran.says(1, &[told, "no account is linked", "next: "]);
    }
}

#[test]
fn a_phone_number_that_can_be_none_is_refused_before_anything_is_sent() {
    let program = Program::at("http://127.0.0.1:9");
    for phone in [
        "081234567890",
        "+6281234567890",
        "1234",
        "8123-4567890",
        "MARKER67890",
    ] {
        let told = [
            "gopay_partner.phone_number: expected",
            "next: give it with --phone DIGITS",
        ];
        program
            .run(&["pay-account", "create", "--phone", phone])
            .says(2, &told);
    }
    program.line("pay-account create").says(2, &["--phone"]);
    for id in ["..", ".", " "] {
        for command in [
            vec!["get"],
            vec!["unbind"],
            vec!["promotions", "--amount", "1"],
        ] {
            let all = [&["pay-account"], &command[..], &[id]].concat();
            program.run(&all).says(2, &["account_id: expected"]);
        }
    }
    let zero = "pay-account promotions a-1 --amount 0";
    program
        .line(zero)
        .says(2, &["gross_amount: expected whole rupiah above zero"]);
}

#[test]
fn a_refusal_that_quotes_the_phone_number_does_not_show_it() {
    let answer = json!({"status_code": "403", "status_message": "no links of 81234567890"});
    for json in ["--json", "--timeout=9"] {
        let all = [&words(CREATE)[..], &[json]].concat();
        let (ran, _) = asked(&all, "200 OK", &answer);
        let ran = ran.says(1, &["no links of [hidden]"]);
        assert!(!format!("{}{}", ran.out, ran.err).contains("81234567890"));
    }
}

#[test]
fn the_ways_to_pay_are_shown_without_their_tokens() {
    let get = ["pay-account", "get", ID];
    let (ran, _) = asked(&get, "200 OK", &enabled());
    let ran = ran.says(
        0,
        &[
            "account status  ENABLED",
            "GOPAY_WALLET  yes             1000000.00",
            "PAY_LATER     no",
        ],
    );
    let json = asked(&["pay-account", "get", ID, "--json"], "200 OK", &enabled()).0;
    for said in [&ran.out, &json.out] {
        assert!(
            !said.contains("eyJ0") && !said.contains("later-token"),
            "{said}"
        );
    }
    assert_eq!(json.json()["payment_options"][0]["active"], true);
}

#[test]
fn one_token_is_printed_alone_for_a_pipe_where_it_can_be_charged() {
    let token = |name: &str, more: &[&str]| {
        let all = [&["pay-account", "get", ID, "--token", name], more].concat();
        asked(&all, "200 OK", &enabled()).0
    };
    let ran = token("GOPAY_WALLET", &[]).says(0, &[]);
    assert_eq!(ran.out, "eyJ0eXBlIjoiV0FMTEVUIn0=\n");
    let json = token("GOPAY_WALLET", &["--json"]).json();
    assert_eq!(json, json!({"token": "eyJ0eXBlIjoiV0FMTEVUIn0="}));
    let later = token("PAY_LATER", &[]).says(1, &["cannot be charged now", "next: "]);
    assert!(!later.err.contains("later-token"), "{}", later.err);
    token("OTHER", &[]).says(
        1,
        &["no such way to pay", "name one of GOPAY_WALLET, PAY_LATER"],
    );
    let pending = json!({"account_id": ID, "account_status": "PENDING"});
    let all = ["pay-account", "get", ID, "--token", "GOPAY_WALLET"];
    asked(&all, "200 OK", &pending)
        .0
        .says(1, &["only an account that is enabled"]);
}

#[test]
fn an_account_that_is_not_there_or_not_enabled_has_its_word() {
    let (_simulator, program) = gateway();
    for command in ["get", "unbind"] {
        let line = format!("pay-account {command} no-such-id --json");
        let json = program
            .line(&line)
            .says(1, &["there is no such linked account"])
            .json();
        assert_eq!(json["reason"], "not_found");
    }
    let json = program
        .line(&format!("{CREATE} --json"))
        .says(0, &[])
        .json();
    let id = json["account_id"].as_str().unwrap();
    let json = program
        .line(&format!("pay-account unbind {id} --json"))
        .says(1, &[])
        .json();
    assert_eq!(
        (&json["reason"], &json["code"]),
        (&"wrong_state".into(), &412.into())
    );
    let disabled = json!({"status_code": "204", "account_id": ID, "account_status": "DISABLED"});
    asked(&["pay-account", "unbind", ID], "200 OK", &disabled)
        .0
        .says(0, &["account status  DISABLED"]);
}

#[test]
fn promotions_are_a_table_and_none_is_an_empty_one() {
    let promotions = json!({"account_id": ID, "recommended_promotion_id": "p-1", "promotions": [
        {"id": "p-1", "title": "Cashback", "actual_payable_amount": "30000.00",
            "promotion_amount": "10000.00", "valid_till": "2026-12-31T16:59:59Z"},
    ]});
    let line = format!("pay-account promotions {ID} --amount 40000");
    let (ran, came) = asked(&words(&line), "200 OK", &promotions);
    ran.says(
        0,
        &["p-1        Cashback  30000.00           10000.00  2026-12-31 23:59:59"],
    );
    let path = format!("get /v2/gopay/promo/{ID}?gross_amount=40000&currency=idr ");
    assert!(came[0].head.starts_with(&path), "{}", came[0].head);
    let none = json!({"account_id": ID, "promotions": []});
    let (ran, _) = asked(&words(&line), "200 OK", &none);
    ran.says(0, &["There are none for this account and amount."]);
    let (ran, _) = asked(&words(&format!("{line} --json")), "200 OK", &none);
    assert_eq!(ran.says(0, &[]).json()["promotions"], json!([]));
}
