//! Cards with this project's own client, in process: from the token to the refund, and over a
//! restart.

use std::time::Duration;

use midtrans_protocol::account::ClientAccount;
use midtrans_protocol::card::{
    Bin, CardExpiry, CardNumber, PointInquiry, Register, SecurityCode, Token,
};
use midtrans_protocol::method::{CallbackType, CardTransactionType, CreditCard, FullPan};
use midtrans_protocol::transaction::{Capture, TransactionStatus};
use midtrans_protocol::{Charge, Environment, OrderId, Rupiah, TransactionDetails};
use midtrans_simulator::gateway::Choice;
use midtrans_simulator::{Builder, Simulator, Time};
use midtrans_transport::BlockingClient;

use crate::api_caller::START;

const BNI: &str = "4105058689481467";

fn simulator(setting: impl FnOnce(Builder) -> Builder) -> Simulator {
    let time = Time::Manual(START.parse().unwrap());
    setting(Simulator::builder().time(time))
        .in_process()
        .unwrap()
}

/// A client with the client key, for tokens.
fn page(simulator: &Simulator) -> BlockingClient<&Simulator, ClientAccount> {
    let environment = Environment::custom(simulator.url()).unwrap();
    let account = ClientAccount::new(environment, simulator.client_key()).unwrap();
    BlockingClient::new(simulator, account)
}

fn card(number: &str) -> (CardNumber, CardExpiry) {
    let expiry = CardExpiry::new("12", "2030").unwrap();
    (CardNumber::new(number).unwrap(), expiry)
}

fn charge(order_id: &str, card: CreditCard) -> Charge {
    let order = OrderId::new(order_id).unwrap();
    let details = TransactionDetails::new(order, Rupiah::new(145_000)).unwrap();
    Charge::builder(details, card).build().unwrap()
}

#[test]
fn a_client_gets_a_token_charges_it_with_3_d_secure_and_sees_it_settle() {
    let simulator = simulator(|builder| builder);
    let (number, expiry) = card(BNI);
    let token = Token::of_card(number, expiry, SecurityCode::new("123").unwrap());
    let token = page(&simulator).send(&token).unwrap();
    let token = token.token_id().clone();
    let client = BlockingClient::new(&simulator, simulator.merchant());

    let inquiry = PointInquiry::new(token.clone());
    let points = client.send(&inquiry).unwrap();
    assert_eq!(points.balance(), 100_000);

    let own = CreditCard::token(token).authenticated(CallbackType::JsEvent);
    let charged = client.charge(&charge("order-1", own)).unwrap();
    assert!(charged.redirect_url().is_some());
    simulator.choose("order-1", Choice::Approve);
    let order = OrderId::new("order-1").unwrap();
    let status = client.status(order.clone()).unwrap();
    assert_eq!(
        status.transaction_status(),
        Some(&TransactionStatus::Capture)
    );
    simulator.advance(Duration::from_secs(30 * 3_600));
    let status = client.status(order).unwrap();
    assert_eq!(
        status.transaction_status(),
        Some(&TransactionStatus::Settlement)
    );
}

#[test]
fn a_client_registers_a_card_reserves_an_amount_and_captures_a_part() {
    let simulator = simulator(|builder| builder);
    let (number, expiry) = card(BNI);
    let register = Register::new(number, expiry);
    let saved = page(&simulator).send(&register).unwrap();
    assert_eq!(saved.masked_card().as_deref(), Some("41050586-1467"));
    let client = BlockingClient::new(&simulator, simulator.merchant());
    let mut own = CreditCard::token(saved.saved_token_id().clone());
    own.transaction_type = Some(CardTransactionType::Authorize);
    let charged = client.charge(&charge("order-1", own)).unwrap();
    let details = charged.details();
    assert_eq!(
        details.transaction_status(),
        Some(&TransactionStatus::Authorize)
    );
    let capture = Capture::part_of(&charged, Rupiah::new(45_000)).unwrap();
    let captured = client.send(&capture).unwrap();
    let details = captured.details();
    assert_eq!(
        details.transaction_status(),
        Some(&TransactionStatus::Capture)
    );

    let bin = client.send(&Bin::new("45563300").unwrap());
    assert_eq!(bin.unwrap().bank_code.as_deref(), Some("BCA"));
}

#[test]
fn a_client_with_one_base_url_charges_a_whole_number_where_the_simulator_is_told_to_take_it() {
    for takes in [false, true] {
        let simulator = simulator(|builder| match takes {
            true => builder.takes_card_numbers(),
            false => builder,
        });
        let client = BlockingClient::new(&simulator, simulator.merchant());
        let (number, expiry) = card(BNI);
        let own = CreditCard::full_pan(FullPan::new(number, expiry));
        let charged = client.charge(&charge("order-1", own));
        assert_eq!(charged.is_ok(), takes, "{charged:?}");
    }
}

#[test]
fn cards_that_have_expired_are_good_on_a_day_before() {
    let day = "2022-11-30 00:00:00".parse().unwrap();
    let old = CardExpiry::new("12", "2022").unwrap();
    let token = || {
        let number = CardNumber::new(BNI).unwrap();
        Token::of_card(number, old, SecurityCode::new("123").unwrap())
    };
    let then = Simulator::builder().start_at(day).in_process().unwrap();
    assert!(page(&then).send(&token()).is_ok());
    let now = simulator(|builder| builder);
    assert!(page(&now).send(&token()).is_err());
}
