//! Operations that a payment method never supports are refused before anything is sent, with what
//! to do instead.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, answered, settlement, with};
use midtrans_protocol::ids::RefundKey;
use midtrans_protocol::method::{PaymentType, Terms};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::transaction::{Cancel, DirectRefund, Expire, Refund};
use midtrans_protocol::{InvalidInput, Rupiah, Transaction};
use serde_json::json;

const TYPES: [&str; 19] = [
    "akulaku",
    "kredivo",
    "credit_card",
    "bank_transfer",
    "echannel",
    "permata",
    "gopay",
    "qris",
    "shopeepay",
    "ovo",
    "dana",
    "cstore",
    "bca_klikpay",
    "bca_klikbca",
    "cimb_clicks",
    "bri_epay",
    "danamon_online",
    "uob_ezpay",
    "mandiri_clickpay",
];

fn paid_by(payment_type: &str) -> Transaction {
    answered(&with(settlement(), json!({ "payment_type": payment_type })))
}

fn key() -> RefundKey {
    RefundKey::new("kebaya-0417_r1").expect("a valid key")
}

fn refund(payment_type: &str) -> Result<Refund, InvalidInput> {
    Refund::of(&paid_by(payment_type), key())
}

fn part(payment_type: &str, rupiah: u64) -> Result<Refund, InvalidInput> {
    Refund::part_of(&paid_by(payment_type), key(), Rupiah::new(rupiah))
}

#[test]
fn a_refund_of_a_virtual_account_is_refused_with_what_to_do_instead() {
    for payment_type in ["bank_transfer", "echannel", "permata", "cstore"] {
        let error = refund(payment_type).unwrap_err();
        assert_eq!(error.field(), "payment_type");
        assert_eq!(
            error.expected(),
            format!(
                "a payment method that can be refunded through the gateway; {payment_type} cannot: \
                 send the money back by a bank transfer"
            )
        );
        assert_eq!(part(payment_type, 5_000).unwrap_err(), error);
    }
}

#[test]
fn a_partial_refund_of_ovo_is_refused_and_a_whole_one_is_not() {
    let error = part("ovo", 5_000).unwrap_err();
    assert_eq!(error.field(), "amount");
    assert_eq!(
        error.expected(),
        "the whole amount, because ovo has no partial refunds: refund all of it, or send the part \
         back by a bank transfer"
    );
    assert!(refund("ovo").is_ok());
    assert!(
        part("ovo", 125_000).is_ok(),
        "the whole amount by its number"
    );
}

#[test]
fn ovo_is_neither_cancelled_nor_expired_because_it_ends_by_itself() {
    let ovo = paid_by("ovo");
    for error in [Cancel::of(&ovo).unwrap_err(), Expire::of(&ovo).unwrap_err()] {
        assert_eq!(error.field(), "payment_type");
        assert!(error.expected().contains("within 65 seconds"), "{error}");
    }
}

#[test]
fn a_direct_refund_of_dana_or_ovo_is_refused_and_an_ordinary_one_is_not() {
    for payment_type in ["dana", "ovo"] {
        let refund = refund(payment_type).expect("it has refunds");
        let error = DirectRefund::of(&paid_by(payment_type), refund).unwrap_err();
        assert_eq!(error.field(), "payment_type");
        assert!(error.expected().contains("ordinary refund"), "{error}");
    }
    for payment_type in [
        "gopay",
        "qris",
        "shopeepay",
        "credit_card",
        "akulaku",
        "kredivo",
    ] {
        let refund = refund(payment_type).expect("it has refunds");
        assert!(DirectRefund::of(&paid_by(payment_type), refund).is_ok());
    }
}

#[test]
fn each_method_supports_what_its_terms_say() {
    for payment_type in TYPES {
        let transaction = paid_by(payment_type);
        let terms = Terms::of(&PaymentType::from(payment_type));
        assert_eq!(
            refund(payment_type).is_ok(),
            terms.refund_window.is_some(),
            "{payment_type}"
        );
        assert_eq!(
            part(payment_type, 5_000).is_ok(),
            terms.supports_partial_refund,
            "{payment_type}"
        );
        assert_eq!(Cancel::of(&transaction).is_ok(), terms.supports_cancel);
        assert_eq!(Expire::of(&transaction).is_ok(), terms.supports_expire);
        let direct = DirectRefund::of(&transaction, Refund::full(order(), key()));
        assert_eq!(
            direct.is_ok(),
            terms.supports_direct_refund,
            "{payment_type}"
        );
    }
}

fn order() -> midtrans_protocol::ids::PaymentId {
    midtrans_protocol::ids::PaymentId::received(ORDER).expect("an id")
}

#[test]
fn a_method_that_this_version_does_not_know_may_try_everything() {
    for payment_type in ["linkaja", "mandiri_clickpay"] {
        assert!(refund(payment_type).is_ok());
        assert!(part(payment_type, 5_000).is_ok());
        assert!(Cancel::of(&paid_by(payment_type)).is_ok());
        assert!(Expire::of(&paid_by(payment_type)).is_ok());
    }
    let untold = answered(&with(settlement(), json!({ "payment_type": null })));
    assert!(Refund::of(&untold, key()).is_ok());
}

#[test]
fn an_operation_on_a_transaction_goes_to_its_own_id() {
    let transaction = paid_by("gopay");
    let id = transaction.transaction_id();
    assert_eq!(refund("gopay").expect("it has refunds").target(), id);
    let cancel = Cancel::of(&transaction).expect("it can be cancelled");
    assert_eq!(cancel.target(), id);
    // Where it names only its order, to the order.
    let nameless = with(settlement(), json!({ "transaction_id": null }));
    let expire = Expire::of(&answered(&nameless)).expect("it can expire");
    assert_eq!(expire.target(), Some(ORDER));
}

#[test]
fn a_part_of_nothing_is_no_refund() {
    assert_eq!(part("gopay", 0).unwrap_err().field(), "amount");
}
