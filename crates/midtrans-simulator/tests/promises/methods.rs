//! Methods that are paid at a bank or a counter: a folder of `golden/` each, with the request, the
//! answer, the notification of the settlement and the answer to Get Status, in the shapes and the
//! key order of the gateway's samples. ([Bank
//! transfer](https://docs.midtrans.com/docs/coreapi-core-api-bank-transfer-integration),
//! [notifications](https://docs.midtrans.com/docs/https-notification-webhooks))

use std::fs;
use std::path::PathBuf;

use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::{
    Charge, Decision, Expected, GatewayReply, GetStatus, OrderId, Rupiah, ServerKeys, Transaction,
    decide, decode, notification,
};
use midtrans_simulator::gateway::{Choice, Command, FinishRedirect, PayPage, Reference};
use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply, pairs};
use crate::shapes::compact;
use crate::sockets::{Shop, agent, call, get, post};

/// The folders of `golden/`.
fn samples() -> Vec<PathBuf> {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/promises/golden");
    let mut folders: Vec<PathBuf> = fs::read_dir(golden)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
}

fn sample(folder: &std::path::Path, name: &str) -> String {
    fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()
}

fn charged(api: &mut ApiCaller, folder: &std::path::Path) -> Reply {
    let reply = api.post("/v2/charge", &sample(folder, "request"));
    assert_eq!(reply.code(), "201", "{}", reply.text);
    reply
}

/// The number that a customer types, from the gateway's own view.
fn number(page: &PayPage) -> String {
    match page {
        PayPage::Number { number, .. } => number.clone(),
        PayPage::Bill { bill_key, .. } => bill_key.clone(),
        PayPage::Code { code, .. } => code.clone(),
        other => panic!("{other:?} has no number"),
    }
}

/// A sample with the values that only the simulator knows, taken from its text.
fn filled(sample: &str, number: &str, text: &str) -> String {
    let json: Value = serde_json::from_str(text).unwrap();
    let value = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    compact(sample)
        .replace("<id>", &value("transaction_id"))
        .replace("<signature>", &value("signature_key"))
        .replace("<approval>", &value("approval_code"))
        .replace("<number>", number)
}

#[test]
fn charge_settlement_and_status_have_the_shapes_of_the_samples() {
    for folder in samples() {
        let mut api = ApiCaller::new();
        let reply = charged(&mut api, &folder);
        let page = api.gateway.pay_page("order-101").unwrap();
        let number = number(&page);
        let answer = filled(&sample(&folder, "answer"), &number, &reply.text);
        assert_eq!(reply.text, answer, "{folder:?}");
        api.wait(168);
        api.choose("order-101", Choice::Approve);
        let told = api.notifications().pop().unwrap();
        let settlement = filled(&sample(&folder, "settlement"), &number, &told);
        assert_eq!(told, settlement, "{folder:?}");
        let reply = api.status("order-101");
        let status = filled(&sample(&folder, "status"), &number, &reply.text);
        assert_eq!(reply.text, status, "{folder:?}");
    }
}

fn simulator(shop: &Shop) -> BlockingSimulator {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let notify = format!("{}/notify", shop.url);
    simulator.notify_at(&notify).unwrap();
    simulator
}

fn read(body: String, http: u16, charge: &Charge) -> Transaction {
    let reply = GatewayReply::from_own_client(http.try_into().unwrap(), body.into_bytes());
    decode(charge, reply).unwrap()
}

fn told_to_customer(transaction: &Transaction) -> String {
    match transaction.instructions().unwrap() {
        Instructions::VirtualAccount { va_number, .. } => va_number,
        Instructions::Bill { bill_key, .. } => bill_key,
        Instructions::PaymentCode { payment_code, .. } => payment_code,
        _ => panic!("a number"),
    }
}

#[test]
fn a_number_is_answered_paid_on_its_page_told_to_the_shop_and_echoed_by_get_status() {
    for folder in samples() {
        let shop = Shop::content();
        let simulator = simulator(&shop);
        let charge = Charge::from_json(&sample(&folder, "request")).unwrap();
        let (http, body) = call(&charge, &simulator.merchant());
        let number = told_to_customer(&read(body, http, &charge));
        // The page asks for the number as a bank's machine does.
        let atm = format!("{}/pay", simulator.url());
        let (status, page, _) = post(&atm, &format!("number={number}"));
        assert_eq!(status, 303, "{folder:?}");
        let page = format!("{}{}", simulator.url(), page.unwrap());
        let (status, _, shown) = get(&page);
        assert!(
            status == 200 && shown.contains(&number) && shown.contains("Rp44.000"),
            "{shown}"
        );
        assert_eq!(post(&page, "choice=approve").0, 303);
        assert!(get(&page).2.contains("<code>settlement</code>"));
        simulator.idle();

        let keys = ServerKeys::from(simulator.server_key());
        let order_id = OrderId::new("order-101").unwrap();
        let expected = Expected::new(order_id.clone(), Rupiah::new(44_000));
        let decisions = shop.seen().into_iter().map(|seen| {
            let told = notification::verify(seen.body.as_bytes(), &keys).unwrap();
            decide(&expected, &told)
        });
        let mut decisions: Vec<Decision> = decisions.collect();
        decisions.sort_by_key(|decision| *decision == Decision::Paid);
        assert_eq!(decisions, [Decision::Pending, Decision::Paid], "{folder:?}");

        let status = GetStatus::new(order_id);
        let (http, body) = call(&status, &simulator.merchant());
        let reply = GatewayReply::from_own_client(http.try_into().unwrap(), body.clone().into());
        let transaction = decode(&status, reply).unwrap();
        assert_eq!(decide(&expected, &transaction), Decision::Paid);
        assert!(body.contains(&number), "{body}");
    }
}

#[test]
fn without_a_payment_a_number_expires_and_the_shop_is_told() {
    for folder in samples() {
        let mut api = ApiCaller::new();
        charged(&mut api, &folder);
        api.wait(24 * 3_600 - 1);
        assert_eq!(api.notified(), pairs(&[("pending", "201")]));
        api.wait(1);
        assert_eq!(api.notified(), pairs(&[("expire", "202")]), "{folder:?}");
        assert_eq!(api.choose("order-101", Choice::Approve), STAYS);
        let late = api.status("order-101");
        assert_eq!(late.code(), "407", "a late payment is refused");
    }
}

const STAYS: FinishRedirect = FinishRedirect::Stays;

#[test]
fn a_bank_and_a_counter_never_decline() {
    for folder in samples() {
        let mut api = ApiCaller::new();
        charged(&mut api, &folder);
        assert_eq!(api.choose("order-101", Choice::Decline), STAYS);
        assert_eq!(api.status("order-101").code(), "201", "{folder:?}");
    }
}

#[test]
fn a_pending_number_is_cancelled_and_expired_as_the_gateway_documents() {
    for folder in samples() {
        for (operation, code, told) in [("cancel", "200", "cancel"), ("expire", "407", "expire")] {
            let mut api = ApiCaller::new();
            charged(&mut api, &folder);
            assert_eq!(api.ask("order-101", operation).code(), code);
            let news = api.notified();
            assert_eq!(news, pairs(&[("pending", "201"), (told, "202")]));
            assert_eq!(api.ask("order-101", operation).code(), "412");
            charged(&mut api, &folder);
        }
    }
}

#[test]
fn money_of_a_bank_or_a_counter_never_goes_back_through_the_gateway() {
    for folder in samples() {
        let mut api = ApiCaller::new();
        charged(&mut api, &folder);
        api.choose("order-101", Choice::Approve);
        for path in ["refund", "refund/online/direct"] {
            let reply = api.ask("order-101", path);
            assert_eq!((reply.http, reply.code()), (200, "412"), "{folder:?}");
        }
        assert_eq!(api.status("order-101").code(), "200");
    }
}

#[test]
fn a_number_of_a_pending_transaction_is_found_as_a_person_types_it() {
    for folder in samples() {
        let mut api = ApiCaller::new();
        charged(&mut api, &folder);
        let page = api.gateway.pay_page("order-101").unwrap();
        let number = number(&page);
        let spaced = format!(" {} {}", &number[..4], &number[4..]);
        let id = api.gateway.transaction_id("order-101").unwrap().to_owned();
        for typed in [number.as_str(), &spaced] {
            let address = api.gateway.pay_page_address(Reference::Number(typed));
            assert_eq!(address.as_deref(), Some(format!("/pay/{id}").as_str()));
        }
        assert_eq!(api.gateway.pay_page(Reference::Number("1")), None);
    }
}

#[test]
fn programs_pay_a_number_with_json() {
    for folder in samples() {
        let shop = Shop::content();
        let simulator = simulator(&shop);
        let charge = Charge::from_json(&sample(&folder, "request")).unwrap();
        let _ = call(&charge, &simulator.merchant());
        let ask = |path: &str| -> Value {
            let url = format!("{}{path}", simulator.url());
            let reply = agent().get(url).header("accept", "application/json").call();
            let text = reply.unwrap().body_mut().read_to_string().unwrap();
            serde_json::from_str(&text).unwrap()
        };
        let page = simulator.timeline("order-101").unwrap().pay_page;
        let page = page.as_str();
        let shown = ask(page);
        assert_eq!(shown["choices"], json!(["approve"]));
        assert_eq!(shown["gross_amount"], 44_000);
        let pay = |choice: &str| {
            let url = format!("{}{page}", simulator.url());
            let request = agent().post(url).header("accept", "application/json");
            let form = request.header("content-type", "application/x-www-form-urlencoded");
            form.send(format!("choice={choice}")).unwrap().status()
        };
        assert_eq!(pay("decline"), 400);
        assert_eq!(ask(page)["transaction_status"], "pending");
        assert_eq!(pay("approve"), 200);
        assert_eq!(ask(page)["transaction_status"], "settlement");
    }
}

#[test]
fn a_program_that_pays_too_late_is_told_the_status_that_stays() {
    let simulator = simulator(&Shop::content());
    let bca = samples().into_iter().find(|folder| folder.ends_with("bca"));
    let charge = Charge::from_json(&sample(&bca.unwrap(), "request")).unwrap();
    let _ = call(&charge, &simulator.merchant());
    let page = simulator.timeline("order-101").unwrap().pay_page;
    let pay = || -> Value {
        let url = format!("{}{page}", simulator.url());
        let request = agent().post(url).header("accept", "application/json");
        let form = request.header("content-type", "application/x-www-form-urlencoded");
        let text = form
            .send("choice=approve")
            .unwrap()
            .body_mut()
            .read_to_string();
        serde_json::from_str(&text.unwrap()).unwrap()
    };
    simulator.command("order-101", Command::Expire).unwrap();
    let told = json!({"done": true, "transaction_status": "expire", "browser_goes_to": null});
    assert_eq!(pay(), told);
}

#[test]
fn a_bill_is_found_with_the_billers_code_before_its_key() {
    let mut api = ApiCaller::new();
    let folder = samples()
        .into_iter()
        .find(|folder| folder.ends_with("mandiri-bill"));
    let reply = charged(&mut api, &folder.unwrap());
    let typed = format!("70012 {}", reply.text_of("bill_key"));
    assert!(api.gateway.pay_page(Reference::Number(&typed)).is_some());
}

#[test]
fn a_charge_of_permata_or_indomaret_is_no_repeat_whatever_its_key() {
    for (name, repeat) in [
        ("permata", "406"),
        ("permata-transfer", "406"),
        ("indomaret", "406"),
        ("alfamart", "201"),
        ("bca", "201"),
    ] {
        assert_eq!(repeated(name), repeat, "{name}");
    }
}

/// The code of a charge's repeat with the same key.
fn repeated(name: &str) -> String {
    let folder = samples()
        .into_iter()
        .find(|folder| folder.ends_with(name))
        .unwrap();
    let body = sample(&folder, "request");
    let mut api = ApiCaller::new();
    let mut charge = || {
        let headers = [("idempotency-key", "key-1")];
        let reply = api.call_with("POST", "/v2/charge", &headers, &body);
        reply.code().to_owned()
    };
    assert_eq!(charge(), "201");
    charge()
}
