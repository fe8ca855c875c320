//! Faults of what a merchant asks for after the payment: refunds and captures.

use midtrans_protocol::Transaction;
use midtrans_protocol::ids::RefundKey;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::transaction::{Capture, DirectRefund, Refund};
use midtrans_simulator::gateway::{Choice, Fault};
use midtrans_simulator::{Simulator, Time};
use midtrans_transport::{BlockingClient, Error, ErrorKind};

use crate::order::{ORDER, START, charge, order_id, reserving_card};

pub(crate) fn rows() -> Vec<Vec<String>> {
    vec![
        row(Fault::RefundDenied, "direct refund"),
        row(Fault::CaptureDenied, "capture"),
    ]
}

fn row(fault: Fault, asked: &str) -> Vec<String> {
    let simulator = Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .notification_url("http://127.0.0.1/notify")
        .takes_card_numbers()
        .in_process()
        .unwrap();
    let client = BlockingClient::new(&simulator, simulator.merchant());
    let status = || client.status(order_id()).unwrap();
    let word = |transaction: Transaction| transaction.transaction_status().unwrap().to_string();
    let call = || -> Result<Transaction, Error> {
        match fault {
            Fault::CaptureDenied => client.send(&Capture::of(&status()).unwrap()),
            _ => {
                let key = RefundKey::new("refund-1").unwrap();
                let refund = Refund::of(&status(), key).unwrap();
                client.send(&DirectRefund::of(&status(), refund).unwrap())
            }
        }
    };
    if fault == Fault::CaptureDenied {
        let _ = client.charge(&reserving_card()).unwrap();
    } else {
        let _ = client.charge(&charge(&PaymentType::Akulaku)).unwrap();
        simulator.choose(ORDER, Choice::Approve).unwrap();
    }
    simulator.fail_next(fault);
    let error = call().unwrap_err();
    let ErrorKind::Api(api) = error.kind() else {
        unreachable!("{error}")
    };
    // The promises, whatever the page says.
    assert!(api.is_denied() && !error.outcome_unknown(), "{fault}");
    let refused = format!("refused: {}", api.status_code().unwrap_or("no code"));
    let after = word(status());
    let again = word(call().unwrap());
    vec![
        format!("`{fault}`"),
        asked.to_owned(),
        refused,
        after,
        again,
    ]
}
