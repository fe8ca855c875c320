//! One recorded message: its kind, and whether the protocol crate reads it without loss.

use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::notification::signature;
use midtrans_protocol::reply::{Reply, ReplyError};
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::webhook::Rejection;
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};
use midtrans_protocol::{
    GatewayReply, GetStatus, OrderId, ServerKey, ServerKeys, Transaction, decode, notification,
};
use serde_json::Value;

use super::{cards, compare, products, requests};

/// The result of one file.
pub(super) enum Verdict {
    /// Read without loss. `verified` is true if its own signature was made with a published key.
    Read { verified: bool },
    /// The field in which it breaks a rule of its own page. It was refused for just that, and read
    /// without loss once that was repaired.
    Repaired(String),
    /// It belongs to none of our operations; the reason.
    Skipped(&'static str),
    /// The parts that were lost or could not be read.
    Failed(Vec<String>),
}

use Verdict::{Failed, Skipped};

/// The sandbox keys that the gateway's own libraries, guides and fixtures print.
const PUBLISHED: [&str; 3] = [
    "SB-Mid-server-TOq1a2AVuiyhhOjvfs3U_KeO",
    "SB-Mid-server-GwUP_WGbJPXsDzsNEBRs8IYA",
    "SB-Mid-server-test",
];
/// Operations on a transaction, by the METHOD in the files' names.
const OPERATIONS: [&str; 8] = [
    "approve",
    "cancel",
    "capture",
    "deny",
    "direct-refund",
    "expire",
    "refund",
    "status",
];
pub(super) const UNREADABLE: &str = "it cannot be read";

pub(super) fn judge(name: &str, text: &str) -> Verdict {
    let mut parts = name.split("--");
    let (method, kind) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    if let Some(verdict) = products::judge(method, kind, text) {
        return verdict;
    }
    match kind {
        "notification" => notified(method, text),
        "charge-response" | "status" => answered(text),
        "response" if OPERATIONS.contains(&method) => answered(text),
        "cancel-response" | "refund-response" if method == "dana" => answered(text),
        "charge-request" => requests::charged(text),
        "request" if method == "refund" => requests::refunded(text),
        "request" if method == "capture" => requests::captured(text),
        "token-response" if method == "card" => cards::token(text),
        "register-response" if method == "card" => cards::registered(text),
        "point-response" if method == "card" => cards::points(text),
        "data-response" if method == "bin" => cards::bin(text),
        "page-response" if method == "status-b2b" => cards::page(text),
        "finish-redirect" => landed(name, text),
        _ if kind.ends_with("error") => refused(name, text),
        _ if kind.starts_with("snap") => Skipped("Snap"),
        _ => Skipped(interface(method)),
    }
}

/// The interface of the gateway that a message belongs to, where it is not the Core API.
fn interface(method: &str) -> &'static str {
    match method {
        "snap" => "Snap",
        "bisnap" => "BI-SNAP",
        "vector" => "signatures of other interfaces",
        "iris" => "payouts",
        "subscription" => "subscriptions",
        "pay-account" | "gopay-promo" => "pay accounts",
        "payment-link" => "payment links",
        "invoice" => "invoices",
        "balance-mutation" | "transaction-history" => "balance and history",
        _ => "an operation that we do not have yet",
    }
}

pub(super) fn verdict(problems: Vec<String>, verified: bool) -> Verdict {
    if problems.is_empty() {
        Verdict::Read { verified }
    } else {
        Failed(problems)
    }
}

fn notified(method: &str, text: &str) -> Verdict {
    let Ok(object) = serde_json::from_str::<Value>(text) else {
        return Failed(vec!["no JSON".to_owned()]);
    };
    let word = |field: &str| object[field].as_str();
    let (Some(claimed), Some(order), Some(code), Some(amount)) = (
        word("signature_key"),
        word("order_id"),
        word("status_code"),
        word("gross_amount"),
    ) else {
        return Skipped(match interface(method) {
            "an operation that we do not have yet" => "another family of notifications",
            interface => interface,
        });
    };
    let Some(key) = key("SB-Mid-server-wire") else {
        return Failed(vec!["no key to sign with".to_owned()]);
    };
    let signed = signature::sign(order, code, amount, &key);
    let body = text.replace(&format!("\"{claimed}\""), &format!("\"{signed}\""));
    let notification = match notification::verify(body.as_bytes(), &ServerKeys::from(key)) {
        Ok(notification) => notification,
        Err(rejection) => return Failed(vec![format!("signed anew: {rejection}")]),
    };
    let read = [
        notification.order_id(),
        notification.status_code(),
        notification.gross_amount().as_str(),
    ];
    let mut problems = compare::details(&body, notification.reported());
    if read != [order, code, amount] {
        problems.push("the signed texts are not what stands there".to_owned());
    }
    let published = PUBLISHED.into_iter().filter_map(self::key);
    let verified = published
        .into_iter()
        .any(|key| notification::verify(text.as_bytes(), &key.into()).is_ok());
    match unpublished_key().map(|key| notification::verify(text.as_bytes(), &key.into())) {
        Some(Err(Rejection::Forged)) => {}
        _ => problems.push("a strange key does not make it forged".to_owned()),
    }
    verdict(problems, verified)
}

fn key(text: &str) -> Option<ServerKey> {
    ServerKey::new(text).ok()
}

fn unpublished_key() -> Option<ServerKey> {
    key("SB-Mid-server-unpublished")
}

/// Returns the sample as the gateway would send it.
pub(super) fn received(http: &str, text: &str) -> Option<GatewayReply> {
    Some(GatewayReply::from_own_client(
        http.parse().ok()?,
        text.as_bytes().to_vec(),
    ))
}

fn answered(text: &str) -> Verdict {
    // The reading is the same for every operation.
    let object: Value = serde_json::from_str(text).unwrap_or_default();
    let named = object["order_id"]
        .as_str()
        .or(object["transaction_id"].as_str());
    let status = named
        .and_then(|id| PaymentId::received(id).ok())
        .map(GetStatus::new);
    let Some(reply) = received("200", text) else {
        return Failed(vec![UNREADABLE.to_owned()]);
    };
    let transaction = match status {
        Some(status) => decode(&status, reply).map_err(|error| error.to_string()),
        None => Transaction::read(reply).map_err(|error| error.to_string()),
    };
    let transaction = match transaction {
        Ok(transaction) => transaction,
        Err(error) => return Failed(vec![error]),
    };
    let mut problems = compare::details(text, transaction.details());
    let gross = transaction.gross_amount();
    problems.extend(compare::texts(
        text,
        &[
            ("order_id", transaction.order_id().map(str::to_owned)),
            ("status_code", transaction.status_code().map(str::to_owned)),
            (
                "gross_amount",
                gross.map(|amount| amount.as_str().to_owned()),
            ),
            ("redirect_url", transaction.redirect_url()),
        ],
    ));
    if gross.is_some_and(|amount| amount.rupiah().is_none()) {
        problems.push("gross_amount: no whole rupiah".to_owned());
    }
    verdict(problems, false)
}

fn refused(name: &str, text: &str) -> Verdict {
    // Without a code in the body, only the HTTP status is left; some file names have it.
    let http = name
        .split(['-', '.'])
        .find(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()));
    let order = OrderId::new("wire").map(GetStatus::new);
    let error = match received(http.unwrap_or("400"), text)
        .zip(order.ok())
        .map(|(reply, status)| decode(&status, reply))
    {
        Some(Err(ReplyError::Api(error))) => error,
        Some(Err(ReplyError::Decode(error))) if !error.is_mismatch() => {
            return Failed(vec![error.to_string()]);
        }
        // No sample is about this order.
        Some(_) => return Failed(vec!["a refusal was taken for an answer".to_owned()]),
        None => return Failed(vec![UNREADABLE.to_owned()]),
    };
    let object: Value = serde_json::from_str(text).unwrap_or_default();
    let mut problems = Vec::new();
    let code = object["status_code"]
        .as_str()
        .or(object["responseCode"].as_str());
    if error.status_code() != code {
        problems.push("the code was lost".to_owned());
    }
    if code.is_some_and(|code| code.get(..3) != Some(&error.code().to_string())) {
        problems.push(format!("the code became {}", error.code()));
    }
    if error.id() != object["id"].as_str().or(object["Id"].as_str()) {
        problems.push("the id was lost".to_owned());
    }
    let kept: Vec<_> = error
        .messages()
        .iter()
        .chain(error.validation_messages())
        .map(String::as_str)
        .collect();
    let lost = compare::sentences(&object)
        .into_iter()
        .filter(|sentence| !kept.contains(&sentence.as_str()));
    problems.extend(lost.map(|sentence| format!("a sentence was lost: {sentence}")));
    verdict(problems, false)
}

fn landed(name: &str, text: &str) -> Verdict {
    if name.ends_with(".url.txt") {
        let query = text.trim().split_once('?').map_or("", |(_, query)| query);
        let landing = Landing::from_query(query);
        let found = landing.order_id().is_some()
            && known(landing.hint())
            && landing.status_code().is_some();
        let problem = (found == query.is_empty()).then(|| "a parameter was lost".to_owned());
        return verdict(problem.into_iter().collect(), false);
    }
    let form = if name.ends_with(".form.txt") {
        text.trim().to_owned()
    } else {
        compare::form(text)
    };
    let landing = Landing::from_form(form.as_bytes());
    let Some(raw) = landing.raw() else {
        return Failed(vec!["the signed JSON was lost".to_owned()]);
    };
    let mut problems = compare::texts(
        raw.as_str(),
        &[
            ("order_id", landing.order_id().map(str::to_owned)),
            ("status_code", landing.status_code().map(str::to_owned)),
            (
                "transaction_status",
                landing.hint().map(|status| status.as_str().to_owned()),
            ),
        ],
    );
    if !name.ends_with(".form.txt") && raw.as_str() != text {
        problems.push("the form changed the JSON".to_owned());
    }
    if !known(landing.hint()) {
        problems.push("transaction_status: a word without a name".to_owned());
    }
    let signatures: Vec<_> = PUBLISHED
        .into_iter()
        .filter_map(key)
        .map(|key| landing.signature(&key.into()))
        .collect();
    if signatures.contains(&LandingSignature::Absent) {
        problems.push("the signature was lost".to_owned());
    }
    verdict(problems, signatures.contains(&LandingSignature::Genuine))
}

fn known(status: Option<&TransactionStatus>) -> bool {
    status.is_some_and(|status| !matches!(status, TransactionStatus::Unknown(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTLED: &str = r#"{"order_id":"wire-1","status_code":"200","gross_amount":"5000.00","signature_key":"00",
        "transaction_status":"settlement","payment_type":"akulaku","transaction_time":"2026-02-03 08:00:00"}"#;

    fn problems(name: &str, text: &str) -> Vec<String> {
        match judge(name, text) {
            Failed(problems) => problems,
            Verdict::Read { .. } | Verdict::Repaired(_) => Vec::new(),
            Skipped(reason) => vec![reason.to_owned()],
        }
    }

    #[test]
    fn a_message_of_today_is_read() {
        for name in [
            "x--notification--settled.json",
            "x--charge-response--settled.json",
            "refund--response--x.json",
        ] {
            assert_eq!(problems(name, SETTLED), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn a_word_without_a_name_and_a_time_of_another_form_are_problems() {
        for name in ["x--notification--odd.json", "x--status--odd.json"] {
            let odd = SETTLED
                .replace("settlement", "frozen")
                .replace("akulaku", "barter")
                .replace(" 08", "T08");
            let found = problems(name, &odd);
            assert_eq!(found.len(), 3, "{found:?}");
            assert!(
                found
                    .iter()
                    .any(|problem| problem.starts_with("transaction_time: "))
            );
            assert!(found.iter().any(|problem| problem.contains("frozen")));
            assert!(found.iter().any(|problem| problem.contains("barter")));
        }
    }

    #[test]
    fn an_unreadable_message_is_a_problem() {
        for name in [
            "x--notification--x.json",
            "x--status--x.json",
            "akulaku--charge-request--x.json",
        ] {
            assert_eq!(problems(name, "{").len(), 1, "{name}");
        }
        assert_eq!(
            problems("refund--request--x.json", r#"{"refund_key":"a.b"}"#).len(),
            1
        );
        assert_eq!(
            problems("x--finish-redirect--x.form.txt", "response=%7B").len(),
            1
        );
        assert_eq!(
            problems("x--error--x.json", SETTLED),
            ["a refusal was taken for an answer"]
        );
    }
}
