//! `midtrans balance`.

use serde_json::{Value, json};

use super::{asked, words};
use crate::program::{Program, gateway};

fn mutation() -> Value {
    // The numbers are the gateway's, whose last digits a float would lose.
    serde_json::from_str(
        r#"{"currency":"IDR","start_time":"2026-03-02T00:00:00+07:00","end_time":"2026-03-16T23:59:59+07:00",
        "opening_balance_effective":962000.01,"closing_balance_effective":59312508.02,
        "opening_balance_pending":0.01,"closing_balance_pending":0.0,
        "opening_balance_overall":962000.02,"closing_balance_overall":59312508.02,
        "wallets":[{"source":"payin","opening_balance_effective":962000.0,"closing_balance_effective":144.0}]}"#,
    )
    .unwrap()
}

#[test]
fn balances_are_shown_as_the_gateway_wrote_them() {
    let line = "balance --from 2026-03-02 --to 2026-03-16";
    let (ran, came) = asked(&words(line), "200 OK", &mutation());
    ran.says(
        0,
        &[
            "start time   2026-03-02 00:00:00 WIB",
            "overall          962000.02         59312508.02",
            "pending          0.01              0.0",
            "payin effective  962000.0          144.0",
            "payin pending    -                 -",
        ],
    );
    let path = "get /v1/balance/mutation?currency=idr&start_time=2026-03-02t00%3a00%3a00%2b07%3a00\
        &end_time=2026-03-16t23%3a59%3a59%2b07%3a00 ";
    assert!(came[0].head.starts_with(path), "{}", came[0].head);
    let (ran, _) = asked(&words(&format!("{line} --json")), "200 OK", &mutation());
    let json = ran.says(0, &[]).json();
    assert_eq!(json["closing"]["overall"], "59312508.02");
    assert_eq!(json["wallets"][0]["opening"]["pending"], Value::Null);
}

#[test]
fn without_times_it_is_today_until_now() {
    let (_simulator, program) = gateway();
    let json = program.line("balance --json").says(0, &[]).json();
    let (from, to) = (
        json["start_time"].as_str().unwrap(),
        json["end_time"].as_str().unwrap(),
    );
    assert!(
        from.ends_with(" 00:00:00") && from[..10] == to[..10],
        "{from} {to}"
    );
}

#[test]
fn a_time_that_is_none_or_ends_before_it_begins_is_refused() {
    let program = Program::at("http://127.0.0.1:9");
    let backwards = "balance --from 2026-03-02 --to 2026-03-01";
    program
        .line(backwards)
        .says(2, &["end_time", "next: give --from before --to"]);
    for wrong in ["2026-02-30", "yesterday", "2026-03-01 24:00:00"] {
        let ran = program.run(&["balance", "--from", wrong]);
        ran.says(2, &["--from", "expected a day such as 2026-03-01"]);
    }
    let refused = json!({"error_messages": ["currency must not be empty"]});
    let (ran, _) = asked(&["balance"], "400 Bad Request", &refused);
    ran.says(1, &["currency must not be empty", "next: "]);
}
