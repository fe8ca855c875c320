//! What the shop does: take an order, charge, listen.

use std::sync::Arc;
use std::time::SystemTime;

use midtrans_axum::protocol::{Charge, Notification, RedirectUrl};
use midtrans_inbox::{Accepted, Expectation, Expecting, SETTLEMENT_IS_TOLD_AFTER};
use midtrans_reqwest::midtrans_transport::{AsyncClient, AsyncTransport, CallOptions};

use crate::books::{Books, Trouble};
use crate::cart::OrderForm;
use crate::journal::{Journal, Way};

/// The shop. Clones are the same shop.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) client: AsyncClient<Arc<dyn AsyncTransport>>,
    pub(crate) books: Arc<dyn Books>,
    pub(crate) journal: Journal,
}

impl Shop {
    /// Charges an order, unless it was charged before and may still be paid.
    ///
    /// The charge is a task of its own: a customer who closes the browser does not leave it half done.
    pub(crate) async fn pay(&self, form: OrderForm, charge: Charge) -> Result<(), Trouble> {
        let shop = self.clone();
        tokio::spawn(async move { shop.charge(&form, &charge).await }).await?
    }

    async fn charge(&self, form: &OrderForm, charge: &Charge) -> Result<(), Trouble> {
        let expectation = Expectation::of(charge, self.client.idempotency_key()?, SystemTime::now());
        // Committed before the charge is sent. A shop that dies from here on finds the order again and asks.
        if self.books.place(form, &expectation).await? != Expecting::Recorded {
            return Ok(());
        }
        let id = &form.order_id;
        let options = CallOptions::keyed(expectation.idempotency_key);
        match self.client.send_with(charge, &options).await {
            Ok(transaction) => match transaction.redirect_url().and_then(|url| self.checked(&url)) {
                Some(page) => self.books.note_pay_page(id, &page).await,
                // Nowhere to send the customer. The worker finds out.
                None => self.books.ask_by(id, SystemTime::now()).await,
            },
            // A taken order id may have been taken by an attempt of this very charge, and a denied charge is a
            // transaction: the worker finds out.
            Err(error) if error.outcome_unknown() || error.is_duplicate_order() || error.is_denied() => {
                self.journal.say(Way::Api, format!("{id}: {error}"));
                self.books.ask_by(id, SystemTime::now()).await
            }
            Err(error) => {
                self.journal.say(Way::Api, format!("{id}: {error}"));
                self.books.note_refusal(id).await
            }
        }
    }

    /// Stores what the gateway notified, and nothing else: what it means is the worker's business.
    pub(crate) async fn notified(&self, notification: &Notification) -> Result<Accepted, Trouble> {
        let accepted = self.books.accept(notification).await?;
        let words = match accepted {
            Accepted::New => "stored",
            Accepted::Repeat => "stored before, nothing to do",
        };
        let (id, code) = (notification.order_id(), notification.status_code());
        self.journal.say(Way::Notification, format!("{id}: a genuine notification, code {code}: {words}"));
        Ok(accepted)
    }

    /// The customer is back. If the gateway does not tell in time how it went, it is asked.
    pub(crate) async fn landed(&self, id: &str) -> Result<(), Trouble> {
        self.books.ask_by(id, SystemTime::now() + SETTLEMENT_IS_TOLD_AFTER).await
    }

    /// An address that customers may be sent to. What is none is as good as no address.
    pub(crate) fn checked(&self, url: &str) -> Option<RedirectUrl> {
        RedirectUrl::new(url, self.client.merchant().environment()).ok()
    }
}
