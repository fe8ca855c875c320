//! The return of the browser: Akulaku's form, Kredivo's query in its old and new shape, and
//! anything else.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, key, keys, settlement, signed, with};
use midtrans_protocol::ServerKey;
use midtrans_protocol::notification::signature;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::webhook::landing;
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};
use serde_json::{Value, json};

/// The form that Akulaku's page posts, with the JSON escaped as browsers do it.
fn form(json: &str) -> String {
    let escaped: String = json
        .bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("response={escaped}&callback_key=SB-Mid-client-0417")
}

fn landed(json: &str) -> Landing {
    Landing::from_form(form(json).as_bytes())
}

#[test]
fn akulakus_form_is_read_with_its_spaces_and_escapes() {
    let body = include_bytes!("../fixtures/akulaku--finish-redirect--settlement.form.txt");
    let json = include_str!("../fixtures/akulaku--finish-redirect--settlement.json");
    let landing = Landing::from_form(body);
    assert_eq!(landing.order_id(), Some(ORDER));
    assert_eq!(landing.hint(), Some(&TransactionStatus::Settlement));
    assert_eq!(landing.status_code(), Some("200"));
    assert_eq!(landing.signature(&keys()), LandingSignature::Genuine);
    let raw = landing.raw().unwrap();
    assert_eq!(
        raw.text("transaction_time").as_deref(),
        Some("2026-02-03 08:00:00")
    );
    let same: Value = serde_json::from_str(raw.as_str()).unwrap();
    assert_eq!(same, serde_json::from_str::<Value>(json).unwrap());
}

#[test]
fn any_character_survives_the_form() {
    let odd = "a+b &=%?#/\\\"\u{e9}\u{1f600} \u{2028}";
    let object = with(settlement(), json!({ "custom_field1": odd }));
    let landing = landed(std::str::from_utf8(&signed(&object)).unwrap());
    assert_eq!(
        landing.raw().unwrap().text("custom_field1").as_deref(),
        Some(odd)
    );
}

#[test]
fn a_signature_is_genuine_forged_or_absent() {
    let genuine = String::from_utf8(signed(&settlement())).unwrap();
    let absent = settlement().to_string();
    assert_eq!(
        landed(&genuine).signature(&keys()),
        LandingSignature::Genuine
    );
    assert_eq!(landed(&absent).signature(&keys()), LandingSignature::Absent);
    for (from, to) in [
        (ORDER, "kebaya-0418"),
        ("125000.00", "1.00"),
        ("\"200\"", "\"201\""),
    ] {
        let landing = landed(&genuine.replace(from, to));
        assert_eq!(landing.signature(&keys()), LandingSignature::Forged, "{to}");
    }
    let stranger = ServerKey::new("SB-Mid-server-another").unwrap();
    assert_eq!(
        landed(&genuine).signature(&stranger.into()),
        LandingSignature::Forged
    );
    let upper = with(
        settlement(),
        json!({ "signature_key": signature::sign(ORDER, "200", "125000.00", &key()).to_uppercase() }),
    );
    assert_eq!(
        landed(&upper.to_string()).signature(&keys()),
        LandingSignature::Genuine
    );
}

#[test]
fn a_genuine_signature_says_nothing_about_the_status() {
    let genuine = String::from_utf8(signed(&settlement())).unwrap();
    let landing = landed(&genuine.replace("\"settlement\"", "\"refund\""));
    assert_eq!(landing.signature(&keys()), LandingSignature::Genuine);
    assert_eq!(landing.hint(), Some(&TransactionStatus::Refund));
}

#[test]
fn a_signed_text_that_is_missing_is_forged_and_not_hidden_in_its_neighbour() {
    let signature = signature::sign(ORDER, "200", "125000.00", &key());
    for fields in [
        json!({ "status_code": "kebaya-0417200", "gross_amount": "125000.00" }),
        json!({ "order_id": "kebaya-0417200", "gross_amount": "125000.00" }),
        json!({ "order_id": "kebaya-0417200", "status_code": "", "gross_amount": "125000.00" }),
        json!({ "order_id": "kebaya-0417200125000.00", "status_code": null, "gross_amount": "" }),
        json!({ "gross_amount": "kebaya-0417200125000.00" }),
    ] {
        let landing = landed(&with(json!({ "signature_key": signature }), fields).to_string());
        assert_eq!(landing.signature(&keys()), LandingSignature::Forged);
    }
}

#[test]
fn a_form_that_cannot_be_read_says_nothing_and_is_no_error() {
    for body in [
        "",
        "callback_key=x",
        "response=",
        "Response=%7B%7D",
        "response=%7B%7D&response=%7B%22order_id%22%3A%22a%22%7D",
        "response=x",
        "response=%5B%5D",
        "response=null",
        "response=%7B%22order_id%22%3A%22a%22%2C%22order_id%22%3A%22b%22%7D",
        "response=%FF%FE",
        "response=%7B",
    ] {
        assert!(Landing::from_form(body.as_bytes()).is_empty(), "{body}");
    }
    let twice = landed("{\"order_id\":\"a\"}&response=%7B%22order_id%22%3A%22a%22%7D");
    assert!(twice.is_empty(), "two different ones");
    assert_eq!(
        Landing::from_form(b"response=%7B%7D&response=%7B%7D").signature(&keys()),
        LandingSignature::Absent
    );
    let empty = landed("{}");
    assert!(empty.is_empty() && empty.raw().is_none());
    assert_eq!(empty.signature(&keys()), LandingSignature::Absent);
}

#[test]
fn of_a_form_without_a_response_its_own_fields_are_read() {
    let flat =
        Landing::from_form(b"order_id=kebaya-0417&transaction_status=settlement&status_code=200");
    assert_eq!(
        (flat.order_id(), flat.hint()),
        (Some(ORDER), Some(&TransactionStatus::Settlement))
    );
    let broken = Landing::from_form(b"response=%7B&order_id=kebaya-0417");
    assert_eq!(broken.order_id(), Some(ORDER));
    let json =
        Landing::from_form(b"response=%7B%22order_id%22%3A%22a%22%7D&order_id=b&status_code=200");
    assert_eq!(
        (json.order_id(), json.status_code()),
        (Some("a"), None),
        "the two are never mixed"
    );
}

#[test]
fn a_form_that_says_nothing_leaves_the_word_to_the_address() {
    let query = "shop=1&order_id=kebaya-0417";
    assert_eq!(
        Landing::from_form(b"callback_key=x")
            .or_query(query)
            .order_id(),
        Some(ORDER)
    );
    assert_eq!(Landing::default().or_query(query).order_id(), Some(ORDER));
    let form = landed("{\"transaction_status\":\"deny\"}").or_query(query);
    assert_eq!(
        (form.order_id(), form.hint()),
        (None, Some(&TransactionStatus::Deny)),
        "the two are never mixed"
    );
}

#[test]
fn a_finish_url_with_a_query_of_its_own_comes_back_with_two_question_marks() {
    let landing = Landing::from_query(
        "shop=1?order_id=kebaya-0417&status_code=200&transaction_status=settlement",
    );
    assert_eq!(
        (landing.order_id(), landing.status_code()),
        (Some(ORDER), Some("200"))
    );
    assert_eq!(landing.hint(), Some(&TransactionStatus::Settlement));
    let last = Landing::from_query("order_id=kebaya-0417&status_code=200?shop=1");
    assert_eq!(
        (last.order_id(), last.status_code()),
        (Some(ORDER), Some("200"))
    );
    assert_eq!(
        Landing::from_query("order_id=a?order_id=b").order_id(),
        None,
        "neither of two is believed"
    );
    assert_eq!(
        Landing::from_query("order_id=a%3Fb").order_id(),
        Some("a?b"),
        "an escaped one is text"
    );
}

#[test]
fn a_transaction_id_alone_is_read() {
    let id = "57d5293c-e65f-4a29-95e4-5959c3fa335b";
    for query in [
        format!("id={id}"),
        format!("transaction_id={id}"),
        format!("shop=1?id={id}"),
    ] {
        let landing = Landing::from_query(&query);
        assert_eq!(
            (landing.transaction_id(), landing.order_id()),
            (Some(id), None),
            "{query}"
        );
        assert!(!landing.is_empty());
    }
    assert_eq!(
        Landing::from_query("id=1&transaction_id=2").transaction_id(),
        Some("2"),
        "the longer name says more"
    );
    assert_eq!(Landing::from_query("id=1&id=2").transaction_id(), None);
    assert_eq!(
        Landing::from_query("transaction_id=1&transaction_id=2&id=3").transaction_id(),
        None
    );
    let form = landed(&format!("{{\"transaction_id\":\"{id}\"}}"));
    assert_eq!(form.transaction_id(), Some(id));
}

#[test]
fn a_form_above_the_limit_is_not_read() {
    let mut body = form("{\"order_id\":\"a\"}");
    body.push('&');
    body.push_str(&"x".repeat(landing::MAX_BYTES - body.len()));
    assert_eq!(Landing::from_form(body.as_bytes()).order_id(), Some("a"));
    body.push('x');
    assert!(Landing::from_form(body.as_bytes()).is_empty());
    assert!(
        Landing::from_query(&format!("order_id=a&{body}"))
            .order_id()
            .is_none()
    );
}

#[test]
fn kredivos_query_is_a_hint_and_may_be_empty() {
    let new = Landing::from_query("order_id=kebaya-0417&transaction_status=expire&status_code=407");
    assert_eq!(
        (new.order_id(), new.status_code()),
        (Some(ORDER), Some("407"))
    );
    assert_eq!(new.hint(), Some(&TransactionStatus::Expire));
    for old in [
        Landing::from_query(""),
        Landing::from_query("&&=&"),
        Landing::from_query("utm_source=kredivo"),
    ] {
        assert!(old.order_id().is_none() && old.hint().is_none() && old.status_code().is_none());
    }
    assert_eq!(new.signature(&keys()), LandingSignature::Absent);
    assert!(new.raw().is_none());
}

#[test]
fn a_query_is_decoded_and_other_parameters_do_not_matter() {
    for query in [
        "a=1&order_id=kebaya-0417&b&transaction_status=SETTLEMENT",
        "order_id=kebaya%2D0417&transaction_status=settlement",
        "transaction_status=Settlement&order%5Fid=kebaya-0417",
    ] {
        let landing = Landing::from_query(query);
        assert_eq!(landing.order_id(), Some(ORDER), "{query}");
        assert_eq!(
            landing.hint(),
            Some(&TransactionStatus::Settlement),
            "{query}"
        );
    }
    assert_eq!(
        Landing::from_query("order_id=a+b%20c%zz%").order_id(),
        Some("a b c%zz%")
    );
}

#[test]
fn of_two_different_values_neither_is_believed() {
    let landing = Landing::from_query(
        "order_id=a&order_id=b&status_code=200&status_code=200&transaction_status=settlement&transaction_status=deny",
    );
    assert_eq!((landing.order_id(), landing.hint()), (None, None));
    assert_eq!(
        landing.status_code(),
        Some("200"),
        "twice the same is the same"
    );
    assert_eq!(Landing::from_query("order_id=a&order_id=").order_id(), None);
    assert_eq!(Landing::from_query("order_id=&order_id=a").order_id(), None);
}

#[test]
fn hostile_input_is_only_ever_text() {
    for text in [
        "%00",
        "..%2F..%2Fadmin",
        "%3Cscript%3E",
        "%F0%28%8C%28",
        "%0d%0aSet-Cookie:x=1",
        "'%20OR%201=1",
    ] {
        let landing = Landing::from_query(&format!(
            "order_id={text}&transaction_status={text}&status_code={text}"
        ));
        assert!(
            matches!(landing.hint(), Some(TransactionStatus::Unknown(_))),
            "{text}"
        );
        assert!(
            !format!("{landing:?}").chars().any(char::is_control),
            "a log line stays one line"
        );
    }
    let bomb = format!("{{\"order_id\":{}", "[".repeat(20_000));
    assert!(Landing::from_form(format!("response={bomb}").as_bytes()).is_empty());
}
