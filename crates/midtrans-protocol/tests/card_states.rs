//! Decision and order of statuses for cards, reversals, other wallets and other ids.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, answered, expected, notified, received, settlement, status, with};
use midtrans_protocol::decision::{Extent, Failure, Review};
use midtrans_protocol::ids::{PaymentId, RefundKey};
use midtrans_protocol::lifecycle::{Merge, Stage, merge};
use midtrans_protocol::method::{PaymentType, Terms};
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::transaction::{Approve, Deny, Refund, TransactionStatus};
use midtrans_protocol::{Decision, decide, decode};
use serde_json::{Value, json};

/// A card's message with this code, status and fraud status.
fn card(code: &str, word: &str, fraud: Option<&str>) -> Value {
    let changes = json!({
        "payment_type": "credit_card", "status_code": code, "transaction_status": word,
        "fraud_status": fraud, "masked_card": "40000000-0417",
    });
    with(settlement(), changes)
}

/// The decision on a notification; that on an answer has to be the same.
fn decided(object: &Value) -> Decision {
    let expected = expected(ORDER, 125_000);
    let decision = decide(&expected, &answered(object));
    assert_eq!(decide(&expected, &notified(object)), decision, "{object}");
    decision
}

fn stage(object: &Value) -> Stage {
    Stage::of(answered(object).details()).expect("a status")
}

fn word(status: &str) -> Stage {
    TransactionStatus::from(status).into()
}

#[test]
fn a_captured_card_is_paid_and_so_is_a_settled_one() {
    for word in ["capture", "settlement"] {
        assert_eq!(decided(&card("200", word, Some("accept"))), Decision::Paid);
    }
}

#[test]
fn a_challenged_card_is_never_paid_whatever_its_code_and_status() {
    for word in ["capture", "settlement", "authorize", "pending"] {
        for code in ["200", "201", "202"] {
            assert_eq!(
                decided(&card(code, word, Some("challenge"))),
                Decision::Review(Review::Fraud),
                "{code} {word}"
            );
        }
    }
}

#[test]
fn a_reserved_payment_is_not_paid() {
    assert_eq!(
        decided(&card("200", "authorize", Some("accept"))),
        Decision::Pending
    );
    assert_eq!(decided(&card("200", "authorize", None)), Decision::Pending);
}

#[test]
fn a_card_that_waits_for_3ds_is_pending_with_or_without_a_fraud_status() {
    for fraud in [None, Some("accept")] {
        assert_eq!(decided(&card("201", "pending", fraud)), Decision::Pending);
    }
}

#[test]
fn a_card_that_the_bank_or_fraud_detection_denies_has_failed() {
    // What the bank refuses says `accept`: that speaks about fraud only.
    for fraud in ["accept", "deny", "challenge"] {
        assert_eq!(
            decided(&card("202", "deny", Some(fraud))),
            Decision::Failed(Failure::Denied)
        );
    }
}

#[test]
fn a_3ds_page_that_ran_out_has_expired_under_both_codes() {
    for code in ["202", "407"] {
        assert_eq!(
            decided(&card(code, "expire", None)),
            Decision::Failed(Failure::Expired)
        );
    }
}

#[test]
fn an_approved_challenge_is_news_and_a_late_challenge_is_not() {
    let challenged = stage(&card("201", "capture", Some("challenge")));
    let approved = stage(&card("200", "capture", Some("accept")));
    assert_eq!(merge(&challenged, &approved), Merge::Advanced);
    assert_eq!(merge(&approved, &challenged), Merge::Stale);
    assert_eq!(merge(&challenged, &challenged), Merge::Duplicate);
    let reserved = stage(&card("200", "authorize", Some("accept")));
    let questioned = stage(&card("201", "authorize", Some("challenge")));
    assert_eq!(merge(&questioned, &reserved), Merge::Advanced);
    for end in ["deny", "cancel"] {
        assert_eq!(merge(&challenged, &word(end)), Merge::Advanced, "{end}");
    }
}

#[test]
fn approve_and_deny_end_a_challenge() {
    let id = || PaymentId::received(ORDER).expect("an id");
    let approved = card("200", "capture", Some("accept"));
    assert!(decode(&Approve::new(id()), received(200, approved.to_string())).is_ok());
    let denied = card("200", "deny", Some("deny"));
    assert!(decode(&Deny::new(id()), received(200, denied.to_string())).is_ok());
    let refused =
        r#"{"status_code":"412","status_message":"Transaction status cannot be updated."}"#;
    match decode(&Approve::new(id()), received(200, refused)) {
        Err(ReplyError::Api(error)) => assert!(error.is_wrong_state()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cards_life_goes_on_from_pending_to_capture_to_settlement() {
    let life = ["pending", "authorize", "capture", "settlement", "refund"];
    for pair in life.windows(2) {
        assert_eq!(merge(&word(pair[0]), &word(pair[1])), Merge::Advanced);
        assert_eq!(merge(&word(pair[1]), &word(pair[0])), Merge::Stale);
    }
    assert_eq!(
        merge(&word("pending"), &word("settlement")),
        Merge::Advanced
    );
    assert_eq!(merge(&word("authorize"), &word("cancel")), Merge::Advanced);
    assert_eq!(merge(&word("authorize"), &word("expire")), Merge::Advanced);
    assert_eq!(merge(&word("capture"), &word("cancel")), Merge::Advanced);
}

#[test]
fn a_settlement_that_is_reversed_asks_get_status_and_the_method_says_whether_that_happens() {
    assert_eq!(merge(&word("settlement"), &word("deny")), Merge::Conflict);
    let reversed = with(
        settlement(),
        json!({"payment_type": "permata", "status_code": "202", "transaction_status": "deny"}),
    );
    assert_eq!(decided(&reversed), Decision::Failed(Failure::Denied));
    for (payment_type, may_be) in [
        (PaymentType::Permata, true),
        (PaymentType::Echannel, true),
        (PaymentType::Cstore, true),
        (PaymentType::CreditCard, false),
        (PaymentType::Gopay, false),
    ] {
        assert_eq!(Terms::of(&payment_type).may_be_reversed, may_be);
    }
}

#[test]
fn a_part_of_a_cards_payment_goes_back_and_then_the_rest() {
    let part = with(
        card("200", "partial_refund", Some("accept")),
        json!({"refund_amount": "25000.00"}),
    );
    assert_eq!(decided(&part), Decision::Refunded(Extent::Partial));
    let more = with(part.clone(), json!({"refund_amount": "50000.00"}));
    assert_eq!(merge(&stage(&part), &stage(&more)), Merge::Advanced);
    assert_eq!(merge(&stage(&more), &stage(&part)), Merge::Stale);
    let all = card("200", "refund", Some("accept"));
    assert_eq!(decided(&all), Decision::Refunded(Extent::Full));
    assert_eq!(merge(&stage(&more), &stage(&all)), Merge::Advanced);
}

#[test]
fn a_code_that_another_wallet_has_paid_is_paid() {
    // A GoPay order is paid by its QR code with another wallet, and the notification says `qris`.
    let other = json!({
        "payment_type": "qris", "issuer": "airpay shopee", "acquirer": "gopay",
        "transaction_type": "off-us",
    });
    assert_eq!(decided(&with(settlement(), other)), Decision::Paid);
    let gopay = with(settlement(), json!({"payment_type": "gopay"}));
    assert_eq!(decided(&gopay), Decision::Paid);
}

#[test]
fn an_answer_of_dana_that_names_the_transaction_as_its_order_pays_no_order() {
    let id = "0d4c7a1e-58f0-4b0e-9b1c-6a2f1d3e4c5b";
    let odd = with(
        settlement(),
        json!({"payment_type": "dana", "order_id": id, "transaction_id": null,
            "transaction_status": "refund", "refund_key": "r1"}),
    );
    // It answers a refund that was sent by transaction id.
    let by_id = PaymentId::received(id).expect("an id");
    let refund = Refund::full(by_id, RefundKey::new("r1").expect("a key"));
    assert!(decode(&refund, received(200, odd.to_string())).is_ok());
    assert_eq!(
        decide(&expected(ORDER, 125_000), &answered(&odd)),
        Decision::Review(Review::OrderDiffers)
    );
    assert!(decode(&status(), received(200, odd.to_string())).is_err());
}

#[test]
fn danas_pending_in_capital_letters_under_200_is_pending() {
    let odd = with(
        settlement(),
        json!({"payment_type": "dana", "transaction_status": "PENDING"}),
    );
    let decision = decide(&expected(ORDER, 125_000), &answered(&odd));
    assert_eq!(decision, Decision::Pending);
    assert_ne!(
        decide(&expected(ORDER, 125_000), &notified(&odd)),
        Decision::Paid
    );
}

#[test]
fn a_fee_that_the_gateway_adds_to_a_card_payment_does_not_change_the_price() {
    let fee = json!({
        "gross_amount": "127500.00",
        "metadata": {"extra_info": {"gross_amount_info": {"original_amount": "125000.00",
            "gross_amount": "127500.00", "customer_imposed_payment_fee": "2500.00"}}},
    });
    let paid = with(card("200", "capture", Some("accept")), fee);
    assert_eq!(decided(&paid), Decision::Paid);
    let unexplained = with(paid, json!({"metadata": null}));
    assert_eq!(
        decided(&unexplained),
        Decision::Review(Review::AmountDiffers)
    );
}
