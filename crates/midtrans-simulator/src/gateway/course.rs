//! A transaction comes to another status, and the merchant is told.

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::fault::{Fault, LEAD, Place};
use super::ledger::IllegalTransition;
use super::outbox::NewMessage;
use super::timeline::TimelineEvent;
use super::{Event, Gateway, rendering};

impl Gateway {
    /// Brings a transaction to a status and notifies the merchant.
    pub(super) fn advance(
        &mut self,
        index: usize,
        to: TransactionStatus,
        at: WibTime,
    ) -> Result<(), IllegalTransition> {
        if !self.ledger.allows(index, &to, at) {
            return Err(IllegalTransition);
        }
        let to = self.wallet_answer(index, to);
        let from = self.ledger[index].status.clone();
        self.ledger.transition(index, to, at)?;
        self.move_wallet(index, &from);
        let method = self.ledger[index].method;
        if self.ledger[index].status == TransactionStatus::Settlement {
            method.settle(self.ledger.change(index), &mut self.ids, at);
        }
        self.report(index, at);
        Ok(())
    }

    /// Notifies the merchant, and records the event, of a transaction's new status.
    pub(super) fn report(&mut self, index: usize, at: WibTime) {
        let status = self.ledger[index].status.clone();
        self.tell(|gateway| {
            let payment = &gateway.ledger[index];
            Event::Moved {
                order_id: payment.order_id.clone(),
                transaction_id: payment.id.clone(),
                status: payment.status.clone(),
            }
        });
        self.note(index, at, TimelineEvent::StatusChanged(status));
        self.announce(index, at);
    }

    pub(super) fn announce(&mut self, index: usize, happened: WibTime) {
        let payment = &self.ledger[index];
        // Where the browser is to be first, notifications wait.
        let lead = if payment.leads_browser {
            LEAD
        } else {
            Duration::ZERO
        };
        let at = happened.checked_add(lead).unwrap_or(happened);
        let urls: Vec<String> = if payment.targets.replace.is_empty() {
            let own = self.settings.notification_url.iter();
            own.chain(&payment.targets.append).cloned().collect()
        } else {
            payment.targets.replace.clone()
        };
        let body = rendering::notification(payment, &self.settings);
        let (order_id, transaction_id) = (payment.order_id.clone(), payment.id.clone());
        let status = payment.status.clone();
        let message = NewMessage {
            order_id: &order_id,
            transaction_id: &transaction_id,
            status: &status,
            body: &body,
        };
        for url in urls {
            let faults = self.draw(Place::Notification, &order_id);
            if faults.contains(&Fault::Forge) {
                let body = rendering::forged_notification(&self.ledger[index], &self.settings);
                let message = NewMessage {
                    status: &TransactionStatus::Settlement,
                    body: &body,
                    ..message
                };
                let id = self.outbox.add(&message, &url, at, Some(Fault::Forge));
                self.note(index, happened, TimelineEvent::NotificationCreated(id));
            }
            let fault = faults.into_iter().find(|fault| *fault != Fault::Forge);
            let id = self.outbox.add(&message, &url, at, fault);
            self.note(index, happened, TimelineEvent::NotificationCreated(id));
        }
    }
}
