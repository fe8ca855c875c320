//! The gateway's other notifications, which are about no payment, or sign it in another way.
//!
//! They arrive at the payment webhook when a dashboard setting has its address by mistake. They are
//! recognised so that they can be answered, and for nothing else: nothing in them is checked or
//! believed.

use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A family of notifications that the payment webhook does not handle.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
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
            Self::PayAccount => "Pay Account Notification URL",
            Self::Subscription => "Recurring Notification URL",
            Self::BiSnap => "BI-SNAP notification URL",
            Self::Payout => "notification URL of the Payouts dashboard",
        }
    }

    /// The family of a message that is no payment notification. Every payment notification has an
    /// order id beside its signature and its status, so none of them is mistaken for something
    /// else.
    pub(crate) fn of(json: &str) -> Option<Self> {
        let shape: Shape<'_> = serde_json::from_str(json).ok()?;
        if shape.transaction_status.is_some() {
            return None;
        }
        if shape.order_id.is_some() {
            return shape.is_top_up().then_some(Self::Payout);
        }
        if shape.account_id.is_some() && shape.account_status.is_some() {
            return Some(Self::PayAccount);
        }
        if shape.signature_key.is_some() {
            return None;
        }
        let families = [
            (shape.is_subscription(), Self::Subscription),
            (shape.is_snap(), Self::BiSnap),
            (shape.is_payout(), Self::Payout),
        ];
        families
            .into_iter()
            .find(|(is_it, _)| *is_it)
            .map(|(_, family)| family)
    }

    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Names the family, the wrong setting, and what to do.
impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::PayAccount => "pay account",
            Self::Subscription => "subscription",
            Self::BiSnap => "BI-SNAP",
            Self::Payout => "payout",
        };
        let setting = self.setting();
        write!(
            f,
            "a {what} notification came to the webhook for payments, which does not handle it: the {setting} in the \
             dashboard leads here; set it to an address that takes them, or leave it empty"
        )
    }
}

/// The fields that tell families apart; `None` where absent or null.
#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow)]
    order_id: Option<&'a RawValue>,
    #[serde(borrow)]
    signature_key: Option<&'a RawValue>,
    #[serde(borrow)]
    status_code: Option<&'a RawValue>,
    #[serde(borrow)]
    transaction_status: Option<&'a RawValue>,
    #[serde(borrow)]
    transaction_id: Option<&'a RawValue>,
    #[serde(borrow)]
    account_id: Option<&'a RawValue>,
    #[serde(borrow)]
    account_status: Option<&'a RawValue>,
    #[serde(borrow)]
    subscription: Option<&'a RawValue>,
    #[serde(borrow)]
    transaction: Option<&'a RawValue>,
    #[serde(borrow)]
    schedule: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    reference_no: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    updated_at: Option<&'a RawValue>,
    #[serde(borrow, rename = "latestTransactionStatus")]
    latest_transaction_status: Option<&'a RawValue>,
    #[serde(borrow, rename = "virtualAccountNo")]
    virtual_account_no: Option<&'a RawValue>,
    #[serde(borrow, rename = "additionalInfo")]
    additional_info: Option<&'a RawValue>,
}

impl Shape<'_> {
    /// The subscription itself, or a charge of it.
    fn is_subscription(&self) -> bool {
        let charged = is_object(self.subscription) && is_object(self.transaction);
        charged || (is_object(self.schedule) && self.id.is_some())
    }

    fn is_snap(&self) -> bool {
        #[derive(Deserialize)]
        struct Linking<'a> {
            #[serde(borrow, rename = "accountStatus")]
            account_status: Option<&'a RawValue>,
        }
        let linking = self
            .additional_info
            .and_then(|info| serde_json::from_str::<Linking<'_>>(info.get()).ok());
        self.latest_transaction_status.is_some()
            || (self.virtual_account_no.is_some() && self.additional_info.is_some())
            || linking.is_some_and(|linking| linking.account_status.is_some())
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
