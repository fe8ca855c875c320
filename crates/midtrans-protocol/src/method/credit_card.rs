//! Cards: charged at once, or after the customer has authenticated on the bank's page (3-D Secure).
//! [Gateway page](https://docs.midtrans.com/reference/charge-transactions-on-card)

mod check;
mod full_pan;
mod read;
mod words;

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

pub use full_pan::FullPan;
pub use words::{
    CallbackType, CardBank, CardTransactionType, DynamicDescriptor, GooglePayToken, Initiator,
};

use super::terms::{DAY, MINUTE};
use super::{PaymentMethod, Terms};
use crate::account::Host;
use crate::card::CardToken;
use crate::charge::{Field, Problems};
use crate::fields::Fields;
use crate::instructions::Shape;
use crate::method::PaymentType;
use crate::redacted::redacted;
use crate::{Charge, Rupiah};

/// A payment with a card, from 10,000 to 999,999,999 rupiah. Exactly one of
/// [`token_id`](Self::token_id), [`card`](Self::card) and
/// [`google_pay_token`](Self::google_pay_token) says which card it is.
///
/// Without 3-D Secure the answer is final: `capture`, `authorize`, or a denial. With it
/// ([`authenticated`](Self::authenticated)) the answer is pending, and its
/// [`instructions`](crate::Transaction::instructions) send the customer to the bank's page.
///
/// ```
/// use midtrans_protocol::card::CardToken;
/// use midtrans_protocol::method::{CallbackType, CreditCard};
/// use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
///
/// let token = CardToken::new("48111111-1114-dc7d77d5-237b-4a7f-a26c-75c4a7aa4e91")?;
/// let card = CreditCard::token(token).authenticated(CallbackType::Form);
/// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(145_000))?;
/// let charge = Charge::builder(order, card).build()?;
/// assert_eq!(format!("{:?}", charge.method()), "Method(credit_card)");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CreditCard {
    /// The token of the card, for one payment; or the token of a saved card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_id: Option<CardToken>,
    /// The card itself, with its full number. Only for merchants that PCI DSS allows to see it: see
    /// [`FullPan`].
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "full_pan::write"
    )]
    pub card: Option<FullPan>,
    /// The token that Google Pay gave to the shop's page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub google_pay_token: Option<GooglePayToken>,
    /// `true` for 3-D Secure; `false` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication: Option<bool>,
    /// The way back from 3-D Secure; the events of the front-end library by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_type: Option<CallbackType>,
    /// The bank that takes the payment (the acquirer). For an online instalment, the one that gave
    /// out the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank: Option<CardBank>,
    /// The way to the card scheme, such as `migs`; historical.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The months of an instalment plan, such as 3, 6 or 12. Not for debit cards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installment_term: Option<u32>,
    /// The cards that may pay: first digits of their numbers, up to eight, or names of banks. A
    /// card that fits none is denied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bins: Vec<String>,
    /// `authorize` to reserve the money and take it later.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub transaction_type: Option<CardTransactionType>,
    /// `true` to save the card: the answer then has a token for later payments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_token_id: Option<bool>,
    /// The rupiah to be paid with the card's points; −1 redeems all points of a card of Mandiri.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_redeem_amount: Option<i64>,
    /// `merchant` for a payment that the customer has agreed to before and is not present at; the
    /// customer by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiated_by: Option<Initiator>,
    /// The shop's name on the customer's statement; BNI only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic_descriptor: Option<DynamicDescriptor>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(CreditCard);

impl CreditCard {
    /// A payment with the token of a card: from the front-end library in the customer's browser, or
    /// from [`card::Token`](crate::card::Token).
    #[must_use]
    pub fn token(token: CardToken) -> Self {
        Self {
            token_id: Some(token),
            ..Self::default()
        }
    }

    /// A payment with the token of a saved card ("one click"): without security code and 3-D
    /// Secure. The account needs the bank's agreement to recurring payments.
    /// ([One click](https://docs.midtrans.com/reference/card-feature-one-click))
    #[must_use]
    pub fn saved(token: CardToken) -> Self {
        Self::token(token)
    }

    /// A payment with a card that Google Pay holds. The charge goes to the host for full card
    /// numbers.
    #[must_use]
    pub fn google_pay(token: GooglePayToken) -> Self {
        Self {
            google_pay_token: Some(token),
            ..Self::default()
        }
    }

    /// A payment with a full card number. Read [`FullPan`] first.
    /// ([Full PAN](https://docs.midtrans.com/reference/card-feature-full-pan))
    #[must_use]
    pub fn full_pan(card: FullPan) -> Self {
        Self {
            card: Some(card),
            ..Self::default()
        }
    }

    /// Asks for 3-D Secure: the customer authenticates on the bank's page and comes back by
    /// `callback`. With [`CallbackType::Form`] the browser posts the result to the shop: read it
    /// with [`Landing::from_form`](crate::webhook::landing::Landing::from_form), as a hint.
    /// ([3-D Secure](https://docs.midtrans.com/reference/card-feature-3d-secure-3ds))
    #[must_use]
    pub fn authenticated(mut self, callback: CallbackType) -> Self {
        self.authentication = Some(true);
        self.callback_type = Some(callback);
        self
    }

    /// Asks the gateway to save the card. The answer's
    /// [`CardDetails`](crate::card::CardDetails) has its token.
    #[must_use]
    pub const fn saving_the_card(mut self) -> Self {
        self.save_token_id = Some(true);
        self
    }

    /// Splits the payment into months with the bank that gave out the card and takes the payment
    /// too (an online instalment).
    /// ([Instalments](https://docs.midtrans.com/reference/card-feature-installment))
    #[must_use]
    pub fn installment(mut self, bank: CardBank, months: u32) -> Self {
        self.bank = Some(bank);
        self.installment_term = Some(months);
        self
    }

    /// Splits the payment into months with cards of these banks, while another bank takes the
    /// payment (an offline instalment). `bins` as in [`only_cards_of`](Self::only_cards_of).
    #[must_use]
    pub fn offline_installment<B: Into<String>>(
        mut self,
        bins: impl IntoIterator<Item = B>,
        months: u32,
    ) -> Self {
        self.installment_term = Some(months);
        self.only_cards_of(bins)
    }

    /// Lets only some cards pay: those whose numbers begin with one of these digits, up to eight,
    /// or of these banks, such as `bni`.
    #[must_use]
    pub fn only_cards_of<B: Into<String>>(mut self, bins: impl IntoIterator<Item = B>) -> Self {
        self.bins = bins.into_iter().map(Into::into).collect();
        self
    }

    /// Reserves the money. Take it within seven days with
    /// [`Capture`](crate::transaction::Capture), or release it with
    /// [`Cancel`](crate::transaction::Cancel).
    /// ([Pre-authorisation](https://docs.midtrans.com/reference/card-feature-pre-authorization))
    #[must_use]
    pub fn authorize_only(mut self) -> Self {
        self.transaction_type = Some(CardTransactionType::Authorize);
        self
    }

    /// Pays a part with points of the card, worth so many rupiah, at the bank that gave them.
    #[must_use]
    pub fn redeeming(mut self, bank: CardBank, rupiah: Rupiah) -> Self {
        self.bank = Some(bank);
        // An amount that does not fit is above every gross amount, and the check says so.
        self.point_redeem_amount = Some(i64::try_from(rupiah.get()).unwrap_or(i64::MAX));
        self
    }

    /// Marks a payment that the merchant starts, with a saved card, as the customer has agreed to
    /// before: a subscription's next month.
    #[must_use]
    pub fn merchant_initiated(mut self) -> Self {
        self.initiated_by = Some(Initiator::Merchant);
        self
    }
}

impl PaymentMethod for CreditCard {
    const TYPE: PaymentType = PaymentType::CreditCard;
    /// The expiry is that of the 3-D Secure page: ten minutes, in newer texts fifteen. The refund
    /// window is the half year of the gateway's questions and answers; the bank may refuse sooner.
    const TERMS: Terms = Terms {
        shape: Some(Shape::Redirect),
        default_expiry: MINUTE.saturating_mul(10),
        longest_expiry: MINUTE.saturating_mul(15),
        smallest_amount: Rupiah::new(10_000),
        largest_amount: Some(Rupiah::new(999_999_999)),
        refund_window: Some(Duration::from_secs(180 * DAY.as_secs())),
        ..Terms::UNKNOWN
    };
    const FIELDS: Option<&'static [Field]> = Some(check::FIELDS);

    /// A full card number and a Google Pay token go to a host of their own, and a token never goes
    /// there. ([Full PAN](https://docs.midtrans.com/reference/card-feature-full-pan))
    fn read(fields: Fields) -> Option<Self> {
        read::read(fields)
    }

    fn host(&self) -> Host {
        if self.card.is_some() || self.google_pay_token.is_some() {
            Host::PanApi
        } else {
            Host::Api
        }
    }

    fn check(&self, charge: &Charge, problems: &mut Problems) {
        check::check(self, charge, problems);
    }
}
