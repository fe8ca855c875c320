//! An order that ended although money was signed, and its next charge.

use super::*;

/// Money that was reserved and released, or that the bank took back, before the gateway was asked.
#[test]
fn an_order_whose_money_went_again_can_be_charged_again_when_it_is_asked_about_no_more() {
    for (payment_type, end) in [
        (PaymentType::BankTransfer, "deny"),
        (PaymentType::CreditCard, "cancel"),
    ] {
        let mut walk = Walk::of(payment_type);
        let wanted = Expectation {
            idempotency_key: key("key-2"),
            ..walk.record.expectation.clone()
        };
        walk.happens("t-1", end, "");
        walk.notified("200", "t-1");
        walk.notified("202", "t-1");
        while walk.record.check_at.is_some() {
            assert!(walk.record.renewed(&wanted, walk.now).is_err());
            walk.check_when_due(1);
        }
        assert_eq!((walk.words().len(), walk.review()), (1, ""));
        assert!(walk.record.renewed(&wanted, walk.now).is_ok());
        // Not while there is a notification that the gateway was not asked about.
        walk.notified("200", "t-1");
        assert!(walk.record.renewed(&wanted, walk.now).is_err());
    }
}
