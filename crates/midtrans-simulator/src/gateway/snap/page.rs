//! The customer on Snap's page: chooses a method, pays, changes the method, goes back.
//! ([Redirect](https://docs.midtrans.com/reference/window-redirection),
//! [snap.js](https://docs.midtrans.com/reference/snap-js))

use std::error::Error;
use std::fmt;

use http::Request;
use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::Value;

use super::channel::{self, Channel};
use super::session::Session;
use crate::gateway::charge::{Origin, Source};
use crate::gateway::customer::{Checkout, PageOwner};
use crate::gateway::number::{price, whole};
use crate::gateway::pay_accounts::LinkPage;
use crate::gateway::payment::{Item, Parent};
use crate::gateway::reference::Reference;
use crate::gateway::refusal::Refusal;
use crate::gateway::{Accounts, Choice, FinishRedirect, Gateway};

/// The contents of Snap's page.
#[derive(Debug)]
#[non_exhaustive]
pub struct SnapCheckout {
    /// The session's token.
    pub token: String,
    /// The merchant's order.
    pub order_id: String,
    /// The price.
    pub amount: Rupiah,
    /// The lines of the order, if the merchant sent any.
    pub items: Vec<Item>,
    /// Until when a method can be chosen.
    pub expires: WibTime,
    /// What the page asks for.
    pub state: SnapState,
}

/// The state of a session.
#[derive(Debug)]
#[non_exhaustive]
pub enum SnapState {
    /// The customer chooses a method.
    Choosing {
        /// The methods that are offered.
        channels: Vec<Channel>,
        /// True if an attempt was refused before.
        was_denied: bool,
    },
    /// The customer is asked to link a GoPay account, which then pays.
    Linking(Box<LinkPage>),
    /// A method was chosen and its transaction waits.
    Paying(Box<Checkout>),
    /// Its transaction is over: paid, or ended for good.
    Over(TransactionStatus),
    /// The page has expired.
    Expired,
    /// The merchant has cancelled the session.
    Canceled,
    /// A later session has the same order.
    Replaced,
}

/// The reason why a method cannot be chosen, in the gateway's sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOffered(pub Vec<String>);

impl fmt::Display for NotOffered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl Error for NotOffered {}

impl Accounts {
    /// The account that has a session of Snap.
    pub fn having_snap(&mut self, token: &str) -> Option<&mut Gateway> {
        self.all_mut()
            .find(|account| account.shelves.sessions.of_token(token).is_some())
    }
}

impl Gateway {
    /// Opens the page of a session in a browser.
    pub fn snap_checkout(&mut self, token: &str, now: WibTime) -> Option<SnapCheckout> {
        self.tick(now);
        let number = self.shelves.sessions.of_token(token)?;
        let state = self.snap_state(number, now);
        let session = &self.shelves.sessions[number];
        let items = session.request["item_details"].as_array();
        let items = items.into_iter().flatten().filter_map(|item| {
            Some(Item {
                name: item["name"].as_str()?.to_owned(),
                price: i64::try_from(price(&item["price"])?).ok()?,
                quantity: u64::try_from(whole(&item["quantity"])?).ok()?,
            })
        });
        Some(SnapCheckout {
            token: session.token.clone(),
            order_id: session.order_id.clone(),
            amount: session.amount,
            items: items.collect(),
            expires: session.expires,
            state,
        })
    }

    /// The customer chooses a method by its name in `enabled_payments`: a transaction is made, by
    /// the same checks as a charge of the Core API. Returns its id, or `None` if there is no such
    /// session.
    ///
    /// # Errors
    /// [`NotOffered`] if the session does not wait for a choice, does not offer the method, or the
    /// gateway refuses its charge. Nothing has happened then.
    pub fn snap_choose(
        &mut self,
        token: &str,
        channel: &str,
        now: WibTime,
    ) -> Option<Result<String, NotOffered>> {
        self.tick(now);
        let number = self.shelves.sessions.of_token(token)?;
        let channels = match self.snap_state(number, now) {
            SnapState::Choosing { channels, .. } => channels,
            _ => return Some(Err(not_offered("transaction has been processed"))),
        };
        // A card has fields of its own.
        if channel == channel::CARD || !channels.iter().any(|offered| offered.name == channel) {
            return Some(Err(not_offered("this payment is not enabled")));
        }
        let charge = channel::charge_of(
            &self.shelves.sessions[number],
            channel,
            &self.settings,
            &self.shelves.preferences,
        );
        let charged = self.with_linked_account(number, charge);
        Some(charged.and_then(|charge| self.snap_charge(number, &charge, now)))
    }

    /// Charges for a session.
    pub(super) fn snap_charge(
        &mut self,
        number: usize,
        charge: &Value,
        now: WibTime,
    ) -> Result<String, NotOffered> {
        let request = Request::new(charge.to_string().into_bytes());
        let session = &self.shelves.sessions[number];
        let origin = Origin {
            source: Source::Snap,
            targets: session.targets.clone(),
            parent: session.link.clone().map(Parent::PaymentLink),
        };
        self.charge_from(origin, &request, now)
            .map_err(|refusal| NotOffered(sentences(&refusal)))?;
        let id = self
            .ledger
            .payments()
            .last()
            .map(|payment| payment.id.clone());
        let id = id.unwrap_or_default();
        let session = self.shelves.sessions.change(number);
        session.transactions.push(id.clone());
        session.is_choosing = false;
        Ok(id)
    }

    /// The customer acts on Snap's page for the method that was chosen. The browser stays there
    /// ([`FinishRedirect::Stays`]) until [`snap_return`](Self::snap_return), unless the customer
    /// never comes back.
    pub fn snap_act(
        &mut self,
        token: &str,
        choice: Choice,
        now: WibTime,
    ) -> Option<FinishRedirect> {
        let number = self.shelves.sessions.of_token(token)?;
        let id = self.shelves.sessions[number].transactions.last()?.clone();
        self.act(Reference::Id(&id), choice, PageOwner::Snap, now)
    }

    /// The latest transaction of a session.
    #[must_use]
    pub fn snap_transaction(&self, token: &str) -> Option<&str> {
        let number = self.shelves.sessions.of_token(token)?;
        let last = self.shelves.sessions[number].transactions.last()?;
        Some(last)
    }

    /// The customer wants another method. No page says what becomes of the transaction that waits:
    /// here it is cancelled, so that an order never has two that wait. `false` if there is none.
    pub fn snap_change(&mut self, token: &str, now: WibTime) -> bool {
        self.tick(now);
        let Some(number) = self.shelves.sessions.of_token(token) else {
            return false;
        };
        let session = &self.shelves.sessions[number];
        if session.is_replaced || now >= session.expires {
            return false;
        }
        let last = session.transactions.last();
        let Some(index) = last.and_then(|id| self.ledger.find(id)) else {
            return false;
        };
        let is_canceled = self.advance(index, TransactionStatus::Cancel, now).is_ok();
        if is_canceled {
            self.shelves.sessions.change(number).is_choosing = true;
        }
        is_canceled
    }

    pub(in crate::gateway) fn snap_state(&self, number: usize, now: WibTime) -> SnapState {
        let session = &self.shelves.sessions[number];
        let last = session.transactions.last();
        let last = last.and_then(|id| self.ledger.find(id));
        let status = last.map(|index| self.ledger[index].status.clone());
        match (last, status) {
            (Some(index), Some(TransactionStatus::Pending)) => {
                return SnapState::Paying(Box::new(
                    self.checkout_of(index, Reference::Id(&self.ledger[index].id)),
                ));
            }
            (_, Some(TransactionStatus::Deny | TransactionStatus::Cancel))
                if self.allows_retry()
                    && session.is_open(now, last.map(|index| &self.ledger[index].status)) => {}
            (_, Some(status)) => return SnapState::Over(status),
            (_, None) => {}
        }
        if session.canceled.is_some() {
            SnapState::Canceled
        } else if session.is_replaced {
            SnapState::Replaced
        } else if now >= session.expires || self.is_of_closed_link(session, now) {
            SnapState::Expired
        } else if let Some(page) = self.asked_link(session) {
            SnapState::Linking(Box::new(page))
        } else {
            SnapState::Choosing {
                channels: channel::offered(session, &self.settings, &self.shelves.preferences, now),
                was_denied: last
                    .is_some_and(|index| self.ledger[index].status == TransactionStatus::Deny),
            }
        }
    }
}

impl Gateway {
    /// The link that a session waits for.
    fn asked_link(&self, session: &Session) -> Option<LinkPage> {
        let page = self.link_page(session.linking.as_deref()?)?;
        page.is_open.then_some(page)
    }

    fn is_of_closed_link(&self, session: &Session, now: WibTime) -> bool {
        let link = session.link.as_deref();
        link.is_some_and(|link| self.is_link_closed(link, now))
    }
}

impl Session {
    /// Returns true if another method may be chosen after a transaction that ended like this: after
    /// a refusal, and after the customer's own change of mind.
    fn is_open(&self, now: WibTime, ended: Option<&TransactionStatus>) -> bool {
        let may_go_on = match ended {
            Some(TransactionStatus::Deny) => true,
            _ => self.is_choosing,
        };
        may_go_on && !self.is_replaced && self.canceled.is_none() && now < self.expires
    }
}

pub(super) fn not_offered(sentence: &str) -> NotOffered {
    NotOffered(vec![sentence.to_owned()])
}

/// The sentences of a refusal of the Core API.
pub(super) fn sentences(refusal: &Refusal) -> Vec<String> {
    match refusal {
        Refusal::Invalid(messages) => messages.clone(),
        other => {
            let body: Value = serde_json::from_str(&other.answer("").body).unwrap_or_default();
            let message = body["status_message"].as_str().unwrap_or_default();
            vec![message.to_owned()]
        }
    }
}
