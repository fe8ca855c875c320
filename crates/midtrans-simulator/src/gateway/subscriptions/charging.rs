//! The charges of subscriptions, by the gateway's clock.
//! ([Notifications](https://docs.midtrans.com/reference/http-notification))

use std::collections::HashMap;

use http::Request;
use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::{Value, json};

use super::rendering;
use crate::gateway::Gateway;
use crate::gateway::body::Body;
use crate::gateway::charge::Origin;
use crate::gateway::family::Family;
use crate::gateway::fault::{Fault, Place};
use crate::gateway::method::gopay::ACCOUNT;
use crate::gateway::method::{DAY, Instructions, Opening, Played};
use crate::gateway::pay_accounts::AccountStatus;
use crate::gateway::pay_accounts::charging::no_money;
use crate::gateway::payment::{Parent, Payment};

/// The charges of one subscription in one move of the clock, at most. The calendar goes on behind
/// the move, without the charges between.
pub(in crate::gateway) const MOST_AT_ONCE: u64 = 1_000;

/// A move of the clock, and the charges that each subscription has had in it.
#[derive(Debug)]
pub(in crate::gateway) struct Leap {
    to: WibTime,
    made: HashMap<usize, u64>,
}

impl Leap {
    pub(in crate::gateway) fn to(to: WibTime) -> Self {
        Self {
            to,
            made: HashMap::new(),
        }
    }
}

/// What came of a charge.
enum Charged {
    /// A transaction was made, by its number.
    Made(usize),
    /// Nothing was made, for this code and sentence.
    Nothing(u16, &'static str),
}

impl Gateway {
    /// Carries out the charges of subscriptions that are due by then, each at its own time.
    /// `leap` is the move of the clock that they are due in.
    pub(in crate::gateway) fn charge_subscriptions(&mut self, until: WibTime, leap: &mut Leap) {
        while let Some((at, number)) = self.shelves.agenda.take(until) {
            let made = leap.made.entry(number).or_default();
            *made += 1;
            if *made > MOST_AT_ONCE {
                let schedule = &mut self.shelves.subscriptions.change(number).schedule;
                schedule.next = schedule.first_after(leap.to);
                self.plan(number);
            } else {
                self.charge_subscription(number, at);
            }
        }
    }

    fn charge_subscription(&mut self, number: usize, at: WibTime) {
        let charged = self.charge_now(number, at);
        let (transaction, is_paid) = match charged {
            Charged::Made(index) => {
                let payment = &self.ledger[index];
                let id = payment.id.clone();
                let subscription = self.shelves.subscriptions.change(number);
                subscription.transactions.push(id);
                let payment = &self.ledger[index];
                (transaction(payment), payment.notified_code() == 200)
            }
            Charged::Nothing(code, sentence) => {
                let body = Body::default()
                    .text("status_message", sentence)
                    .text("status_code", &code.to_string());
                (body, false)
            }
        };
        self.after_charge(number, is_paid, at);
        let subscription = &self.shelves.subscriptions[number];
        let id = subscription.id.clone();
        let body = rendering::charged(transaction, subscription, &self.settings.merchant_id);
        self.announce_to(Family::Recurring, &id, "subscription.charge", &body, at);
        self.plan(number);
    }

    /// A charge that failed is retried by its own schedule. When no retry is left, the
    /// subscription is inactive, as in the gateway's samples; no page says who disables it.
    fn after_charge(&mut self, number: usize, is_paid: bool, at: WibTime) {
        let subscription = self.shelves.subscriptions.change(number);
        if is_paid {
            subscription.retried = 0;
            subscription.schedule.advance(at);
            subscription.is_active = subscription.schedule.next.is_some();
            return;
        }
        let retry = subscription
            .retry
            .clone()
            .filter(|retry| subscription.retried < retry.max_interval);
        let next = retry.and_then(|retry| retry.unit.after(at, retry.interval));
        match next {
            Some(next) => {
                subscription.retried += 1;
                subscription.schedule.next = Some(next);
            }
            None => subscription.is_active = false,
        }
    }

    fn charge_now(&mut self, number: usize, at: WibTime) -> Charged {
        let subscription = &self.shelves.subscriptions[number];
        let (name, token) = (subscription.name.clone(), subscription.token.clone());
        let is_gopay = subscription.payment_type == "gopay";
        let amount = Rupiah::new(subscription.amount.parse().unwrap_or(0));
        let faults = self.draw_of(Place::Customer, &name, |fault| fault == Fault::Decline);
        let is_declined = !faults.is_empty();
        if is_gopay && !is_declined {
            return self.charge_account(number, amount, at);
        }
        // A card that was really saved here answers as it does for any charge.
        if !is_gopay && !is_declined && self.tokens.get(&token, at).is_some() {
            return self.charge_saved_card(number, amount, at);
        }
        let status = match is_declined {
            true => TransactionStatus::Deny,
            false => TransactionStatus::Capture,
        };
        let method = if is_gopay { "gopay" } else { "credit_card" };
        let fields = match is_gopay {
            true => Instructions::new(),
            false => card_fields(&token, is_declined),
        };
        self.add_charged(number, method, fields, (status, amount), at)
    }

    fn charge_account(&mut self, number: usize, amount: Rupiah, at: WibTime) -> Charged {
        let id = self.shelves.subscriptions[number].account_id.clone();
        let found = id.and_then(|id| self.shelves.pay_accounts.find(&id));
        let Some(found) = found else {
            return Charged::Nothing(404, "Account doesn't exist.");
        };
        let account = self.shelves.pay_accounts.change(found);
        if account.status != AccountStatus::Enabled {
            return Charged::Nothing(412, "Account status cannot be updated.");
        }
        let mut fields = Instructions::from_iter([(ACCOUNT.to_owned(), account.id.clone().into())]);
        let status = match account.balance.checked_sub(amount.get()) {
            Some(left) => {
                account.balance = left;
                TransactionStatus::Settlement
            }
            None => {
                fields.extend(no_money());
                TransactionStatus::Deny
            }
        };
        self.add_charged(number, "gopay", fields, (status, amount), at)
    }

    fn charge_saved_card(&mut self, number: usize, amount: Rupiah, at: WibTime) -> Charged {
        let order_id = self.subscription_order();
        let subscription = &self.shelves.subscriptions[number];
        let charge = json!({
            "payment_type": "credit_card",
            "transaction_details": { "order_id": order_id, "gross_amount": amount.get() },
            "credit_card": { "token_id": subscription.token },
            "metadata": subscription.metadata,
        });
        let parent = Parent::Subscription(subscription.id.clone());
        let request = Request::new(charge.to_string().into_bytes());
        match self.charge_from(Origin::own(Some(parent)), &request, at) {
            Ok(_) => Charged::Made(self.ledger.payments().len() - 1),
            Err(_) => Charged::Nothing(411, "Token id is missing, invalid, or timed out"),
        }
    }

    /// Adds a transaction that is over as soon as it is made.
    fn add_charged(
        &mut self,
        number: usize,
        method: &str,
        instructions: Instructions,
        (status, amount): (TransactionStatus, Rupiah),
        at: WibTime,
    ) -> Charged {
        let Some(method) = Played::named(method) else {
            return Charged::Nothing(402, "Merchant doesn't have access for this payment type");
        };
        let order_id = self.subscription_order();
        let opening = Opening {
            status,
            ..Opening::pending(instructions)
        };
        let expires = at.checked_add(DAY).unwrap_or(at);
        let id = self.ids.uuid();
        let subscription = &self.shelves.subscriptions[number];
        let index = self.ledger.add(Payment {
            parent: Some(Parent::Subscription(subscription.id.clone())),
            metadata: subscription.metadata.clone(),
            ..Payment::new(id, method, order_id, amount, opening, at, expires)
        });
        self.report(index, at);
        Charged::Made(index)
    }

    /// The order id of a charge, as notifications have had it since August 2023.
    fn subscription_order(&mut self) -> String {
        format!("SUBS-{}", self.ids.digits(32))
    }
}

fn transaction(payment: &Payment) -> Body {
    let body = Body::default()
        .text("transaction_status", payment.status.as_str())
        .text("transaction_id", &payment.id)
        .text("status_code", &payment.notified_code().to_string());
    match (payment.method.payment_type(), &payment.status) {
        ("credit_card", TransactionStatus::Deny) => body
            .text("channel_response_message", "Do not honour")
            .text("channel_response_code", "05"),
        ("credit_card", _) => body
            .text("channel_response_message", "Approved")
            .text("channel_response_code", "0"),
        _ => body,
    }
}

/// The fields of a card that is only known by a made-up token.
fn card_fields(token: &str, is_declined: bool) -> Instructions {
    let (code, message) = match is_declined {
        true => ("05", "Do not honour"),
        false => ("00", "Approved"),
    };
    let known = |from: usize, to: usize| {
        token
            .get(from..to)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let masked = match (
        known(0, 8),
        known(token.len().saturating_sub(4), token.len()),
    ) {
        (Some(first), Some(last)) => format!("{first}-{last}"),
        _ => "48111111-1114".to_owned(),
    };
    let fields: [(&str, Value); 5] = [
        ("masked_card", masked.into()),
        ("bank", "bni".into()),
        ("card_type", "credit".into()),
        ("channel_response_code", code.into()),
        ("channel_response_message", message.into()),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
