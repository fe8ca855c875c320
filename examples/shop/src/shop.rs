//! The shop itself: it takes an order, charges it, and listens.

use std::sync::Arc;
use std::time::SystemTime;

use midtrans_axum::protocol::{InvalidInput, Notification, OrderId};
use midtrans_inbox::{
    Accepted, Again, Charged, ExpectResult, Expectation, SETTLEMENT_IS_TOLD_AFTER,
};
use midtrans_reqwest::midtrans_transport::{AsyncClient, AsyncTransport};

use crate::cart::OrderForm;
use crate::journal::{Journal, Way};
use crate::orders::{Order, SnapPage};
use crate::pages::Libraries;
use crate::store::{Error, Store};
use crate::turns::Turns;

pub(crate) type Client = AsyncClient<Arc<dyn AsyncTransport>>;

/// The shop. Clones are the same shop.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) client: Client,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) journal: Journal,
    /// The page that customers come back to.
    pub(crate) finish_url: String,
    /// The gateway's libraries for pages with a card or with Snap.
    pub(crate) libraries: Libraries,
    pub(crate) turns: Turns,
}

impl Shop {
    /// Charges an order. A second click, or a form that is sent twice, changes nothing: the order
    /// has its pay page already.
    pub(crate) async fn pay(
        &self,
        form: &OrderForm,
        again: Again,
    ) -> Result<Result<(), InvalidInput>, Error> {
        let charge = match form.charge(&self.finish_url) {
            None => return self.open_page(form, again).await,
            Some(Ok(charge)) => charge,
            Some(Err(error)) => return Ok(Err(error)),
        };
        let id = &form.order_id;
        match self
            .store
            .charge(&self.client, form, &charge, again)
            .await?
        {
            Charged::Instructions(_) | Charged::Decided(_) | Charged::Differs(_) => {}
            Charged::Refused(error) => self.journal.say(Way::Api, format!("{id}: {error}")),
            Charged::Unknown => self.journal.say(
                Way::Api,
                format!("{id}: the worker finds out about the charge"),
            ),
        }
        Ok(Ok(()))
    }

    /// Makes the page of Snap of an order. A second click, or a form that is sent twice, finds the
    /// first one's page. Where none was kept, because its answer was lost, another is made, as long
    /// as it ends before the worker gives the order up: the gateway takes one payment of an order.
    async fn open_page(
        &self,
        form: &OrderForm,
        again: Again,
    ) -> Result<Result<(), InvalidInput>, Error> {
        let page = match form.page(&self.finish_url) {
            Ok(page) => page,
            Err(error) => return Ok(Err(error)),
        };
        let id = &form.order_id;
        // One click after the other: of two pages that are made at once, the last one can be paid.
        let turn = self.turns.of(id);
        let _turn = turn.lock().await;
        let known = self.order(id).await?;
        let is_over = |order: &Order| order.payment.may_be_charged_again();
        if again == Again::Never && known.as_ref().is_some_and(is_over) {
            return Ok(Ok(()));
        }
        let key = self.client.idempotency_key()?;
        let expectation = Expectation::of_page(&page, key, SystemTime::now());
        match self.store.expect(form, &expectation).await? {
            ExpectResult::Recorded => {}
            ExpectResult::Open(stored)
                if known.is_some_and(|order| order.page.is_none() && !order.is_in_review)
                    && expectation.expires_at <= stored.charge_until => {}
            ExpectResult::Open(_) | ExpectResult::Decided(_) | ExpectResult::Differs(_) => {
                return Ok(Ok(()));
            }
        }
        let problem = match self.client.send(&page).await {
            Ok(session) => match session.redirect(self.client.merchant().environment()) {
                Some(url) => {
                    let token = session.token().as_str().to_owned();
                    let url = url.as_str().to_owned();
                    self.store.keep_page(id, SnapPage { token, url }).await?;
                    return Ok(Ok(()));
                }
                None => "its page is not at the gateway's own address".to_owned(),
            },
            Err(error) => error.to_string(),
        };
        self.journal.say(Way::Api, format!("{id}: {problem}"));
        Ok(Ok(()))
    }

    /// Cancels a pending payment, so that the customer can pay in another way. Whatever the gateway
    /// answers, the worker asks how the payment stands: the customer may have paid meanwhile.
    pub(crate) async fn cancel(&self, id: &str) -> Result<(), Error> {
        if let Err(error) = self.client.cancel(OrderId::new(id)?).await {
            self.journal.say(Way::Api, format!("{id}: {error}"));
        }
        self.store.ask_by(id, SystemTime::now()).await
    }

    /// Returns an order as the pages show it.
    pub(crate) async fn order(&self, id: &str) -> Result<Option<Order>, Error> {
        let stored = self.store.order(id).await?;
        stored
            .map(|stored| Order::read(&stored, self.client.merchant().environment()))
            .transpose()
    }

    /// Stores a notification, and nothing else: the worker does the rest.
    pub(crate) async fn notified(&self, notification: &Notification) -> Result<Accepted, Error> {
        let accepted = self.store.accept(notification).await?;
        let words = match accepted {
            Accepted::New => "stored",
            Accepted::Duplicate => "stored before, nothing to do",
        };
        let (id, code) = (notification.order_id(), notification.status_code());
        self.journal.say(
            Way::Notification,
            format!("{id}: a genuine notification, code {code}: {words}"),
        );
        Ok(accepted)
    }

    /// Makes the worker ask about the order of a customer who is back, if the gateway does not
    /// notify in time.
    pub(crate) async fn landed(&self, id: &str) -> Result<(), Error> {
        self.store
            .ask_by(id, SystemTime::now() + SETTLEMENT_IS_TOLD_AFTER)
            .await
    }
}
