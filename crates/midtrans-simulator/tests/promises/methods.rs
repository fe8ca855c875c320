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
use midtrans_simulator::gateway::{Choice, FinishRedirect, PayPage, Reference};
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

/// The messages of a charge that is refused.
fn problems(body: &Value) -> Vec<String> {
    let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
    assert_eq!(reply.code(), "400", "{}", reply.text);
    let messages = reply.json["validation_messages"].as_array().unwrap();
    let text = |message: &Value| message.as_str().unwrap().to_owned();
    messages.iter().map(text).collect()
}

fn transfer(fields: Value) -> Value {
    json!({
        "payment_type": "bank_transfer",
        "transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
        "bank_transfer": fields,
    })
}

#[test]
fn a_bank_transfer_names_what_is_wrong_with_it() {
    assert_eq!(
        problems(&transfer(Value::Null)),
        ["bank_transfer is required"]
    );
    assert_eq!(
        problems(&transfer(json!({}))),
        ["bank_transfer.bank is required"]
    );
    let other = json!({"bank": "barter"});
    assert_eq!(
        problems(&transfer(other)),
        ["bank_transfer.bank is invalid"]
    );
    for number in [json!("12a"), json!(""), json!(12)] {
        for bank in ["bca", "permata"] {
            let fields = json!({"bank": bank, "va_number": number});
            let expected = "bank_transfer.va_number must be a string of digits";
            assert_eq!(problems(&transfer(fields)), [expected]);
        }
    }
    let text = json!({"id": "x".repeat(51), "en": "Payment"});
    let fields = json!({"bank": "bca", "free_text": {"inquiry": [text]}});
    let place = "bank_transfer.free_text.inquiry[0].id";
    let expected = format!("{place} must be a string of at most 50 characters");
    assert_eq!(problems(&transfer(fields)), [expected]);
}

#[test]
fn bca_takes_short_names_and_bni_indonesian_phones() {
    let mut bca = transfer(json!({"bank": "bca"}));
    bca["customer_details"] = json!({"first_name": "x".repeat(31)});
    let expected = "customer_details.first_name must be a string of at most 30 characters";
    assert_eq!(problems(&bca), [expected]);
    let mut bni = transfer(json!({"bank": "bni"}));
    bni["customer_details"] = json!({"phone": "1 555 0100"});
    let expected = "customer_details.phone must begin with +62 or 0 and have at most 30 characters";
    assert_eq!(problems(&bni), [expected]);
    bni["customer_details"] = json!({"phone": "+6281 1234 1234"});
    let reply = ApiCaller::new().post("/v2/charge", &bni.to_string());
    assert_eq!(reply.code(), "201", "the sample's own phone");
}

#[test]
fn a_number_that_the_merchant_wishes_for_is_filled_cut_or_given_up_as_documented() {
    let mut api = ApiCaller::new();
    let mut number = |order_id: &str, bank: &str, requested: &str| {
        let mut body = transfer(json!({"bank": bank, "va_number": requested}));
        body["transaction_details"]["order_id"] = order_id.into();
        let reply = api.post("/v2/charge", &body.to_string());
        assert_eq!(reply.code(), "201", "{}", reply.text);
        let own = reply.json["va_numbers"][0]["va_number"].as_str();
        let permata = reply.json["permata_va_number"].as_str();
        own.or(permata).unwrap().to_owned()
    };
    let first = number("order-1", "bni", "111111");
    assert!(first.ends_with("00111111") && first.len() == 16, "{first}");
    assert!(number("order-2", "bni", "1234567890").ends_with("12345678"));
    let other = number("order-3", "bni", "111111");
    assert_ne!(other, first, "it is taken");
    assert!(number("order-4", "permata", "1234567890").ends_with("1234567890"));
}

fn counter(store: &str, amount: u64, fields: Value) -> Value {
    let mut body = json!({
        "payment_type": "cstore",
        "transaction_details": {"order_id": "order-1", "gross_amount": amount},
        "cstore": fields,
    });
    if body["cstore"].is_object() {
        body["cstore"]["store"] = store.into();
    }
    body
}

#[test]
fn a_counter_names_what_is_wrong_with_it() {
    let absent = counter("", 44_000, Value::Null);
    assert_eq!(problems(&absent), ["cstore is required"]);
    let other = counter("kioson", 44_000, json!({}));
    assert_eq!(problems(&other), ["cstore.store is invalid"]);
    let line = json!({"alfamart_free_text_2": "x".repeat(41)});
    let expected = "cstore.alfamart_free_text_2 must be a string of at most 40 characters";
    assert_eq!(problems(&counter("alfamart", 44_000, line)), [expected]);
}

#[test]
fn a_counter_takes_the_amounts_that_the_store_takes() {
    let place = "transaction_details.gross_amount is";
    for (store, amount, problem) in [
        ("Indomaret", 9_999, Some("below the minimum of 10000")),
        ("indomaret", 10_000, None),
        ("alfamart", 1, None),
        ("alfamart", 5_000_000, None),
        ("alfamart", 5_000_001, Some("above the maximum of 5000000")),
    ] {
        let body = counter(store, amount, json!({}));
        match problem {
            Some(problem) => assert_eq!(problems(&body), [format!("{place} {problem}")]),
            None => {
                let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
                assert_eq!(reply.code(), "201", "{store} {amount}: {}", reply.text);
            }
        }
    }
}

#[test]
fn alfamart_takes_no_bar_anywhere_in_an_order() {
    let mut body = counter("alfamart", 44_000, json!({}));
    body["item_details"] = json!([{"name": "A|B", "price": 44_000, "quantity": 1}]);
    assert_eq!(problems(&body), ["item_details[0].name must not contain |"]);
    body["cstore"]["store"] = "indomaret".into();
    let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
    assert_eq!(reply.code(), "201", "{}", reply.text);
}

#[test]
fn a_bill_names_what_is_wrong_with_it_and_keeps_the_key_that_the_merchant_wishes_for() {
    let bill = |fields: Value| {
        json!({
            "payment_type": "echannel",
            "transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
            "echannel": fields,
        })
    };
    assert_eq!(problems(&bill(Value::Null)), ["echannel is required"]);
    let bare = json!({"bill_info1": "Payment:"});
    assert_eq!(problems(&bill(bare)), ["echannel.bill_info2 is required"]);
    let keyed = |key: &str| bill(json!({"bill_info1": "a", "bill_info2": "b", "bill_key": key}));
    let expected = "echannel.bill_key must be a string of digits";
    assert_eq!(problems(&keyed("12345x")), [expected]);
    for (requested, key) in [
        ("081211111111", "081211111111"),
        ("12345678", "12345678"),
        ("1234", "001234"),
        ("0812111111112", "081211111111"),
    ] {
        let reply = ApiCaller::new().post("/v2/charge", &keyed(requested).to_string());
        assert_eq!(reply.text_of("bill_key"), key);
        assert_eq!(reply.text_of("biller_code"), "70012");
    }
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
