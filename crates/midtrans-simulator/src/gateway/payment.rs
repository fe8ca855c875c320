//! One transaction, as the gateway keeps it.

use std::sync::Arc;
use std::time::Duration;

use midtrans_protocol::{Rupiah, TransactionStatus, WibTime, WireAmount};
use serde_json::Value;

use super::timeline::Entry;

/// The two cardless credit providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Provider {
    /// Akulaku PayLater.
    Akulaku,
    /// Kredivo.
    Kredivo,
}

impl Provider {
    /// The gateway's `payment_type`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Akulaku => "akulaku",
            Self::Kredivo => "kredivo",
        }
    }

    /// The provider as customers know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Akulaku => "Akulaku",
            Self::Kredivo => "Kredivo",
        }
    }

    /// The least amount that can be charged.
    pub(super) const fn least_amount(self) -> Rupiah {
        Rupiah::new(match self {
            Self::Akulaku => 5_000,
            Self::Kredivo => 1,
        })
    }

    /// How long a customer has, unless the charge says otherwise.
    pub(super) const fn default_expiry(self) -> Duration {
        Duration::from_secs(match self {
            Self::Akulaku => 2 * HOUR,
            Self::Kredivo => 24 * HOUR,
        })
    }

    /// How long after settlement a refund is taken. For Akulaku only a FAQ names a time (six
    /// months), and no page of the API does, so none is held.
    pub(super) const fn refund_window(self) -> Option<Duration> {
        match self {
            Self::Akulaku => None,
            Self::Kredivo => Some(Duration::from_secs(14 * 24 * HOUR)),
        }
    }
}

/// One line of an order, for the pay page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item {
    /// What it is called; any text.
    pub name: String,
    /// Price of one, in rupiah; negative for a discount.
    pub price: i64,
    /// How many.
    pub quantity: u64,
}

/// Money that went back.
#[derive(Clone, Debug)]
pub(super) struct Refunded {
    pub(super) number: u64,
    pub(super) key: String,
    pub(super) amount: Rupiah,
    pub(super) reason: String,
    pub(super) made: WibTime,
    pub(super) confirmed: Option<WibTime>,
}

/// Where notifications of one charge go, from its headers.
#[derive(Clone, Debug, Default)]
pub(super) struct Targets {
    pub(super) append: Vec<Arc<str>>,
    pub(super) replace: Vec<Arc<str>>,
}

/// What only some charges say.
#[derive(Debug, Default)]
pub(super) struct Rare {
    pub(super) custom_fields: [Option<String>; 3],
    pub(super) metadata: Option<Value>,
    pub(super) targets: Targets,
}

impl Rare {
    /// Nothing where nothing was said.
    pub(super) fn boxed(self) -> Option<Box<Self>> {
        let says = self.custom_fields.iter().any(Option::is_some)
            || self.metadata.is_some()
            || !self.targets.append.is_empty()
            || !self.targets.replace.is_empty();
        says.then(|| Box::new(self))
    }
}

/// A transaction.
#[derive(Debug)]
pub(super) struct Payment {
    pub(super) id: Arc<str>,
    pub(super) provider: Provider,
    pub(super) order_id: Arc<str>,
    pub(super) amount: Rupiah,
    pub(super) items: Vec<Item>,
    /// Most charges have none of it, and there may be many of them.
    pub(super) rare: Option<Box<Rare>>,
    pub(super) made: WibTime,
    pub(super) expires: WibTime,
    pub(super) status: TransactionStatus,
    pub(super) settled: Option<WibTime>,
    pub(super) refunds: Vec<Refunded>,
    pub(super) log: Vec<Entry>,
    /// Whether notifications wait, so that the browser is first.
    pub(super) leads_browser: bool,
    /// Whether the browser goes back only when the notifications are over.
    pub(super) holds_browser: bool,
}

impl Payment {
    pub(super) fn is_pending(&self) -> bool {
        self.status == TransactionStatus::Pending
    }

    /// Whether money came, even if it went back since: then the order id is used up.
    pub(super) fn was_paid(&self) -> bool {
        self.settled.is_some()
    }

    /// Whether its order id may be charged again: documented after a cancellation and after an
    /// expiry, and not after a denial. ([Codes](https://docs.midtrans.com/reference/code-4xx))
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

    /// What went back so far.
    pub(super) fn refunded(&self) -> Rupiah {
        let total = self
            .refunds
            .iter()
            .try_fold(Rupiah::new(0), |sum, refund| sum.checked_add(refund.amount));
        total.unwrap_or(self.amount)
    }

    /// What may still go back.
    pub(super) fn refundable(&self) -> Rupiah {
        self.amount.checked_sub(self.refunded()).unwrap_or_default()
    }

    /// The code of an API answer that shows this state, and of a browser's way back.
    pub(super) fn answer_code(&self) -> u16 {
        match self.status {
            TransactionStatus::Pending => 201,
            TransactionStatus::Deny => 202,
            TransactionStatus::Expire => 407,
            _ => 200,
        }
    }

    /// The code of a notification of this state: cancelled and expired look like denied there.
    pub(super) fn notified_code(&self) -> u16 {
        match self.status {
            TransactionStatus::Pending => 201,
            TransactionStatus::Deny | TransactionStatus::Cancel | TransactionStatus::Expire => 202,
            _ => 200,
        }
    }
}

const HOUR: u64 = 3_600;
