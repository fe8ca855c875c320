//! The customer on Snap's page: chooses a method, pays, changes the method, goes back.
//! ([Redirect](https://docs.midtrans.com/reference/window-redirection),
//! [snap.js](https://docs.midtrans.com/reference/snap-js))

use std::error::Error;
use std::fmt;

use http::Request;
use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::{Value, json};

use super::channel::{self, Channel};
use super::session::Session;
use crate::gateway::charge::Source;
use crate::gateway::customer::Checkout;
use crate::gateway::number::{price, whole};
use crate::gateway::payment::{Item, Payment};
use crate::gateway::reference::Reference;
use crate::gateway::refusal::Refusal;
use crate::gateway::{Accounts, Choice, FinishRedirect, Gateway, rendering};

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

/// The callback of `snap.js` that a result belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapEvent {
    /// `onSuccess`: paid.
    Success,
    /// `onPending`: a method was chosen and the payment waits.
    Pending,
    /// `onError`: refused, expired, cancelled or unknown.
    Error,
    /// `onClose`: no method was chosen.
    Close,
}

impl SnapEvent {
    /// The word in the message of the page to `snap.js`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Pending => "pending",
            Self::Error => "error",
            Self::Close => "close",
        }
    }
}

/// The way from Snap's page back to the shop.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SnapReturn {
    /// The callback in a popup.
    pub event: SnapEvent,
    /// The argument of the callback.
    pub result: Value,
    /// The URL that a browser goes to that was redirected to the page; `None` where the merchant
    /// has set none.
    pub location: Option<String>,
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
            .find(|account| account.shelves.sessions.find(token).is_some())
    }
}

impl Gateway {
    /// Opens the page of a session in a browser.
    pub fn snap_checkout(&mut self, token: &str, now: WibTime) -> Option<SnapCheckout> {
        self.tick(now);
        let number = self.shelves.sessions.find(token)?;
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
        let number = self.shelves.sessions.find(token)?;
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
        Some(self.snap_charge(number, &charge, now))
    }

    /// Charges for a session.
    pub(super) fn snap_charge(
        &mut self,
        number: usize,
        charge: &Value,
        now: WibTime,
    ) -> Result<String, NotOffered> {
        let request = Request::new(charge.to_string().into_bytes());
        let targets = self.shelves.sessions[number].targets.clone();
        self.charge_from(Source::Snap, &request, targets, now)
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

    /// The customer acts on the page of the method that was chosen.
    pub fn snap_act(
        &mut self,
        token: &str,
        choice: Choice,
        now: WibTime,
    ) -> Option<FinishRedirect> {
        let number = self.shelves.sessions.find(token)?;
        let id = self.shelves.sessions[number].transactions.last()?.clone();
        self.choose(&id, choice, now)
    }

    /// The latest transaction of a session.
    #[must_use]
    pub fn snap_transaction(&self, token: &str) -> Option<&str> {
        let number = self.shelves.sessions.find(token)?;
        let last = self.shelves.sessions[number].transactions.last()?;
        Some(last)
    }

    /// The customer wants another method. No page says what becomes of the transaction that waits:
    /// here it is cancelled, so that an order never has two that wait. `false` if there is none.
    pub fn snap_change(&mut self, token: &str, now: WibTime) -> bool {
        self.tick(now);
        let Some(number) = self.shelves.sessions.find(token) else {
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

    /// The way from the page back to the shop, at this moment.
    pub fn snap_return(&mut self, token: &str, now: WibTime) -> Option<SnapReturn> {
        self.tick(now);
        let number = self.shelves.sessions.find(token)?;
        let session = &self.shelves.sessions[number];
        let last = session.transactions.last();
        let payment = last
            .and_then(|id| self.ledger.find(id))
            .map(|index| &self.ledger[index]);
        let is_open = matches!(self.snap_state(number, now), SnapState::Choosing { .. });
        Some(match payment {
            Some(payment) if !(is_open && payment.status == TransactionStatus::Cancel) => {
                self.paid_return(session, payment)
            }
            _ if is_open => self.unpaid_return(session),
            _ => self.dead_return(session),
        })
    }

    /// The argument of `onError` for a page that is opened when all is over.
    pub fn snap_processed(&self) -> SnapReturn {
        SnapReturn {
            event: SnapEvent::Error,
            result: failed("406", "transaction has been processed"),
            location: None,
        }
    }

    fn paid_return(&self, session: &Session, payment: &Payment) -> SnapReturn {
        let code = payment.answer_code();
        let event = match payment.status {
            TransactionStatus::Settlement
            | TransactionStatus::Capture
            | TransactionStatus::Authorize
                if code == 200 =>
            {
                SnapEvent::Success
            }
            // A card under review waits, too.
            _ if code == 201 => SnapEvent::Pending,
            _ => SnapEvent::Error,
        };
        let base = match event {
            SnapEvent::Error if has_error_url(payment) => self.error_url(session),
            _ => self.finish_url(session),
        };
        let query = [
            ("order_id", session.order_id.clone()),
            ("status_code", code.to_string()),
            ("transaction_status", payment.status.to_string()),
        ];
        let location = base.map(|base| with_query(&base, &query));
        let mut result = result_of(payment, &self.settings);
        if event == SnapEvent::Error {
            result["status_message"] = json!([result["status_message"]]);
        }
        if let Some(location) = &location {
            result["finish_redirect_url"] = location.as_str().into();
        }
        SnapReturn {
            event,
            result,
            location,
        }
    }

    /// Without a transaction there is no status to tell.
    fn unpaid_return(&self, session: &Session) -> SnapReturn {
        let base = self.settings.unfinish_url.clone();
        let base = base.or_else(|| self.finish_url(session));
        let query = [("order_id", session.order_id.clone())];
        SnapReturn {
            event: SnapEvent::Close,
            result: Value::Null,
            location: base.map(|base| with_query(&base, &query)),
        }
    }

    fn dead_return(&self, session: &Session) -> SnapReturn {
        let query = [("order_id", session.order_id.clone())];
        let base = self.error_url(session);
        SnapReturn {
            event: SnapEvent::Error,
            result: failed("407", "transaction has been expired"),
            location: base.map(|base| with_query(&base, &query)),
        }
    }

    fn finish_url(&self, session: &Session) -> Option<String> {
        let own = session.request["callbacks"]["finish"].as_str();
        own.map(str::to_owned)
            .or_else(|| self.settings.finish_url.clone())
    }

    fn error_url(&self, session: &Session) -> Option<String> {
        let own = session.request["callbacks"]["error"].as_str();
        own.map(str::to_owned)
            .or_else(|| self.settings.error_url.clone())
            .or_else(|| self.finish_url(session))
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
        } else if now >= session.expires {
            SnapState::Expired
        } else {
            SnapState::Choosing {
                channels: channel::offered(session, &self.settings, &self.shelves.preferences, now),
                was_denied: last
                    .is_some_and(|index| self.ledger[index].status == TransactionStatus::Deny),
            }
        }
    }

    /// Pays with the finish URL that the session of a transaction names, if it names one.
    pub(in crate::gateway) fn with_own_finish_url<T>(
        &mut self,
        index: Option<usize>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let own = index.and_then(|index| {
            let payment = &self.ledger[index];
            let number = self
                .shelves
                .sessions
                .find(&super::session::order_key(&payment.order_id))?;
            let session = &self.shelves.sessions[number];
            let is_of_it = session.transactions.contains(&payment.id);
            let url = session.request["callbacks"]["finish"].as_str();
            url.filter(|_| is_of_it).map(str::to_owned)
        });
        let Some(own) = own else {
            return work(self);
        };
        let before = self.settings.finish_url.replace(own);
        let done = work(self);
        self.settings.finish_url = before;
        done
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

/// `callbacks.error` does not apply to paylater methods and GoPay.
fn has_error_url(payment: &Payment) -> bool {
    !["akulaku", "kredivo", "gopay"].contains(&payment.method.payment_type())
}

/// The argument of `onSuccess` and `onPending`. Keys that only the merchant's server may see are
/// left out.
fn result_of(payment: &Payment, settings: &crate::gateway::Settings) -> Value {
    let status = rendering::status(payment, settings);
    let mut result: Value = serde_json::from_str(&status).unwrap_or_default();
    if let Some(fields) = result.as_object_mut() {
        for name in [
            "signature_key",
            "merchant_id",
            "metadata",
            "refunds",
            "refund_amount",
        ] {
            fields.remove(name);
        }
        for name in ["custom_field1", "custom_field2", "custom_field3"] {
            fields.remove(name);
        }
    }
    result
}

fn failed(code: &str, message: &str) -> Value {
    json!({ "status_code": code, "status_message": [message] })
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

fn with_query(base: &str, pairs: &[(&str, String)]) -> String {
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let (base, fragment) = match base.split_once('#') {
        Some((base, fragment)) => (base, format!("#{fragment}")),
        None => (base, String::new()),
    };
    let joint = if base.contains('?') { '&' } else { '?' };
    format!("{base}{joint}{query}{fragment}")
}
