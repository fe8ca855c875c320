//! An order, as the shop's pages show it.

use midtrans_inbox::{History, Outcome, State};

use crate::books::Trouble;
use crate::cart::OrderForm;

/// One order.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) form: OrderForm,
    pub(crate) payment: Payment,
    /// How often the goods were sent. Anything but 0 and 1 is a bug that costs money.
    pub(crate) shipped: u32,
    pay_page: Option<String>,
    needs_person: bool,
}

/// Where the payment stands, as far as the shop knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payment {
    /// A charge is under way or was sent, and nothing was heard of it.
    Open,
    /// The gateway refused the charge: there is nothing to pay.
    Refused,
    /// The worker knows.
    Became(Outcome),
}

impl Payment {
    fn of_word(word: &str) -> Option<Self> {
        match word {
            "open" => Some(Self::Open),
            "refused" => Some(Self::Refused),
            word => Outcome::from_word(word).map(Self::Became),
        }
    }

    /// Whether news are still to come.
    pub(crate) const fn is_undecided(self) -> bool {
        matches!(self, Self::Open | Self::Became(Outcome::Pending))
    }

    /// Whether the order may be charged again.
    pub(crate) fn is_free_again(self) -> bool {
        matches!(self, Self::Became(outcome) if outcome.is_closed_without_money())
    }
}

impl Order {
    /// An order out of its row, and what the inbox knows of it.
    pub(crate) fn read(
        form: &str,
        payment: &str,
        pay_page: Option<String>,
        shipped: u32,
        history: &History,
    ) -> Result<Self, Trouble> {
        let is_dead = history.notifications.iter().any(|entry| entry.state == State::Dead);
        Ok(Self {
            form: serde_json::from_str(form)?,
            payment: Payment::of_word(payment).ok_or("an order is in a state that this shop does not know")?,
            shipped,
            pay_page,
            needs_person: is_dead || history.record.as_ref().is_some_and(|record| record.review.is_some()),
        })
    }

    /// Where the customer can pay now, if that is known.
    pub(crate) fn pay_page(&self) -> Option<&str> {
        self.pay_page.as_deref().filter(|_| self.payment.is_undecided() && !self.needs_person)
    }

    /// Whether the gateway's words don't fit together: somebody has to look.
    pub(crate) fn is_in_review(&self) -> bool {
        self.payment.is_undecided() && self.needs_person
    }
}
