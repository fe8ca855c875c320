//! Invoices, quotations, and the merchant's balance.

use midtrans_simulator::gateway::Choice;
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply};

const PATH: &str = "/v1/invoices";

fn body(order_id: &str) -> Value {
    json!({
        "order_id": order_id, "invoice_number": "INV/2026/0001",
        "due_date": "2026-12-22 10:00:00 +0700", "invoice_date": "2026-11-22 10:00:00 +0700",
        "customer_details": {"id": "c-1", "name": "Sari Wulan", "email": "sari@example.com", "phone": "81200000001"},
        "payment_type": "payment_link", "reference": "ref", "notes": "note",
        "item_details": [{"item_id": "SKU1", "description": "Pillow", "quantity": 1, "price": 20_000}],
        "payment_link": {"enabled_payments": ["bca_va"], "callbacks": {"finish": "https://shop.example.com/finish"}},
        "amount": {"discount": "1000", "shipping": "100"},
        "tax_mode": "exclusive",
        "taxes": [{"name": "PPN", "type": "percentage", "value": 11}],
    })
}

fn by_accounts(order_id: &str, banks: &[&str]) -> Value {
    let mut body = body(order_id);
    body["payment_type"] = json!("virtual_account");
    body["virtual_accounts"] = banks.iter().map(|bank| json!({"bank": bank})).collect();
    body
}

fn create(api: &mut ApiCaller, body: &Value) -> Reply {
    api.post(PATH, &body.to_string())
}

fn id(reply: &Reply) -> String {
    assert_eq!(reply.http, 201, "{}", reply.text);
    reply.text_of("id").to_owned()
}

fn get(api: &mut ApiCaller, id: &str) -> Reply {
    api.call_with("GET", &format!("{PATH}/{id}"), &[], "")
}

fn patch(api: &mut ApiCaller, id: &str, word: &str, body: &str) -> Reply {
    api.call_with("PATCH", &format!("{PATH}/{id}/{word}"), &[], body)
}

#[test]
fn an_invoice_is_added_up_and_paid_by_its_link() {
    let mut api = ApiCaller::new();
    let reply = create(&mut api, &body("inv-1"));
    let own = id(&reply);
    assert_eq!(own.len(), 24);
    assert_eq!(reply.text_of("status"), "pending");
    assert_eq!(reply.json["gross_amount"], 19_000 + 2_090 + 100);
    assert_eq!(reply.json["taxes"][0]["calculated_amount"], 2_090);
    let link = reply
        .text_of("payment_link_url")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let token = api.gateway.pay_link(&link, None, None, api.now).unwrap();
    api.gateway
        .snap_choose(&token, "bca_va", api.now)
        .unwrap()
        .unwrap();
    assert_eq!(get(&mut api, &own).text_of("status"), "pending");
    api.gateway
        .snap_act(&token, Choice::Approve, api.now)
        .unwrap();
    let paid = get(&mut api, &own);
    assert_eq!(
        (paid.text_of("status"), paid.text_of("paid_date")),
        ("paid", "2026-11-22 10:00:00 +0700")
    );
    assert_eq!(paid.json["amount"]["total_tax"], 2_090);
    for told in api.notifications() {
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["metadata"], json!({"midtrans_invoice_id": own}));
        assert!(told["order_id"].as_str().unwrap().starts_with("inv-1-"));
    }
    let void = patch(&mut api, &own, "void", "");
    assert_eq!(
        (void.http, void.text.as_str()),
        (409, r#"{"error_messages":["Invoice cannot be canceled"]}"#)
    );
}

#[test]
fn an_invoice_has_a_number_at_each_bank_and_one_of_them_pays_it() {
    let mut api = ApiCaller::new();
    let reply = create(
        &mut api,
        &by_accounts("inv-2", &["bca_va", "permata_va", "mandiri_bill"]),
    );
    let own = id(&reply);
    let accounts = reply.json["virtual_accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 3);
    assert!(
        accounts
            .iter()
            .all(|account| !account["number"].as_str().unwrap().is_empty())
    );
    assert!(reply.json["payment_link_url"].is_null());
    let number = accounts[1]["number"].as_str().unwrap().to_owned();
    let number = midtrans_simulator::gateway::Reference::Number(&number);
    api.gateway
        .choose(number, Choice::Approve, api.now)
        .unwrap();
    assert_eq!(get(&mut api, &own).text_of("status"), "paid");
}

#[test]
fn an_invoice_is_voided_while_it_waits_and_its_numbers_with_it() {
    let mut api = ApiCaller::new();
    let own = id(&create(&mut api, &by_accounts("inv-3", &["bni_va"])));
    api.wait(40 * 24 * 3_600);
    assert_eq!(get(&mut api, &own).text_of("status"), "overdue");
    let own = id(&create(&mut api, &by_accounts("inv-4", &["bni_va"])));
    api.notifications();
    let reply = patch(&mut api, &own, "void", "");
    assert_eq!(
        (reply.http, reply.text.as_str()),
        (200, r#"{"success":true}"#)
    );
    assert_eq!(get(&mut api, &own).text_of("status"), "voided");
    assert_eq!(api.notified(), [("cancel".to_owned(), "202".to_owned())]);
    assert_eq!(patch(&mut api, &own, "void", "").http, 409);
    let unknown = patch(&mut api, "none", "void", "");
    assert_eq!(
        (unknown.http, unknown.text.as_str()),
        (404, r#"{"error_messages":["Not Found"]}"#)
    );
    assert_eq!(get(&mut api, "none").http, 404);
}

#[test]
fn what_waits_on_the_link_of_a_voided_invoice_is_never_paid() {
    let mut api = ApiCaller::new();
    let created = create(&mut api, &body("inv-5"));
    let own = id(&created);
    let link = created.text_of("payment_link_url").rsplit('/').next();
    let link = link.unwrap().to_owned();
    let token = api.gateway.pay_link(&link, None, None, api.now).unwrap();
    let chosen = api.gateway.snap_choose(&token, "bca_va", api.now);
    chosen.unwrap().unwrap();
    api.notifications();
    assert_eq!(patch(&mut api, &own, "void", "").http, 200);
    api.gateway.snap_act(&token, Choice::Approve, api.now);
    assert_eq!(api.notified(), [("cancel".to_owned(), "202".to_owned())]);
    assert_eq!(get(&mut api, &own).text_of("status"), "voided");
}

#[test]
fn a_quotation_is_converted_or_rejected() {
    let mut api = ApiCaller::new();
    let mut quotation = body("inv-5");
    quotation["document_type"] = json!("quotation");
    quotation["quotation_date"] = json!("2026-11-22 10:00:00 +0700");
    quotation["quotation_validity_date"] = json!("2026-12-01 10:00:00 +0700");
    let reply = create(&mut api, &quotation);
    let own = id(&reply);
    assert_eq!(
        (reply.text_of("status"), reply.text_of("document_type")),
        ("published", "quotation")
    );
    assert!(reply.json["payment_link_url"].is_null());
    let client = json!({"client": {"id": "c-2", "name": "Budi"}}).to_string();
    let converted = patch(&mut api, &own, "convert", &client);
    assert_eq!(converted.http, 200, "{}", converted.text);
    assert_eq!(
        (converted.text_of("status"), converted.text_of("created_as")),
        ("pending", "quotation")
    );
    assert_eq!(converted.json["customer_details"]["name"], "Budi");
    assert!(converted.json["payment_link_url"].is_string());
    assert_eq!(patch(&mut api, &own, "convert", "").http, 409);
    for (order_id, cancel_as, status) in [
        ("inv-6", "client", "rejected"),
        ("inv-7", "merchant", "canceled"),
    ] {
        quotation["order_id"] = json!(order_id);
        let own = id(&create(&mut api, &quotation));
        patch(
            &mut api,
            &own,
            "void",
            &json!({"cancel_as": cancel_as}).to_string(),
        );
        assert_eq!(get(&mut api, &own).text_of("status"), status);
    }
    quotation["order_id"] = json!("inv-8");
    let own = id(&create(&mut api, &quotation));
    api.wait(20 * 24 * 3_600);
    assert_eq!(get(&mut api, &own).text_of("status"), "expired");
}

#[test]
fn a_wrong_invoice_is_refused_and_leaves_nothing() {
    let mut api = ApiCaller::new();
    let with = |name: &str, value: Value| {
        let mut body = body("inv-1");
        body[name] = value;
        body
    };
    for (body, sentence) in [
        (
            with("item_details", json!([])),
            r#"["item must not be empty","gross_amount must be more than 0"]"#,
        ),
        (
            with("due_date", json!("2026-11-01 10:00:00 +0700")),
            "due_date must be after invoice_date",
        ),
        (
            with("payment_type", json!("barter")),
            "payment_type is invalid",
        ),
        (
            with("customer_details", json!({"name": "S", "phone": "0812"})),
            "must not start with 0",
        ),
        (
            by_accounts("inv-1", &[]),
            "virtual_accounts must not be empty",
        ),
        (
            by_accounts("inv-1", &["dodo_va"]),
            "virtual_accounts.bank is invalid",
        ),
    ] {
        let reply = create(&mut api, &body);
        assert_eq!(
            (reply.http, reply.keys()),
            (400, vec!["error_messages".to_owned()]),
            "{body}"
        );
        assert!(reply.text.contains(sentence), "{}", reply.text);
    }
    assert!(api.notifications().is_empty());
    id(&create(&mut api, &body("inv-1")));
    let again = create(&mut api, &body("inv-1"));
    assert_eq!(
        (again.http, again.text.as_str()),
        (409, r#"{"error_messages":["Duplicate order id"]}"#)
    );
    let key = [("x-idempotency-key", "key-1")];
    let first = api.call_with("POST", PATH, &key, &body("inv-2").to_string());
    let second = api.call_with("POST", PATH, &key, &body("inv-2").to_string());
    assert_eq!((first.http, &first.text), (201, &second.text));
}

#[test]
fn the_balance_is_what_was_settled_less_what_was_refunded() {
    let mut api = ApiCaller::new();
    api.paid("akulaku", "order-1", 40_000);
    api.wait(3_600);
    api.paid("kredivo", "order-2", 50_000);
    api.post(
        "/v2/order-2/refund",
        r#"{"refund_key":"r","amount":20000,"reason":"x"}"#,
    );
    let ask = |api: &mut ApiCaller, query: &str| {
        api.call_with("GET", &format!("/v1/balance/mutation?{query}"), &[], "")
    };
    let query = "currency=IDR&start_time=2026-11-22T10%3A30%3A00%2B07%3A00&end_time=2026-11-22T23%3A59%3A59%2B07%3A00";
    let reply = ask(&mut api, query);
    assert_eq!(reply.http, 200);
    assert_eq!(
        reply.keys(),
        [
            "currency",
            "start_time",
            "end_time",
            "opening_balance_effective",
            "closing_balance_effective",
            "opening_balance_pending",
            "closing_balance_pending",
            "opening_balance_overall",
            "closing_balance_overall",
            "wallets"
        ]
    );
    assert_eq!(reply.text_of("start_time"), "2026-11-22T10:30:00+07:00");
    assert!(
        reply
            .text
            .contains(r#""opening_balance_effective":40000.0"#),
        "{}",
        reply.text
    );
    assert!(
        reply.text.contains(r#""closing_balance_overall":70000.0"#),
        "{}",
        reply.text
    );
    assert_eq!(reply.json["wallets"][0]["source"], "payin");
    for (query, sentence) in [
        ("", "currency must not be empty"),
        ("currency=IDR", "start_time must not be empty"),
        (
            "currency=IDR&start_time=now&end_time=2026-11-22T00:00:00Z",
            "start_time format is invalid",
        ),
        (
            "currency=IDR&start_time=2026-11-23T00:00:00Z&end_time=2026-11-22T00:00:00Z",
            "start_time must be before end_time",
        ),
    ] {
        let reply = ask(&mut api, query);
        assert_eq!(reply.http, 400, "{query}");
        assert!(
            reply.json["error_messages"].to_string().contains(sentence),
            "{}",
            reply.text
        );
    }
}
