//! Replies: the first byte chooses the HTTP status, the rest is the body.
#![no_main]

use http::StatusCode;
use libfuzzer_sys::fuzz_target;
use midtrans_fuzz::{decisions, names_are_distinct, object, word};
use midtrans_protocol::card::{BinData, NewToken, PointBalance, SavedCard};
use midtrans_protocol::ids::{PaymentId, RefundKey};
use midtrans_protocol::method::Akulaku;
use midtrans_protocol::operation::Operation;
use midtrans_protocol::refusal::ApiError;
use midtrans_protocol::reply::{Reply, ReplyError};
use midtrans_protocol::transaction::{
    Approve, Cancel, Capture, Deny, DirectRefund, Expire, GetStatusB2b, Refund,
};
use midtrans_protocol::{
    Charge, GatewayReply, GetStatus, OrderId, Rupiah, Transaction, TransactionDetails, decode,
};
use serde_json::Value;

const STATUSES: [u16; 12] = [200, 201, 202, 204, 302, 400, 401, 404, 408, 429, 500, 503];

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else {
        return;
    };
    let http = StatusCode::from_u16(STATUSES[usize::from(*choice) % STATUSES.len()])
        .expect("a listed status");
    let named = object(body)
        .and_then(|object| word(object.get("order_id")).or(word(object.get("transaction_id"))));
    let unknown_order = || OrderId::new("never-ordered").expect("a valid id").into();
    let asked: PaymentId = named
        .and_then(|id| PaymentId::received(id).ok())
        .unwrap_or_else(unknown_order);
    if let Some(transaction) = read(&GetStatus::new(asked.clone()), http, body) {
        answered(http, &transaction, body);
    }
    let key = RefundKey::new("r1").expect("a valid key");
    held(read(&Cancel::new(asked.clone()), http, body), &["cancel"]);
    held(read(&Expire::new(asked.clone()), http, body), &["expire"]);
    held(
        read(&Approve::new(asked.clone()), http, body),
        &["authorize", "capture", "settlement"],
    );
    held(read(&Deny::new(asked.clone()), http, body), &["deny"]);
    held(
        read(
            &DirectRefund::from(Refund::full(asked.clone(), key)),
            http,
            body,
        ),
        &["refund", "partial_refund"],
    );
    charged(read(&charge(), http, body), body);
    let capture = Capture::full(asked.clone());
    held(read(&capture, http, body), &["capture", "settlement"]);
    listed(&GetStatusB2b::new(asked), http, body);
    cards(http, body);
});

/// Checks that every payment on a page is one of the order that was asked about.
fn listed(status: &GetStatusB2b, http: StatusCode, body: &[u8]) {
    let reply = GatewayReply::from_own_client(http, body.to_vec());
    let Ok(page) = decode(status, reply) else {
        return;
    };
    for transaction in page.transactions() {
        let names = [transaction.order_id(), transaction.transaction_id()];
        assert!(names.contains(&status.target()), "another order's payment");
    }
}

/// Checks that replies about cards have what they promise, and print none of it.
fn cards(http: StatusCode, body: &[u8]) {
    let reply = || GatewayReply::from_own_client(http, body.to_vec());
    if let Ok(token) = NewToken::read(reply()) {
        assert!(!token.token_id().as_str().trim().is_empty());
        assert_eq!(format!("{token:?}"), "NewToken(..)");
    }
    if let Ok(card) = SavedCard::read(reply()) {
        assert!(!card.saved_token_id().as_str().trim().is_empty());
        assert_eq!(format!("{card:?}"), "SavedCard(..)");
    }
    if let Ok(points) = PointBalance::read(reply()) {
        let _ = (points.balance(), points.amount(), points.transaction_time());
    }
    let _ = BinData::read(reply());
}

/// Returns the answer, if the reply is one. Otherwise everything that is said of a refusal must
/// hold.
fn read<O: Operation<Reply = Transaction>>(
    operation: &O,
    http: StatusCode,
    body: &[u8],
) -> Option<Transaction> {
    match decode(
        operation,
        GatewayReply::from_own_client(http, body.to_vec()),
    ) {
        Ok(transaction) => return Some(transaction),
        Err(ReplyError::Api(error)) => refused(http, &error, body),
        Err(ReplyError::Decode(error)) => {
            assert_eq!((error.http_status(), error.body()), (http, body));
            assert!(error.to_string().len() < 250);
        }
    }
    None
}

/// Checks that an operation's answer has a state that it wanted.
fn held(transaction: Option<Transaction>, wanted: &[&str]) {
    let Some(transaction) = transaction else {
        return;
    };
    let status = transaction
        .transaction_status()
        .expect("an answer without a status");
    assert!(
        wanted.contains(&status.as_str()),
        "{status} is none of {wanted:?}"
    );
}

fn charge() -> Charge {
    let order = TransactionDetails::new(
        OrderId::new("kebaya-7").expect("a valid id"),
        Rupiah::new(125_000),
    );
    Charge::builder(order.expect("a price"), Akulaku)
        .minimal()
        .build()
        .expect("a charge")
}

/// Checks that a charge's answer is about its order, and neither denied nor over.
fn charged(transaction: Option<Transaction>, body: &[u8]) {
    // A number that is too large for a float is readable as an object by one reader only.
    let (Some(_), Some(object)) = (transaction, object(body)) else {
        return;
    };
    let names = |name| word(object.get(name)).as_deref() == Some("kebaya-7");
    assert!(
        names("order_id") || names("transaction_id"),
        "another order's answer to a charge"
    );
    let status = word(object.get("transaction_status"))
        .unwrap_or_default()
        .to_ascii_lowercase();
    assert!(
        !["deny", "cancel", "expire", "expired", "failure", "refund"].contains(&status.as_str()),
        "{status}"
    );
}

fn answered(http: StatusCode, transaction: &Transaction, body: &[u8]) {
    assert_eq!(transaction.details().raw().as_str().as_bytes(), body);
    assert!(names_are_distinct(transaction.details()));
    let has_code = transaction.status_code().is_some() || code(body).is_some();
    assert!(
        has_code || http.is_success(),
        "an error without a code was taken for an answer"
    );
    if let Some(code) = transaction.status_code() {
        assert!(
            code.starts_with('2') || code == "407" || code.len() == 7,
            "{code} was taken for an answer"
        );
    }
    if let Some(object) = object(body) {
        assert_eq!(
            transaction.transaction_id().is_some(),
            word(object.get("transaction_id")).is_some()
        );
        decisions(transaction, transaction.details(), &object);
    }
    let _ = (transaction.redirect_url(), transaction.payment_id());
    let _ = (transaction.instructions(), transaction.details().card());
    let _ = format!("{transaction:?}");
}

fn refused(http: StatusCode, error: &ApiError, body: &[u8]) {
    assert_eq!((error.http_status(), error.body()), (http, body));
    let shown = error.to_string();
    assert!(shown.chars().count() < 500, "a message that floods the log");
    assert!(
        !shown.chars().any(char::is_control),
        "a message that writes lines of its own"
    );
    let kept = error
        .messages()
        .iter()
        .chain(error.validation_messages())
        .map(String::len)
        .sum::<usize>();
    assert!(
        kept <= body.len()
            && error
                .status_code()
                .is_none_or(|code| code.len() <= body.len())
    );
    let known_refusal = error.is_denied() || matches!(error.code(), 300..=499 | 501);
    assert!(
        error.outcome_unknown() || known_refusal,
        "an unknown code was taken for a refusal"
    );
    assert!(!error.is_retryable() || error.outcome_unknown() || error.code() == 429);
    if error.is_not_found() || error.is_duplicate_order() || error.is_wrong_state() {
        let own = object(body).and_then(|object| {
            object
                .get("status_code")
                .and_then(Value::as_str)
                .map(str::to_owned)
        });
        // An object in which a name occurs twice has no second reader here.
        assert!(
            own.is_none_or(|own| own.parse() == Ok(error.code())),
            "a foreign refusal speaks of an order"
        );
    }
    assert_eq!(
        error.is_in_progress(),
        error.is_in_progress() && http == StatusCode::ACCEPTED
    );
    if let Some(code) = code(body).filter(|code| matches!(code, 300..=406 | 408..=999)) {
        assert_eq!(error.code(), code, "the body decides before HTTP does");
        assert!(!error.is_in_progress(), "the body says that it was refused");
    }
    let _ = format!("{error:?}");
}

/// Returns the body's code, if an independent reader finds a plain one.
fn code(body: &[u8]) -> Option<u16> {
    let object = object(body)?;
    let code = word(object.get("status_code")).or_else(|| word(object.get("responseCode")))?;
    let plain = matches!(code.len(), 3 | 7) && code.bytes().all(|byte| byte.is_ascii_digit());
    if plain { code[..3].parse().ok() } else { None }
}
