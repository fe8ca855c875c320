//! The families of the gateway's notifications, told apart by their fields before anything in them
//! is checked or believed.
//!
//! Several families arrive at one address when the dashboard has it in several settings. Those of
//! BI-SNAP and payouts only arrive by mistake: they are recognised so that they can be answered, and
//! for nothing else.

use std::fmt;

use serde_json::value::RawValue;

use crate::raw::{find, pick};
use crate::webhook::Rejection;

/// A family of notifications.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// A payment, of the Core API, Snap, a payment link or an invoice.
    Payment,
    /// A GoPay account was linked or unlinked. ([Account
    /// linking](https://docs.midtrans.com/reference/account-linking-unlinking-notification))
    PayAccount,
    /// A subscription was created or charged. Its payment is notified by a payment notification as
    /// well. ([Recurring](https://docs.midtrans.com/reference/http-notification))
    Subscription,
    /// A payment or an account linking by BI-SNAP, signed with the gateway's private key in a
    /// header. ([BI-SNAP](https://docs.midtrans.com/reference/payment-notification-api))
    BiSnap,
    /// A payout, or a top-up of the balance for payouts, signed in a header.
    /// ([Payouts](https://docs.midtrans.com/reference/notification-payload-1))
    Payout,
}

impl Family {
    /// The setting of the gateway's dashboard that leads to the address where such a notification
    /// arrives.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Payment => "Payment Notification URL",
            Self::PayAccount => "Pay Account Notification URL",
            Self::Subscription => "Recurring Notification URL",
            Self::BiSnap => "BI-SNAP notification URL",
            Self::Payout => "notification URL of the Payouts dashboard",
        }
    }

    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }

    const ALL: [Self; 5] = [
        Self::Payment,
        Self::PayAccount,
        Self::Subscription,
        Self::BiSnap,
        Self::Payout,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::PayAccount => "pay account",
            Self::Subscription => "subscription",
            Self::BiSnap => "BI-SNAP",
            Self::Payout => "payout",
        }
    }
}

/// The families whose fields a message has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Families(u8);

impl Families {
    /// Every family.
    pub(crate) const ALL: Self = Self(0b1_1111);

    /// Reads the families off the fields of a message. A payment has an order id, a status and a
    /// signature; a top-up of the balance for payouts has an order id and neither signature nor
    /// code.
    pub(crate) fn of(json: &str) -> Self {
        let Some(shape) = Shape::read(json) else {
            return Self(0);
        };
        let is_top_up = shape.transaction_status.is_none() && shape.is_top_up();
        let is_account = shape.account_id.is_some() && shape.account_status.is_some();
        let is_payment = shape.transaction_status.is_some()
            || (shape.order_id.is_some() && !is_top_up)
            || (shape.signature_key.is_some() && !is_account);
        let families = [
            (is_payment, Family::Payment),
            (is_account, Family::PayAccount),
            (shape.is_subscription(), Family::Subscription),
            (shape.is_snap(), Family::BiSnap),
            (is_top_up || shape.is_payout(), Family::Payout),
        ];
        let present = families.iter().filter(|(is_it, _)| *is_it);
        Self(present.fold(0, |bits, (_, family)| bits | family.bit()))
    }

    /// The families, payments first.
    pub fn iter(self) -> impl Iterator<Item = Family> {
        let all = Family::ALL.into_iter();
        all.filter(move |family| self.0 & family.bit() != 0)
    }

    /// The number of families.
    #[must_use]
    #[expect(
        clippy::len_without_is_empty,
        reason = "a rejection always names some families"
    )]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Fails unless the message has the fields of this family and of no other.
    pub(crate) fn only(self, wanted: Family) -> Result<(), Rejection> {
        let mut families = self.iter();
        match (families.next(), families.next()) {
            (None, _) => Err(Rejection::NoFamily),
            (Some(found), None) if found == wanted => Ok(()),
            (Some(found), None) => Err(Rejection::Misdirected(found)),
            (Some(_), Some(_)) => Err(Rejection::Ambiguous(self)),
        }
    }

    /// The family, where it is one and no payment.
    pub(crate) fn single_other(self) -> Option<Family> {
        let mut families = self.iter();
        match (families.next(), families.next()) {
            (Some(family), None) if family != Family::Payment => Some(family),
            _ => None,
        }
    }
}

/// Names them, such as `payment, pay account`.
impl fmt::Display for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().map(Family::word).collect();
        f.write_str(&words.join(", "))
    }
}

impl fmt::Debug for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Names the family, the wrong setting, and what to do.
impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, setting) = (self.word(), self.setting());
        let place = match self {
            Self::Payment => "an address for other notifications",
            _ => "the webhook for payments",
        };
        write!(
            f,
            "a {what} notification came to {place}, which does not handle it: the {setting} in the \
             dashboard leads here; set it to an address that takes them, or leave it empty"
        )
    }
}

macro_rules! shape {
    ($($field:ident = $name:literal,)+) => {
        /// The fields that tell families apart; `None` where absent or null.
        struct Shape<'a> {
            $($field: Option<&'a RawValue>,)+
        }

        impl<'a> Shape<'a> {
            fn read(json: &'a str) -> Option<Self> {
                let [$($field),+] = pick(json, [$($name),+])?;
                Some(Self { $($field),+ })
            }
        }
    };
}
shape! {
    order_id = "order_id",
    signature_key = "signature_key",
    status_code = "status_code",
    transaction_status = "transaction_status",
    transaction_id = "transaction_id",
    account_id = "account_id",
    account_status = "account_status",
    subscription = "subscription",
    transaction = "transaction",
    schedule = "schedule",
    id = "id",
    reference_no = "reference_no",
    status = "status",
    updated_at = "updated_at",
    latest_transaction_status = "latestTransactionStatus",
    virtual_account_no = "virtualAccountNo",
    additional_info = "additionalInfo",
}

impl Shape<'_> {
    /// The subscription itself, or a charge of it.
    fn is_subscription(&self) -> bool {
        let charged = is_object(self.subscription) && is_object(self.transaction);
        charged || (is_object(self.schedule) && self.id.is_some())
    }

    fn is_snap(&self) -> bool {
        let linking = self
            .additional_info
            .and_then(|info| find(info.get(), "accountStatus"));
        self.latest_transaction_status.is_some()
            || (self.virtual_account_no.is_some() && self.additional_info.is_some())
            || linking.is_some_and(|status| status.get() != "null")
    }

    fn is_payout(&self) -> bool {
        self.reference_no.is_some() && self.status.is_some() && self.updated_at.is_some()
    }

    fn is_top_up(&self) -> bool {
        let unsigned = self.signature_key.is_none() && self.status_code.is_none();
        unsigned
            && self.transaction_id.is_some()
            && self
                .status
                .is_some_and(|status| status.get() == "\"topup\"")
    }
}

fn is_object(value: Option<&RawValue>) -> bool {
    value.is_some_and(|value| value.get().starts_with('{'))
}
