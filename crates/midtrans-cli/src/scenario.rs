//! Makes notifications as the gateway makes them, by living through a payment on a simulated
//! gateway.

mod card;
mod event;
mod product;
#[cfg(test)]
mod tests;

use std::time::Duration;

use midtrans_protocol::account::Account;
use midtrans_protocol::ids::{PaymentId, RefundKey};
use midtrans_protocol::method::{Akulaku, Method, PaymentType};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::{Cancel, Refund};
use midtrans_protocol::{
    Charge, Environment, GatewayReply, Merchant, OrderId, RequestOptions, Rupiah, decode, encode,
};
use midtrans_simulator::gateway::{BANK_CONFIRMS_AFTER, Choice, Command, Gateway, Settings};
use serde_json::json;

use crate::failure::Failure;
use crate::field_change::Change;
pub(crate) use event::Event;
pub(crate) use product::ProductEvent;

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
        if self.is_card() && event.is_settled() {
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
            .filter(|message| message.transaction_status == event.status());
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
            charge["credit_card"] = card::fields(&mut gateway, event, made)?;
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
        let account = merchant(gateway)?;
        match exchange(gateway, &account, operation, now)? {
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

/// Has the gateway answer an operation.
fn exchange<A: Account, O: Operation<Account = A>>(
    gateway: &mut Gateway,
    account: &A,
    operation: &O,
    now: WibTime,
) -> Result<Result<O::Reply, ReplyError>, Failure> {
    let request = encode(operation, account, &RequestOptions::default(), now.into());
    let answer = gateway.handle(&request, now).into_response();
    let (head, body) = answer
        .ok_or_else(|| Failure::refused("no answer"))?
        .into_parts();
    let reply = GatewayReply::from_own_client(head.status, body);
    Ok(decode(operation, reply))
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

const NOWHERE: &str = "http://127.0.0.1";
const REFUND: &str = "-r1";
/// The code of a payment type that is not activated.
const NOT_PLAYED: u16 = 402;
const FIRST_OF_2026: i64 = 1_767_225_600;
