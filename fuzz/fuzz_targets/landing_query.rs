//! Query strings of browsers: read without failing, and without inventing anything.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midtrans_fuzz::keys;
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};

fuzz_target!(|query: &str| {
    let landing = Landing::from_query(query);
    assert_eq!(landing.signature(&keys()), LandingSignature::Absent);
    assert!(landing.raw().is_none());
    let said = [
        ("order_id", landing.order_id()),
        ("status_code", landing.status_code()),
        (transaction_id_name(query), landing.transaction_id()),
        (
            "transaction_status",
            landing.hint().map(|status| status.as_str()),
        ),
    ];
    let mut again = Vec::new();
    for (name, value) in said {
        let Some(value) = value else { continue };
        assert!(!value.is_empty());
        let values: Vec<String> = pairs(query)
            .into_iter()
            .filter(|(key, _)| key == name)
            .map(|(_, v)| v)
            .collect();
        assert!(
            values.windows(2).all(|pair| pair[0] == pair[1]),
            "one of two was believed"
        );
        // The one alias: `expired` is read as `expire`.
        let stands_there = |text: &String| {
            text.eq_ignore_ascii_case(value) || text.eq_ignore_ascii_case("expired")
        };
        assert!(values.first().is_some_and(stands_there), "it was made up");
        again.push(format!("{name}={}", encoded(value)));
    }
    let read_back = Landing::from_query(&again.join("&"));
    assert_eq!(read_back.order_id(), landing.order_id());
    assert_eq!(read_back.status_code(), landing.status_code());
    assert_eq!(read_back.hint(), landing.hint());
    assert_eq!(read_back.transaction_id(), landing.transaction_id());
    let _ = format!("{landing:?}");
});

/// Returns the name that counts as a transaction id.
fn transaction_id_name(query: &str) -> &'static str {
    if pairs(query)
        .iter()
        .any(|(name, _)| name == "transaction_id")
    {
        "transaction_id"
    } else {
        "id"
    }
}

/// Decodes `application/x-www-form-urlencoded` by hand. A second `?` separates as `&` does.
fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split(['&', '?']).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut at, mut plain) = (0, Vec::new());
    while at < bytes.len() {
        let escape = bytes
            .get(at + 1..at + 3)
            .filter(|hex| bytes[at] == b'%' && hex.iter().all(u8::is_ascii_hexdigit));
        match escape
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}
