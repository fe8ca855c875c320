//! The document of the APIs beside the Core API has their paths and methods, all of them, and what
//! the simulator answers is as it says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

use midtrans_openapi_tests::{Answer, Caller, Document};
use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::{Value, json};

const ROUTES: [(&str, &str); 24] = [
    ("POST", "/snap/v1/transactions"),
    ("POST", "/snap/v1/transactions/{id}/cancel"),
    ("GET", "/snap/v3/merchant-preferences"),
    ("PATCH", "/snap/v3/merchant-preferences"),
    ("GET", "/snap/v3/users/{id}/gopay"),
    ("DELETE", "/snap/v3/users/{id}/gopay"),
    ("POST", "/v2/pay/account"),
    ("GET", "/v2/pay/account/{id}"),
    ("POST", "/v2/pay/account/{id}/unbind"),
    ("GET", "/v2/gopay/promo/{id}"),
    ("POST", "/v1/subscriptions"),
    ("GET", "/v1/subscriptions/{id}"),
    ("PATCH", "/v1/subscriptions/{id}"),
    ("POST", "/v1/subscriptions/{id}/disable"),
    ("POST", "/v1/subscriptions/{id}/enable"),
    ("POST", "/v1/subscriptions/{id}/cancel"),
    ("POST", "/v1/payment-links"),
    ("GET", "/v1/payment-links/{id}"),
    ("DELETE", "/v1/payment-links/{id}"),
    ("POST", "/v1/invoices"),
    ("GET", "/v1/invoices/{id}"),
    ("PATCH", "/v1/invoices/{id}/void"),
    ("PATCH", "/v1/invoices/{id}/convert"),
    ("GET", "/v1/balance/mutation"),
];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

struct Merchant {
    simulator: BlockingSimulator,
    caller: Caller,
    document: Document,
}

impl Merchant {
    fn open() -> Self {
        let builder = Simulator::builder().deliver_by_hand();
        let simulator = builder.serve_blocking().unwrap();
        let caller = Caller::new(simulator.url());
        let document = caller.get("/openapi-products.json").unwrap().json;
        Self {
            simulator,
            caller,
            document: Document::new(document).closed(),
        }
    }

    /// An answer that is as the document says.
    fn call(&self, method: &str, path: &str, id: &str, body: &str) -> Answer {
        let whole = path.replace("{id}", id);
        let answer = self.caller.call(method, &whole, &[], body).unwrap();
        // The document's path has no query.
        let path = path.split('?').next().unwrap();
        let fits = self.document.check_answer(method, path, &answer);
        fits.unwrap_or_else(|problem| panic!("{method} {path}: {problem}\n{}", answer.json));
        answer
    }

    /// A call whose body is as the document says, too.
    fn send(&self, method: &str, path: &str, id: &str, body: &Value) -> Answer {
        self.document.check_request(method, path, body).unwrap();
        self.call(method, path, id, &body.to_string())
    }
}

fn text(answer: &Answer, name: &str) -> String {
    answer.json[name].as_str().unwrap().to_owned()
}

#[test]
fn the_document_has_the_routes_and_no_others() {
    let merchant = Merchant::open();
    let mut documented = merchant.document.operations();
    documented.sort();
    let mut routes = ROUTES
        .map(|(method, path)| (method.to_owned(), path.to_owned()))
        .to_vec();
    routes.sort();
    assert_eq!(documented, routes);
}

#[test]
fn each_path_refuses_other_methods_and_names_its_own() {
    let merchant = Merchant::open();
    for (_, path) in ROUTES {
        let own: Vec<&str> = ROUTES
            .iter()
            .filter(|(_, other)| *other == path)
            .map(|(method, _)| *method)
            .collect();
        for method in METHODS.into_iter().filter(|method| !own.contains(method)) {
            let whole = path.replace("{id}", "none");
            let answer = merchant.caller.call(method, &whole, &[], "").unwrap();
            assert_eq!(answer.http_status, 405, "{method} {path}");
            merchant
                .document
                .check_named_answer("WrongMethod", &answer)
                .unwrap();
            let allowed = answer.allow.unwrap();
            assert!(
                own.iter().all(|method| allowed.contains(method)),
                "{method} {path}: {allowed}"
            );
        }
    }
}

#[test]
fn what_is_empty_or_unknown_is_refused_as_the_document_says() {
    let merchant = Merchant::open();
    for (method, path) in ROUTES {
        merchant.call(method, path, "none", "{}");
        merchant.call(method, path, "none", "null");
    }
}

#[test]
fn snap_and_payment_links_are_as_the_document_says() {
    let merchant = Merchant::open();
    let order = json!({"transaction_details": {"order_id": "order 1", "gross_amount": 44_000},
        "enabled_payments": ["bca_va"], "expiry": {"unit": "hours", "duration": 2}});
    let snap = "/snap/v1/transactions";
    let created = merchant.send("POST", snap, "", &order);
    let cancel = "/snap/v1/transactions/{id}/cancel";
    let token = text(&created, "token");
    assert_eq!(merchant.call("POST", cancel, &token, "").http_status, 200);
    assert_eq!(merchant.call("POST", cancel, &token, "").http_status, 400);
    let link = json!({"transaction_details": {"order_id": "link-1", "gross_amount": 44_000, "payment_link_id": "l-1"},
        "usage_limit": 2, "expiry": {"unit": "days", "duration": 2}, "credit_card": {"secure": true},
        "item_details": [{"id": "A", "name": "Sepatu", "price": 44_000, "quantity": 1}],
        "customer_details": {"first_name": "Siti"}});
    let links = "/v1/payment-links";
    merchant.send("POST", links, "", &link);
    assert_eq!(merchant.send("POST", links, "", &link).http_status, 409);
    merchant.simulator.with_accounts(|accounts, now| {
        let account = accounts.first_mut();
        let token = account.pay_link("l-1", None, None, now).unwrap();
        account.snap_choose(&token, "bca_va", now).unwrap().unwrap();
    });
    let found = merchant.call("GET", "/v1/payment-links/{id}", "link-1", "");
    assert_eq!(found.json["purchases"][0]["payment_status"], "PENDING");
    merchant.call("DELETE", "/v1/payment-links/{id}", "link-1", "");
}

#[test]
fn a_users_account_is_as_the_document_says() {
    let merchant = Merchant::open();
    let order = json!({"transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
        "user_id": "user 1", "gopay": {"tokenization": true, "phone_number": "81212345678"}});
    let created = merchant.send("POST", "/snap/v1/transactions", "", &order);
    let token = text(&created, "token");
    merchant.simulator.with_accounts(|accounts, now| {
        let account = accounts.first_mut();
        account.snap_link(&token, "gopay", now).unwrap().unwrap();
        let linked = account.snap_confirm_link(&token, LinkChoice::Confirm, now);
        linked.unwrap().unwrap();
    });
    let path = "/snap/v3/users/{id}/gopay";
    assert_eq!(merchant.call("GET", path, "user%201", "").http_status, 200);
    assert_eq!(
        merchant.call("DELETE", path, "user%201", "").http_status,
        200
    );
    assert_eq!(merchant.call("GET", path, "user%201", "").http_status, 404);
}

#[test]
fn accounts_and_subscriptions_are_as_the_document_says() {
    let merchant = Merchant::open();
    let partner =
        |phone: &str| json!({"payment_type": "gopay", "gopay_partner": {"phone_number": phone}});
    let accounts = "/v2/pay/account";
    merchant.send("POST", accounts, "", &partner("123450001"));
    let created = merchant.send("POST", accounts, "", &partner("81212345678"));
    let id = text(&created, "account_id");
    merchant.call("POST", "/v2/pay/account/{id}/unbind", &id, "");
    merchant.simulator.with_accounts(|accounts, now| {
        accounts
            .first_mut()
            .link(&id, LinkChoice::Confirm, now)
            .unwrap()
    });
    merchant.call("GET", "/v2/pay/account/{id}", &id, "");
    merchant.call(
        "GET",
        "/v2/gopay/promo/{id}?gross_amount=1000&currency=IDR",
        &id,
        "",
    );
    let subscription = json!({"name": "S", "amount": "14000", "currency": "IDR", "payment_type": "gopay",
        "token": "t", "gopay": {"account_id": id}, "metadata": {"a": 1},
        "schedule": {"interval": 1, "interval_unit": "day", "start_time": "2020-01-01 10:00:00 +0700"},
        "retry_schedule": {"interval": 1, "interval_unit": "hour", "max_interval": 1}});
    let created = merchant.send("POST", "/v1/subscriptions", "", &subscription);
    let own = text(&created, "id");
    let found = merchant.call("GET", "/v1/subscriptions/{id}", &own, "");
    assert_eq!(found.json["transaction_ids"].as_array().unwrap().len(), 1);
    merchant.send(
        "PATCH",
        "/v1/subscriptions/{id}",
        &own,
        &json!({"amount": 15_000}),
    );
    for word in ["disable", "enable", "cancel", "enable"] {
        merchant.call(
            "POST",
            &format!("/v1/subscriptions/{{id}}/{word}"),
            &own,
            "",
        );
    }
    merchant.call("POST", "/v2/pay/account/{id}/unbind", &id, "");
}

#[test]
fn invoices_and_the_balance_are_as_the_document_says() {
    let merchant = Merchant::open();
    let invoice = |order_id: &str, kind: &str| {
        json!({"order_id": order_id, "invoice_number": "1", "document_type": kind, "payment_type": "virtual_account",
            "invoice_date": "2026-11-22 10:00:00 +0700", "due_date": "2126-11-22 10:00:00 +0700",
            "quotation_validity_date": "2126-11-22 10:00:00 +0700",
            "customer_details": {"name": "Sari"}, "virtual_accounts": [{"bank": "bca_va"}],
            "item_details": [{"description": "Pillow", "quantity": 1, "price": 20_000}],
            "taxes": [{"name": "PPN", "type": "percentage", "value": 11}]})
    };
    let path = "/v1/invoices";
    let created = merchant.send("POST", path, "", &invoice("inv-1", "invoice"));
    merchant.send("POST", path, "", &invoice("inv-1", "invoice"));
    let quotation = merchant.send("POST", path, "", &invoice("inv-2", "quotation"));
    merchant.call(
        "PATCH",
        "/v1/invoices/{id}/convert",
        &text(&quotation, "id"),
        "",
    );
    merchant.call(
        "PATCH",
        "/v1/invoices/{id}/convert",
        &text(&quotation, "id"),
        "",
    );
    let id = text(&created, "id");
    merchant.call("GET", "/v1/invoices/{id}", &id, "");
    merchant.call("PATCH", "/v1/invoices/{id}/void", &id, "");
    merchant.call("PATCH", "/v1/invoices/{id}/void", &id, "");
    let query =
        "currency=IDR&start_time=2026-01-01T00:00:00%2B07:00&end_time=2126-01-01T00:00:00%2B07:00";
    let balance = merchant.call("GET", &format!("/v1/balance/mutation?{query}"), "", "");
    assert_eq!(balance.http_status, 200);
}
