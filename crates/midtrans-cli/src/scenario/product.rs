//! Notifications about linked accounts and subscriptions, made by living through them on a simulated
//! gateway.

use std::time::Duration;

use midtrans_protocol::operation::Operation;
use midtrans_protocol::pay_account::{AccountId, Create, Linking, Unbind};
use midtrans_protocol::subscription::{
    Contents, Create as Subscribe, IntervalUnit, Schedule, SubscriptionToken,
};
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{Merchant, Rupiah};
use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::{Gateway, Settings};

use super::{NOWHERE, earlier, exchange, merchant};
use crate::failure::Failure;

/// An event of a linked account or a subscription that can be notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ProductEvent {
    /// The customer has linked a GoPay account
    #[value(name = "pay_account.enabled")]
    AccountEnabled,
    /// A linked account was unlinked
    #[value(name = "pay_account.disabled")]
    AccountDisabled,
    /// A subscription was made; unsigned
    #[value(name = "subscription.created")]
    SubscriptionCreated,
    /// A subscription was charged; unsigned, the payment has a signed notification of its own
    #[value(name = "subscription.charge")]
    SubscriptionCharge,
}

impl ProductEvent {
    /// Returns whether the gateway signs its notification.
    pub(crate) const fn is_signed(self) -> bool {
        matches!(self, Self::AccountEnabled | Self::AccountDisabled)
    }

    /// The notification of this event, as if it happened now. One that is signed is signed with the
    /// simulator's key. A subscription charges this amount.
    pub(crate) fn notification(
        self,
        amount: Rupiah,
        merchant_id: Option<&str>,
        now: WibTime,
    ) -> Result<String, Failure> {
        let mut settings = Settings::new(NOWHERE);
        settings.notification_url = Some(NOWHERE.to_owned());
        // All events are about one account and one subscription.
        settings.seed = if self.is_signed() { 101 } else { 102 };
        if let Some(id) = merchant_id {
            id.clone_into(&mut settings.merchant_id);
        }
        let mut gateway = Gateway::new(settings);
        let id = match self {
            Self::AccountEnabled | Self::AccountDisabled => self.link(&mut gateway, now)?,
            Self::SubscriptionCreated => subscribe(&mut gateway, amount, now)?,
            Self::SubscriptionCharge => {
                let id = subscribe(&mut gateway, amount, earlier(now, DAY)?)?;
                drop(gateway.due(now));
                id
            }
        };
        let messages = gateway.messages();
        let told = messages.iter().rfind(|message| *message.order_id == *id);
        told.map(|message| message.body.to_string())
            .ok_or_else(|| Failure::refused("the simulator told of no such event"))
    }

    fn link(self, gateway: &mut Gateway, now: WibTime) -> Result<String, Failure> {
        let create = Create::new(PHONE, "https://shop.example")?;
        let id = match ask(gateway, &create, now)? {
            Linking::Started(account) => account.account_id(),
            Linking::Refused(_) => None,
        };
        let id = id.ok_or_else(|| Failure::refused("the simulator linked no account"))?;
        let _ = gateway.link(id.as_str(), LinkChoice::Confirm, now);
        if self == Self::AccountDisabled {
            let unbind = Unbind::new(AccountId::received(id.as_str())?);
            ask(gateway, &unbind, now).map(drop)?;
        }
        Ok(id.as_str().to_owned())
    }
}

/// Makes a subscription that is charged every day, and returns its id.
fn subscribe(gateway: &mut Gateway, amount: Rupiah, made: WibTime) -> Result<String, Failure> {
    let token = SubscriptionToken::new("481111-simulated-1114")?;
    let daily = Schedule::every(1, IntervalUnit::Day);
    let create = Subscribe::new(Contents::card("SUBSCRIPTION-101", amount, token, daily))?;
    let id = ask(gateway, &create, made)?.id();
    id.map(|id| id.as_str().to_owned())
        .ok_or_else(|| Failure::refused("the simulator made no subscription"))
}

fn ask<O: Operation<Account = Merchant>>(
    gateway: &mut Gateway,
    operation: &O,
    now: WibTime,
) -> Result<O::Reply, Failure> {
    let account = merchant(gateway)?;
    exchange(gateway, &account, operation, now)?
        .map_err(|error| Failure::usage(format!("such an event cannot happen: {error}")))
}

const DAY: Duration = Duration::from_secs(86_400);
/// A phone number that has an account.
const PHONE: &str = "81234567890";

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use midtrans_protocol::notification::{Message, verify_any};
    use midtrans_protocol::{ServerKey, ServerKeys};
    use midtrans_simulator::gateway::settings::SERVER_KEY;

    use super::*;

    #[test]
    fn every_event_is_a_notification_of_its_family_about_one_account_or_subscription() {
        let keys = ServerKeys::from(ServerKey::new(SERVER_KEY).unwrap());
        let now = "2026-11-22 10:00:00".parse().unwrap();
        let mut ids = std::collections::BTreeSet::new();
        for event in ProductEvent::value_variants() {
            let body = event
                .notification(Rupiah::new(14_000), Some("G1"), now)
                .unwrap();
            let id = match verify_any(body.as_bytes(), &keys).unwrap() {
                Message::PayAccount(told) => {
                    assert!(event.is_signed(), "{event:?}");
                    told.account_id().to_string()
                }
                Message::Subscription(told) => {
                    assert!(!event.is_signed(), "{event:?}");
                    told.subscription_id().to_string()
                }
                other => panic!("{event:?} is {other:?}"),
            };
            assert!(body.contains("G1"), "{body}");
            ids.insert(id);
        }
        assert_eq!(ids.len(), 2);
    }
}
