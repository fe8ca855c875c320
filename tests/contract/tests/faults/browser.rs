//! Faults of the customer and the browser, through the landing page's reader.

use midtrans_protocol::ServerKeys;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};
use midtrans_simulator::gateway::{Choice, Fault, FinishRedirect};
use midtrans_simulator::{Simulator, Time};
use midtrans_transport::BlockingClient;

use crate::order::{ORDER, START, charge, order_id};

pub(crate) fn rows() -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for payment_type in [
        PaymentType::Akulaku,
        PaymentType::Kredivo,
        PaymentType::BriEpay,
        PaymentType::Gopay,
        PaymentType::ShopeePay,
        PaymentType::CreditCard,
    ] {
        rows.push(row(None, &payment_type, Choice::Approve));
        for fault in [
            Fault::Decline,
            Fault::WalkAway,
            Fault::ReturnBefore,
            Fault::ReturnAfter,
            Fault::NeverReturns,
            Fault::BareReturn,
        ] {
            // A card's form always comes with its field.
            if (fault, &payment_type) == (Fault::BareReturn, &PaymentType::CreditCard) {
                continue;
            }
            rows.push(row(Some(fault), &payment_type, Choice::Approve));
        }
        for choice in [Choice::Approve, Choice::Leave] {
            rows.push(row(Some(Fault::ForgedReturn), &payment_type, choice));
        }
    }
    rows
}

fn row(fault: Option<Fault>, payment_type: &PaymentType, choice: Choice) -> Vec<String> {
    let simulator = Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .notification_url("http://127.0.0.1/notify")
        .finish_url("http://127.0.0.1/finish")
        .takes_card_numbers()
        .in_process()
        .unwrap();
    let client = BlockingClient::new(&simulator, simulator.merchant());
    let _ = client.charge(&charge(payment_type)).unwrap();
    fault
        .into_iter()
        .for_each(|fault| simulator.fail_next(fault));
    let landing = landing(simulator.choose(ORDER, choice).unwrap());
    let status = client
        .status(order_id())
        .unwrap()
        .transaction_status()
        .unwrap()
        .to_string();
    let says = landing
        .as_ref()
        .and_then(Landing::hint)
        .map_or_else(|| "nothing".to_owned(), ToString::to_string);
    if fault == Some(Fault::ForgedReturn) {
        assert_ne!(says, status, "a forged return that tells the truth is none");
    }
    let signature =
        landing.map(|landing| landing.signature(&ServerKeys::from(simulator.server_key())));
    vec![
        fault.map_or_else(|| "none".to_owned(), |fault| format!("`{fault}`")),
        simulator.timeline(ORDER).unwrap().summary.method_name,
        choice.as_str().to_owned() + "s",
        says,
        match signature {
            None => "does not come back",
            Some(LandingSignature::Genuine) => "genuine",
            Some(LandingSignature::Forged) => "**forged**",
            Some(LandingSignature::Absent) => "there is none",
            Some(_) => "unknown",
        }
        .to_owned(),
        status,
    ]
}

/// The request to the shop's finish page.
fn landing(way: FinishRedirect) -> Option<Landing> {
    match way {
        FinishRedirect::Form {
            response,
            callback_key,
            ..
        } => {
            let key = callback_key.map(|key| ("callback_key", key));
            let fields: Vec<_> = std::iter::once(("response", response)).chain(key).collect();
            let form = serde_urlencoded::to_string(fields).unwrap();
            Some(Landing::from_form(form.as_bytes()))
        }
        FinishRedirect::Redirect { location } => Some(Landing::from_query(
            location.split_once('?').map_or("", |(_, query)| query),
        )),
        _ => None,
    }
}
