//! Makes notifications as the gateway makes them, by living through a payment on a simulated
//! gateway.

use std::time::Duration;

use http::Request;
use midtrans_protocol::account::ClientAccount;
use midtrans_protocol::card::{CardExpiry, CardNumber, SecurityCode, Token};
use midtrans_protocol::ids::{PaymentId, RefundKey};
use midtrans_protocol::method::{Akulaku, Method, PaymentType};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::{Cancel, Refund, TransactionStatus};
use midtrans_protocol::{
    Charge, Environment, GatewayReply, Merchant, OrderId, RequestOptions, Rupiah, encode,
};
use midtrans_simulator::gateway::{BANK_CONFIRMS_AFTER, Choice, Command, Gateway, Settings};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::field_change::Change;

/// An event of a payment that can be notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Event {
    /// The charge was made; the customer has not paid yet
    Pending,
    /// The money of a card is reserved
    Authorize,
    /// A card was charged; it settles the next day
    Capture,
    /// A card was charged, and the merchant has to approve or deny it
    Challenge,
    /// The customer has paid
    Settlement,
    /// The provider refused the customer
    Deny,
    /// The merchant cancelled
    Cancel,
    /// The customer did not pay in time
    Expire,
    /// A part of the money goes back
    PartialRefund,
    /// The bank has confirmed that part
    PartialRefundConfirmed,
    /// All of the money goes back
    Refund,
    /// The bank has confirmed it
    RefundConfirmed,
}

/// One payment.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) payment_type: PaymentType,
    /// Further fields of its charge.
    pub(crate) charge: Vec<Change>,
    pub(crate) order_id: OrderId,
    pub(crate) amount: Rupiah,
    /// The amount of a partial refund; half of the payment where none is given.
    pub(crate) refund: Option<Rupiah>,
    pub(crate) merchant_id: Option<String>,
}

impl Scenario {
    /// The notification of this event, as if it happened now. It is signed with the simulator's
    /// key.
    pub(crate) fn notification(&self, event: Event, now: WibTime) -> Result<String, Failure> {
        let made = earlier(
            now,
            if event == Event::Expire {
                self.lifetime(now)?
            } else {
                BANK_CONFIRMS_AFTER
            },
        )?;
        let mut gateway = self.charged_for(event, NOWHERE, made)?;
        let order = self.order_id.as_str();
        match event {
            Event::Pending => {}
            Event::Deny => drop(gateway.choose(order, Choice::Decline, made)),
            Event::Cancel => {
                let id = self.payment_id(&gateway)?;
                self.send(&mut gateway, &Cancel::new(id), made)?;
            }
            Event::Expire => drop(gateway.due(now)),
            _ => drop(gateway.choose(order, Choice::Approve, made)),
        }
        if self.is_card() && is_settled(event) {
            // The day's captures are settled.
            let settled = gateway.command(order, Command::Settle, made);
            settled.map_err(|error| Failure::refused(error.to_string()))?;
        }
        if matches!(event, Event::Refund | Event::RefundConfirmed) {
            let all = Refund::full(self.payment_id(&gateway)?, self.refund_key()?);
            self.send(&mut gateway, &all, made)
                .map_err(|failure| self.at_its_hours(failure, made))?;
        }
        if matches!(event, Event::PartialRefund | Event::PartialRefundConfirmed) {
            let id = self.payment_id(&gateway)?;
            let part = Refund::part(id, self.refund_key()?, self.part())?;
            self.send(&mut gateway, &part, made)
                .map_err(|failure| self.at_its_hours(failure, made))?;
        }
        if matches!(
            event,
            Event::RefundConfirmed | Event::PartialRefundConfirmed
        ) {
            drop(gateway.due(now));
        }
        let told = gateway
            .messages()
            .last()
            .filter(|message| message.transaction_status == status(event));
        let told = told.ok_or_else(|| self.never_happens(event))?;
        Ok(told
            .body
            .replace(&*told.transaction_id, &self.transaction_id()?))
    }

    /// A gateway on which the order was just charged, and that notifies there.
    pub(crate) fn charged(&self, url: &str, made: WibTime) -> Result<Gateway, Failure> {
        self.charged_for(Event::Pending, url, made)
    }

    fn charged_for(&self, event: Event, url: &str, made: WibTime) -> Result<Gateway, Failure> {
        let mut settings = Settings::new(NOWHERE);
        settings.notification_url = Some(url.to_owned());
        settings.seed = self.seed();
        // A scenario has an order and an amount, and nothing that could be listed.
        settings.lenient = true;
        if let Some(id) = &self.merchant_id {
            settings.merchant_id.clone_from(id);
        }
        let mut gateway = Gateway::new(settings);
        let mut charge = json!({
            "payment_type": self.payment_type.as_str(),
            "transaction_details": {
                "order_id": self.order_id.as_str(),
                "gross_amount": self.amount.get(),
            },
        });
        if self.is_card() {
            charge["credit_card"] = card(&mut gateway, event, made)?;
        }
        for change in &self.charge {
            change.apply(&mut charge).map_err(|field| {
                Failure::usage(format!("--charge {field}: the charge has no place for it"))
            })?;
        }
        let charge = Charge::from_json(&charge.to_string()).map_err(|error| {
            let next = format!("give it with --charge {}=TEXT", error.field());
            Failure::from(error).next(next)
        })?;
        self.send(&mut gateway, &charge, made)?;
        Ok(gateway)
    }

    fn is_card(&self) -> bool {
        self.payment_type == PaymentType::CreditCard
    }

    /// The amount of a partial refund.
    fn part(&self) -> Rupiah {
        let half = self.amount.get().div_ceil(2);
        self.refund.unwrap_or(Rupiah::new(half))
    }

    fn never_happens(&self, event: Event) -> Failure {
        let is_part = matches!(event, Event::PartialRefund | Event::PartialRefundConfirmed);
        if is_part && self.part() >= self.amount {
            Failure::usage("a partial refund has to be less than the amount")
        } else {
            Failure::usage(format!(
                "this never happens to a payment of the type {}",
                self.payment_type
            ))
        }
    }

    /// The gateway may have such payments; it is the simulator that has none.
    fn not_played(&self) -> Failure {
        let name = &self.payment_type;
        let what = format!("the simulator plays no payments of the type {name} yet");
        let next = format!("change an event of another type: --set payment_type={name}");
        Failure::usage(what).next(next)
    }

    /// The time that the gateway gives the customer.
    fn lifetime(&self, now: WibTime) -> Result<Duration, Failure> {
        let made = self.charged(NOWHERE, now)?.timeline(self.order_id.as_str());
        let expires = made.map_or(now, |timeline| timeline.summary.expires);
        Ok(Duration::from_secs(expires.unix().abs_diff(now.unix())))
    }

    /// A refund that is refused, with the hours of a wallet that gives nothing back at night.
    fn at_its_hours(&self, failure: Failure, made: WibTime) -> Failure {
        let local = made.to_string();
        let hour = local.get(11..16).unwrap_or_default();
        let is_night = !("06:00".."23:55").contains(&hour);
        match self.payment_type.as_str() {
            "shopeepay" | "qris" if is_night => failure.next(format!(
                "ShopeePay refunds work from 06:00 to 23:55 in Jakarta, where it is {hour}"
            )),
            _ => failure,
        }
    }

    fn send<O: Operation<Account = Merchant>>(
        &self,
        gateway: &mut Gateway,
        operation: &O,
        now: WibTime,
    ) -> Result<(), Failure> {
        let request: Request<Vec<u8>> = encode(
            operation,
            &merchant(gateway)?,
            &RequestOptions::default(),
            now.into(),
        );
        let answer = gateway.handle(&request, now).into_response();
        let (head, body) = answer
            .ok_or_else(|| Failure::refused("no answer"))?
            .into_parts();
        match midtrans_protocol::decode(operation, GatewayReply::from_own_client(head.status, body))
        {
            Ok(_) => Ok(()),
            Err(ReplyError::Api(refusal)) if refusal.code() == NOT_PLAYED => Err(self.not_played()),
            Err(error) => Err(Failure::usage(format!(
                "such an event cannot happen: {error}"
            ))),
        }
    }

    /// The transaction id: the gateway knows some payments by nothing else.
    fn payment_id(&self, gateway: &Gateway) -> Result<PaymentId, Failure> {
        let id = gateway.transaction_id(self.order_id.as_str());
        Ok(PaymentId::received(id.unwrap_or_default())?)
    }

    fn refund_key(&self) -> Result<RefundKey, Failure> {
        // An order id may be as long as a refund key may be.
        let kept: String = self
            .order_id
            .as_str()
            .chars()
            .take(RefundKey::MAX - REFUND.len())
            .collect();
        Ok(RefundKey::new(format!("{kept}{REFUND}"))?)
    }

    /// The same for all events of one order, as with the gateway.
    fn transaction_id(&self) -> Result<String, Failure> {
        let gateway = self.charged(
            NOWHERE,
            WibTime::from_unix(FIRST_OF_2026).ok_or_else(|| Failure::refused("no time"))?,
        )?;
        Ok(gateway
            .messages()
            .first()
            .map(|message| message.transaction_id.to_string())
            .unwrap_or_default())
    }

    /// FNV-1a of payment type and order.
    fn seed(&self) -> u64 {
        let bytes = self
            .payment_type
            .as_str()
            .bytes()
            .chain(self.order_id.as_str().bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}

/// A payment type for what is the same with all of them.
pub(crate) fn any_payment_type() -> PaymentType {
    Method::from(Akulaku).payment_type()
}

/// A charge's fields of a test card that makes an event happen, once the customer has authenticated.
fn card(gateway: &mut Gateway, event: Event, made: WibTime) -> Result<Value, Failure> {
    let number = match event {
        Event::Challenge => CHALLENGED_CARD,
        _ => ACCEPTED_CARD,
    };
    let year = made.to_string().chars().take(4).collect::<String>();
    let expiry = CardExpiry::new("12", &year)?;
    let token = Token::of_card(CardNumber::new(number)?, expiry, SecurityCode::new("123")?);
    let settings = gateway.settings();
    let environment = Environment::custom(&settings.url)?;
    let account = ClientAccount::new(environment, settings.client_key().clone())?;
    let request = encode(&token, &account, &RequestOptions::default(), made.into());
    let answer = gateway.handle(&request, made).into_response();
    let (head, body) = answer
        .ok_or_else(|| Failure::refused("no answer"))?
        .into_parts();
    let reply = GatewayReply::from_own_client(head.status, body);
    let token = midtrans_protocol::decode(&token, reply)
        .map_err(|error| Failure::refused(error.to_string()))?;
    let kind = match event {
        Event::Authorize => "authorize",
        _ => "authorize_capture",
    };
    Ok(json!({
        "token_id": token.token_id().as_str(),
        "authentication": true,
        "type": kind,
    }))
}

const fn is_settled(event: Event) -> bool {
    matches!(
        event,
        Event::Settlement
            | Event::PartialRefund
            | Event::PartialRefundConfirmed
            | Event::Refund
            | Event::RefundConfirmed
    )
}

fn merchant(gateway: &Gateway) -> Result<Merchant, Failure> {
    let settings = gateway.settings();
    Ok(Merchant::new(
        Environment::custom(&settings.url)?,
        settings.server_key().clone(),
    )?)
}

fn earlier(now: WibTime, by: Duration) -> Result<WibTime, Failure> {
    let seconds = i64::try_from(by.as_secs()).unwrap_or_default();
    WibTime::from_unix(now.unix() - seconds)
        .ok_or_else(|| Failure::refused("this machine's clock shows no usable time"))
}

const fn status(event: Event) -> TransactionStatus {
    match event {
        Event::Pending => TransactionStatus::Pending,
        Event::Authorize => TransactionStatus::Authorize,
        Event::Capture | Event::Challenge => TransactionStatus::Capture,
        Event::Settlement => TransactionStatus::Settlement,
        Event::Deny => TransactionStatus::Deny,
        Event::Cancel => TransactionStatus::Cancel,
        Event::Expire => TransactionStatus::Expire,
        Event::PartialRefund | Event::PartialRefundConfirmed => TransactionStatus::PartialRefund,
        Event::Refund | Event::RefundConfirmed => TransactionStatus::Refund,
    }
}

const NOWHERE: &str = "http://127.0.0.1";
/// The gateway's own test cards.
const ACCEPTED_CARD: &str = "4811111111111114";
const CHALLENGED_CARD: &str = "5510111111111115";
const REFUND: &str = "-r1";
/// The code of a payment type that is not activated.
const NOT_PLAYED: u16 = 402;
const FIRST_OF_2026: i64 = 1_767_225_600;

#[cfg(test)]
mod tests {
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
                Some(&status(*event)),
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
                let word = status(*event);
                let happens = always.contains(&word.as_str())
                    || more.split(' ').any(|one| one == word.as_str());
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
                assert_eq!(told.reported().transaction_status(), Some(&status(*event)));
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
}
