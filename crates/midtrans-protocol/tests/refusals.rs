//! Replies that are no answer: refusals in every shape of the gateway, calls in progress, and
//! truncated replies.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{charge, received, status};
use midtrans_protocol::decode;
use midtrans_protocol::refusal::ApiError;
use midtrans_protocol::reply::{DecodeError, ReplyError};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/", $name))
    };
}

#[track_caller]
fn refused(http: u16, body: impl AsRef<[u8]>) -> ApiError {
    let error = match decode(&charge(), received(http, &body)) {
        Err(ReplyError::Api(error)) => Some(*error),
        _ => None,
    };
    let error = error.expect("a refusal");
    assert_eq!(
        (error.http_status().as_u16(), error.body()),
        (http, body.as_ref())
    );
    error
}

#[track_caller]
fn unreadable(http: u16, body: impl AsRef<[u8]>) -> DecodeError {
    let error = match decode(&status(), received(http, &body)) {
        Err(ReplyError::Decode(error)) => Some(error),
        _ => None,
    };
    let error = error.expect("no answer and no refusal");
    assert_eq!(
        (error.http_status().as_u16(), error.body()),
        (http, body.as_ref())
    );
    error
}

#[test]
fn a_core_refusal_has_code_sentence_id_and_fields() {
    for http in [200, 400] {
        let error = refused(http, fixture!("core--error--400-validation.json"));
        assert_eq!((error.code(), error.status_code()), (400, Some("400")));
        assert_eq!(error.message(), "a sentence of the gateway");
        assert_eq!(error.id(), Some("c0ffee00-0417-4417-8417-000000000417"));
        assert_eq!(error.validation_messages(), ["sentence 1 about a field"]);
        let shown = error.to_string();
        assert!(shown.starts_with("the gateway refused with 400"), "{shown}");
        assert!(
            shown.ends_with(": a sentence of the gateway; sentence 1 about a field"),
            "{shown}"
        );
        assert_eq!(shown.contains("HTTP"), http != 400);
    }
}

#[test]
fn the_id_is_found_in_its_odd_spelling_and_may_be_missing() {
    let odd = refused(500, fixture!("core--error--500-capital-id.json"));
    assert_eq!(odd.id(), Some("c0ffee00-0417-4417-8417-000000000417"));
    assert_eq!(
        refused(401, fixture!("core--error--401-unauthorized.json")).id(),
        None
    );
}

#[test]
fn every_other_shape_of_a_refusal_is_understood() {
    for (http, body, code, status_code, messages, fields) in [
        (
            400,
            fixture!("snap--error--missing-fields.json"),
            400,
            None,
            3,
            0,
        ),
        (404, fixture!("snap--error--locale.json"), 404, None, 1, 0),
        (404, fixture!("bin--error--404.json"), 404, None, 1, 0),
        (401, fixture!("bin--error--401.txt"), 401, None, 0, 0),
        (
            400,
            fixture!("bisnap--error--400.json"),
            400,
            Some("4005400"),
            1,
            0,
        ),
        (
            400,
            fixture!("subscription--error--validation.json"),
            400,
            None,
            1,
            1,
        ),
        (
            404,
            fixture!("subscription--error--not-found.json"),
            404,
            None,
            1,
            0,
        ),
        (503, fixture!("proxy--error--503.html"), 503, None, 0, 0),
        (403, "", 403, None, 0, 0),
        (500, "null", 500, None, 0, 0),
        (
            400,
            r#"{"status_code":406,"status_message":["one","two",3]}"#,
            406,
            Some("406"),
            2,
            0,
        ),
        (
            400,
            r#"{"errors":[{"message":"one"},{},"odd",{"message":["two","three"]}]}"#,
            400,
            None,
            3,
            0,
        ),
        (
            400,
            r#"{"status_code":"400","validation_messages":"not a list"}"#,
            400,
            Some("400"),
            0,
            1,
        ),
    ] {
        let error = refused(http, body);
        assert_eq!(
            (error.code(), error.status_code()),
            (code, status_code),
            "{body}"
        );
        assert_eq!(error.messages().len(), messages, "{body}");
        assert_eq!(error.validation_messages().len(), fields, "{body}");
        assert_eq!(error.message().is_empty(), messages == 0);
    }
}

#[test]
fn bytes_that_are_no_text_are_a_refusal_under_an_error_status() {
    let error = refused(502, b"\xff\xfe\0");
    assert_eq!(
        (error.code(), error.message(), error.to_string().as_str()),
        (502, "", "the gateway refused with 502")
    );
}

#[test]
fn the_bodys_code_decides_before_the_http_status_does() {
    for (http, code) in [
        (200, "406"),
        (201, "412"),
        (202, "406"),
        (200, "500"),
        (404, "401"),
        (500, "400"),
    ] {
        let error = refused(
            http,
            format!(r#"{{"status_code":"{code}","status_message":"x"}}"#),
        );
        assert_eq!(error.code().to_string(), code);
        assert!(!error.is_in_progress(), "{http} {code}");
    }
    let odd = refused(400, r#"{"status_code":"4005400","responseCode":"5005400"}"#);
    assert_eq!(odd.code(), 400);
}

#[test]
fn a_code_that_is_prose_survives_and_never_counts_as_success() {
    for code in [
        "Unauthorized",
        "",
        "2xx",
        "20",
        "2000",
        "-200",
        "200 ",
        "٢٠٠",
    ] {
        for http in [200, 400] {
            let error = refused(
                http,
                format!(r#"{{"status_code":"{code}","transaction_id":"t"}}"#),
            );
            assert_eq!(
                (error.status_code(), error.code()),
                (Some(code), http),
                "{code}"
            );
            assert_eq!(
                error.outcome_unknown(),
                http == 200,
                "under HTTP 200 it may have been done: {code}"
            );
        }
    }
}

#[test]
fn http_202_without_a_transaction_is_a_call_in_progress() {
    for body in [
        "",
        "{}",
        "<html>",
        r#"{"status_message":"x"}"#,
        r#"{"status_code":"202","status_message":"x"}"#,
        r#"{"status_code":"202","transaction_id":null,"transaction_status":null}"#,
    ] {
        let error = refused(202, body);
        assert!(
            error.is_in_progress() && error.is_retryable() && error.outcome_unknown(),
            "{body}"
        );
        assert_eq!(
            error.to_string(),
            "the same call is still running at the gateway"
        );
    }
    let denied = r#"{"status_code":"202","order_id":"kebaya-0417","transaction_status":"deny"}"#;
    assert!(decode(&status(), received(202, denied)).is_ok());
}

/// The names of the predicates that hold for a refusal.
fn predicates(http: u16, body: &str) -> String {
    let error = refused(http, body);
    let predicates = [
        (error.is_unauthorized(), "unauthorized"),
        (error.is_not_found(), "not found"),
        (error.is_duplicate_order(), "duplicate"),
        (error.is_wrong_state(), "wrong state"),
        (error.is_retryable(), "retryable"),
        (error.outcome_unknown(), "unknown"),
    ];
    predicates
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, name)| name)
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn predicates_say_what_to_do() {
    for (body, expected) in [
        (fixture!("core--error--400-validation.json"), ""),
        (fixture!("core--error--400-item-sum.json"), ""),
        (
            fixture!("core--error--401-unauthorized-with-id.json"),
            "unauthorized",
        ),
        (fixture!("core--error--402-no-access.json"), ""),
        (fixture!("core--error--404-not-found.json"), "not found"),
        (
            fixture!("core--error--406-duplicate-order.json"),
            "duplicate",
        ),
        (
            fixture!("core--error--406-duplicate-refund.json"),
            "duplicate",
        ),
        (fixture!("core--error--410-gopay-blocked.json"), ""),
        (fixture!("core--error--411-token.json"), ""),
        (
            fixture!("core--error--412-cannot-update.json"),
            "wrong state",
        ),
        (fixture!("core--error--413-syntax.json"), ""),
        (fixture!("core--error--414-refund-amount.json"), ""),
        (
            fixture!("core--error--500-internal.json"),
            "retryable, unknown",
        ),
        (fixture!("core--error--505-va.json"), "retryable, unknown"),
        (r#"{"status_code":"429"}"#, "retryable"),
        (r#"{"status_code":"501"}"#, ""),
        (r#"{"status_code":"503"}"#, "retryable, unknown"),
        (r#"{"status_code":"900"}"#, "retryable, unknown"),
        (r#"{"responseCode":"5005400"}"#, "retryable, unknown"),
        (r#"{"status_code":"600"}"#, "unknown"),
        (r#"{"status_code":"100"}"#, "unknown"),
        // The gateway's 408 is about a data type and has nothing to do with time.
        (r#"{"status_code":"408"}"#, ""),
    ] {
        let http = if body.contains("responseCode") {
            500
        } else {
            200
        };
        assert_eq!(predicates(http, body), expected, "{body}");
    }
    for (http, expected) in [
        (403, ""),
        // A page of something in between knows nothing about transactions.
        (404, ""),
        (406, ""),
        (412, ""),
        (408, "retryable, unknown"),
        (429, "retryable"),
        (500, "retryable, unknown"),
        (501, ""),
        (502, "retryable, unknown"),
        (504, "retryable, unknown"),
        (302, ""),
    ] {
        assert_eq!(predicates(http, "<html>"), expected, "{http}");
    }
}

/// Bodies with a code of their own choosing that did not come from the Core API.
fn foreign(code: u16) -> [String; 10] {
    [
        String::new(),
        "<html>".to_owned(),
        "{}".to_owned(),
        r#"{"message":"no route"}"#.to_owned(),
        format!(r#"{{"errors":[{{"code":7000,"message":"No route for that URI {code}"}}]}}"#),
        r#"{"error_messages":["Transaction doesn't exist"]}"#.to_owned(),
        format!(r#"{{"status_code":{code},"message":"Not Found"}}"#),
        format!(r#"{{"responseCode":"{code}5400","responseMessage":"no"}}"#),
        format!(r#"{{"status_code":"{code}5400"}}"#),
        r#"{"status_code":"Not Found","status_message":"no"}"#.to_owned(),
    ]
}

#[test]
fn only_the_gateways_own_404_says_that_there_is_no_transaction() {
    for body in foreign(404) {
        let error = refused(404, &body);
        assert!(
            !error.is_not_found() && !error.to_string().contains("no such transaction"),
            "{body}"
        );
    }
    for http in [200, 404] {
        let error = refused(
            http,
            r#"{"status_code":"404","status_message":"Transaction doesn't exist."}"#,
        );
        assert!(
            error.is_not_found() && error.to_string().contains("no such transaction"),
            "{http}"
        );
    }
}

#[test]
fn only_the_gateways_own_406_and_412_speak_of_an_order() {
    for body in foreign(406) {
        let error = refused(406, &body);
        assert!(
            !error.is_duplicate_order() && !error.to_string().contains("is taken"),
            "{body}"
        );
    }
    for body in foreign(412) {
        let error = refused(412, &body);
        assert!(
            !error.is_wrong_state() && !error.to_string().contains("the transaction's state"),
            "{body}"
        );
    }
    assert!(refused(200, r#"{"status_code":"406"}"#).is_duplicate_order());
    assert!(refused(200, r#"{"status_code":"412"}"#).is_wrong_state());
}

#[test]
fn a_reply_that_was_cut_off_is_unreadable_at_every_cut() {
    let whole = fixture!("akulaku--charge-response--pending.json").trim_end();
    for end in 0..whole.len() {
        let error = unreadable(200, &whole[..end]);
        assert!(
            error
                .to_string()
                .contains(&format!("HTTP 200, {end} bytes")),
            "{error}"
        );
    }
}

#[test]
fn a_success_that_is_no_transaction_is_unreadable() {
    for body in [
        "",
        "[]",
        "null",
        "OK",
        "<html>",
        "{}",
        r#"{"token":"x","redirect_url":"y"}"#,
        r#"{"error_messages":[]}"#,
    ] {
        unreadable(200, body);
    }
    unreadable(200, b"{\"status_code\":\"200\",\"x\":\"\xff\"}");
    unreadable(200, r#"{"status_code":"200","status_code":"200"}"#);
    unreadable(
        200,
        r#"{"status_code":"200","transaction_status":"settlement","transaction_status":"deny"}"#,
    );
    let deep = format!(r#"{{"transaction_id":{}"#, "[".repeat(100_000));
    unreadable(200, deep);
}

#[test]
fn a_message_neither_floods_a_log_nor_writes_lines_of_its_own() {
    let long = "x".repeat(100_000);
    let error = refused(
        400,
        format!(r#"{{"status_code":"400","status_message":"a\r\nb\u0000c\u001b[31m{long}"}}"#),
    );
    let shown = error.to_string();
    assert!(
        shown.chars().count() < 400 && !shown.chars().any(char::is_control),
        "{}",
        shown.len()
    );
    assert!(
        error.message().len() > 100_000,
        "all of it is there for those who ask"
    );
    let whole = ReplyError::Api(Box::new(error));
    assert_eq!(whole.to_string(), shown);
}
