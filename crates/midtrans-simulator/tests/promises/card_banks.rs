//! The banks of cards: their points, and the bank that the first digits tell.

use serde_json::json;

use crate::api_caller::ApiCaller;
use crate::cards::{ACCEPTED, charge, get, pay, state, token};

#[test]
fn points_are_asked_for_and_redeemed_with_cards_of_banks_that_have_them() {
    let mut api = ApiCaller::new();
    for number in ["4105058689481467", "5264221038874659", "4617006959746656"] {
        let id = token(&mut api, number);
        let reply = get(&mut api, &format!("/v2/point_inquiry/{id}"));
        assert_eq!(
            reply.text_of("status_message"),
            "Success, Credit Card Point inquiry is successful"
        );
        assert_eq!(reply.json["point_balance"], 100_000);
        assert_eq!(reply.json["point_balance_amount"], "300000.00");
        // The token is still good.
        let own = json!({"token_id": id, "point_redeem_amount": 80_000});
        let reply = charge(&mut api, number, 145_000, &own);
        assert_eq!(state(&reply), ["200", "capture", "accept"]);
        assert_eq!(reply.json["point_redeem_amount"], 80_000);
        assert_eq!(reply.json["point_redeem_quantity"], 26_667);
        assert_eq!(reply.json["point_balance_amount"], "219999.00");
    }
    let id = token(&mut api, ACCEPTED);
    assert_eq!(
        get(&mut api, &format!("/v2/point_inquiry/{id}")).code(),
        "402"
    );
    assert_eq!(get(&mut api, "/v2/point_inquiry/nothing").code(), "411");
    for (number, amount, status) in [
        (ACCEPTED, json!(1), "deny"),
        ("4105058689481467", json!(300_001), "deny"),
        ("4105058689481467", json!(-1), "deny"),
        ("4617006959746656", json!(-1), "capture"),
    ] {
        let reply = pay(
            &mut api,
            &format!("{number}{amount}"),
            number,
            json!({"point_redeem_amount": amount}),
        );
        assert_eq!(
            reply.text_of("transaction_status"),
            status,
            "{number} {amount}"
        );
    }
}

#[test]
fn the_first_digits_of_a_card_tell_its_bank() {
    let mut api = ApiCaller::new();
    let reply = get(&mut api, "/v1/bins/45563300");
    let keys = "country_name country_code brand bin_type bin_class bin bank_code bank \
                registration_required";
    let data = &reply.text[r#"{"data":"#.len()..reply.text.len() - 1];
    assert_eq!(crate::api_caller::keys(data).join(" "), keys);
    assert_eq!(reply.json["data"]["bank_code"], "BCA");
    assert_eq!(reply.json["data"]["registration_required"], false);
    let mega = get(&mut api, "/v1/bins/420191").json;
    assert_eq!(
        (&mega["data"]["country_name"], &mega["data"]["brand"]),
        (&json!("INDONESIA"), &json!("VISA"))
    );
    assert_eq!(
        get(&mut api, "/v1/bins/409766").json["data"]["bin_type"],
        "DEBIT"
    );
    for unknown in ["41111111", "48111", "481111111", "abcdef"] {
        let reply = get(&mut api, &format!("/v1/bins/{unknown}"));
        let body = r#"{"errors":[{"message_title":"not found","message":"not found"}]}"#;
        assert_eq!((reply.http, reply.text.as_str()), (404, body), "{unknown}");
    }
}

#[test]
fn a_bank_is_told_with_either_key_and_refused_without_in_plain_text() {
    let mut api = ApiCaller::new();
    let mut ask = |key: &str, query: &str| {
        let path = format!("/v1/bins/45563300{query}");
        let mut request = ApiCaller::request("GET", &path, &[], "");
        let headers = request.headers_mut();
        headers.insert("authorization", key.parse().unwrap());
        let response = api
            .gateway
            .handle(&request, api.now)
            .into_response()
            .unwrap();
        let kind = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let text = String::from_utf8(response.body().clone()).unwrap();
        (response.status().as_u16(), kind, text)
    };
    // `SB-Mid-client-simulator:` in base64.
    let client = "Basic U0ItTWlkLWNsaWVudC1zaW11bGF0b3I6";
    for (key, query) in [
        (crate::api_caller::KEY, ""),
        (client, ""),
        ("Basic YTo=", "?client_key=SB-Mid-client-simulator"),
    ] {
        assert_eq!(ask(key, query).0, 200, "{key}");
    }
    let refused = (401, "text/plain".to_owned(), "Unauthorized".to_owned());
    assert_eq!(ask("Basic YTo=", ""), refused);
}
