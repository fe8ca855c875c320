//! The customer at the provider's page, and the way back to the shop.
//! ([Finish redirect](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration))

use std::sync::Arc;

use midtrans_protocol::{Rupiah, TransactionStatus, WibTime};

use super::Gateway;
use super::fault::{Fault, Place};
use super::payment::{Item, Payment, Provider};
use super::reference::Reference;
use super::rendering::{self, Claim};
use super::settings::{KredivoReturn, Settings};
use super::timeline::Happening;

/// What a customer does on the pay page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Choice {
    /// Pays: the transaction settles.
    Approve,
    /// Is refused for good: the transaction is denied. (A real provider keeps most failed attempts
    /// to itself.)
    Decline,
    /// Goes back to the shop without paying: the transaction stays as it is.
    Leave,
}

impl Choice {
    /// The word in the pay page's form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
            Self::Leave => "leave",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Approve, Self::Decline, Self::Leave]
            .into_iter()
            .find(|choice| choice.as_str() == word)
    }
}

/// How the browser goes back to the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WayBack {
    /// Akulaku: a form is posted to the finish URL.
    Form {
        /// The finish URL.
        action: String,
        /// The field `response`: JSON.
        response: String,
        /// The field `callback_key`: the client key.
        callback_key: String,
    },
    /// Kredivo: the browser is sent to this URL.
    Redirect {
        /// The finish URL, with or without parameters.
        location: String,
    },
    /// The merchant has not set a finish URL.
    NoFinishUrl,
    /// The browser never comes back, on purpose.
    Never,
}

/// What the pay page shows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checkout {
    /// Whose page it is.
    pub provider: Provider,
    /// The merchant's order.
    pub order_id: String,
    /// The price.
    pub amount: Rupiah,
    /// What is bought, as far as the merchant said.
    pub items: Vec<Item>,
    /// Until when it can be paid.
    pub expires: WibTime,
    /// Where the transaction stands; only a pending one can be paid.
    pub status: TransactionStatus,
}

impl Gateway {
    /// What the pay page of a transaction shows, to a browser that opens it.
    pub fn checkout<'a>(
        &mut self,
        reference: impl Into<Reference<'a>>,
        now: WibTime,
    ) -> Option<Checkout> {
        self.tick(now);
        let index = self.by_reference(reference.into())?;
        self.note(index, now, Happening::Visited);
        let payment = &self.payments[index];
        Some(Checkout {
            provider: payment.provider,
            order_id: payment.order_id.to_string(),
            amount: payment.amount,
            items: payment.items.clone(),
            expires: payment.expires,
            status: payment.status.clone(),
        })
    }

    /// Plays the customer. A transaction that is not pending any more stays as it is; the way back
    /// tells how it is.
    ///
    /// `None` if there is no such transaction.
    pub fn choose<'a>(
        &mut self,
        reference: impl Into<Reference<'a>>,
        choice: Choice,
        now: WibTime,
    ) -> Option<WayBack> {
        self.tick(now);
        let index = self.by_reference(reference.into())?;
        let order_id = Arc::clone(&self.payments[index].order_id);
        self.note(index, now, Happening::Chose(choice));
        // What cannot make a difference is not used up.
        let pays = choice == Choice::Approve && self.payments[index].is_pending();
        let tells = choice != Choice::Leave && self.payments[index].is_pending();
        let customer = self
            .draw_of(Place::Customer, &order_id, |fault| {
                fault != Fault::Decline || pays
            })
            .first()
            .copied();
        let is_timed = |fault| matches!(fault, Fault::ReturnBefore | Fault::ReturnAfter);
        let browser = self
            .draw_of(Place::Return, &order_id, |fault| tells || !is_timed(fault))
            .first()
            .copied();
        for fault in customer.into_iter().chain(browser) {
            self.note(index, now, Happening::Struck(fault));
        }
        if customer == Some(Fault::WalkAway) {
            self.note(index, now, Happening::NotSentBack);
            return Some(WayBack::Never);
        }
        let payment = &mut self.payments[index];
        payment.leads_browser = browser == Some(Fault::ReturnBefore);
        payment.holds_browser = browser == Some(Fault::ReturnAfter);
        match choice {
            Choice::Approve if customer == Some(Fault::Decline) => self.deny(index, now),
            Choice::Approve => self.settle(index, now),
            Choice::Decline => self.deny(index, now),
            Choice::Leave => {}
        }
        self.payments[index].leads_browser = false;
        Some(self.send_back(index, browser, now))
    }

    /// Whether the browser is to wait until the notifications of a transaction are over, and they
    /// are not.
    #[must_use]
    pub fn holds_browser<'a>(&self, reference: impl Into<Reference<'a>>) -> bool {
        let Some(payment) = self
            .by_reference(reference.into())
            .map(|index| &self.payments[index])
        else {
            return false;
        };
        payment.holds_browser && self.messages_of(payment).any(|message| !message.is_over())
    }

    /// The customer pays, if he still can.
    pub(super) fn settle(&mut self, index: usize, now: WibTime) {
        if self.payments[index].is_pending() {
            self.payments[index].settled = Some(now);
            self.advance(index, TransactionStatus::Settlement, now);
        }
    }

    /// The provider refuses, if it still can.
    pub(super) fn deny(&mut self, index: usize, now: WibTime) {
        if self.payments[index].is_pending() {
            self.advance(index, TransactionStatus::Deny, now);
        }
    }

    fn send_back(&mut self, index: usize, fault: Option<Fault>, now: WibTime) -> WayBack {
        let payment = &self.payments[index];
        let forged = fault == Some(Fault::ForgedReturn);
        let claim = if forged {
            Claim::forged_of(payment)
        } else {
            Claim::true_of(payment)
        };
        let way = match fault {
            Some(Fault::NeverReturns) => WayBack::Never,
            _ => way_back(payment, claim, &self.settings),
        };
        // A browser that brings no parameters brings no wrong ones.
        let says = payment.provider == Provider::Akulaku
            || self.settings.kredivo_return == KredivoReturn::WithStatus;
        let forged = forged && says;
        let what = match (&way, &self.settings.finish_url) {
            (WayBack::Form { .. } | WayBack::Redirect { .. }, Some(url)) => Happening::SentBack {
                url: url.clone(),
                forged,
            },
            _ => Happening::NotSentBack,
        };
        self.note(index, now, what);
        way
    }
}

fn way_back(payment: &Payment, claim: Claim<'_>, settings: &Settings) -> WayBack {
    let Some(finish_url) = settings.finish_url.as_deref() else {
        return WayBack::NoFinishUrl;
    };
    match (payment.provider, settings.kredivo_return) {
        (Provider::Akulaku, _) => WayBack::Form {
            action: finish_url.to_owned(),
            response: rendering::akulaku_form(payment, claim, finish_url, settings),
            callback_key: settings.client_key().as_str().to_owned(),
        },
        (Provider::Kredivo, KredivoReturn::Bare) => WayBack::Redirect {
            location: finish_url.to_owned(),
        },
        (Provider::Kredivo, KredivoReturn::WithStatus) => WayBack::Redirect {
            location: with_status(finish_url, &payment.order_id, claim),
        },
    }
}

/// Adds the three parameters behind those that are there, and before a fragment. All values are
/// plain in a query: an order id has only unreserved characters.
fn with_status(finish_url: &str, order_id: &str, claim: Claim<'_>) -> String {
    let (url, fragment) = match finish_url.find('#') {
        Some(at) => finish_url.split_at(at),
        None => (finish_url, ""),
    };
    let joint = match url.find('?') {
        None => "?",
        Some(_) if url.ends_with(['?', '&']) => "",
        Some(_) => "&",
    };
    let Claim { status, code, .. } = claim;
    format!(
        "{url}{joint}order_id={order_id}&transaction_status={status}&status_code={code}{fragment}"
    )
}
