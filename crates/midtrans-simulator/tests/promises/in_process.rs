//! The simulator as a transport: an async client without a socket, and limits.

use std::time::Duration;

use midtrans_protocol::{
    Charge, CustomerDetails, GetStatus, ItemDetails, OrderId, RequestOptions, Rupiah, TransactionDetails,
    TransactionStatus, encode,
};
use midtrans_simulator::Simulator;
use midtrans_simulator::gateway::{Choice, Fault};
use midtrans_transport::{AsyncClient, BlockingTransport, Limits, Reach, TransportErrorKind};

fn order_id() -> OrderId {
    OrderId::new("order-1").unwrap()
}

#[tokio::test]
async fn an_async_client_charges_once_though_an_answer_is_lost_and_nothing_waits() {
    let simulator = Simulator::builder().in_process().unwrap();
    let client = AsyncClient::new(&simulator, simulator.merchant());
    let order = TransactionDetails::new(order_id(), Rupiah::new(40_000)).unwrap();
    let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    let charge = Charge::akulaku(order, items, customer).unwrap();
    simulator.fail_next(Fault::ResetAfter);
    let charged = client.charge(&charge).await.unwrap();
    assert!(charged.redirect_url().is_some());
    assert_eq!(simulator.with_accounts(|accounts, _| accounts.first().calls().count()), 2, "it asked twice");
    assert_eq!(simulator.with_accounts(|accounts, _| accounts.first().count()), 1, "and was charged once");
    simulator.choose("order-1", Choice::Approve);
    let status = client.status(order_id()).await.unwrap();
    assert_eq!(status.transaction_status(), Some(&TransactionStatus::Settlement));
}

#[test]
fn a_call_without_sockets_keeps_its_limits() {
    let simulator = Simulator::builder().in_process().unwrap();
    let merchant = simulator.merchant();
    let order_id = order_id();
    let request = || encode(&GetStatus::new(&order_id), &merchant, &RequestOptions::default());
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
