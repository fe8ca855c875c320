//! The contents of a page of Snap.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Callback, CardOptions, CstoreTexts, EnabledPayment, Expiry, GopayOptions, MandiriBill,
    Recurring, VirtualAccounts,
};
use crate::charge::SellerDetails;
use crate::fields::Fields;
use crate::redacted::redacted;
use crate::{CustomerDetails, ItemDetails, TransactionDetails};

/// The contents of a page of Snap: the order, and everything else if you like.
/// [`CreateTransaction::new`](super::CreateTransaction::new) checks it. ([Request
/// body](https://docs.midtrans.com/reference/request-body-json-parameter))
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Checkout {
    /// Order id and amount: of [`TransactionDetails::new`], or of [`TransactionDetails::on_snap`].
    pub transaction_details: TransactionDetails,
    /// The lines, which add up to the amount. Akulaku and Kredivo ask for them; without them a page
    /// does not offer these two.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub item_details: Vec<ItemDetails>,
    /// The customer. Akulaku and Kredivo ask for one, Kredivo with a shipping address that names
    /// its recipient (a charge fills that in, a page does not know the method).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_details: Option<CustomerDetails>,
    /// The sellers, for marketplaces with Kredivo.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seller_details: Vec<SellerDetails>,
    /// The methods to offer, in this order; all that the account has, where it is empty. An open
    /// list: see [`EnabledPayment`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enabled_payments: Vec<EnabledPayment>,
    /// Settings of cards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_card: Option<CardOptions>,
    /// Settings of virtual accounts.
    #[serde(flatten)]
    pub virtual_accounts: VirtualAccounts,
    /// Texts of a Mandiri bill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echannel: Option<MandiriBill>,
    /// Settings of GoPay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gopay: Option<GopayOptions>,
    /// The way back from ShopeePay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shopeepay: Option<Callback>,
    /// The way back from DANA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dana: Option<Callback>,
    /// Texts on a receipt of Alfamart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cstore: Option<CstoreTexts>,
    /// The ways back to your shop, instead of those of the dashboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callbacks: Option<Callbacks>,
    /// The expiry of page and payment. Without one the page lives 24 hours, and then the payment
    /// as long as its method's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Expiry>,
    /// The expiry of the page alone, counted from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_expiry: Option<Expiry>,
    /// The plan of a subscription for which the card is saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurring: Option<Recurring>,
    /// Your id of the customer, at most 255 characters, for saved cards and linked accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Echoed in notifications and status replies, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_field1: Option<String>,
    /// Echoed, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_field2: Option<String>,
    /// Echoed, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_field3: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Checkout {
    /// A page for this order and nothing else.
    #[must_use]
    pub fn new(order: TransactionDetails) -> Self {
        Self {
            transaction_details: order,
            item_details: Vec::new(),
            customer_details: None,
            seller_details: Vec::new(),
            enabled_payments: Vec::new(),
            credit_card: None,
            virtual_accounts: VirtualAccounts::default(),
            echannel: None,
            gopay: None,
            shopeepay: None,
            dana: None,
            cstore: None,
            callbacks: None,
            expiry: None,
            page_expiry: None,
            recurring: None,
            user_id: None,
            custom_field1: None,
            custom_field2: None,
            custom_field3: None,
            extra: Map::new(),
        }
    }
}

/// Names the order, never the customer.
impl fmt::Debug for Checkout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkout")
            .field("transaction_details", &self.transaction_details)
            .field("enabled_payments", &self.enabled_payments)
            .finish_non_exhaustive()
    }
}

/// The ways back to your shop, at most 255 characters each. They are unsigned hints: confirm with a
/// notification or Get Status.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Callbacks {
    /// The address after the payment, and after the page's own button that goes back. GoPay,
    /// ShopeePay and DANA have their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish: Option<String>,
    /// The address after an error. Not for Akulaku, Kredivo and GoPay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(Callbacks);

impl Callbacks {
    pub(crate) fn read(mut fields: Fields) -> Self {
        Self {
            finish: fields.text("finish"),
            error: fields.text("error"),
            extra: fields.rest(),
        }
    }

    /// The way back to this address after the payment.
    #[must_use]
    pub fn finish(url: impl Into<String>) -> Self {
        Self {
            finish: Some(url.into()),
            ..Self::default()
        }
    }
}
