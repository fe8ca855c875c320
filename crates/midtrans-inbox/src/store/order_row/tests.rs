//! Records as rows, and back.

use midtrans_protocol::decision::{Extent, Failure};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;

use super::*;
use crate::tests::Walk;

fn moment() -> impl Strategy<Value = SystemTime> {
    (0..i64::MAX / 2).prop_map(from_millis)
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let failures = [
        Failure::Denied,
        Failure::Cancelled,
        Failure::Expired,
        Failure::Error,
    ]
    .map(Outcome::Failed);
    let others = [Outcome::Pending, Outcome::Paid, Outcome::NotCharged];
    let extents = [Extent::Full, Extent::Partial];
    let all = failures
        .into_iter()
        .chain(others)
        .chain(extents.map(Outcome::Refunded))
        .chain(extents.map(Outcome::Disputed));
    select(all.collect::<Vec<_>>())
}

fn amount() -> impl Strategy<Value = Rupiah> {
    any::<u64>().prop_map(Rupiah::new)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9-]{1,12}", any::<String>()]
}

fn payment() -> impl Strategy<Value = Payment> {
    (
        text(),
        1..9_u32,
        "[a-z_]{1,18}",
        option::of(amount()),
        outcome(),
        amount(),
    )
        .prop_map(
            |(transaction_id, life, status, refunded, outcome, amount)| Payment {
                transaction_id,
                life,
                stage: Stage {
                    status: TransactionStatus::from(status.as_str()),
                    refunded,
                },
                outcome,
                amount,
            },
        )
}

fn refund() -> impl Strategy<Value = Refund> {
    let names = (option::of(text()), option::of(text()), option::of(text()));
    (text(), names, amount(), any::<bool>()).prop_map(
        |(transaction_id, names, amount, confirmed)| Refund {
            transaction_id,
            refund_key: names.0,
            refund_chargeback_id: names.1,
            refund_chargeback_uuid: names.2,
            amount,
            confirmed,
        },
    )
}

fn expectation() -> impl Strategy<Value = Expectation> {
    let payment_type = "[a-z_]{1,20}".prop_map(|word| PaymentType::from(word.as_str()));
    (
        "[A-Za-z0-9_~.-]{3,50}",
        0..i64::MAX.unsigned_abs(),
        payment_type,
        "[a-z0-9-]{1,36}",
        moment(),
        moment(),
    )
        .prop_map(
            |(order_id, amount, payment_type, key, charge_until, expires_at)| Expectation {
                order_id: OrderId::new(order_id).unwrap(),
                amount: Rupiah::new(amount),
                payment_type,
                idempotency_key: IdempotencyKey::new(key).unwrap(),
                charge_until,
                expires_at,
            },
        )
}

fn notified() -> impl Strategy<Value = Notified> {
    let named = (text(), any::<bool>()).prop_map(|(id, is_asked)| NamedId { id, is_asked });
    (select(REACHES.as_slice()), any::<i32>(), vec(named, 0..9)).prop_map(
        |(reach, unaccounted, ids)| Notified {
            reach,
            unaccounted,
            ids,
        },
    )
}

fn charging() -> impl Strategy<Value = Charging> {
    let instructions = option::of(text().prop_map(Instructions::Redirect));
    (option::of(moment()), any::<u32>(), instructions).prop_map(
        |(first_sent_at, attempts, instructions)| Charging {
            first_sent_at,
            attempts,
            instructions,
        },
    )
}

fn record() -> impl Strategy<Value = Record> {
    let moments = (
        moment(),
        option::of(moment()),
        option::of(moment()),
        option::of(moment()),
        option::of(moment()),
    );
    let counts = (
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
        any::<bool>(),
        any::<bool>(),
    );
    let lists = (vec(payment(), 0..4), vec(refund(), 0..4));
    let rest = (
        option::of(outcome()),
        notified(),
        charging(),
        option::of(text()),
    );
    (expectation(), moments, counts, lists, rest, Just(())).prop_map(
        |(
            expectation,
            moments,
            counts,
            (payments, refunds),
            (outcome, notified, charging, review),
            (),
        )| Record {
            expectation,
            recorded_at: moments.0,
            life: counts.0,
            charging,
            outcome,
            paid: counts.4,
            is_unconfirmed: counts.5,
            payments,
            refunds,
            notified,
            asked_at: moments.1,
            failures: counts.1,
            lag: counts.2,
            lagged_at: moments.2,
            quiet: counts.3,
            check_at: moments.3,
            notified_at: moments.4,
            review,
        },
    )
}

proptest! {
    #[test]
    fn every_record_comes_back_from_its_row(record in record()) {
        let row = OrderRow::of(&record).unwrap();
        prop_assert_eq!(row.record().unwrap(), record);
    }

    #[test]
    fn no_row_makes_a_program_panic(state in any::<String>(), word in any::<String>(), number in any::<i64>()) {
        let row = OrderRow::of(&Walk::paid().record).unwrap();
        let odd = OrderRow { state, outcome: Some(word.clone()), amount: number, check_at: Some(number), ..row.clone() };
        drop(odd.record());
        drop(OrderRow { order_id: word.clone(), idempotency_key: word, ..row }.record());
    }
}

#[test]
fn a_row_may_be_inserted_without_a_state() {
    let walk = Walk::new();
    let row = OrderRow {
        state: "{}".to_owned(),
        ..OrderRow::of(&walk.record).unwrap()
    };
    assert_eq!(row.record().unwrap(), walk.record);
}

#[test]
fn an_order_that_another_system_made_comes_back_from_its_row() {
    let mut record = Walk::new().record;
    record.expectation.order_id = OrderId::existing("INV/2024/01").unwrap();
    let row = OrderRow::of(&record).unwrap();
    assert_eq!(row.order_id, "INV/2024/01");
    assert_eq!(row.record().unwrap(), record);
}

#[test]
fn an_amount_beyond_what_a_database_can_keep_is_an_error() {
    let mut record = Walk::new().record;
    record.expectation.amount = Rupiah::new(u64::MAX);
    assert!(
        OrderRow::of(&record)
            .unwrap_err()
            .to_string()
            .contains("`amount`")
    );
}

#[test]
fn a_value_that_a_column_cannot_have_is_an_error_that_names_the_column_and_not_the_value() {
    let row = OrderRow::of(&Walk::paid().record).unwrap();
    let cases = [
        (
            OrderRow {
                outcome: Some("settled".to_owned()),
                ..row.clone()
            },
            "outcome",
        ),
        (
            OrderRow {
                state: "[]".to_owned(),
                ..row.clone()
            },
            "state",
        ),
        (
            OrderRow {
                state: r#"{"reach":9}"#.to_owned(),
                ..row.clone()
            },
            "state",
        ),
        (
            OrderRow {
                amount: -1,
                ..row.clone()
            },
            "amount",
        ),
        (
            OrderRow {
                order_id: "..".to_owned(),
                ..row.clone()
            },
            "order_id",
        ),
        (
            OrderRow {
                idempotency_key: "a\nb".to_owned(),
                ..row
            },
            "idempotency_key",
        ),
    ];
    for (row, column) in cases {
        let why = row.record().unwrap_err().to_string();
        assert_eq!(
            why,
            format!("the inbox's column `{column}` holds a value that it cannot have")
        );
    }
}

#[test]
fn what_moved_a_leased_order_forward_is_seen_and_the_lease_itself_is_not() {
    assert_eq!(moved_forward(Some(60_000), Some(60_000)), None);
    assert_eq!(
        moved_forward(Some(59_999), Some(60_000)),
        Some(from_millis(59_999))
    );
    assert_eq!(moved_forward(None, Some(60_000)), None);
    assert_eq!(moved_forward(Some(1), None), None);
}
