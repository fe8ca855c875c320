//! Cards at the API: tokens, saved cards, charges, captures, reviews, points and banks.
//! ([Cards](https://docs.midtrans.com/reference/charge-transactions-on-card), [official
//! clients](https://docs.midtrans.com/docs/midtrans-api-libraries-plugins))

use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply, pairs};

pub(crate) const ACCEPTED: &str = "4811111111111114";
/// The clients' own test suites have this one for a review.
pub(crate) const CHALLENGED: &str = "5510111111111115";

/// The query of a token request, with a CVV and a year that is to come.
pub(crate) fn query(number: &str) -> String {
    format!(
        "client_key=SB-Mid-client-simulator&card_number={number}&card_cvv=123&card_exp_month=12&card_exp_year=2030"
    )
}

pub(crate) fn get(api: &mut ApiCaller, path: &str) -> Reply {
    api.call_with("GET", path, &[], "")
}

pub(crate) fn token(api: &mut ApiCaller, number: &str) -> String {
    let reply = get(api, &format!("/v2/token?{}", query(number)));
    assert_eq!(reply.code(), "200", "{}", reply.text);
    reply.text_of("token_id").to_owned()
}

/// Charges an order with whatever `credit_card` says.
pub(crate) fn charge(api: &mut ApiCaller, order_id: &str, amount: u64, own: &Value) -> Reply {
    let body = json!({
        "payment_type": "credit_card",
        "transaction_details": {"order_id": order_id, "gross_amount": amount},
        "credit_card": own,
    });
    api.post("/v2/charge", &body.to_string())
}

/// Charges an order with a new token, and more fields if wanted.
pub(crate) fn pay(api: &mut ApiCaller, order_id: &str, number: &str, more: Value) -> Reply {
    let mut own = more;
    own["token_id"] = token(api, number).into();
    charge(api, order_id, 145_000, &own)
}

pub(crate) fn state(reply: &Reply) -> [&str; 3] {
    ["status_code", "transaction_status", "fraud_status"].map(|name| reply.text_of(name))
}

#[test]
fn a_card_becomes_a_token_with_its_first_eight_and_last_four_digits() {
    let mut api = ApiCaller::new();
    let reply = get(&mut api, &format!("/v2/token?{}", query(ACCEPTED)));
    assert_eq!(
        reply.keys(),
        ["status_code", "status_message", "token_id", "hash"]
    );
    assert_eq!(
        reply.text_of("status_message"),
        "Credit card token is created as Token ID."
    );
    let (card, id) = reply.text_of("token_id").split_at("48111111-1114-".len());
    assert_eq!((card, id.len()), ("48111111-1114-", 36));
    // Numbers with spaces are taken, as people type them.
    let spaced = query("4811+1111+1111+1114");
    assert_eq!(get(&mut api, &format!("/v2/token?{spaced}")).code(), "200");
    // A script sends `02` as the number 2.
    let short = query(ACCEPTED).replace("card_exp_month=12", "card_exp_month=2");
    assert_eq!(get(&mut api, &format!("/v2/token?{short}")).code(), "200");
}

#[test]
fn a_token_request_with_wrong_data_says_which_field_is_wrong_and_no_value() {
    let mut api = ApiCaller::new();
    let problems = |api: &mut ApiCaller, from: &str, to: &str| -> Vec<String> {
        let query = query(ACCEPTED).replace(from, to);
        let reply = get(api, &format!("/v2/token?{query}"));
        assert_eq!((reply.http, reply.code()), (400, "400"), "{to}");
        assert_eq!(
            reply.text_of("status_message"),
            "One or more parameters in the payload is invalid."
        );
        let messages = reply.json["validation_messages"].as_array().unwrap();
        let texts = messages
            .iter()
            .map(|text| text.as_str().unwrap().to_owned());
        texts.collect()
    };
    for (from, to, problem) in [
        (
            ACCEPTED,
            "4811111111111115",
            "card_number does not match with luhn algorithm",
        ),
        (
            ACCEPTED,
            "481111111111",
            "card_number must be 13 to 19 digits",
        ),
        (ACCEPTED, "", "card_number is required"),
        ("cvv=123", "cvv=12", "card_cvv must be 3 or 4 digits"),
        ("cvv=123", "cvv=", "card_cvv is required"),
        (
            "month=12",
            "month=13",
            "card_exp_month must be a month, 01 to 12",
        ),
        (
            "year=2030",
            "year=30",
            "card_exp_year must be a year of four digits",
        ),
        (
            "year=2030",
            "year=2020",
            "card_exp_year is in the past, the card has expired",
        ),
    ] {
        assert_eq!(problems(&mut api, from, to), [problem]);
    }
    // The month that is running is good to its end.
    let ended = |month: &str| query(ACCEPTED).replace("month=12&card_exp_year=2030", month);
    let reply = get(
        &mut api,
        &format!("/v2/token?{}", ended("month=11&card_exp_year=2026")),
    );
    assert_eq!(reply.code(), "200");
    let reply = get(
        &mut api,
        &format!("/v2/token?{}", ended("month=10&card_exp_year=2026")),
    );
    assert_eq!(reply.code(), "400");
}

#[test]
fn the_client_key_counts_and_not_the_authorization() {
    let mut api = ApiCaller::new();
    for path in ["/v2/token", "/v2/card/register"] {
        for (key, code) in [
            ("SB-Mid-client-simulator", "200"),
            ("SB-Mid-client-x", "401"),
        ] {
            let query = query(ACCEPTED).replace("SB-Mid-client-simulator", key);
            for header in ["Basic YTo=", crate::api_caller::KEY] {
                let mut request = ApiCaller::request("GET", &format!("{path}?{query}"), &[], "");
                let headers = request.headers_mut();
                headers.insert("authorization", header.parse().unwrap());
                let response = api
                    .gateway
                    .handle(&request, api.now)
                    .into_response()
                    .unwrap();
                let body: Value = serde_json::from_slice(response.body()).unwrap();
                assert_eq!(body["status_code"], code, "{path} {key} {header}");
                assert_eq!(response.status() == 401, code == "401");
            }
        }
    }
}

#[test]
fn a_registered_card_is_saved_under_a_token_that_begins_and_ends_as_its_number() {
    let mut api = ApiCaller::new();
    let query = query("4105058689481467").replace("&card_cvv=123", "");
    let reply = get(&mut api, &format!("/v2/card/register?{query}"));
    assert_eq!(
        reply.keys(),
        [
            "status_code",
            "saved_token_id",
            "transaction_id",
            "masked_card"
        ]
    );
    assert_eq!(reply.text_of("masked_card"), "41050586-1467");
    let saved = reply.text_of("saved_token_id").to_owned();
    assert!(
        saved.starts_with("41050586") && saved.ends_with("1467") && saved.len() == 32,
        "{saved}"
    );
    // It can be used again and again, and in the place of a token.
    for order in ["order-1", "order-2"] {
        let reply = charge(&mut api, order, 145_000, &json!({"token_id": saved}));
        assert_eq!(
            state(&reply),
            ["200", "capture", "accept"],
            "{}",
            reply.text
        );
    }
    // With the CVV it becomes a token for one payment.
    let key = "client_key=SB-Mid-client-simulator";
    let reply = get(
        &mut api,
        &format!("/v2/token?{key}&token_id={saved}&card_cvv=123"),
    );
    let once = reply.text_of("token_id").to_owned();
    assert!(once.starts_with("41050586-1467-"), "{once}");
    let own = json!({"token_id": once});
    assert_eq!(charge(&mut api, "order-3", 145_000, &own).code(), "200");
    assert_eq!(charge(&mut api, "order-4", 145_000, &own).code(), "411");
    for (query, code) in [
        (format!("{key}&token_id={saved}"), "400"),
        (format!("{key}&token_id={saved}&card_cvv=12"), "400"),
        (format!("{key}&token_id=nothing&card_cvv=123"), "411"),
    ] {
        assert_eq!(get(&mut api, &format!("/v2/token?{query}")).code(), code);
    }
}

#[test]
fn a_token_is_good_for_one_payment_and_ten_minutes() {
    let mut api = ApiCaller::new();
    let once = json!({"token_id": token(&mut api, ACCEPTED)});
    let missing = charge(&mut api, "order-1", 145_000, &json!({}));
    assert_eq!(
        (missing.http, missing.text.as_str()),
        (
            200,
            r#"{"status_code":"411","status_message":"Token id is missing, invalid, or timed out"}"#
        )
    );
    // A charge that is refused uses nothing up.
    let refused = charge(&mut api, "order-1", 0, &once);
    assert_eq!(refused.code(), "400");
    assert_eq!(charge(&mut api, "order-1", 145_000, &once).code(), "200");
    assert_eq!(charge(&mut api, "order-2", 145_000, &once).code(), "411");

    let in_time = json!({"token_id": token(&mut api, ACCEPTED)});
    let late = json!({"token_id": token(&mut api, ACCEPTED)});
    api.wait(599);
    assert_eq!(charge(&mut api, "order-2", 145_000, &in_time).code(), "200");
    api.wait(1);
    assert_eq!(charge(&mut api, "order-3", 145_000, &late).code(), "411");
}

#[test]
fn a_token_that_was_asked_for_with_an_amount_pays_that_amount() {
    let mut api = ApiCaller::new();
    let query = format!("{}&gross_amount=145000&bank=bni", query(ACCEPTED));
    let reply = get(&mut api, &format!("/v2/token?{query}"));
    let own = json!({"token_id": reply.text_of("token_id")});
    let refused = charge(&mut api, "order-1", 145_001, &own);
    assert_eq!(
        refused.json["validation_messages"],
        json!(["transaction_details.gross_amount must be equal to token request gross_amount"])
    );
    assert_eq!(charge(&mut api, "order-1", 145_000, &own).code(), "200");
}

#[test]
fn an_accepted_card_is_captured_at_once_and_settled_the_next_day_at_sixteen_hours() {
    let mut api = ApiCaller::new();
    let reply = pay(&mut api, "order-1", ACCEPTED, json!({}));
    assert_eq!(state(&reply), ["200", "capture", "accept"]);
    assert_eq!(api.notified(), pairs(&[("capture", "200")]));
    assert_eq!(state(&api.status("order-1")), ["200", "capture", "accept"]);
    // From 10:00 on the 22nd to 16:00 on the 23rd.
    api.wait(30 * 3_600 - 1);
    assert_eq!(api.notified(), []);
    api.wait(1);
    assert_eq!(api.notified(), pairs(&[("settlement", "200")]));
    let status = api.status("order-1");
    assert_eq!(state(&status), ["200", "settlement", "accept"]);
    assert_eq!(status.text_of("settlement_time"), "2026-11-23 16:00:00");
    // From then on it is refunded, in parts if wanted, and cancelled no more.
    assert_eq!(api.ask("order-1", "cancel").code(), "412");
    let part = api.post("/v2/order-1/refund", r#"{"refund_key":"r","amount":45000}"#);
    assert_eq!(part.text_of("transaction_status"), "partial_refund");
    let rest = api.ask("order-1", "refund/online/direct");
    assert_eq!(rest.text_of("transaction_status"), "refund");
    let refunds = [("partial_refund", "200"), ("refund", "200")];
    assert_eq!(api.notified(), pairs(&refunds));
}

#[test]
fn a_capture_is_cancelled_until_it_is_settled_and_takes_no_other_operation() {
    let mut api = ApiCaller::new();
    pay(&mut api, "order-1", ACCEPTED, json!({}));
    for operation in [
        "approve",
        "deny",
        "refund",
        "refund/online/direct",
        "expire",
    ] {
        assert_eq!(api.ask("order-1", operation).code(), "412", "{operation}");
    }
    let reply = api.ask("order-1", "cancel");
    assert_eq!(state(&reply), ["200", "cancel", "accept"]);
    let keys = "status_code status_message transaction_id masked_card order_id payment_type \
                transaction_time transaction_status fraud_status bank gross_amount";
    assert_eq!(reply.keys().join(" "), keys);
    assert_eq!(state(&api.status("order-1")), ["200", "cancel", "accept"]);
    api.wait(3 * 86_400);
    let told = [("capture", "200"), ("cancel", "202")];
    assert_eq!(api.notified(), pairs(&told), "nothing is settled");
    assert_eq!(pay(&mut api, "order-1", ACCEPTED, json!({})).code(), "200");
    assert_eq!(pay(&mut api, "order-1", ACCEPTED, json!({})).code(), "406");
}

#[test]
fn a_challenged_card_waits_for_the_merchant() {
    let mut api = ApiCaller::new();
    let reply = pay(&mut api, "order-1", CHALLENGED, json!({}));
    assert_eq!(state(&reply), ["201", "capture", "challenge"]);
    assert_eq!(
        state(&api.status("order-1")),
        ["201", "capture", "challenge"]
    );
    let approved = api.ask("order-1", "approve");
    assert_eq!(state(&approved), ["200", "capture", "accept"]);
    assert_eq!(
        approved.text_of("status_message"),
        "Success, transaction is approved"
    );
    let keys = "status_code status_message transaction_id masked_card order_id payment_type \
                transaction_time transaction_status fraud_status approval_code bank gross_amount";
    assert_eq!(approved.keys().join(" "), keys);
    assert_eq!(api.ask("order-1", "approve").code(), "412", "once");
    assert_eq!(
        api.notified(),
        pairs(&[("capture", "201"), ("capture", "200")])
    );

    pay(&mut api, "order-2", CHALLENGED, json!({}));
    let denied = api.ask("order-2", "deny");
    assert_eq!(state(&denied), ["200", "deny", "deny"]);
    assert_eq!(
        denied.text_of("status_message"),
        "Success, transaction is denied"
    );
    assert!(!denied.keys().contains(&"approval_code".to_owned()));
    assert_eq!(state(&api.status("order-2")), ["202", "deny", "deny"]);
    assert_eq!(
        api.notified(),
        pairs(&[("capture", "201"), ("deny", "202")])
    );
    for operation in ["approve", "deny"] {
        assert_eq!(api.ask("order-9", operation).code(), "404");
    }
}

#[test]
fn a_challenged_card_that_was_not_approved_is_cancelled_at_the_settlement() {
    let mut api = ApiCaller::new();
    pay(&mut api, "order-1", CHALLENGED, json!({}));
    pay(&mut api, "order-2", CHALLENGED, json!({}));
    api.ask("order-2", "approve");
    api.notifications();
    api.wait(30 * 3_600);
    assert_eq!(
        state(&api.status("order-1")),
        ["200", "cancel", "challenge"]
    );
    assert_eq!(
        state(&api.status("order-2")),
        ["200", "settlement", "accept"]
    );
    assert_eq!(
        api.notified(),
        pairs(&[("cancel", "202"), ("settlement", "200")])
    );
}
