//! The whole number of a card and its CVV are kept nowhere: not in the console, nor in the state
//! file, nor in events, nor in `Debug`.

use std::sync::{Arc, Mutex};

use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::json;

use crate::api_caller::KEY;
use crate::cards::query;
use crate::sockets::{agent, get};
#[cfg(feature = "state")]
use crate::state::File;

/// Numbers with middle digits that nothing else has by chance, and their CVVs.
const PLANTED: [(&str, &str); 3] = [
    ("4105058689481467", "9731"),
    ("5264221038874659", "8642"),
    ("4716125059847899", "7513"),
];

/// What must not be found: the number, a piece that masking leaves out, and the CVV.
fn is_in(text: &str) -> Option<String> {
    for (number, cvv) in PLANTED {
        let spaced = format!("{} {}", &number[..4], &number[4..8]);
        let pieces = [number.to_owned(), number[4..12].to_owned(), spaced];
        let found = pieces.into_iter().find(|piece| text.contains(piece));
        let found = found.or_else(|| stands_alone(text, cvv).then(|| cvv.to_owned()));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Ids and ports have any four digits by chance, and a CVV stands alone.
fn stands_alone(text: &str, cvv: &str) -> bool {
    let is_joined = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
    text.match_indices(cvv).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + cvv.len()..]);
        !is_joined(before.chars().next_back()) && !is_joined(behind.chars().next())
    })
}

fn send(simulator: &BlockingSimulator, host: &str, path: &str, body: &str) {
    let call = agent().post(format!("{}{path}", simulator.url()));
    let call = call.header("authorization", KEY).header("host", host);
    call.send(body).unwrap();
}

/// Sends card data wherever a merchant could, right and wrong.
fn plant(simulator: &BlockingSimulator) {
    for (number, cvv) in PLANTED {
        let spaced = format!("{}+{}+{}", &number[..4], &number[4..8], &number[8..]);
        let queries = [
            query(number).replace("cvv=123", &format!("cvv={cvv}")),
            query(&spaced).replace("cvv=123", &format!("cvv={cvv}")),
            query(number).replace("card_cvv=123", &format!("card%5Fcvv={cvv}")),
            // Without a key, and with a mistake.
            format!("card_number={number}&card_cvv={cvv}"),
            query(number).replace("year=2030", "year=1999"),
        ];
        for query in queries {
            for path in ["/v2/token", "/v2/card/register", "/v2/charge", "/nothing"] {
                get(&format!("{}{path}?{query}", simulator.url()));
            }
        }
        get(&format!("{}/v1/bins/{number}", simulator.url()));
        get(&format!("{}/v2/{number}/nothing", simulator.url()));
        let card =
            json!({"number": number, "cvv": cvv, "expiry_month": "12", "expiry_year": "2030"});
        let order = |id: &str, card: &serde_json::Value| {
            json!({
                "payment_type": "credit_card",
                "transaction_details": {"order_id": format!("{id}-{}", &number[..6]), "gross_amount": 145_000},
                "credit_card": {"card": card, "save_token_id": true},
            })
        };
        let escaped: String = number
            .chars()
            .map(|c| format!("\\u{:04x}", u32::from(c)))
            .collect();
        let whole = order("a", &card).to_string();
        for host in ["127.0.0.1", "panapi.localhost"] {
            send(simulator, host, "/v2/charge", &whole);
            send(simulator, host, "/v2/charge", &whole[..whole.len() - 2]);
            send(
                simulator,
                host,
                "/v2/charge",
                &whole.replace(number, &escaped),
            );
            let spaced =
                json!({"number": spaced.replace('+', " "), "cvv": cvv.parse::<u32>().unwrap()});
            send(
                simulator,
                host,
                "/v2/charge",
                &order("b", &spaced).to_string(),
            );
            send(simulator, host, "/v2/capture", &whole);
            let mistaken = json!({"card_number": number, "CVV": cvv}).to_string();
            send(simulator, host, "/v2/order-1/cancel", &mistaken);
        }
    }
}

#[cfg(all(feature = "console", feature = "state"))]
#[test]
fn no_number_and_no_cvv_is_in_the_console_the_file_the_events_or_a_debug_text() {
    let file = File::new("secrets");
    let events = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&events);
    let builder = Simulator::builder()
        .state(&file.0)
        .notification_url("http://127.0.0.1:9/notify")
        .on_event(move |event| {
            let line = format!("{event}\n{event:?}\n");
            log.lock().unwrap().push_str(&line);
        });
    let simulator = builder.serve_blocking().unwrap();
    plant(&simulator);

    let mut places = vec![("events", events.lock().unwrap().clone())];
    for path in ["/console", "/console/calls", "/console/settings"] {
        places.push((path, get(&format!("{}{path}", simulator.url())).2));
        let call = agent().get(format!("{}{path}", simulator.url()));
        let mut reply = call.header("accept", "application/json").call().unwrap();
        places.push((path, reply.body_mut().read_to_string().unwrap()));
    }
    let orders: Vec<String> = simulator.with_accounts(|accounts, _| {
        let all = accounts
            .first()
            .transactions()
            .map(|summary| summary.transaction_id);
        all.collect()
    });
    assert!(orders.len() >= PLANTED.len(), "{orders:?}");
    for id in &orders {
        let url = format!("{}/console/transactions/{id}", simulator.url());
        places.push(("transaction", get(&url).2));
        let timeline = simulator.timeline(id).unwrap();
        places.push(("timeline", format!("{timeline:?}")));
    }
    places.push((
        "debug",
        simulator.with_accounts(|accounts, _| format!("{accounts:?}")),
    ));
    simulator.shutdown();
    let bytes = std::fs::read(&file.0).unwrap();
    places.push(("file", String::from_utf8_lossy(&bytes).into_owned()));
    for (place, text) in places {
        assert!(!text.is_empty(), "{place}");
        assert_eq!(is_in(&text), None, "{place}");
    }
    // What masking leaves is there, so the look was at the right things.
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("41050586-1467"), "a transaction in the file");
    assert!(
        events.lock().unwrap().contains("/v2/token"),
        "a call in the events"
    );
}

#[test]
fn the_look_for_secrets_finds_them_in_every_form() {
    for text in [
        "x=4105058689481467",
        "05868948",
        "4105 0586 8948",
        "\"cvv\":\"9731\"",
        "cvv=9731&",
    ] {
        assert!(is_in(text).is_some(), "{text}");
    }
    for text in [
        "41050586-1467",
        "1a19731c",
        "-9731-",
        "http://127.0.0.1:39731/",
    ] {
        assert_eq!(is_in(text), None, "{text}");
    }
}

#[test]
fn a_call_is_recorded_with_a_masked_number() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    plant(&simulator);
    simulator.with_accounts(|accounts, _| {
        let mut masked = 0;
        for call in accounts.first().calls() {
            let text = format!("{call:?}");
            assert_eq!(is_in(&text), None, "{}", call.path);
            masked += usize::from(text.contains("41050586-1467"));
        }
        assert!(masked > 10, "{masked}");
    });
}
