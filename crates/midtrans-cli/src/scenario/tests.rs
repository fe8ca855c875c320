//! The notifications of a scenario.

use clap::ValueEnum;
use midtrans_protocol::method::Kredivo;
use midtrans_protocol::{ServerKey, ServerKeys, notification};
use midtrans_simulator::gateway::settings::SERVER_KEY;

use super::*;

fn scenario(method: impl Into<Method>) -> Scenario {
    let order_id = OrderId::new("o".repeat(OrderId::MAX)).unwrap();
    Scenario {
        payment_type: method.into().payment_type(),
        charge: Vec::new(),
        order_id,
        amount: Rupiah::new(40_001),
        refund: None,
        merchant_id: None,
    }
}

#[test]
fn cards_have_events_of_their_own() {
    let keys = ServerKeys::from(ServerKey::new(SERVER_KEY).unwrap());
    let now = "2026-11-22 10:00:00".parse().unwrap();
    let mut scenario = scenario(Akulaku);
    scenario.payment_type = PaymentType::CreditCard;
    for event in Event::value_variants() {
        let body = scenario.notification(*event, now).unwrap();
        let told = notification::verify(body.as_bytes(), &keys).unwrap();
        assert_eq!(
            told.reported().transaction_status(),
            Some(&event.status()),
            "{event:?}"
        );
        let is_challenged = body.contains("\"fraud_status\":\"challenge\"");
        assert_eq!(is_challenged, *event == Event::Challenge, "{body}");
        assert!(body.contains("\"masked_card\":"), "{body}");
    }
}

#[test]
fn wallets_and_banks_pages_have_their_events_and_no_others() {
    let keys = ServerKeys::from(ServerKey::new(SERVER_KEY).unwrap());
    let now = "2026-11-22 10:00:00".parse().unwrap();
    let always = ["pending", "settlement", "expire"];
    let link = "callback_url=https://shop.example";
    for (name, field, more) in [
        ("gopay", None, "cancel partial_refund refund"),
        ("qris", None, "cancel partial_refund refund"),
        ("shopeepay", Some(link), "cancel refund"),
        ("dana", Some(link), "cancel partial_refund refund"),
        (
            "ovo",
            Some("payer_phone_number=081234567890"),
            "deny refund",
        ),
        ("bri_epay", None, "deny cancel"),
    ] {
        let mut scenario = scenario(Akulaku);
        scenario.payment_type = PaymentType::from(name);
        let field = field.map(|field| Change::set(&format!("{name}.{field}")).unwrap());
        scenario.charge.extend(field);
        for event in Event::value_variants() {
            let word = event.status();
            let happens =
                always.contains(&word.as_str()) || more.split(' ').any(|one| one == word.as_str());
            let told = scenario.notification(*event, now);
            assert_eq!(told.is_ok(), happens, "{name} {event:?}");
            if let Ok(body) = told {
                assert!(
                    notification::verify(body.as_bytes(), &keys).is_ok(),
                    "{name}"
                );
            }
        }
    }
}

/// The events that payments without a card have.
fn usual() -> impl Iterator<Item = &'static Event> {
    let of_cards =
        |event: &&Event| matches!(event, Event::Authorize | Event::Capture | Event::Challenge);
    Event::value_variants()
        .iter()
        .filter(move |event| !of_cards(event))
}

#[test]
fn every_event_of_a_payment_type_is_a_genuine_notification_of_one_transaction() {
    let keys = ServerKeys::from(ServerKey::new(SERVER_KEY).unwrap());
    let now = "2026-11-22 10:00:00".parse().unwrap();
    for method in [Method::from(Akulaku), Method::from(Kredivo)] {
        let mut ids = std::collections::BTreeSet::new();
        for event in usual() {
            let body = scenario(method.clone()).notification(*event, now).unwrap();
            let told = notification::verify(body.as_bytes(), &keys).unwrap();
            assert_eq!(told.reported().transaction_status(), Some(&event.status()));
            assert_eq!(
                told.reported().payment_type().unwrap().as_str(),
                method.payment_type().as_str()
            );
            ids.insert(told.reported().transaction_id().unwrap().to_owned());
            let confirmed = told
                .reported()
                .refunds()
                .first()
                .map(|refund| refund.bank_confirmed_at.is_some());
            let expected = match event {
                Event::Refund | Event::PartialRefund => Some(false),
                Event::RefundConfirmed | Event::PartialRefundConfirmed => Some(true),
                _ => None,
            };
            assert_eq!(confirmed, expected, "{event:?}");
        }
        assert_eq!(ids.len(), 1);
    }
}

#[test]
fn a_triggered_order_expires_when_the_simulators_would() {
    let keys = ServerKeys::from(ServerKey::new(SERVER_KEY).unwrap());
    let now: WibTime = "2026-11-22 10:00:00".parse().unwrap();
    for (method, hours) in [(Method::from(Akulaku), 2), (Method::from(Kredivo), 24)] {
        for event in usual() {
            let told = scenario(method.clone()).notification(*event, now).unwrap();
            let told = notification::verify(told.as_bytes(), &keys).unwrap();
            let times = (
                told.reported().transaction_time(),
                told.reported().expiry_time(),
            );
            let (Some(made), Some(expires)) = times else {
                panic!("{event:?} tells {times:?}")
            };
            assert_eq!(
                expires.unix() - made.unix(),
                hours * 3_600,
                "{method:?} {event:?}"
            );
            if *event == Event::Expire {
                assert_eq!(expires, now);
            }
        }
    }
}

#[test]
fn a_partial_refund_of_everything_is_refused() {
    let mut scenario = scenario(Akulaku);
    scenario.refund = Some(scenario.amount);
    let now = "2026-11-22 10:00:00".parse().unwrap();
    assert!(
        scenario
            .notification(Event::PartialRefund, now)
            .unwrap_err()
            .text()
            .contains("less than the amount")
    );
}

#[test]
fn a_refund_that_a_wallet_makes_by_day_alone_says_so_at_night() {
    let mut scenario = scenario(Akulaku);
    scenario.payment_type = PaymentType::from("shopeepay");
    let link = "shopeepay.callback_url=https://shop.example";
    scenario.charge.push(Change::set(link).unwrap());
    let day = "2026-11-22 10:00:00".parse().unwrap();
    assert!(scenario.notification(Event::Refund, day).is_ok());
    let night = "2026-11-22 23:58:00".parse().unwrap();
    let failure = scenario.notification(Event::Refund, night).unwrap_err();
    let said = format!("{failure:?}");
    assert!(said.contains("from 06:00 to 23:55"), "{said}");
}
