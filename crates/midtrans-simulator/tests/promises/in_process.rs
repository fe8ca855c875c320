//! The simulator as a transport: an async client without a socket, and limits.

use std::time::{Duration, SystemTime};

use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::{
    Charge, CustomerDetails, GetStatus, ItemDetails, OrderId, RequestOptions, Rupiah,
    TransactionDetails, encode,
};
use midtrans_simulator::gateway::{Choice, Fault};
use midtrans_simulator::{Simulator, Time};
use midtrans_transport::{
    AsyncClient, BlockingClient, BlockingTransport, CallOptions, Limits, Reach, TransportErrorKind,
};

use crate::api_caller::START;

fn order_id() -> OrderId {
    OrderId::new("order-1").unwrap()
}

fn charge() -> Charge {
    let order = TransactionDetails::new(order_id(), Rupiah::new(40_000)).unwrap();
    let items = vec![ItemDetails::new(
        "SHOE-42",
        "Sepatu",
        Rupiah::new(40_000),
        1,
    )];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    Charge::akulaku(order, items, customer).unwrap()
}

#[tokio::test]
async fn an_async_client_charges_once_though_an_answer_is_lost_and_nothing_waits() {
    let simulator = Simulator::builder().in_process().unwrap();
    let client = AsyncClient::new(&simulator, simulator.merchant());
    simulator.fail_next(Fault::ResetAfter);
    let charged = client.charge(&charge()).await.unwrap();
    assert!(charged.redirect_url().is_some());
    assert_eq!(
        simulator.with_accounts(|accounts, _| accounts.first().calls().count()),
        2,
        "it asked twice"
    );
    assert_eq!(
        simulator.with_accounts(|accounts, _| accounts.first().count()),
        1,
        "and was charged once"
    );
    simulator.choose("order-1", Choice::Approve);
    let status = client.status(order_id()).await.unwrap();
    assert_eq!(
        status.transaction_status(),
        Some(&TransactionStatus::Settlement)
    );
}

#[test]
fn a_call_without_sockets_keeps_its_limits() {
    let simulator = Simulator::builder().in_process().unwrap();
    let merchant = simulator.merchant();
    let order_id = order_id();
    let request = || {
        encode(
            &GetStatus::new(&order_id),
            &merchant,
            &RequestOptions::default(),
            SystemTime::now(),
        )
    };
    let limits = |max_body| Limits::new(Duration::from_secs(1), max_body);
    simulator.fail_next(Fault::Latency(Duration::from_secs(2)));
    let error = BlockingTransport::send(&simulator, request(), limits(1_000)).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    let error = BlockingTransport::send(&simulator, request(), limits(10)).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
    for fault in [Fault::ResetBefore, Fault::ResetAfter, Fault::Truncated] {
        simulator.fail_next(fault);
        let error = BlockingTransport::send(&simulator, request(), limits(1_000)).unwrap_err();
        assert_eq!(error.reach(), Reach::Unknown, "{fault}");
    }
    assert!(BlockingTransport::send(&simulator, request(), limits(1_000)).is_ok());
}

#[test]
fn short_pauses_and_latencies_move_the_gateways_clock_as_they_move_the_clients() {
    let simulator = Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .in_process()
        .unwrap();
    let (began, short) = (
        BlockingTransport::now(&simulator),
        Duration::from_millis(999),
    );
    for _ in 0..600 {
        BlockingTransport::pause(&simulator, short);
    }
    let passed = |simulator: &Simulator| BlockingTransport::now(simulator).duration_since(began);
    assert_eq!(passed(&simulator), short * 600);
    assert_eq!(simulator.now().to_string(), "2026-11-22 10:09:59");

    let (merchant, order_id) = (simulator.merchant(), order_id());
    simulator.add_fault(Fault::Latency(Duration::from_millis(400)));
    for _ in 0..10 {
        let request = encode(
            &GetStatus::new(&order_id),
            &merchant,
            &RequestOptions::default(),
            SystemTime::now(),
        );
        BlockingTransport::send(
            &simulator,
            request,
            Limits::new(Duration::from_secs(1), 1_000),
        )
        .unwrap();
    }
    assert_eq!(passed(&simulator), short * 600 + Duration::from_secs(4));
    assert_eq!(simulator.now().to_string(), "2026-11-22 10:10:03");
    simulator.advance(Duration::from_secs(3_600));
    assert_eq!(
        passed(&simulator),
        short * 600 + Duration::from_secs(3_604),
        "there is one clock"
    );
}

#[test]
fn an_idempotency_key_ends_after_five_minutes_of_short_pauses() {
    let simulator = Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .in_process()
        .unwrap();
    let client = BlockingClient::new(&simulator, simulator.merchant());
    let keyed = CallOptions::keyed(IdempotencyKey::new("key-1").unwrap());
    let _ = client.send_with(&charge(), &keyed).unwrap();
    for _ in 0..299 {
        BlockingTransport::pause(&simulator, Duration::from_millis(999));
    }
    let _ = client.send_with(&charge(), &keyed).unwrap();
    for _ in 0..2 {
        BlockingTransport::pause(&simulator, Duration::from_millis(999));
    }
    let error = client.send_with(&charge(), &keyed).unwrap_err();
    assert!(
        error.to_string().contains("406"),
        "the gateway has forgotten the key: {error}"
    );
}
