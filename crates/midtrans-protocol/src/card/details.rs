//! The gateway's fields about the card of a payment.

use std::fmt;

use super::CardToken;
use crate::Rupiah;
use crate::money::whole_rupiah;
use crate::raw::RawBody;
use crate::time::WibTime;
use crate::vocabulary::wire_enum;

wire_enum! {
    /// The kind of a card.
    pub enum CardType {
        /// A credit card.
        Credit = "credit",
        /// A debit card, which takes no instalments.
        Debit = "debit",
    }
}

/// The gateway's fields about the card of a payment. Every field may be missing. In a
/// [`Notification`](crate::Notification) they are *reported*: the signature does not cover them.
/// [`Details::card`](crate::transaction::Details::card) reads them.
/// ([Card](https://docs.midtrans.com/reference/charge-transactions-on-card))
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardDetails {
    /// The masked card, such as `48111111-1114`; older ones show six digits first.
    pub masked_card: Option<String>,
    /// The bank that has taken the payment (the acquirer), such as `bni`.
    pub bank: Option<String>,
    /// The kind of the card.
    pub card_type: Option<CardType>,
    /// The result of the cardholder's authentication: `05` or `02` in full, `06` or `01` attempted,
    /// `07` or `00` none.
    pub eci: Option<String>,
    /// The bank's approval code; `None` where the gateway sent blanks.
    pub approval_code: Option<String>,
    /// The version of 3-D Secure, such as `2`.
    pub three_ds_version: Option<String>,
    /// `three_ds_challenge_completion`, which Get Status calls `challenge_completion`. Present once
    /// the customer has given the password; `false` while the result is open.
    pub challenge_completion: Option<bool>,
    /// The token of the saved card, where the charge asked to save it.
    pub saved_token_id: Option<CardToken>,
    /// The time at which the saved token expires.
    pub saved_token_id_expired_at: Option<WibTime>,
    /// The months of an instalment plan, whether they came as a number or as a text.
    pub installment_term: Option<u32>,
    /// `true` if the bank that gave out the card is the one that takes the payment.
    pub on_us: Option<bool>,
    /// The way to the card scheme, such as `dragon`.
    pub channel: Option<String>,
    /// The bank's code, such as `00`.
    pub channel_response_code: Option<String>,
    /// The bank's sentence.
    pub channel_response_message: Option<String>,
    /// The number of points that were redeemed.
    pub point_redeem_quantity: Option<u64>,
    /// The worth of the points that were redeemed.
    pub point_redeem_amount: Option<Rupiah>,
    /// The worth of the points that are left.
    pub point_balance_amount: Option<Rupiah>,
}

impl CardDetails {
    /// Reads the fields of a body, each by its name: texts, numbers and booleans alike.
    pub(crate) fn read(raw: &RawBody) -> Self {
        let text = |name| raw.text(name);
        let truth = |name| raw.text(name)?.to_ascii_lowercase().parse().ok();
        let number = |name| whole_rupiah(raw.text(name)?.trim());
        Self {
            masked_card: text("masked_card"),
            bank: text("bank"),
            card_type: text("card_type").as_deref().map(Into::into),
            eci: text("eci"),
            approval_code: text("approval_code").filter(|code| !code.trim().is_empty()),
            three_ds_version: text("three_ds_version"),
            challenge_completion: truth("three_ds_challenge_completion")
                .or_else(|| truth("challenge_completion")),
            saved_token_id: text("saved_token_id").and_then(|token| CardToken::new(token).ok()),
            saved_token_id_expired_at: text("saved_token_id_expired_at")
                .and_then(|time| time.parse().ok()),
            installment_term: number("installment_term")
                .and_then(|months| u32::try_from(months.get()).ok()),
            on_us: truth("on_us"),
            channel: text("channel"),
            channel_response_code: text("channel_response_code"),
            channel_response_message: text("channel_response_message"),
            point_redeem_quantity: number("point_redeem_quantity").map(Rupiah::get),
            point_redeem_amount: number("point_redeem_amount"),
            point_balance_amount: number("point_balance_amount"),
        }
    }

    /// Returns whether the customer has authenticated and the bank has not decided yet: the
    /// redirect page is used up, and Get Status or a notification brings the result.
    pub(crate) fn is_authenticated(&self) -> bool {
        self.challenge_completion.is_some()
    }
}

/// Shows what an operator looks for, and nothing of the card itself.
impl fmt::Debug for CardDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardDetails")
            .field("bank", &self.bank)
            .field("card_type", &self.card_type)
            .field("eci", &self.eci)
            .field("three_ds_version", &self.three_ds_version)
            .field("challenge_completion", &self.challenge_completion)
            .field("installment_term", &self.installment_term)
            .finish_non_exhaustive()
    }
}
