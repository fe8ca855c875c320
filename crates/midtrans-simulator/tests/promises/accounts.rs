//! Several merchants at one gateway.

use http::Request;
use midtrans_protocol::time::WibTime;
use midtrans_simulator::gateway::{Accounts, Choice, Outcome, Reference, Settings, Started};
use midtrans_simulator::{Account, Simulator, StartError};
use serde_json::{Value, json};

use crate::api_caller::{START, charge};

/// `SB-Mid-server-one:` and `SB-Mid-server-two:` in base64.
const ONE: &str = "Basic U0ItTWlkLXNlcnZlci1vbmU6";
const TWO: &str = "Basic U0ItTWlkLXNlcnZlci10d286";

fn settings(merchant_id: &str, key: &str) -> Settings {
    let mut settings = Settings::new("http://127.0.0.1:8180")
        .with_keys(key, "SB-Mid-client-x")
        .unwrap();
    settings.merchant_id = merchant_id.to_owned();
    settings.notification_url = Some(format!("http://127.0.0.1/{merchant_id}"));
    settings
}

fn accounts() -> (Accounts, WibTime) {
    let mut accounts = Accounts::new(settings("G1", "SB-Mid-server-one"));
    assert!(accounts.open(settings("G2", "SB-Mid-server-two")));
    (accounts, START.parse().unwrap())
}

fn call(
    accounts: &mut Accounts,
    key: &str,
    method: &str,
    path: &str,
    body: &str,
    now: WibTime,
) -> Value {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", key);
    let request = request
        .header("idempotency-key", "the-same")
        .body(body.as_bytes().to_vec())
        .unwrap();
    let reply = match accounts.called(&request).begin(&request, now) {
        Started::Answered(reply, _) => reply,
        Started::Running(pending) => accounts.calling(&pending).finish(pending, &request, now),
    };
    serde_json::from_slice(reply.into_response().unwrap().body()).unwrap()
}

#[test]
fn orders_keys_and_idempotency_keys_are_each_merchants_own() {
    let (mut accounts, now) = accounts();
    let body = charge("akulaku", "order-1", 44_000).to_string();
    let first = call(&mut accounts, ONE, "POST", "/v2/charge", &body, now);
    let second = call(&mut accounts, TWO, "POST", "/v2/charge", &body, now);
    assert_eq!(
        [&first["merchant_id"], &second["merchant_id"]],
        ["G1", "G2"]
    );
    assert_ne!(first["transaction_id"], second["transaction_id"]);
    let foreign = format!("/v2/{}/status", first["transaction_id"].as_str().unwrap());
    assert_eq!(
        call(&mut accounts, TWO, "GET", &foreign, "", now)["status_code"],
        "404"
    );
    let third = call(
        &mut accounts,
        "Basic eDo=",
        "POST",
        "/v2/charge",
        &body,
        now,
    );
    assert_eq!(third["status_code"], "401");
    assert_eq!(
        accounts
            .all()
            .map(|account| account.count())
            .collect::<Vec<_>>(),
        [1, 1]
    );
}

#[test]
fn a_number_that_two_merchants_have_given_pays_the_pending_transaction() {
    let (mut accounts, now) = accounts();
    let mut body = charge("bank_transfer", "order-1", 44_000);
    body["bank_transfer"] = json!({"bank": "bca", "va_number": "12345678"});
    let body = body.to_string();
    let numbers = [ONE, TWO].map(|key| {
        let answer = call(&mut accounts, key, "POST", "/v2/charge", &body, now);
        answer["va_numbers"][0]["va_number"].to_string()
    });
    assert_eq!(numbers[0], numbers[1]);
    let typed = Reference::Number(&numbers[0]);
    for merchant in ["G1", "G2"] {
        let account = accounts.having(typed).unwrap();
        assert_eq!(account.settings().merchant_id, merchant);
        account.choose(typed, Choice::Approve, now).unwrap();
    }
    for account in accounts.all() {
        let statuses: Vec<_> = account
            .transactions()
            .map(|one| one.status.to_string())
            .collect();
        assert_eq!(statuses, ["settlement"]);
    }
}

#[test]
fn notifications_go_to_their_own_merchant_and_their_outcome_too() {
    let (mut accounts, now) = accounts();
    for key in [ONE, TWO] {
        call(
            &mut accounts,
            key,
            "POST",
            "/v2/charge",
            &charge("kredivo", key, 1).to_string().replace("Basic ", ""),
            now,
        );
    }
    let due: Vec<_> = accounts
        .all_mut()
        .flat_map(|account| account.due(now))
        .collect();
    assert_eq!(
        due.iter()
            .map(|delivery| &*delivery.url)
            .collect::<Vec<_>>(),
        ["http://127.0.0.1/G1", "http://127.0.0.1/G2"]
    );
    let (first, second) = (due[0].id, due[1].id);
    let mut report = |id, status| {
        let account = accounts.sending(id);
        assert!(account.is_delivering());
        account.delivered(id, Outcome::answered(status), now);
        assert!(!account.is_delivering());
    };
    report(second, 200);
    report(first, 503);
    assert!(accounts.sending(first).next_at() > Some(now));
    assert!(accounts.sending(second).repeat(second, now), "it is over");
    assert!(!accounts.sending(first).repeat(first, now), "it waits");
}

#[test]
fn the_customer_finds_the_transaction_of_any_merchant() {
    let (mut accounts, now) = accounts();
    let second = call(
        &mut accounts,
        TWO,
        "POST",
        "/v2/charge",
        &charge("akulaku", "order-9", 44_000).to_string(),
        now,
    );
    let id = second["transaction_id"].as_str().unwrap();
    let account = accounts.having(id).unwrap();
    assert!(account.checkout(id, now).is_some());
    account.choose(id, Choice::Approve, now).unwrap();
    let timeline = account.timeline("order-9").unwrap();
    assert_eq!(timeline.summary.merchant_id, "G2");
    assert!(accounts.having("order-8").is_none());
}

#[cfg(feature = "console")]
#[test]
fn an_order_that_two_merchants_have_is_commanded_by_its_transaction_id_only() {
    use crate::sockets::agent;

    let other = Account::new("G2", "SB-Mid-server-two", "SB-Mid-client-two");
    let simulator = Simulator::builder()
        .merchant(other)
        .serve_blocking()
        .unwrap();
    for key in [crate::api_caller::KEY, TWO] {
        let request = agent()
            .post(format!("{}/v2/charge", simulator.url()))
            .header("authorization", key);
        request
            .send(charge("akulaku", "order-1", 44_000).to_string())
            .unwrap();
    }
    let settle = |id: &str| {
        let url = format!("{}/console/transactions/{id}/settle", simulator.url());
        agent()
            .post(url)
            .header("accept", "application/json")
            .send_empty()
            .unwrap()
            .status()
            .as_u16()
    };
    let own = |accounts: &mut Accounts, _| -> Vec<_> {
        accounts.all().flat_map(|one| one.transactions()).collect()
    };
    assert_eq!(settle("order-1"), 409);
    assert_eq!(settle(&simulator.with_accounts(own)[1].transaction_id), 200);
    let statuses: Vec<String> = simulator
        .with_accounts(own)
        .iter()
        .map(|row| row.status.to_string())
        .collect();
    assert_eq!(statuses, ["pending", "settlement"]);
}

#[test]
fn no_two_merchants_share_an_id_or_a_key() {
    let (mut accounts, _) = accounts();
    assert!(!accounts.open(settings("G3", "SB-Mid-server-two")));
    assert!(!accounts.open(settings("G2", "SB-Mid-server-three")));
    let builder = Simulator::builder().merchant(Account::new(
        "G000000000",
        "SB-Mid-server-x",
        "SB-Mid-client-x",
    ));
    assert!(
        matches!(builder.in_process(), Err(StartError::SameMerchant(id)) if id == "G000000000")
    );
}

#[test]
fn a_simulator_has_the_account_of_each_merchant() {
    let account = Account::new("G2", "SB-Mid-server-two", "SB-Mid-client-two");
    let simulator = Simulator::builder().merchant(account).in_process().unwrap();
    assert!(simulator.merchant_of("G2").is_some() && simulator.merchant_of("G000000000").is_some());
    assert!(simulator.merchant_of("G3").is_none());
}
