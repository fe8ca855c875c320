//! One transaction, as the gateway keeps it.

use midtrans_protocol::Rupiah;
use midtrans_protocol::money::WireAmount;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::card::CardPayment;
use super::method::gopay::PRE_AUTH;
use super::method::{Instructions, Opening, Played};
use super::pay_page::PayPage;
use super::row;
use super::timeline::Entry;

/// One line of an order, for the pay page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Item {
    /// Its name; any text.
    pub name: String,
    /// Price of one, in rupiah; negative for a discount.
    pub price: i64,
    /// The number of pieces.
    pub quantity: u64,
}

/// A refund.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Refunded {
    pub(super) number: u64,
    pub(super) key: String,
    #[serde(with = "row::rupiah")]
    pub(super) amount: Rupiah,
    pub(super) reason: String,
    #[serde(with = "row::time")]
    pub(super) made: WibTime,
    #[serde(with = "row::maybe_time")]
    pub(super) confirmed: Option<WibTime>,
}

/// The URLs that notifications of one charge go to, from its headers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Targets {
    pub(super) append: Vec<String>,
    pub(super) replace: Vec<String>,
}

/// The record that a transaction was made for, which its notifications name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Parent {
    /// A payment link, by its own id.
    PaymentLink(String),
    /// A subscription, by its id.
    Subscription(String),
}

/// The word of the fraud detection about a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Fraud {
    #[default]
    Accept,
    /// The merchant has to look at it.
    Challenge,
    Deny,
}

impl Fraud {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Challenge => "challenge",
            Self::Deny => "deny",
        }
    }
}

/// A transaction.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Payment {
    pub(super) id: String,
    pub(super) method: Played,
    /// The fields that only this method's answers have.
    pub(super) instructions: Instructions,
    pub(super) order_id: String,
    #[serde(with = "row::rupiah")]
    pub(super) amount: Rupiah,
    pub(super) items: Vec<Item>,
    pub(super) custom_fields: [Option<String>; 3],
    pub(super) metadata: Option<Value>,
    pub(super) targets: Targets,
    #[serde(default)]
    pub(super) parent: Option<Parent>,
    #[serde(with = "row::time")]
    pub(super) made: WibTime,
    #[serde(with = "row::time")]
    pub(super) expires: WibTime,
    pub(super) status: TransactionStatus,
    pub(super) fraud: Fraud,
    /// The `status_message` of the charge, where it is not the method's usual one.
    pub(super) message: Option<String>,
    #[serde(with = "row::maybe_time")]
    pub(super) captured: Option<WibTime>,
    #[serde(with = "row::maybe_time")]
    pub(super) settled: Option<WibTime>,
    /// The card, where one pays.
    pub(super) card: Option<Box<CardPayment>>,
    pub(super) refunds: Vec<Refunded>,
    pub(super) log: Vec<Entry>,
    /// True if notifications wait, so that the browser is first.
    #[serde(skip)]
    pub(super) leads_browser: bool,
    /// True if the browser goes back only when the notifications are over.
    #[serde(skip)]
    pub(super) holds_browser: bool,
}

impl Payment {
    /// Makes a transaction in its first state, without the merchant's own fields. It expires at
    /// `expires`, unless its opening names another time.
    pub(super) fn new(
        id: String,
        method: Played,
        order_id: String,
        amount: Rupiah,
        opening: Opening,
        made: WibTime,
        expires: WibTime,
    ) -> Self {
        let is = |other: &TransactionStatus| opening.status == *other;
        Self {
            id,
            method,
            order_id,
            amount,
            items: Vec::new(),
            custom_fields: Default::default(),
            metadata: None,
            targets: Targets::default(),
            parent: None,
            made,
            expires: opening.expires.unwrap_or(expires),
            captured: is(&TransactionStatus::Capture).then_some(made),
            settled: is(&TransactionStatus::Settlement).then_some(made),
            status: opening.status,
            fraud: opening.fraud,
            message: opening.message,
            card: opening.card,
            instructions: opening.instructions,
            refunds: Vec::new(),
            log: Vec::new(),
            leads_browser: false,
            holds_browser: false,
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        self.status == TransactionStatus::Pending
    }

    /// The page where it is paid.
    pub(super) fn pay_page(&self) -> PayPage {
        match &self.card {
            Some(own) => own.page(),
            None => self.method.pay_page(&self.instructions),
        }
    }

    /// Returns true if the transaction was ever paid, even if it was refunded since: its order id
    /// is then used up.
    pub(super) fn was_paid(&self) -> bool {
        self.settled.is_some() || self.status == TransactionStatus::Capture
    }

    /// Returns true for a charge of a linked account that only reserves the money.
    pub(super) fn is_pre_auth(&self) -> bool {
        self.instructions.contains_key(PRE_AUTH)
    }

    /// The status that the customer's approval leads to.
    pub(super) fn approved_status(&self) -> TransactionStatus {
        match self.is_pre_auth() {
            true => TransactionStatus::Authorize,
            false => TransactionStatus::Settlement,
        }
    }

    /// The status that a capture of the reserved money leads to: a wallet's is settled at once.
    pub(super) const fn captured_status(&self) -> TransactionStatus {
        match self.card {
            Some(_) => TransactionStatus::Capture,
            None => TransactionStatus::Settlement,
        }
    }

    /// The `status_message` of the charge.
    pub(super) fn charge_message(&self) -> &str {
        let usual = self.method.charge_message();
        self.message.as_deref().unwrap_or(usual)
    }

    /// The `fraud_status`, if answers have one. Before a customer has authenticated, the fraud
    /// detection has not been asked.
    pub(super) fn fraud_word(&self) -> Option<&'static str> {
        let is_asked = self.card.is_none() || !self.is_pending();
        let has_one = self.method.has_fraud_status(&self.instructions) && is_asked;
        has_one.then(|| self.fraud.as_str())
    }

    /// Returns true if the customer has a page to go to. A card that was answered at once has none.
    pub(super) fn has_page(&self) -> bool {
        let own = self.card.as_ref();
        own.is_none_or(|own| own.is_secure && self.is_pending())
    }

    /// Returns true if a merchant has to look at it.
    pub(super) fn is_challenged(&self) -> bool {
        let is_held = matches!(
            self.status,
            TransactionStatus::Capture | TransactionStatus::Authorize
        );
        is_held && self.fraud == Fraud::Challenge
    }

    /// Returns true if its order id may be charged again: documented after a cancellation and after
    /// an expiry, and not after a denial. ([Codes](https://docs.midtrans.com/reference/code-4xx))
    pub(super) const fn frees_its_order(&self) -> bool {
        matches!(
            self.status,
            TransactionStatus::Cancel | TransactionStatus::Expire
        )
    }

    /// The gateway's text of the amount.
    pub(super) fn gross_amount(&self) -> WireAmount {
        WireAmount::of(self.amount)
    }

    /// The amount refunded so far.
    pub(super) fn refunded(&self) -> Rupiah {
        let total = self
            .refunds
            .iter()
            .try_fold(Rupiah::new(0), |sum, refund| sum.checked_add(refund.amount));
        total.unwrap_or(self.amount)
    }

    /// The amount that can still be refunded.
    pub(super) fn refundable(&self) -> Rupiah {
        self.amount.checked_sub(self.refunded()).unwrap_or_default()
    }

    /// The code of an API answer that shows this state, and of a browser's way back.
    pub(super) fn answer_code(&self) -> u16 {
        match self.status {
            TransactionStatus::Pending => 201,
            _ if self.is_challenged() => 201,
            TransactionStatus::Deny => 202,
            TransactionStatus::Expire => 407,
            _ => 200,
        }
    }

    /// The code of a notification of this state: cancelled and expired look like denied there.
    pub(super) fn notified_code(&self) -> u16 {
        match self.status {
            TransactionStatus::Pending => 201,
            _ if self.is_challenged() => 201,
            TransactionStatus::Deny | TransactionStatus::Cancel | TransactionStatus::Expire => 202,
            _ => 200,
        }
    }
}
