//! Legal changes of a status, and the transactions that numbers pay.

use midtrans_protocol::Rupiah;

use super::*;
use crate::gateway::card::{Card, CardPayment, Terms};
use crate::gateway::method::Instructions;
use crate::gateway::payment::Targets;

fn payment(method: &str, status: &TransactionStatus, now: WibTime) -> Payment {
    Payment {
        id: "t-1".to_owned(),
        method: Played::named(method).unwrap(),
        instructions: Instructions::new(),
        order_id: "order-1".to_owned(),
        amount: Rupiah::new(40_000),
        items: Vec::new(),
        custom_fields: Default::default(),
        metadata: None,
        targets: Targets::default(),
        parent: None,
        made: now,
        expires: now,
        status: status.clone(),
        fraud: Fraud::Accept,
        message: None,
        captured: None,
        settled: (*status == TransactionStatus::Settlement).then_some(now),
        card: None,
        refunds: Vec::new(),
        log: Vec::new(),
        leads_browser: false,
        holds_browser: false,
    }
}

/// A card's transaction, eight days after which a reserved amount is free.
fn card(status: &TransactionStatus, fraud: Fraud, now: WibTime) -> Payment {
    let own = CardPayment {
        card: Card::of_google_pay(now),
        terms: Terms::default(),
        is_secure: true,
        returns_by_form: false,
        open_until: None,
    };
    Payment {
        fraud,
        expires: now.checked_add(RESERVED).unwrap(),
        card: Some(Box::new(own)),
        ..payment("credit_card", status, now)
    }
}

fn reached(method: &str, from: &TransactionStatus) -> Vec<&'static str> {
    let now = "2026-11-22 10:00:00".parse().unwrap();
    reached_by(&|| payment(method, from, now), now)
}

/// The statuses that a transaction can come to at this moment.
fn reached_by(made: &dyn Fn() -> Payment, now: WibTime) -> Vec<&'static str> {
    use TransactionStatus as Status;
    let from = &made().status;
    let all = [
        (Status::Pending, "pending"),
        (Status::Authorize, "authorize"),
        (Status::Capture, "capture"),
        (Status::Settlement, "settlement"),
        (Status::Deny, "deny"),
        (Status::Cancel, "cancel"),
        (Status::Expire, "expire"),
        (Status::PartialRefund, "partial_refund"),
        (Status::Refund, "refund"),
    ];
    let legal = all.into_iter().filter(|(to, _)| {
        let mut ledger = Ledger::default();
        let index = ledger.add(made());
        let done = ledger.transition(index, to.clone(), now);
        let expected = if done.is_ok() { to } else { from };
        assert_eq!(ledger[index].status, *expected);
        done.is_ok()
    });
    legal.map(|(_, word)| word).collect()
}

#[test]
fn only_documented_changes_of_a_status_are_legal() {
    use TransactionStatus as Status;
    let pending = ["settlement", "deny", "cancel", "expire"];
    assert_eq!(reached("akulaku", &Status::Pending), pending);
    let refunds = ["partial_refund", "refund"];
    assert_eq!(reached("kredivo", &Status::Settlement), refunds);
    for over in [Status::Deny, Status::Cancel, Status::Expire, Status::Refund] {
        assert!(reached("akulaku", &over).is_empty(), "{over}");
    }
}

#[test]
fn only_documented_changes_of_a_cards_status_are_legal() {
    use TransactionStatus as Status;
    let now: WibTime = "2026-11-22 10:00:00".parse().unwrap();
    let in_time = |status: &Status, fraud| reached_by(&|| card(status, fraud, now), now);
    let pending = ["authorize", "capture", "deny", "cancel", "expire"];
    assert_eq!(in_time(&Status::Pending, Fraud::Accept), pending);
    let authorized = ["capture", "cancel"];
    assert_eq!(in_time(&Status::Authorize, Fraud::Accept), authorized);
    let captured = ["settlement", "cancel"];
    assert_eq!(in_time(&Status::Capture, Fraud::Accept), captured);
    for challenged in [Status::Authorize, Status::Capture] {
        assert_eq!(in_time(&challenged, Fraud::Challenge), ["deny", "cancel"]);
    }
    let settled = ["partial_refund", "refund"];
    assert_eq!(in_time(&Status::Settlement, Fraud::Accept), settled);
    for over in [Status::Deny, Status::Cancel, Status::Expire, Status::Refund] {
        assert!(in_time(&over, Fraud::Accept).is_empty(), "{over}");
    }
    let later = now.checked_add(RESERVED).unwrap();
    let reserved = reached_by(&|| card(&Status::Authorize, Fraud::Accept, now), later);
    assert_eq!(reserved, ["capture", "cancel", "expire"]);
}

#[test]
fn the_captures_of_a_day_are_settled_the_next_day_at_sixteen_hours() {
    let settles = |at: &str| next_settlement(at.parse().unwrap()).unwrap().to_string();
    assert_eq!(settles("2026-11-22 00:00:00"), "2026-11-23 16:00:00");
    assert_eq!(settles("2026-11-22 23:59:59"), "2026-11-23 16:00:00");
    assert_eq!(settles("2026-12-31 12:00:00"), "2027-01-01 16:00:00");
}

#[test]
fn a_number_pays_the_pending_transaction_else_the_latest() {
    use TransactionStatus as Status;
    let now = "2026-11-22 10:00:00".parse().unwrap();
    let mut ledger = Ledger::default();
    for status in [Status::Settlement, Status::Pending, Status::Expire] {
        let mut payment = payment("permata", &status, now);
        let number = ("permata_va_number".to_owned(), "8778".into());
        payment.instructions = Instructions::from_iter([number]);
        ledger.add(payment);
    }
    assert_eq!(
        (ledger.paid_by("8778"), ledger.is_taken("8778")),
        (Some(1), true)
    );
    ledger.transition(1, Status::Settlement, now).unwrap();
    assert_eq!(
        (ledger.paid_by("8778"), ledger.is_taken("8778")),
        (Some(2), false)
    );
    assert_eq!((ledger.paid_by(""), ledger.is_taken("877")), (None, false));
}

#[test]
fn what_is_paid_at_a_bank_or_a_counter_is_neither_denied_nor_refunded() {
    use TransactionStatus as Status;
    for method in ["bank_transfer", "permata", "cstore", "echannel"] {
        let pending = ["settlement", "cancel", "expire"];
        assert_eq!(reached(method, &Status::Pending), pending, "{method}");
        assert!(reached(method, &Status::Settlement).is_empty(), "{method}");
    }
}
