//! The customer at the pay page, and the way back to the shop.
//! ([Finish redirect](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration))

use midtrans_protocol::Rupiah;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde::{Deserialize, Serialize};

use super::Gateway;
use super::fault::{Fault, Place};
use super::method::Finish;
use super::pay_page::PayPage;
use super::payment::{Item, Payment};
use super::reference::Reference;
use super::rendering::ClaimedOutcome;
use super::settings::Settings;
use super::timeline::TimelineEvent;

/// The customer's choice on the pay page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Choice {
    /// Pays: the transaction settles.
    Approve,
    /// Is refused for good: the transaction is denied. (A real provider keeps most failed attempts
    /// to itself.) Without a provider, such as at a bank or a counter, nothing happens.
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

    /// The choices on a page of this shape: only a provider declines, and a bank and a counter are
    /// left by doing nothing.
    pub(crate) const fn on(page: &PayPage) -> &'static [Self] {
        match page {
            PayPage::Redirect => &[Self::Approve, Self::Decline, Self::Leave],
            _ => &[Self::Approve],
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Approve, Self::Decline, Self::Leave]
            .into_iter()
            .find(|choice| choice.as_str() == word)
    }
}

/// The way in which the browser goes back to the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FinishRedirect {
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
    /// The method has no way back: a customer who has paid a number or a code stays at the bank or
    /// the counter.
    Stays,
    /// The browser never comes back, on purpose.
    Never,
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
        let index = self.by_reference(reference.into())?;
        self.note(index, now, TimelineEvent::Visited);
        Some(self.checkout_of(index))
    }

    /// The contents of a transaction's pay page.
    pub(super) fn checkout_of(&self, index: usize) -> Checkout {
        let payment = &self.ledger[index];
        Checkout {
            transaction_id: payment.id.to_string(),
            payment_type: PaymentType::from(payment.method.answered_type()),
            name: payment.method.name(&payment.instructions),
            page: payment.pay_page(),
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
        self.with_own_finish_url(index, |gateway| gateway.act(reference, choice, now))
    }

    fn act(
        &mut self,
        reference: Reference<'_>,
        choice: Choice,
        now: WibTime,
    ) -> Option<FinishRedirect> {
        self.tick(now);
        let index = self.by_reference(reference)?;
        let order_id = self.ledger[index].order_id.clone();
        self.note(index, now, TimelineEvent::Chose(choice));
        // What cannot make a difference is not used up.
        let goes_back = self.ledger[index].pay_page().is_redirect();
        let pays = choice == Choice::Approve && self.ledger[index].is_pending();
        let tells = choice != Choice::Leave && self.ledger[index].is_pending();
        let customer = self
            .draw_of(Place::Customer, &order_id, |fault| {
                fault != Fault::Decline || (pays && goes_back)
            })
            .first()
            .copied();
        let is_timed = |fault| matches!(fault, Fault::ReturnBefore | Fault::ReturnAfter);
        let browser = self
            .draw_of(Place::Return, &order_id, |fault| {
                goes_back && (tells || !is_timed(fault))
            })
            .first()
            .copied();
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
        let to = match choice {
            Choice::Approve if customer == Some(Fault::Decline) => Some(TransactionStatus::Deny),
            Choice::Approve => Some(TransactionStatus::Settlement),
            Choice::Decline => Some(TransactionStatus::Deny),
            Choice::Leave => None,
        };
        if let Some(to) = to {
            // A customer who comes too late changes nothing.
            let _ = self.advance(index, to, now);
        }
        self.ledger.change(index).leads_browser = false;
        Some(self.send_back(index, browser, now))
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
        let index = self.by_reference(reference.into())?;
        Some(self.ledger[index].pay_page())
    }

    /// Path and query of the pay page of a transaction.
    #[must_use]
    pub fn pay_page_address<'a>(&self, reference: impl Into<Reference<'a>>) -> Option<String> {
        let payment = &self.ledger[self.by_reference(reference.into())?];
        Some(payment.method.page_of(&payment.id, &self.settings))
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

    fn send_back(&mut self, index: usize, fault: Option<Fault>, now: WibTime) -> FinishRedirect {
        let payment = &self.ledger[index];
        let claim = match fault {
            Some(Fault::ForgedReturn) => ClaimedOutcome::forged_of(payment),
            _ => ClaimedOutcome::true_of(payment),
        };
        let way = match fault {
            Some(Fault::NeverReturns) => FinishRedirect::Never,
            Some(Fault::BareReturn) => bare(&self.settings),
            _ => finish(payment, claim, &self.settings),
        };
        let what = match (&way, &self.settings.finish_url) {
            (FinishRedirect::Form { .. } | FinishRedirect::Redirect { .. }, Some(url)) => {
                TimelineEvent::SentBack {
                    url: url.clone(),
                    forged: claim.is_forged,
                }
            }
            _ => TimelineEvent::NotSentBack,
        };
        self.note(index, now, what);
        way
    }
}

fn finish(payment: &Payment, claim: ClaimedOutcome<'_>, settings: &Settings) -> FinishRedirect {
    if !payment.pay_page().is_redirect() {
        return FinishRedirect::Stays;
    }
    let Some(finish_url) = settings.finish_url.as_deref() else {
        return FinishRedirect::NoFinishUrl;
    };
    let finish = Finish {
        payment,
        claim,
        finish_url,
        settings,
    };
    payment
        .method
        .finish(&finish)
        .unwrap_or(FinishRedirect::Stays)
}

fn bare(settings: &Settings) -> FinishRedirect {
    match &settings.finish_url {
        Some(url) => FinishRedirect::Redirect {
            location: url.clone(),
        },
        None => FinishRedirect::NoFinishUrl,
    }
}
