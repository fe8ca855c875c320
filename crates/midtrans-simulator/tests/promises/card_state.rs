//! Cards over a restart, of several merchants, and by the console's commands.

use midtrans_simulator::gateway::{Accounts, Command, NotPossible, Settings};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, pairs};
use crate::cards::{ACCEPTED, CHALLENGED, charge, pay, query, token};

#[cfg(feature = "state")]
mod restarts {
    use std::time::Duration;

    use midtrans_protocol::account::ClientAccount;
    use midtrans_protocol::card::{CardExpiry, CardNumber, Register, SecurityCode, Token};
    use midtrans_protocol::method::{CallbackType, CreditCard};
    use midtrans_protocol::{Charge, Environment, OrderId, Rupiah, TransactionDetails};
    use midtrans_simulator::Simulator;
    use midtrans_simulator::gateway::Choice;
    use midtrans_transport::BlockingClient;

    use crate::state::{File, builder, client};

    fn order(order_id: &str, card: CreditCard) -> Charge {
        let order = OrderId::new(order_id).unwrap();
        let details = TransactionDetails::new(order, Rupiah::new(145_000)).unwrap();
        Charge::builder(details, card).build().unwrap()
    }

    /// The status, as a merchant asks for it: by then, all that was due has happened.
    fn status(simulator: &Simulator, order_id: &str) -> String {
        let order_id = OrderId::new(order_id).unwrap();
        let status = client(simulator).status(order_id).unwrap();
        status.transaction_status().unwrap().to_string()
    }

    #[test]
    fn tokens_saved_cards_and_open_authentications_go_on_after_a_restart() {
        let file = File::new("cards");
        let simulator = builder(&file).in_process().unwrap();
        let environment = Environment::custom(simulator.url()).unwrap();
        let page = ClientAccount::new(environment, simulator.client_key()).unwrap();
        let page = BlockingClient::new(&simulator, page);
        let number = |text: &str| CardNumber::new(text).unwrap();
        let expiry = || CardExpiry::new("12", "2030").unwrap();
        let once = |text: &str| {
            let code = SecurityCode::new("123").unwrap();
            let token = Token::of_card(number(text), expiry(), code);
            page.send(&token).unwrap().token_id().clone()
        };
        let saved = page
            .send(&Register::new(number("4811111111111114"), expiry()))
            .unwrap();
        let saved = saved.saved_token_id().clone();
        let (kept, spent) = (once("4811111111111114"), once("4811111111111114"));
        let slow = CreditCard::token(once("4024007176265022")).authenticated(CallbackType::JsEvent);
        let _ = client(&simulator).charge(&order("slow", slow)).unwrap();
        simulator.choose("slow", Choice::Approve);
        let paid = order("spent", CreditCard::token(spent.clone()));
        let _ = client(&simulator).charge(&paid).unwrap();
        assert_eq!(
            (status(&simulator, "slow"), status(&simulator, "spent")),
            ("pending".into(), "capture".into())
        );
        drop(simulator);

        let simulator = builder(&file).in_process().unwrap();
        let charge = |order_id: &str, token| {
            client(&simulator)
                .charge(&order(order_id, CreditCard::token(token)))
                .is_ok()
        };
        assert!(charge("kept", kept) && !charge("again", spent));
        assert!(charge("saved-1", saved.clone()) && charge("saved-2", saved));
        simulator.advance(Duration::from_secs(60));
        assert_eq!(status(&simulator, "slow"), "capture", "the bank answers");
        simulator.advance(Duration::from_secs(30 * 3_600));
        for order_id in ["slow", "spent", "kept"] {
            assert_eq!(status(&simulator, order_id), "settlement", "{order_id}");
        }
    }
}

/// An order, its card, what else is asked for, and commands with the statuses that they lead to.
type Row<'a> = (&'a str, &'a str, &'a Value, &'a [(Command, &'a str)]);

#[test]
fn the_console_settles_captures_approves_denies_and_cancels_cards() {
    let mut api = ApiCaller::new();
    let secure = json!({"authentication": true});
    let reserved = json!({"type": "authorize"});
    let rows: [Row<'_>; 6] = [
        (
            "a",
            ACCEPTED,
            &secure,
            &[
                (Command::Settle, "capture"),
                (Command::Settle, "settlement"),
            ],
        ),
        ("b", ACCEPTED, &secure, &[(Command::Decline, "deny")]),
        (
            "c",
            ACCEPTED,
            &reserved,
            &[(Command::Capture, "capture"), (Command::Cancel, "cancel")],
        ),
        (
            "d",
            CHALLENGED,
            &Value::Null,
            &[
                (Command::Approve, "capture"),
                (Command::Settle, "settlement"),
            ],
        ),
        ("e", CHALLENGED, &Value::Null, &[(Command::Deny, "deny")]),
        (
            "f",
            ACCEPTED,
            &Value::Null,
            &[
                (Command::Settle, "settlement"),
                (Command::Refund(None), "refund"),
            ],
        ),
    ];
    for (order, number, more, commands) in rows {
        let more = if more.is_null() {
            json!({})
        } else {
            more.clone()
        };
        pay(&mut api, order, number, more);
        for (command, status) in commands {
            assert_eq!(
                api.gateway.command(order, *command, api.now),
                Ok(()),
                "{order}"
            );
            assert_eq!(
                api.status(order).text_of("transaction_status"),
                *status,
                "{order}"
            );
        }
        for command in [
            Command::Approve,
            Command::Deny,
            Command::Capture,
            Command::Expire,
        ] {
            let refused = Err(NotPossible::WrongState);
            assert_eq!(
                api.gateway.command(order, command, api.now),
                refused,
                "{order}"
            );
        }
    }
    // What fits another state changes nothing.
    pay(&mut api, "g", ACCEPTED, secure);
    api.notifications();
    for command in [Command::Capture, Command::Approve, Command::Deny] {
        let refused = Err(NotPossible::WrongState);
        assert_eq!(api.gateway.command("g", command, api.now), refused);
    }
    pay(&mut api, "h", CHALLENGED, json!({}));
    for command in [Command::Settle, Command::Decline, Command::Capture] {
        let refused = Err(NotPossible::WrongState);
        assert_eq!(api.gateway.command("h", command, api.now), refused);
    }
    assert_eq!(
        api.notified(),
        pairs(&[("pending", "201"), ("capture", "201")][1..])
    );
}

#[test]
fn a_client_key_belongs_to_one_merchant_and_its_tokens_too() {
    let mut accounts = Accounts::new(Settings::new("http://127.0.0.1:8180"));
    let mut other = Settings::new("http://127.0.0.1:8180")
        .with_keys("SB-Mid-server-two", "SB-Mid-client-two")
        .unwrap();
    other.merchant_id = "G2".to_owned();
    assert!(accounts.open(other));
    let now = crate::api_caller::START.parse().unwrap();
    let query = query(ACCEPTED).replace("SB-Mid-client-simulator", "SB-Mid-client-two");
    let mut ask = |request: http::Request<Vec<u8>>| -> Value {
        let reply = accounts.called(&request).handle(&request, now);
        serde_json::from_slice(reply.into_response().unwrap().body()).unwrap()
    };
    let told = ask(ApiCaller::request(
        "GET",
        &format!("/v2/token?{query}"),
        &[],
        "",
    ));
    let body = json!({
        "payment_type": "credit_card",
        "transaction_details": {"order_id": "order-1", "gross_amount": 145_000},
        "credit_card": {"token_id": told["token_id"]},
    });
    let mut charge = |key: &'static str| {
        let mut request = ApiCaller::request("POST", "/v2/charge", &[], &body.to_string());
        let key = http::HeaderValue::from_static(key);
        request.headers_mut().insert("authorization", key);
        ask(request)["status_code"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        charge(crate::api_caller::KEY),
        "411",
        "the first merchant's server key"
    );
    // `SB-Mid-server-two:` in base64.
    assert_eq!(charge("Basic U0ItTWlkLXNlcnZlci10d286"), "200");
}

#[test]
fn a_reset_forgets_the_tokens() {
    let mut api = ApiCaller::new();
    let own = json!({"token_id": token(&mut api, ACCEPTED)});
    api.gateway.reset();
    assert_eq!(charge(&mut api, "order-1", 145_000, &own).code(), "411");
}
