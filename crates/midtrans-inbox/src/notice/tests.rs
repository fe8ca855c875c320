//! Notifications as rows.

use crate::Outcome;
use crate::moment::from_millis;
use crate::tests::{PRICE, notification};

use super::*;

fn row(order_id: &str, code: &str, amount: &str, fields: &str) -> NewNotification {
    NewNotification::of(
        &notification(order_id, code, amount, fields),
        from_millis(7),
    )
}

#[test]
fn a_row_holds_what_was_notified_and_its_wake_what_is_signed_and_the_transaction() {
    let row = row(
        "order-1",
        "200",
        PRICE,
        r#""transaction_id":"t-1","transaction_status":"SETTLEMENT","fraud_status":"accept""#,
    );
    assert_eq!(
        (
            row.order_id.as_str(),
            row.status_code.as_str(),
            row.gross_amount.as_str()
        ),
        ("order-1", "200", PRICE)
    );
    assert_eq!(
        (
            row.transaction_status.as_deref(),
            row.fraud_status.as_deref()
        ),
        (Some("settlement"), Some("accept"))
    );
    assert!(row.is_about_an_order && row.body.contains("SETTLEMENT"));
    let wake = Wake {
        status_code: "200".to_owned(),
        amount: Some(Rupiah::new(40_000)),
        transaction_id: Some("t-1".to_owned()),
        received_at: from_millis(7),
    };
    assert_eq!(row.wake(), wake);
}

/// The gateway has such a sample: a partial refund with nothing but the status.
#[test]
fn a_refund_without_its_details_may_come_again_as_news() {
    let may_repeat = |fields: &str| row("order-1", "200", PRICE, fields).may_repeat;
    for status in [
        "refund",
        "partial_refund",
        "chargeback",
        "partial_chargeback",
    ] {
        assert!(may_repeat(&format!(r#""transaction_status":"{status}""#)));
        let listed = r#""refunds":[{"refund_key":"r-1","refund_amount":"5000.00"}]"#;
        assert!(!may_repeat(&format!(
            r#""transaction_status":"{status}",{listed}"#
        )));
    }
    for fields in [r#""transaction_status":"settlement""#, r#""a":1"#] {
        assert!(!may_repeat(fields));
    }
}

#[test]
fn a_signed_end_speaks_against_money_and_a_signed_200_against_an_end() {
    let against = |code: &str| {
        let row = row("order-1", code, PRICE, r#""a":1"#);
        let words = row.contradicts.split(',').filter(|word| !word.is_empty());
        words
            .map(|word| Outcome::from_word(word).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(against("200").len(), 5);
    assert!(
        against("200")
            .into_iter()
            .all(Outcome::is_closed_without_money)
    );
    for code in ["202", "407"] {
        assert_eq!(against(code).len(), 5);
        assert!(against(code).into_iter().all(Outcome::had_money));
    }
    assert_eq!(against("201"), []);
}

#[test]
fn an_amount_whose_signature_fits_another_order_counts_for_nothing() {
    // "1111" + "200" + "200500.00" is also "1111200" + "200" + "500.00".
    assert_eq!(row("1111", "200", "200500.00", r#""a":1"#).amount, None);
    assert_eq!(
        row("1112", "200", "40000.50", r#""a":1"#).amount,
        None,
        "no whole rupiah"
    );
    assert_eq!(
        row("order-1", "200", "40000", r#""a":1"#).amount,
        Some(Rupiah::new(40_000))
    );
}

#[test]
fn the_dashboards_test_and_what_can_be_no_order_are_about_none() {
    assert!(!row("payment_notif_test_M001_1", "200", PRICE, r#""a":1"#).is_about_an_order);
    for order_id in [" ", "..", "a\u{fffd}b", &"x".repeat(300)] {
        let row = row(order_id, "200", PRICE, r#""a":1"#);
        assert_eq!(
            row.is_about_an_order,
            OrderId::existing(order_id).is_ok(),
            "{order_id:?}"
        );
    }
    assert!(!row("..", "200", PRICE, r#""a":1"#).is_about_an_order);
}

#[test]
fn its_debug_shows_no_body() {
    let row = row("order-1", "200", PRICE, r#""customer_name":"Siti Rahma""#);
    assert!(row.body.contains("Siti") && !format!("{row:?}").contains("Siti"));
}
