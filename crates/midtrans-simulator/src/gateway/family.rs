//! Notifications about something that is no transaction: each family has a URL of its own in the
//! dashboard, and without one they go to the payment notification URL.

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::fault::Place;
use super::outbox::NewMessage;
use super::{Fault, Gateway};

/// A family of notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    PayAccount,
    Recurring,
}

impl Gateway {
    /// Notifies the merchant. `id` is that of the account or the subscription; the message's status
    /// is the family's own word.
    pub(super) fn announce_to(
        &mut self,
        family: Family,
        id: &str,
        status: &str,
        body: &str,
        at: WibTime,
    ) {
        let own = match family {
            Family::PayAccount => &self.settings.pay_account_url,
            Family::Recurring => &self.settings.recurring_url,
        };
        let url = own.as_ref().or(self.settings.notification_url.as_ref());
        let Some(url) = url.cloned() else {
            return;
        };
        let status = TransactionStatus::from(status);
        let message = NewMessage {
            order_id: id,
            transaction_id: id,
            status: &status,
            body,
        };
        // A forged one is made of a transaction.
        let faults = self.draw_of(Place::Notification, id, |fault| fault != Fault::Forge);
        self.outbox.add(&message, &url, at, faults.first().copied());
    }
}
