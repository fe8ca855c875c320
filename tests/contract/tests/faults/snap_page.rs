//! Faults of the customer on Snap's page, in a popup and redirected.

use midtrans_protocol::snap::{CardOptions, Checkout, CreateTransaction};
use midtrans_protocol::webhook::landing::Landing;
use midtrans_protocol::{CustomerDetails, ItemDetails, Rupiah, TransactionDetails};
use midtrans_simulator::gateway::snap::CardForm;
use midtrans_simulator::gateway::{Choice, Fault, FinishRedirect};
use midtrans_simulator::{Simulator, Time};
use midtrans_transport::BlockingClient;

use crate::order::{START, order_id};

/// The methods, as `enabled_payments` and as customers call them.
const METHODS: [(&str, &str); 4] = [
    ("akulaku", "Akulaku"),
    ("gopay", "GoPay"),
    ("bca_va", "BCA Virtual Account"),
    (CARD, "Credit card"),
];

const CARD: &str = "credit_card";

pub(crate) fn rows() -> Vec<Vec<String>> {
    let faults = [
        None,
        Some(Fault::Decline),
        Some(Fault::WalkAway),
        Some(Fault::NeverReturns),
        Some(Fault::ForgedReturn),
        Some(Fault::BareReturn),
    ];
    let mut rows = Vec::new();
    for (method, name) in METHODS {
        for fault in faults {
            // A card's form always comes with its field, and a bank's customer has no way back.
            rows.push(row(fault, method, name));
        }
    }
    rows
}

fn row(fault: Option<Fault>, method: &str, name: &str) -> Vec<String> {
    let simulator = Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .finish_url("http://127.0.0.1/finish")
        .error_url("http://127.0.0.1/error")
        .in_process()
        .unwrap();
    let client = BlockingClient::new(&simulator, simulator.merchant());
    let session = client.send(&session()).unwrap();
    let token = session.token().as_str();
    let (event, way, location) = simulator.with_accounts(|accounts, now| {
        let account = accounts.first_mut();
        let chosen = match method {
            CARD => {
                let card = CardForm::new("4811111111111114", "12", "2030", "123");
                account.snap_card(token, &card, now)
            }
            method => account.snap_choose(token, method, now),
        };
        chosen.unwrap().unwrap();
        if let Some(fault) = fault {
            account.fail_next(fault);
        }
        let way = account.snap_act(token, Choice::Approve, now).unwrap();
        let back = account.snap_return(token, now).unwrap();
        (back.event, way, back.location)
    });
    let is_gone = way == FinishRedirect::Never;
    let location = location.filter(|_| !is_gone);
    let landing = location.map(|url| Landing::from_query(query(&url)));
    let transaction = client.status(order_id()).unwrap();
    let status = transaction.transaction_status().unwrap().to_string();
    let says = landing.as_ref().map(|landing| match landing.hint() {
        Some(status) => status.to_string(),
        None => "nothing".to_owned(),
    });
    if fault == Some(Fault::ForgedReturn) {
        assert_ne!(
            says,
            Some(status.clone()),
            "a forged return that tells the truth is none"
        );
    }
    vec![
        fault.map_or_else(|| "none".to_owned(), |fault| format!("`{fault}`")),
        name.to_owned(),
        match is_gone {
            true => "none".to_owned(),
            false => format!("`{}`", event.as_str()),
        },
        says.unwrap_or_else(|| "does not come back".to_owned()),
        status,
    ]
}

fn query(url: &str) -> &str {
    url.split_once('?').map_or("", |(_, query)| query)
}

fn session() -> CreateTransaction {
    let order = TransactionDetails::new(order_id(), Rupiah::new(40_000)).unwrap();
    let mut checkout = Checkout::new(order);
    let shoes = ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1);
    checkout.item_details.push(shoes);
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    checkout.customer_details = Some(customer);
    checkout.credit_card = Some(CardOptions::secure());
    CreateTransaction::new(checkout).unwrap()
}
