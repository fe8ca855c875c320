//! What the shop does: take an order, charge, listen, ask.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::FromRef;
use midtrans_axum::protocol::{Notification, ServerKeys, Transaction};
use midtrans_reqwest::midtrans_transport::{AsyncClient, AsyncTransport};

use crate::journal::{Journal, Way};
use crate::orders::{Booked, Orders, Payment, Source, StoreFailed};

/// The shop. Clones are the same shop.
#[derive(Clone)]
pub(crate) struct Shop(Arc<Parts>);

struct Parts {
    client: AsyncClient<Arc<dyn AsyncTransport>>,
    keys: ServerKeys,
    orders: Orders,
    journal: Journal,
}

/// Where `midtrans_axum::Verified` finds the keys.
impl FromRef<Shop> for ServerKeys {
    fn from_ref(shop: &Shop) -> Self {
        shop.0.keys.clone()
    }
}

impl Shop {
    pub(crate) fn new(client: AsyncClient<Arc<dyn AsyncTransport>>, journal: Journal) -> Self {
        let keys = client.merchant().server_key().clone().into();
        let orders = Orders::new(client.merchant().environment().clone());
        Self(Arc::new(Parts { client, keys, orders, journal }))
    }

    pub(crate) fn orders(&self) -> &Orders {
        &self.0.orders
    }

    pub(crate) fn client(&self) -> &AsyncClient<Arc<dyn AsyncTransport>> {
        &self.0.client
    }

    pub(crate) fn say(&self, way: Way, words: impl Into<String>) {
        self.0.journal.say(way, words);
    }

    /// Charges an order that was not charged yet; any other stays as it is.
    ///
    /// The charge is a task of its own: a customer who closes the browser does not leave it half done.
    pub(crate) async fn pay(&self, id: &str) -> Result<(), StoreFailed> {
        let (shop, id) = (self.clone(), id.to_owned());
        tokio::spawn(async move { shop.charge(&id).await }).await.map_err(|_| StoreFailed)?
    }

    async fn charge(&self, id: &str) -> Result<(), StoreFailed> {
        let Some(charge) = self.orders().start_charging(id)? else { return Ok(()) };
        match self.client().charge(&charge).await {
            Ok(transaction) => match self.take_in(id, &transaction, Source::ChargeReply)? {
                Booked::Doubtful(_) => self.ask(id).await,
                _ => Ok(()),
            },
            // A taken order id may have been taken by an attempt of this very charge: Get Status tells.
            Err(error) if error.outcome_unknown() || error.is_duplicate_order() => {
                self.say(Way::Api, format!("{id}: {error}"));
                self.orders().settle_charge(id, Payment::Unknown)?;
                self.ask_if_time(id).await
            }
            Err(error) => {
                self.say(Way::Api, format!("{id}: {error}"));
                self.orders().settle_charge(id, Payment::Refused)
            }
        }
    }

    /// Takes in what the gateway notified. The work is short enough to be done before the answer.
    pub(crate) fn notified(&self, notification: &Notification) -> Result<(), StoreFailed> {
        let id = notification.order_id();
        let booked = self.orders().book(id, notification, notification.reported(), Source::Notification)?;
        self.say(
            Way::Notification,
            format!("{id}: {}, code {}: {}", Source::Notification, notification.status_code(), in_words(&booked)),
        );
        if let Booked::Doubtful(_) = booked {
            let (shop, id) = (self.clone(), id.to_owned());
            // The gateway waits for an answer, so the question is asked beside it.
            tokio::spawn(async move {
                if let Err(error) = shop.ask(&id).await {
                    shop.say(Way::Api, format!("{id}: {error}"));
                }
            });
        }
        Ok(())
    }

    /// Asks the gateway if the order is open, nobody has asked lately, and the notification is late.
    pub(crate) async fn ask_if_time(&self, id: &str) -> Result<(), StoreFailed> {
        if self.orders().is_time_to_ask(id, Instant::now())? { self.ask(id).await } else { Ok(()) }
    }

    async fn ask(&self, id: &str) -> Result<(), StoreFailed> {
        let Some(order) = self.orders().get(id)? else { return Ok(()) };
        match self.client().status(order.expected.order_id()).await {
            Ok(transaction) => match self.take_in(id, &transaction, Source::GetStatus)? {
                // The gateway itself does not clear it up.
                Booked::Doubtful(_) => self.orders().needs_review(id),
                _ => Ok(()),
            },
            // The charge never arrived, so the customer may try again, under the same order id.
            Err(error) if error.is_not_found() => self.orders().settle_charge(id, Payment::NotStarted),
            Err(error) => {
                self.say(Way::Api, format!("{id}: {error}"));
                Ok(())
            }
        }
    }

    fn take_in(&self, id: &str, transaction: &Transaction, source: Source) -> Result<Booked, StoreFailed> {
        let booked = self.orders().book(id, transaction, transaction.details(), source)?;
        self.say(Way::Api, format!("{id}: {source}: {}", in_words(&booked)));
        Ok(booked)
    }
}

fn in_words(booked: &Booked) -> String {
    match booked {
        Booked::Changed(decision) => format!("the decision is {decision:?}"),
        Booked::OldNews => "known already, nothing to do".to_owned(),
        Booked::Doubtful(why) => format!("doubtful ({why}), asking Get Status"),
        Booked::NotOurs => "no order of this shop, nothing to do".to_owned(),
    }
}
