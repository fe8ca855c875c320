//! `POST /v1/subscriptions`
//!
//! Makes a subscription. [Gateway page](https://docs.midtrans.com/reference/create-subscription)

use std::time::Duration;

use http::{Method, Request, StatusCode};
use serde_json::Value;

use super::{
    Contents, IntervalUnit, RetrySchedule, RetryUnit, Schedule, Subscription, SubscriptionToken,
};
use crate::account::Host;
use crate::charge::read::checked;
use crate::charge::shape::CUSTOMER;
use crate::charge::{Field, Shape};
use crate::fields::Fields;
use crate::money::whole_rupiah;
use crate::of_contents::of_contents;
use crate::operation::{Operation, Replay};
use crate::pay_account::AccountId;
use crate::reply::{ReplyError, answers};
use crate::time::WibTime;
use crate::{CustomerDetails, Environment, InvalidInput, Merchant};

/// Makes a subscription. A value of this type has passed every check that can be made before
/// sending. In the JSON that [`from_json`](Self::from_json) reads, the amount may be a text or a
/// number.
///
/// ```
/// use midtrans_protocol::Rupiah;
/// use midtrans_protocol::subscription::{
///     Contents, Create, IntervalUnit, Schedule, SubscriptionToken,
/// };
///
/// let token = SubscriptionToken::new("48111111sHfSakAvHvFQFEjTivUV1114")?;
/// let monthly = Schedule::every(1, IntervalUnit::Month);
/// let create = Create::new(Contents::card("kopi-bulanan", Rupiah::new(14_000), token, monthly))?;
/// assert_eq!(
///     format!("{create:?}"),
///     "Create(Contents { name: \"kopi-bulanan\", amount: Rupiah(14000), \
///      schedule: Schedule { interval: 1, interval_unit: Month, max_interval: None, start_time: None }, .. })"
/// );
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create(Contents);

of_contents!(Create, "a subscription", read);

impl Operation for Create {
    type Account = Merchant;
    type Reply = Subscription;
    const NAME: &'static str = "create_subscription";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::POST, Host::Api, "/v1/subscriptions", self.to_json())
    }

    /// The page lists the header `Idempotency-Key`, which holds for three minutes. Without a key, a
    /// second copy may be a second subscription.
    fn replay(&self) -> Replay {
        Replay::Keyed
    }

    /// Three minutes, and so less than for other operations.
    fn key_lifetime(&self) -> Duration {
        Duration::from_secs(3 * 60)
    }

    fn target(&self) -> Option<&str> {
        Some(&self.0.name)
    }

    /// An idempotency key that was used before brings back another subscription.
    fn accept_reply(
        &self,
        http: StatusCode,
        reply: Subscription,
    ) -> Result<Subscription, ReplyError> {
        let is_its = reply.name().is_none_or(|name| name == self.0.name);
        answers(
            is_its,
            "the subscription of this name, under an idempotency key of its own",
            http,
            reply.raw(),
        )?;
        Ok(reply)
    }
}

fn is_amount(value: &Value) -> bool {
    amount_of(value).is_some()
}

fn amount_of(value: &Value) -> Option<crate::Rupiah> {
    match value {
        Value::String(text) => whole_rupiah(text),
        value => value.as_u64().map(crate::Rupiah::new),
    }
}

fn is_count(value: &Value) -> bool {
    count_of(value).is_some()
}

fn count_of(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => u32::try_from(value.as_u64()?).ok(),
    }
}

const COUNT: Shape = Shape::Checked(is_count, "a whole number");
const SUBSCRIPTION: &[Field] = &[
    Field::required("name", Shape::Text),
    Field::required("amount", Shape::Checked(is_amount, "whole rupiah")),
    Field::required("currency", Shape::Text),
    Field::required("payment_type", Shape::Text),
    Field::required("token", Shape::Text),
    Field::optional(
        "gopay",
        Shape::Exact(&[Field::required("account_id", Shape::Text)]),
    ),
    Field::required(
        "schedule",
        Shape::Exact(&[
            Field::required("interval", COUNT),
            Field::required("interval_unit", Shape::Text),
            Field::optional("max_interval", COUNT),
            Field::optional("start_time", Shape::Text),
        ]),
    ),
    Field::optional(
        "retry_schedule",
        Shape::Exact(&[
            Field::required("interval", COUNT),
            Field::required("interval_unit", Shape::Text),
            Field::required("max_interval", COUNT),
        ]),
    ),
    Field::optional("metadata", Shape::Free),
    Field::optional("customer_details", Shape::Object(CUSTOMER)),
];

fn read(json: &str) -> Result<Contents, InvalidInput> {
    let mut fields = checked("subscription", json, SUBSCRIPTION)?;
    let fields = &mut fields;
    let name = fields.text("name").unwrap_or_default();
    let amount = fields.value("amount").as_ref().and_then(amount_of);
    if fields.text("currency").as_deref() != Some("IDR") {
        return Err(InvalidInput::new("currency", "IDR"));
    }
    let payment_type = fields.text("payment_type");
    let token = SubscriptionToken::new(fields.text("token").unwrap_or_default())?;
    let account = fields.object("gopay");
    let account = account.and_then(|mut gopay| gopay.text("account_id"));
    let schedule = schedule(fields)?;
    let mut contents = Contents::card(name, amount.unwrap_or_default(), token, schedule);
    contents.account_id = match (payment_type.as_deref(), account) {
        (Some("credit_card"), None) => None,
        (Some("gopay"), Some(account)) => Some(AccountId::received(account)?),
        (Some("gopay"), None) => {
            return Err(InvalidInput::new(
                "gopay.account_id",
                "the linked account; the gateway insists on it",
            ));
        }
        _ => {
            let expected = "credit_card, or gopay with its account";
            return Err(InvalidInput::new("payment_type", expected));
        }
    };
    contents.retry_schedule = fields.object("retry_schedule").map(retries);
    contents.metadata = fields.map("metadata");
    contents.customer_details = fields.object("customer_details").map(CustomerDetails::read);
    contents.extra = fields.take_rest();
    Ok(contents)
}

fn schedule(fields: &mut Fields) -> Result<Schedule, InvalidInput> {
    let mut wire = fields.object("schedule").unwrap_or_default();
    let unit = IntervalUnit::from(&*wire.text("interval_unit").unwrap_or_default());
    let interval = wire.count("interval").unwrap_or_default();
    let mut schedule = Schedule::every(interval, unit);
    schedule.max_interval = wire.count("max_interval");
    if let Some(time) = wire.text("start_time") {
        let time = WibTime::from_iso(&time).map_err(|error| {
            InvalidInput::new("schedule.start_time", error.expected().to_owned())
        })?;
        schedule.start_time = Some(time);
    }
    Ok(schedule)
}

fn retries(mut wire: Fields) -> RetrySchedule {
    let unit = RetryUnit::from(&*wire.text("interval_unit").unwrap_or_default());
    let interval = wire.count("interval").unwrap_or_default();
    let max_interval = wire.count("max_interval").unwrap_or_default();
    RetrySchedule::new(interval, unit, max_interval)
}
