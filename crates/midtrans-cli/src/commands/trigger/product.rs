//! Notifications about linked accounts and subscriptions.

use std::time::SystemTime;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::sending::Sending;
use super::{Trigger, name};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::field_change::Change;
use crate::notification_edit::{self, OF_PAY_ACCOUNT};
use crate::scenario::ProductEvent;

impl Trigger {
    pub(super) fn run_product(
        &self,
        context: &Context,
        event: ProductEvent,
    ) -> Result<Exit, Failure> {
        self.refuse_options_of_payments()?;
        let account = context.account()?;
        let now = WibTime::try_from(SystemTime::now())?;
        let told = event.notification(self.amount, account.merchant_id(), now)?;
        let body = if event.is_signed() {
            let key = match self.forge {
                true => None,
                false => Some(account.server_key()?),
            };
            self.worded(&told, OF_PAY_ACCOUNT, key.as_ref())?
        } else {
            self.unsigned(&told)?
        };
        let next = match event.is_signed() {
            true => "pay-account create --phone 81234567890",
            false => "subscription create --name NAME --amount RUPIAH --every month",
        };
        let sending = Sending {
            event: name(event),
            about: about(event, &body),
            is_signed: event.is_signed(),
            next: context.command(next),
        };
        self.send(context, &body, &sending)
    }

    fn unsigned(&self, told: &str) -> Result<String, Failure> {
        if self.forge {
            return Err(
                Failure::usage("--forge: the gateway signs no event of a subscription")
                    .next("leave --forge out: a shop must believe none of them, and ask"),
            );
        }
        let changes: Vec<Change> = self.set.iter().chain(&self.unset).cloned().collect();
        notification_edit::changed(told, &changes)
    }

    fn refuse_options_of_payments(&self) -> Result<(), Failure> {
        let given = [
            ("--payment-type", self.payment_type.is_some()),
            ("--charge", !self.charge.is_empty()),
            ("--refund-amount", self.refund_amount.is_some()),
        ];
        match given.iter().find(|(_, is_given)| *is_given) {
            Some((option, _)) => Err(Failure::usage(format!("{option} is about payments"))
                .next("leave it out; --set changes a field of the notification")),
            None => Ok(()),
        }
    }
}

/// The id of the account or the subscription, under its name.
fn about(event: ProductEvent, body: &str) -> (&'static str, String) {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match event {
        ProductEvent::AccountEnabled | ProductEvent::AccountDisabled => {
            ("account_id", text(&json["account_id"]))
        }
        ProductEvent::SubscriptionCreated => ("subscription_id", text(&json["id"])),
        ProductEvent::SubscriptionCharge => ("subscription_id", text(&json["subscription"]["id"])),
    }
}
