//! The gateway's fields about the card of a payment.

use std::fmt;

use serde::Deserialize;

use super::CardToken;
use crate::Rupiah;
use crate::money::whole_rupiah;
use crate::raw::received_text;
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
    /// Reads the fields of a body in one scan; `None` where there is none of them.
    pub(crate) fn read(json: &str) -> Option<Self> {
        let wire: Wire = serde_json::from_str(json).ok()?;
        Some(wire.into())
    }

    /// Returns whether the customer has authenticated and the bank has not decided yet: the
    /// redirect page is used up, and Get Status or a notification brings the result.
    pub(crate) fn is_authenticated(&self) -> bool {
        self.challenge_completion.is_some()
    }
}

macro_rules! wire {
    ($($name:ident),+) => {
        /// The fields as they came: texts, numbers and booleans alike.
        #[derive(Deserialize)]
        struct Wire {
            $(#[serde(default, deserialize_with = "received_text")] $name: Option<String>,)+
        }
    };
}
wire! {
    masked_card, bank, card_type, eci, approval_code, three_ds_version, challenge_completion,
    three_ds_challenge_completion, saved_token_id, saved_token_id_expired_at, installment_term,
    on_us, channel, channel_response_code, channel_response_message, point_redeem_quantity,
    point_redeem_amount, point_balance_amount
}

impl From<Wire> for CardDetails {
    fn from(wire: Wire) -> Self {
        let truth = |text: Option<String>| text?.to_ascii_lowercase().parse().ok();
        let number = |text: Option<String>| whole_rupiah(text?.trim());
        Self {
            masked_card: wire.masked_card,
            bank: wire.bank,
            card_type: wire.card_type.as_deref().map(Into::into),
            eci: wire.eci,
            approval_code: wire.approval_code.filter(|code| !code.trim().is_empty()),
            three_ds_version: wire.three_ds_version,
            challenge_completion: truth(wire.three_ds_challenge_completion)
                .or_else(|| truth(wire.challenge_completion)),
            saved_token_id: wire
                .saved_token_id
                .and_then(|token| CardToken::new(token).ok()),
            saved_token_id_expired_at: wire
                .saved_token_id_expired_at
                .and_then(|time| time.parse().ok()),
            installment_term: number(wire.installment_term)
                .and_then(|months| u32::try_from(months.get()).ok()),
            on_us: truth(wire.on_us),
            channel: wire.channel,
            channel_response_code: wire.channel_response_code,
            channel_response_message: wire.channel_response_message,
            point_redeem_quantity: number(wire.point_redeem_quantity).map(Rupiah::get),
            point_redeem_amount: number(wire.point_redeem_amount),
            point_balance_amount: number(wire.point_balance_amount),
        }
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
