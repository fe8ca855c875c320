//! Checks that a notification URL answers as the gateway needs it.

use std::time::{Duration, Instant};

use http::Uri;
use midtrans_protocol::notification::signature;
use midtrans_protocol::{Environment, ServerKey};
use midtrans_simulator::gateway::Outcome;
use serde_json::json;

use super::finding::{Finding, Grade};
use crate::delivery::{self, Unanswered};
use crate::progress::Waiting;
use crate::target::is_this_machine;

/// The gateway's advice; it hangs up after fifteen.
const GOOD: Duration = Duration::from_secs(5);

/// An order id as the dashboard's test button sends it; every shop answers it with 200.
const TEST_ORDER: &str = "payment_notif_test_midtrans-doctor";

/// An id as a shop's own. A shop may treat the test notification apart, and believe everything
/// else.
const ORDINARY_ORDER: &str = "midtrans-doctor-no-such-order";

pub(super) fn findings(url: &str, key: &ServerKey, environment: &Environment) -> Vec<Finding> {
    let mut findings: Vec<Finding> = address(url, environment).into_iter().collect();
    let is_usable = url
        .parse::<Uri>()
        .is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    if !is_usable {
        return vec![
            Finding::new("webhook", Grade::Bad, "the URL is not usable")
                .next("give an absolute https URL"),
        ];
    }
    let genuine = signature::sign(TEST_ORDER, "200", "10000.00", key);
    let (finding, is_reachable) = answers(url, &body(TEST_ORDER, &genuine));
    findings.push(finding);
    if is_reachable {
        // Also to a webhook that turns the genuine one away: it may take a forged one all the same.
        let forged = "0".repeat(genuine.len());
        findings.push(turns_away("forged test", url, &body(TEST_ORDER, &forged)));
        findings.push(turns_away(
            "forged order",
            url,
            &body(ORDINARY_ORDER, &forged),
        ));
    }
    findings
}

fn body(order: &str, signature: &str) -> String {
    json!({
        "transaction_time": "2026-01-01 00:00:00", "transaction_status": "settlement",
        "transaction_id": "midtrans-doctor", "status_message": "midtrans payment notification",
        "status_code": "200", "signature_key": signature, "payment_type": "bank_transfer", "order_id": order,
        "gross_amount": "10000.00", "fraud_status": "accept", "currency": "IDR",
    })
    .to_string()
}

/// Checks the URL itself, before anything is sent.
fn address(url: &str, environment: &Environment) -> Option<Finding> {
    let uri: Uri = url.parse().ok()?;
    let host = uri.host()?.trim_matches(['[', ']']).to_ascii_lowercase();
    if matches!(environment, Environment::Custom(_)) {
        return None;
    }
    let port = uri.port_u16();
    let warn = |words: &str| Some(Finding::new("webhook address", Grade::Careful, words));
    if is_this_machine(&host, port.unwrap_or(80)) {
        return warn("on this machine: the gateway cannot reach it")
            .map(|finding| finding.next("use a public https URL, or a tunnel while you develop"));
    }
    if !matches!(port, None | Some(80 | 443)) {
        return warn("the gateway calls ports 80 and 443 only");
    }
    if uri.scheme_str() != Some("https") {
        return warn("notifications travel in the clear; use https");
    }
    None
}

/// Judges the answer to the genuine test notification, and says whether there is one at all.
fn answers(url: &str, body: &str) -> (Finding, bool) {
    let name = "webhook";
    let (outcome, took, unanswered) = ask(url, body);
    let is_reachable = matches!(outcome, Outcome::Answered { .. });
    let seconds = format!("{}.{:03} s", took.as_secs(), took.subsec_millis());
    let finding = match outcome {
        Outcome::Answered { status: 200..=299, .. } if took <= GOOD => {
            Finding::new(name, Grade::Good, format!("takes a test notification, after {seconds}"))
        }
        Outcome::Answered { status: 200..=299, .. } => {
            Finding::new(name, Grade::Bad, format!("takes {seconds}, more than five seconds"))
                .next("store the notification and answer; do the work afterwards")
        }
        Outcome::Answered { status: status @ 300..=399, .. } => {
            Finding::new(name, Grade::Bad, format!("redirects with {status}"))
                .next("register the address that it redirects to, to the last slash: 301 to 303 lose notifications")
        }
        Outcome::Answered { status: status @ (401 | 403), .. } => {
            Finding::new(name, Grade::Bad, format!("turns a genuine notification away with {status}"))
                .next("check that it has this account's server key, and no login and no CSRF check before it")
        }
        Outcome::Answered { status, .. } => {
            Finding::new(name, Grade::Bad, format!("answers {status} to a test notification"))
                .next("answer 200 to everything that is genuine, also to what it does not know")
        }
        Outcome::TimedOut => Finding::new(name, Grade::Bad, format!("no answer within {seconds}"))
            .next("store the notification and answer; do the work afterwards"),
        _ => Finding::new(name, Grade::Bad, unanswered.map_or_else(|| "not reachable".to_owned(), |it| it.to_string()))
            .next("check the URL, the server and its certificate"),
    };
    (finding, is_reachable)
}

fn turns_away(name: &'static str, url: &str, body: &str) -> Finding {
    match ask(url, body).0 {
        Outcome::Answered { status: status @ 400..=499, .. } => {
            Finding::new(name, Grade::Good, format!("turned away with {status}"))
        }
        Outcome::Answered { status: status @ 200..=299, .. } => Finding::new(
            name,
            Grade::Bad,
            format!("a forged notification is taken, with {status}"),
        )
        .next(
            "have the signature checked before anything else, and answer 403: every stranger can send such a message",
        ),
        Outcome::Answered { status, .. } => {
            Finding::new(name, Grade::Unknown, format!("answered with {status}, and not with 4xx: is it believed?"))
                .next("have it answered with 403, and look in the shop's log what became of it")
        }
        _ => Finding::new(name, Grade::Unknown, "not answered: is it believed?")
            .next("have it answered with 403, and look in the shop's log what became of it"),
    }
}

fn ask(url: &str, body: &str) -> (Outcome, Duration, Option<Unanswered>) {
    let waiting = Waiting::for_("the webhook");
    let started = Instant::now();
    let (outcome, unanswered) = delivery::post(url, body.as_bytes(), None, Duration::from_secs(15));
    let took = started.elapsed();
    drop(waiting);
    (outcome, took, unanswered)
}
