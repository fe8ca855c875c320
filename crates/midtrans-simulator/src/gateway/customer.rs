//! The customer at the pay page, and the way back to the shop.
//! ([Finish redirect](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration))

mod way_back;

use midtrans_protocol::Rupiah;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde::{Deserialize, Serialize};

use super::Gateway;
use super::fault::{Fault, Place};
use super::method::Reaction;
use super::page_address;
use super::pay_page::PayPage;
use super::payment::{Item, Payment};
use super::reference::Reference;
use super::timeline::TimelineEvent;

/// The customer's choice on the pay page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Choice {
    /// Pays: the transaction settles. On the page of a card's bank: types the right password.
    Approve,
    /// Scans the QR code with another wallet or bank than the one that the code belongs to: the
    /// transaction settles, and answers name who was paid with. Without a QR code, nothing happens.
    OtherWallet,
    /// Is refused for good: the transaction is denied. (A real provider keeps most failed attempts
    /// to itself.) On the page of a card's bank: types a wrong password. Without a provider that
    /// declines, such as at a bank, a counter or a QR code, nothing happens.
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
            Self::OtherWallet => "other-wallet",
            Self::Decline => "decline",
            Self::Leave => "leave",
        }
    }

    /// The choices on a page of this shape: only a provider declines, and a bank and a counter are
    /// left by doing nothing.
    pub(crate) const fn on(page: &PayPage) -> &'static [Self] {
        match page {
            PayPage::Redirect | PayPage::Authentication { .. } => {
                &[Self::Approve, Self::Decline, Self::Leave]
            }
            PayPage::Scan { .. } => &[Self::Approve, Self::OtherWallet],
            PayPage::Wallet { .. } => &[Self::Approve, Self::Leave],
            PayPage::Prompt { declines: true, .. } => &[Self::Approve, Self::Decline],
            _ => &[Self::Approve],
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Approve, Self::OtherWallet, Self::Decline, Self::Leave]
            .into_iter()
            .find(|choice| choice.as_str() == word)
    }
}

/// The way in which the browser goes back to the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FinishRedirect {
    /// Akulaku, the banks' own pages, and cards with `callback_type` `form`: a form is posted to
    /// the finish URL.
    Form {
        /// The finish URL; of a card, the URL that the gateway's library for browsers named, if it
        /// did.
        action: String,
        /// The field `response`: JSON; of a card without a signature.
        response: String,
        /// The field `callback_key`: the client key. Banks' pages and cards have none.
        callback_key: Option<String>,
    },
    /// Kredivo and wallets: the browser is sent to this URL.
    Redirect {
        /// The finish URL or the charge's `callback_url`, with or without parameters.
        location: String,
    },
    /// A card with `callback_type` `js_event`: the page tells the page around it.
    Message {
        /// The JSON that it tells, without a signature.
        response: String,
    },
    /// The merchant has not set a finish URL.
    NoFinishUrl,
    /// The method has no way back: a customer who has paid a number or a code stays at the bank,
    /// the counter or in the wallet's app.
    Stays,
    /// The browser never comes back, on purpose.
    Never,
}

/// The page that the customer is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageOwner {
    /// The page of the provider, the bank or the wallet, which has its own way back.
    Provider,
    /// Snap's page, which leads back to the shop whatever the method.
    Snap,
}

/// The contents of a pay page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checkout {
    /// The transaction.
    pub transaction_id: String,
    /// The payment type, as answers have it.
    pub payment_type: PaymentType,
    /// The method's name, as customers know it.
    pub name: String,
    /// The page's shape, and what is shown on it.
    pub page: PayPage,
    /// The merchant's order.
    pub order_id: String,
    /// The price.
    pub amount: Rupiah,
    /// The lines of the order, if the merchant sent any.
    pub items: Vec<Item>,
    /// Until when it can be paid.
    pub expires: WibTime,
    /// The transaction status; only a pending transaction can be paid.
    pub status: TransactionStatus,
}

impl Gateway {
    /// Opens the pay page of a transaction in a browser.
    pub fn checkout<'a>(
        &mut self,
        reference: impl Into<Reference<'a>>,
        now: WibTime,
    ) -> Option<Checkout> {
        self.tick(now);
        let reference = reference.into();
        let index = self.by_reference(reference)?;
        self.note(index, now, TimelineEvent::Visited);
        Some(self.checkout_of(index, reference))
    }

    /// The contents of a transaction's pay page.
    pub(super) fn checkout_of(&self, index: usize, reference: Reference<'_>) -> Checkout {
        let payment = &self.ledger[index];
        Checkout {
            transaction_id: payment.id.to_string(),
            payment_type: PaymentType::from(payment.method.answered_type(&payment.instructions)),
            name: payment.method.name(&payment.instructions),
            page: shape(payment, reference),
            order_id: payment.order_id.to_string(),
            amount: payment.amount,
            items: payment.items.clone(),
            expires: payment.expires,
            status: payment.status.clone(),
        }
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
    ) -> Option<FinishRedirect> {
        let reference = reference.into();
        let index = self.by_reference(reference);
        self.with_own_finish_url(index, |gateway| {
            gateway.act(reference, choice, PageOwner::Provider, now)
        })
    }

    /// The customer's choice on a page. Snap's page leads back by itself.
    pub(super) fn act(
        &mut self,
        reference: Reference<'_>,
        choice: Choice,
        owner: PageOwner,
        now: WibTime,
    ) -> Option<FinishRedirect> {
        self.tick(now);
        let index = self.by_reference(reference)?;
        let order_id = self.ledger[index].order_id.clone();
        self.note(index, now, TimelineEvent::Chose(choice));
        let page = shape(&self.ledger[index], reference);
        // What cannot make a difference is not used up.
        let goes_back = match owner {
            PageOwner::Snap => true,
            PageOwner::Provider => page.goes_back() && choice != Choice::OtherWallet,
        };
        let is_open = self.ledger[index].is_pending();
        let pays = choice == Choice::Approve && is_open;
        let tells = choice != Choice::Leave && is_open;
        let customer = self
            .draw_of(Place::Customer, &order_id, |fault| {
                fault != Fault::Decline || (pays && page.can_decline())
            })
            .first()
            .copied();
        let browser = self.browser_fault(&order_id, &page, owner, (goes_back, tells));
        for fault in customer.into_iter().chain(browser) {
            self.note(index, now, TimelineEvent::FaultApplied(fault));
        }
        if customer == Some(Fault::WalkAway) {
            self.note(index, now, TimelineEvent::NotSentBack);
            return Some(FinishRedirect::Never);
        }
        let payment = self.ledger.change(index);
        payment.leads_browser = browser == Some(Fault::ReturnBefore);
        payment.holds_browser = browser == Some(Fault::ReturnAfter);
        let is_declined = customer == Some(Fault::Decline);
        if let Some(to) = self.outcome(index, choice, is_declined) {
            // A customer who comes too late changes nothing.
            let _ = match self.ledger[index].card {
                Some(_) => self.authenticate(index, to != TransactionStatus::Deny, now),
                None => self.advance(index, to, now),
            };
        }
        self.ledger.change(index).leads_browser = false;
        if owner == PageOwner::Snap && browser != Some(Fault::NeverReturns) {
            return Some(FinishRedirect::Stays);
        }
        let way = if goes_back { Some(reference) } else { None };
        Some(self.send_back(index, way, browser, now))
    }

    /// The fault of the browser's way back, of those that can make a difference.
    fn browser_fault(
        &mut self,
        order_id: &str,
        page: &PayPage,
        owner: PageOwner,
        (goes_back, tells): (bool, bool),
    ) -> Option<Fault> {
        let is_timed = |fault| matches!(fault, Fault::ReturnBefore | Fault::ReturnAfter);
        let can_be = |fault| match (owner, fault) {
            // Drawn when Snap's page leads back.
            (PageOwner::Snap, Fault::ForgedReturn | Fault::BareReturn) => false,
            (PageOwner::Provider, Fault::BareReturn) => !page.is_authentication(),
            _ => true,
        };
        let faults = self.draw_of(Place::Return, order_id, |fault| {
            goes_back && can_be(fault) && (tells || !is_timed(fault))
        });
        faults.first().copied()
    }

    /// The status that a choice leads to, if it changes any.
    fn outcome(
        &mut self,
        index: usize,
        choice: Choice,
        is_declined: bool,
    ) -> Option<TransactionStatus> {
        let method = self.ledger[index].method;
        match choice {
            Choice::Approve if is_declined => Some(TransactionStatus::Deny),
            Choice::Approve => match self.reaction(index) {
                Reaction::Asks => Some(self.ledger[index].approved_status()),
                Reaction::Declines => Some(TransactionStatus::Deny),
                Reaction::Silent => None,
            },
            Choice::OtherWallet => {
                let elsewhere = method.paid_elsewhere();
                if elsewhere.is_empty() || !self.ledger[index].is_pending() {
                    return None;
                }
                self.ledger.change(index).instructions.extend(elsewhere);
                Some(TransactionStatus::Settlement)
            }
            Choice::Decline => Some(TransactionStatus::Deny),
            Choice::Leave => None,
        }
    }

    /// The transaction status, without a visit of the pay page.
    pub(crate) fn status_of<'a>(
        &self,
        reference: impl Into<Reference<'a>>,
    ) -> Option<TransactionStatus> {
        let index = self.by_reference(reference.into())?;
        Some(self.ledger[index].status.clone())
    }

    /// The shape of the pay page of a transaction.
    #[must_use]
    pub fn pay_page<'a>(&self, reference: impl Into<Reference<'a>>) -> Option<PayPage> {
        let reference = reference.into();
        let index = self.by_reference(reference)?;
        Some(shape(&self.ledger[index], reference))
    }

    /// Path and query of the pay page of a transaction.
    #[must_use]
    pub fn pay_page_address<'a>(&self, reference: impl Into<Reference<'a>>) -> Option<String> {
        let reference = reference.into();
        let payment = &self.ledger[self.by_reference(reference)?];
        Some(match reference {
            // What is typed or scanned leads to no wallet's link.
            Reference::Number(_) => page_address::OWN.of(&payment.id),
            _ => payment.method.page_of(payment, &self.settings),
        })
    }

    /// Returns true while the browser has to wait for the notifications of a transaction to be
    /// over.
    #[must_use]
    pub fn holds_browser<'a>(&self, reference: impl Into<Reference<'a>>) -> bool {
        let Some(payment) = self
            .by_reference(reference.into())
            .map(|index| &self.ledger[index])
        else {
            return false;
        };
        payment.holds_browser && self.messages_of(payment).any(|message| !message.is_over())
    }
}

/// The shape of a transaction's page, which may have several addresses.
fn shape(payment: &Payment, reference: Reference<'_>) -> PayPage {
    match reference {
        // A card's page depends on the card.
        Reference::Page(page) if payment.card.is_none() => {
            payment.method.pay_page_at(page, &payment.instructions)
        }
        _ => payment.pay_page(),
    }
}
