//! The replies to operations, in the shapes that the gateway documents.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, charge, received, status};
use midtrans_protocol::ids::RefundKey;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::operation::Operation;
use midtrans_protocol::reply::Reply;
use midtrans_protocol::transaction::{
    Approve, Cancel, Deny, DirectRefund, Expire, Refund, TransactionStatus,
};
use midtrans_protocol::{OrderId, Rupiah, Transaction, decode};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/", $name, ".json"))
    };
}

fn read(operation: &impl Operation<Reply = Transaction>, body: &str) -> Transaction {
    decode(operation, received(200, body)).expect("an answer")
}

fn order() -> OrderId {
    OrderId::new(ORDER).expect("a valid order id")
}

fn refund() -> Refund {
    Refund::full(
        order(),
        RefundKey::new("kebaya-0417_r1").expect("a valid key"),
    )
}

#[test]
fn a_charge_says_where_to_send_the_customer() {
    for (body, method, code) in [
        (
            fixture!("akulaku--charge-response--pending"),
            PaymentType::Akulaku,
            Some(""),
        ),
        (
            fixture!("akulaku--charge-response--pending-with-merchant"),
            PaymentType::Akulaku,
            None,
        ),
        (
            fixture!("kredivo--charge-response--pending"),
            PaymentType::Kredivo,
            Some("OK"),
        ),
        (
            fixture!("kredivo--charge-response--pending-with-expiry"),
            PaymentType::Kredivo,
            Some("OK"),
        ),
    ] {
        let transaction = read(&charge(), body);
        assert_eq!(transaction.status_code(), Some("201"));
        assert_eq!(
            transaction.transaction_status(),
            Some(&TransactionStatus::Pending)
        );
        assert_eq!(transaction.order_id(), Some("kebaya-0417"));
        assert_eq!(
            transaction.gross_amount().unwrap().rupiah(),
            Some(Rupiah::new(125_000))
        );
        let url = transaction.redirect_url().unwrap();
        assert!(
            url.starts_with("https://api.sandbox.midtrans.com/v2/pay/"),
            "{url}"
        );
        assert_eq!(transaction.details().payment_type(), Some(&method));
        assert_eq!(
            transaction.details().channel_response_code().as_deref(),
            code
        );
        assert_eq!(
            transaction
                .details()
                .transaction_time()
                .unwrap()
                .to_string(),
            "2026-02-03 08:00:00"
        );
    }
}

#[test]
fn an_expiry_comes_along_where_the_gateway_says_one() {
    let with = read(
        &charge(),
        fixture!("kredivo--charge-response--pending-with-expiry"),
    );
    assert_eq!(
        with.details().expiry_time().unwrap().to_string(),
        "2026-02-03 10:00:00"
    );
    let without = read(&charge(), fixture!("kredivo--charge-response--pending"));
    assert!(without.details().expiry_time().is_none());
    let other_spelling = fixture!("kredivo--charge-response--pending-with-expiry")
        .replace("expiry_time", "expire_time");
    assert!(
        read(&charge(), &other_spelling)
            .details()
            .expiry_time()
            .is_some()
    );
}

#[test]
fn a_transaction_id_of_either_form_names_the_transaction_in_later_calls() {
    let old = read(&charge(), fixture!("kredivo--charge-response--pending"));
    let new = read(
        &charge(),
        fixture!("kredivo--charge-response--pending-with-expiry"),
    );
    assert_eq!(old.payment_id().unwrap().as_str().len(), 36);
    assert_eq!(
        new.payment_id().unwrap().as_str(),
        "A120260203080000abCDefGHijID"
    );
    let nameless = read(
        &Cancel::new(order()),
        fixture!("dana--cancel-response--success"),
    );
    assert!(
        nameless.payment_id().is_none()
            && nameless.order_id().is_none()
            && nameless.transaction_id().is_none()
    );
}

#[test]
fn a_denied_and_an_expired_transaction_are_answers_and_no_refusals() {
    let denied = read(&status(), fixture!("status--response--card-deny"));
    assert_eq!(
        (denied.status_code(), denied.transaction_status()),
        (Some("202"), Some(&TransactionStatus::Deny))
    );
    for body in [
        fixture!("expire--response--success"),
        fixture!("expire--response--success-full"),
    ] {
        let expired = read(&Expire::new(order()), body);
        assert_eq!(expired.status_code(), Some("407"));
        assert_eq!(
            expired.transaction_status(),
            Some(&TransactionStatus::Expire)
        );
        // The same under the HTTP status of the same number.
        assert!(decode(&Expire::new(order()), received(407, body)).is_ok());
    }
}

#[test]
fn cancel_approve_deny_say_the_new_status() {
    let cancelled = read(&Cancel::new(order()), fixture!("cancel--response--success"));
    assert_eq!(
        cancelled.transaction_status(),
        Some(&TransactionStatus::Cancel)
    );
    let approved = read(
        &Approve::new(order()),
        fixture!("approve--response--success"),
    );
    assert_eq!(
        approved.transaction_status(),
        Some(&TransactionStatus::Capture)
    );
    let denied = read(&Deny::new(order()), fixture!("deny--response--success"));
    assert_eq!(denied.transaction_status(), Some(&TransactionStatus::Deny));
}

#[test]
fn a_refund_says_how_much_went_back() {
    for (body, status, rupiah) in [
        (
            fixture!("refund--response--full"),
            TransactionStatus::Refund,
            125_000,
        ),
        (
            fixture!("refund--response--partial"),
            TransactionStatus::PartialRefund,
            12_000,
        ),
    ] {
        let refund = read(&refund(), body);
        assert_eq!(refund.transaction_status(), Some(&status));
        assert_eq!(refund.details().refunded(), Some(Rupiah::new(rupiah)));
        assert_eq!(
            refund.details().refund_key().as_deref(),
            Some("kebaya-0417_r1")
        );
    }
}

#[test]
fn a_direct_refund_says_how_much_went_back() {
    let done = read(
        &DirectRefund::from(refund()),
        fixture!("direct-refund--response--success"),
    );
    assert_eq!(done.transaction_status(), Some(&TransactionStatus::Refund));
}

#[test]
fn single_refunds_are_listed_with_their_keys() {
    let open = read(&status(), fixture!("status--response--partial-refund"));
    let confirmed = read(
        &status(),
        fixture!("status--response--partial-refund-bank-confirmed"),
    );
    for transaction in [&open, &confirmed] {
        let refunds = transaction.details().refunds();
        let keys: Vec<_> = refunds
            .iter()
            .map(|refund| refund.refund_key.as_deref().unwrap())
            .collect();
        assert_eq!(keys, ["kebaya-0417_r1", "kebaya-0417_r2"]);
        assert_eq!(refunds[0].amount(), Some(Rupiah::new(5_000)));
        assert_eq!(transaction.details().refunded(), Some(Rupiah::new(12_000)));
    }
    assert!(
        open.details()
            .refunds()
            .iter()
            .all(|refund| refund.bank_confirmed_at.is_none())
    );
    assert!(
        confirmed
            .details()
            .refunds()
            .iter()
            .all(|refund| refund.bank_confirmed_at.is_some())
    );
}

#[test]
fn the_answer_is_kept_byte_for_byte_with_the_fields_of_every_method() {
    let body = fixture!("status--response--card-points");
    let transaction = read(&status(), body);
    let raw = transaction.details().raw();
    assert_eq!(raw.as_str(), body);
    assert_eq!(raw.text("point_redeem_amount").as_deref(), Some("40000"));
    assert_eq!(raw.field::<bool>("challenge_completion"), Some(true));
    assert_eq!(
        transaction.details().custom_field2().as_deref(),
        Some("dua")
    );
}

#[test]
fn an_answer_is_read_whatever_the_http_status_is_if_its_code_says_so() {
    let body = fixture!("cancel--response--success").as_bytes();
    for status in [200, 201, 400, 412, 500] {
        assert!(Transaction::read(received(status, body)).is_ok());
        assert!(
            decode(&Cancel::new(order()), received(status, body)).is_ok(),
            "{status}"
        );
    }
}
