//! Wallets and banks' own pages: a folder of `sampled/` each, with the request, the answer, the
//! notification of the settlement and the answer to Get Status, in the shapes and the key order of
//! the gateway's samples. Where an answer has fields that are newer than its sample, they stand
//! where other samples have them. ([GoPay](https://docs.midtrans.com/reference/gopay-1),
//! [QRIS](https://docs.midtrans.com/reference/qris),
//! [ShopeePay](https://docs.midtrans.com/reference/shopeepay-1),
//! [OVO](https://docs.midtrans.com/reference/ewallet-ovo),
//! [DANA](https://docs.midtrans.com/reference/dana),
//! [direct debit](https://docs.midtrans.com/en/core-api/direct-debit))

use std::fs;
use std::path::PathBuf;

use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::operation::Operation;
use midtrans_protocol::{
    Charge, Decision, Expected, GatewayReply, GetStatus, OrderId, Rupiah, ServerKeys, Transaction,
    decide, decode, notification,
};
use midtrans_simulator::gateway::Choice;
use serde_json::Value;

use crate::api_caller::{ApiCaller, Reply};
use crate::shapes::compact;

pub(crate) const WALLETS: [&str; 5] = ["gopay", "qris", "shopeepay", "ovo", "dana"];
pub(crate) const BANKS: [&str; 6] = [
    "bca_klikpay",
    "bca_klikbca",
    "cimb_clicks",
    "bri_epay",
    "danamon_online",
    "uob_ezpay",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/promises/sampled")
}

pub(crate) fn sample(method: &str, name: &str) -> String {
    fs::read_to_string(folder().join(method).join(format!("{name}.json"))).unwrap()
}

/// The charge of a sample, to change.
pub(crate) fn request(method: &str) -> Value {
    serde_json::from_str(&sample(method, "request")).unwrap()
}

/// Charges `order-101`.
pub(crate) fn charged(api: &mut ApiCaller, method: &str) -> Reply {
    let reply = api.post("/v2/charge", &sample(method, "request"));
    assert_eq!(reply.code(), "201", "{method}: {}", reply.text);
    reply
}

/// A transaction of this method that is paid.
pub(crate) fn paid(method: &str) -> (ApiCaller, String) {
    let mut api = ApiCaller::new();
    let id = charged(&mut api, method)
        .text_of("transaction_id")
        .to_owned();
    api.choose("order-101", Choice::Approve);
    (api, id)
}

/// A sample with the values that only the simulator knows, taken from its text.
pub(crate) fn filled(sample: &str, text: &str, id: &str) -> String {
    let json: Value = serde_json::from_str(text).unwrap();
    let made = [
        "signature_key",
        "approval_code",
        "qr_string",
        "merchant_cross_reference_id",
        "shopeepay_reference_number",
        "reference_id",
        "merchant_invoice",
    ];
    made.into_iter()
        .fold(compact(sample), |sample, name| {
            let value = json[name].as_str().unwrap_or_default();
            sample.replace(&format!("<{name}>"), value)
        })
        .replace("<transaction_id>", id)
}

#[test]
fn every_wallet_and_every_bank_has_its_samples() {
    let mut folders: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut methods: Vec<&str> = WALLETS.into_iter().chain(BANKS).collect();
    methods.sort_unstable();
    assert_eq!(folders, methods);
}

#[test]
fn charge_settlement_and_status_of_wallets_and_banks_have_the_shapes_of_the_samples() {
    for method in WALLETS.into_iter().chain(BANKS) {
        let mut api = ApiCaller::new();
        let reply = charged(&mut api, method);
        let id = reply.text_of("transaction_id").to_owned();
        let same = |text: &str, name: &str| {
            assert_eq!(text, filled(&sample(method, name), text, &id), "{method}");
        };
        same(&reply.text, "answer");
        api.wait(48);
        api.choose("order-101", Choice::Approve);
        same(&api.notifications().pop().unwrap(), "settlement");
        same(&api.status(&id).text, "status");
    }
}

fn read<O: Operation<Reply = Transaction>>(operation: &O, text: &str) -> Transaction {
    let body = text.as_bytes().to_vec();
    decode(
        operation,
        GatewayReply::from_own_client(http::StatusCode::OK, body),
    )
    .unwrap()
}

#[test]
fn the_protocol_reads_every_answer_of_wallets_and_banks_and_decides_by_it() {
    for method in WALLETS.into_iter().chain(BANKS) {
        let mut api = ApiCaller::new();
        let expected = Expected::new(OrderId::new("order-101").unwrap(), Rupiah::new(44_000));
        let charge = Charge::from_json(&sample(method, "request")).unwrap();
        let reply = charged(&mut api, method);
        let answer = read(&charge, &reply.text);
        assert_eq!(decide(&expected, &answer), Decision::Pending, "{method}");
        let link = |url: &str| url.starts_with("http://127.0.0.1:8180/");
        let is_right = match answer.instructions() {
            Some(Instructions::Wallet(wallet)) => {
                let has_code = matches!(method, "gopay" | "qris");
                assert_eq!(wallet.qr_string.is_some(), has_code, "{method}");
                assert_eq!(wallet.qr_image.as_deref().is_some_and(link), has_code);
                let has_link = method != "qris";
                assert_eq!(wallet.deeplink.as_deref().is_some_and(link), has_link);
                matches!(method, "gopay" | "qris" | "shopeepay" | "dana")
            }
            Some(Instructions::ConfirmInApp) => matches!(method, "ovo" | "bca_klikbca"),
            Some(Instructions::Redirect(url)) => link(&url) && BANKS.contains(&method),
            _ => false,
        };
        assert!(is_right, "{method}: {:?}", answer.instructions());

        let id = reply.text_of("transaction_id");
        let status = GetStatus::new(PaymentId::received(id).unwrap());
        let pending = read(&status, &api.status(id).text);
        assert_eq!(decide(&expected, &pending), Decision::Pending, "{method}");
        api.choose("order-101", Choice::Approve);
        let paid = read(&status, &api.status(id).text);
        assert_eq!(decide(&expected, &paid), Decision::Paid, "{method}");

        let keys = ServerKeys::from(api.gateway.settings().server_key().clone());
        let told: Vec<Decision> = api
            .notifications()
            .iter()
            .map(|body| {
                let told = notification::verify(body.as_bytes(), &keys).unwrap();
                decide(&expected, &told)
            })
            .collect();
        assert_eq!(told, [Decision::Pending, Decision::Paid], "{method}");
    }
}

#[test]
fn a_status_of_wallets_and_banks_is_signed_over_its_own_code() {
    for method in WALLETS.into_iter().chain(BANKS) {
        let mut api = ApiCaller::new();
        let id = charged(&mut api, method)
            .text_of("transaction_id")
            .to_owned();
        let keys = ServerKeys::from(api.gateway.settings().server_key().clone());
        for choice in [Choice::Leave, Choice::Approve] {
            api.choose("order-101", choice);
            let text = api.status(&id).text;
            let signed = notification::verify(text.as_bytes(), &keys);
            assert!(signed.is_ok(), "{method} {choice:?}: {text}");
        }
    }
}

#[cfg(feature = "state")]
#[test]
fn a_restart_keeps_how_every_wallet_and_every_bank_is_paid() {
    use crate::state::{File, builder, client};
    use midtrans_protocol::transaction::TransactionStatus;

    for method in WALLETS.into_iter().chain(BANKS) {
        let file = File::new(&format!("restart-{method}"));
        let charge = Charge::from_json(&sample(method, "request")).unwrap();
        let [before, after] = [true, false].map(|is_first| {
            let simulator = builder(&file).in_process().unwrap();
            if is_first {
                let _ = client(&simulator).charge(&charge).unwrap();
            }
            let timeline = simulator.timeline("order-101").unwrap();
            (timeline.instructions, timeline.pay_page, timeline.page)
        });
        assert_eq!(before, after, "{method}");
        let simulator = builder(&file).in_process().unwrap();
        simulator.choose("order-101", Choice::Approve).unwrap();
        let status = simulator.timeline("order-101").unwrap().summary.status;
        assert_eq!(status, TransactionStatus::Settlement, "{method}");
    }
}
