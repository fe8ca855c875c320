//! What is no transaction outlives a restart, is in the console, and needs no socket.

use http::Request;
use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::{Choice, Outcome};
use midtrans_simulator::{Account, Simulator};
use serde_json::{Value, json};

use crate::api_caller::ApiCaller;
#[cfg(feature = "state")]
use crate::state::{File, builder};

fn call(simulator: &Simulator, method: &str, path: &str, body: &Value) -> Value {
    let request: Request<Vec<u8>> = ApiCaller::request(method, path, &[], &body.to_string());
    let reply =
        simulator.with_accounts(|accounts, now| accounts.called(&request).handle(&request, now));
    let body = reply.into_response().unwrap().into_body();
    serde_json::from_slice(&body).unwrap()
}

/// One record of each kind, and their ids.
struct Records {
    token: String,
    account: String,
    subscription: String,
    invoice: String,
}

fn fill(simulator: &Simulator) -> Records {
    let text = |reply: &Value, name: &str| reply[name].as_str().unwrap().to_owned();
    let order = |id: &str| json!({"transaction_details": {"order_id": id, "gross_amount": 40_000}});
    let snap = call(
        simulator,
        "POST",
        "/snap/v1/transactions",
        &order("order-1"),
    );
    let partner =
        json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "81212345678"}});
    let account = text(
        &call(simulator, "POST", "/v2/pay/account", &partner),
        "account_id",
    );
    simulator.with_accounts(|accounts, now| {
        accounts
            .first_mut()
            .link(&account, LinkChoice::Confirm, now)
    });
    let subscription = json!({"name": "S", "amount": 14_000, "payment_type": "gopay", "token": "t",
        "gopay": {"account_id": account}, "schedule": {"interval": 1, "interval_unit": "day"}});
    let subscription = call(simulator, "POST", "/v1/subscriptions", &subscription);
    let mut link = order("link-1");
    link["transaction_details"]["payment_link_id"] = json!("l-1");
    call(simulator, "POST", "/v1/payment-links", &link);
    let invoice = json!({"order_id": "inv-1", "invoice_number": "1", "payment_type": "payment_link",
        "invoice_date": "2026-11-22 10:00:00 +0700", "due_date": "2026-12-22 10:00:00 +0700",
        "customer_details": {"name": "Sari"}, "item_details": [{"description": "P", "quantity": 1, "price": 1}]});
    let invoice = call(simulator, "POST", "/v1/invoices", &invoice);
    Records {
        token: text(&snap, "token"),
        account,
        subscription: text(&subscription, "id"),
        invoice: text(&invoice, "id"),
    }
}

/// Everything goes on where it was: the subscription charges, and the session is paid.
fn goes_on(simulator: &Simulator, records: &Records) {
    let account = call(
        simulator,
        "GET",
        &format!("/v2/pay/account/{}", records.account),
        &json!(null),
    );
    assert_eq!(account["account_status"], "ENABLED");
    let path = format!("/v1/subscriptions/{}", records.subscription);
    assert_eq!(
        call(simulator, "GET", &path, &json!(null))["transaction_ids"],
        json!([])
    );
    simulator.advance(std::time::Duration::from_secs(24 * 3_600));
    let ids = call(simulator, "GET", &path, &json!(null))["transaction_ids"].clone();
    assert_eq!(ids.as_array().unwrap().len(), 1);
    let link = call(simulator, "GET", "/v1/payment-links/link-1", &json!(null));
    assert_eq!(link["payment_link_id"], "l-1");
    let invoice = call(
        simulator,
        "GET",
        &format!("/v1/invoices/{}", records.invoice),
        &json!(null),
    );
    assert_eq!(invoice["status"], "pending");
}

fn pay(simulator: &Simulator, token: &str) {
    simulator.with_accounts(|accounts, now| {
        let account = accounts.having_snap(token).unwrap();
        account.snap_choose(token, "bca_va", now).unwrap().unwrap();
        account.snap_act(token, Choice::Approve, now).unwrap();
    });
    assert_eq!(
        simulator
            .timeline("order-1")
            .unwrap()
            .summary
            .status
            .as_str(),
        "settlement"
    );
}

#[test]
fn everything_works_without_a_socket() {
    let builder = Simulator::builder().notification_url("http://127.0.0.1/notify");
    let simulator = builder.in_process().unwrap();
    let records = fill(&simulator);
    pay(&simulator, &records.token);
    goes_on(&simulator, &records);
    let mut statuses = Vec::new();
    simulator.deliver(|delivery| {
        let json: Value = serde_json::from_str(&delivery.body).unwrap();
        let status = [
            "transaction_status",
            "account_status",
            "event_name",
            "status",
        ];
        let status = status.iter().find_map(|name| json[*name].as_str()).unwrap();
        statuses.push(status.to_owned());
        Outcome::answered(200)
    });
    let expected = [
        "ENABLED",
        "active",
        "pending",
        "settlement",
        "settlement",
        "subscription.charge",
    ];
    assert_eq!(statuses, expected);
}

#[cfg(feature = "state")]
#[test]
fn records_outlive_a_restart_and_go_with_a_reset() {
    let file = File::new("records");
    let simulator = builder(&file).in_process().unwrap();
    let records = fill(&simulator);
    let seen = |simulator: &Simulator| {
        simulator.with_accounts(|accounts, now| accounts.first().records(now))
    };
    let before = seen(&simulator);
    assert_eq!(
        before.len(),
        6,
        "an invoice has a link of its own: {before:?}"
    );
    drop(simulator);
    let simulator = builder(&file).in_process().unwrap();
    assert_eq!(seen(&simulator), before);
    pay(&simulator, &records.token);
    goes_on(&simulator, &records);
    simulator.reset();
    drop(simulator);
    let simulator = builder(&file).in_process().unwrap();
    assert!(seen(&simulator).is_empty());
}

#[test]
fn records_belong_to_the_merchant_whose_key_made_them() {
    let other = Account::new("G000000001", "SB-Mid-server-other", "SB-Mid-client-other");
    let simulator = Simulator::builder().merchant(other).in_process().unwrap();
    let records = fill(&simulator);
    simulator.with_accounts(|accounts, now| {
        let other = accounts.of_merchant_mut("G000000001").unwrap();
        assert!(other.records(now).is_empty());
        assert!(other.snap_checkout(&records.token, now).is_none());
        let own = accounts.having_snap(&records.token).unwrap();
        assert_eq!(own.settings().merchant_id, "G000000000");
    });
}

#[cfg(feature = "console")]
#[test]
fn the_console_lists_every_kind() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let order =
        json!({"transaction_details": {"order_id": "<b>order</b>", "gross_amount": 40_000}});
    let url = format!("{}/snap/v1/transactions", simulator.url());
    let call = crate::sockets::agent()
        .post(url)
        .header("authorization", crate::api_caller::KEY);
    call.send(order.to_string()).unwrap();
    let get = |accept: &str| {
        let url = format!("{}/console/records", simulator.url());
        let call = crate::sockets::agent().get(url).header("accept", accept);
        call.call().unwrap().body_mut().read_to_string().unwrap()
    };
    let rows: Value = serde_json::from_str(&get("application/json")).unwrap();
    assert_eq!(rows["records"][0]["kind"], "snap");
    assert_eq!(rows["records"][0]["status"], "choosing");
    let page = get("text/html");
    assert!(
        page.contains("&lt;b&gt;order") && page.contains("/snap/v4/redirection/"),
        "{page}"
    );
}
