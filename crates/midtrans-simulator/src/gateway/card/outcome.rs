//! The outcome of a card charge: the answer of the bank, of the fraud detection, or of the
//! gateway's own rules.
//! ([Cards](https://docs.midtrans.com/reference/charge-transactions-on-card),
//! [codes](https://docs.midtrans.com/docs/channel-response-code))

use midtrans_protocol::transaction::TransactionStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::ids::Ids;
use super::super::method::Instructions;
use super::super::payment::Fraud;
use super::{BankAnswer, Card, Proof, Secure, bank};

/// What the merchant asked for with a card.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in super::super) struct Terms {
    /// Reserve the amount and take it later.
    pub(in super::super) authorizes: bool,
    pub(in super::super) saves: bool,
    /// The bank that the merchant has chosen.
    pub(in super::super) bank: Option<String>,
    /// Months.
    pub(in super::super) instalments: Option<u64>,
    pub(in super::super) bins: Vec<String>,
    pub(in super::super) points: Option<Points>,
}

/// The points that a customer wants to pay with, in rupiah.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum Points {
    Amount(u64),
    /// Mandiri only.
    All,
}

/// The state that a charge comes to, with all that its answer says about it.
#[derive(Debug)]
pub(in super::super) struct Outcome {
    pub(in super::super) status: TransactionStatus,
    pub(in super::super) fraud: Fraud,
    /// The `status_message`.
    pub(in super::super) message: String,
    pub(in super::super) fields: Instructions,
}

impl Terms {
    /// The bank that takes the payment for the merchant: the chosen one, else the card's own, else
    /// BNI, which most of the gateway's samples have.
    pub(in super::super) fn acquirer<'a>(&'a self, card: &'a Card) -> &'a str {
        let own = card
            .issuer
            .as_deref()
            .filter(|word| bank::is_acquirer(word));
        self.bank.as_deref().or(own).unwrap_or("bni")
    }

    /// Returns true if the card's bank takes the payment. The test cards of no bank in particular
    /// count as cards of every bank, as in the gateway's samples.
    pub(in super::super) fn is_on_us(&self, card: &Card) -> bool {
        let acquirer = self.acquirer(card);
        card.issuer
            .as_deref()
            .is_none_or(|issuer| issuer == acquirer)
    }

    /// The reason why the gateway itself refuses this card. No page has the words.
    fn refused_here(&self, card: &Card) -> Option<&'static str> {
        if !card.is_in(&self.bins) {
            return Some("Card is not in the bins that the merchant allows");
        }
        if self.instalments.is_some() && card.is_debit {
            return Some("Instalments are not for debit cards");
        }
        // Offline instalments are those with a filter; any bank may take them.
        let is_online = self.bins.is_empty();
        if self.instalments.is_some() && is_online && !self.is_on_us(card) {
            return Some("Instalments need a card of the bank that takes the payment");
        }
        match self.points {
            None => None,
            Some(_) if !has_points(card) => Some("Card has no points"),
            Some(Points::All) if card.issuer.as_deref() != Some("mandiri") => {
                Some("Only Mandiri redeems all points")
            }
            Some(Points::Amount(amount)) if amount > BALANCE * RUPIAH_A_POINT => {
                Some("Card has not so many points")
            }
            Some(_) => None,
        }
    }

    /// The state that a charge with this card comes to.
    pub(in super::super) fn outcome(
        &self,
        card: &Card,
        amount: u64,
        proof: Proof,
        ids: &mut Ids,
    ) -> Outcome {
        let acquirer = self.acquirer(card);
        let mut outcome = match self.refused_here(card) {
            Some(reason) => Outcome::denied(reason.to_owned()),
            None => self.asked_bank(card, amount, acquirer, ids),
        };
        let fields = &mut outcome.fields;
        fields.insert("bank".to_owned(), acquirer.into());
        fields.insert("eci".to_owned(), card.scheme.eci(proof).into());
        outcome
    }

    fn asked_bank(&self, card: &Card, amount: u64, acquirer: &str, ids: &mut Ids) -> Outcome {
        let refusal = match card.answer {
            BankAnswer::Accepts | BankAnswer::Challenges => None,
            BankAnswer::AcceptsUpTo(most) if amount <= most => None,
            BankAnswer::AcceptsUpTo(_) | BankAnswer::HasNoFunds => Some(NO_FUNDS),
            BankAnswer::DoesNotHonor => Some(DO_NOT_HONOR),
            BankAnswer::IsOffline => Some(NOT_ONLINE),
            BankAnswer::IsFraud => {
                return Outcome {
                    fraud: Fraud::Deny,
                    ..Outcome::denied("Denied by the fraud detection system".to_owned())
                };
            }
        };
        let Some((code, words)) = refusal else {
            return self.accepted(card, amount, ids);
        };
        let bank = acquirer.to_ascii_uppercase();
        let sentence = format!("Deny by Bank [{bank}] with code [{code}] and message [{words}]");
        let mut outcome = Outcome::denied(sentence);
        outcome.channel(code, words);
        // The sample of a refusal has six blanks.
        let fields = &mut outcome.fields;
        fields.insert("approval_code".to_owned(), "      ".into());
        outcome
    }

    fn accepted(&self, card: &Card, amount: u64, ids: &mut Ids) -> Outcome {
        let mut outcome = Outcome {
            status: if self.authorizes {
                TransactionStatus::Authorize
            } else {
                TransactionStatus::Capture
            },
            fraud: match card.answer {
                BankAnswer::Challenges => Fraud::Challenge,
                _ => Fraud::Accept,
            },
            message: SUCCESS.to_owned(),
            fields: Instructions::new(),
        };
        outcome.channel("00", "Approved");
        let fields = &mut outcome.fields;
        fields.insert("approval_code".to_owned(), ids.digits(13).into());
        if let Some(points) = self.points {
            let redeemed = match points {
                Points::Amount(redeemed) => redeemed,
                Points::All => (BALANCE * RUPIAH_A_POINT).min(amount),
            };
            let quantity = redeemed.div_ceil(RUPIAH_A_POINT);
            let left = BALANCE.saturating_sub(quantity) * RUPIAH_A_POINT;
            fields.insert(
                "point_balance_amount".to_owned(),
                format!("{left}.00").into(),
            );
            fields.insert("point_redeem_amount".to_owned(), json!(redeemed));
            fields.insert("point_redeem_quantity".to_owned(), json!(quantity));
        }
        outcome
    }
}

impl Outcome {
    fn denied(message: String) -> Self {
        Self {
            status: TransactionStatus::Deny,
            fraud: Fraud::Accept,
            message,
            fields: Instructions::new(),
        }
    }

    /// The outcome for a customer whom the card's bank does not know.
    pub(super) fn not_authenticated(terms: &Terms, card: &Card) -> Self {
        let mut outcome = Self::denied("Card is not authenticated.".to_owned());
        let fields = &mut outcome.fields;
        fields.insert("bank".to_owned(), terms.acquirer(card).into());
        fields.insert("eci".to_owned(), card.scheme.eci(Proof::None).into());
        outcome
    }

    fn channel(&mut self, code: &str, words: &str) {
        let fields = &mut self.fields;
        fields.insert("channel_response_code".to_owned(), code.into());
        fields.insert("channel_response_message".to_owned(), words.into());
    }
}

impl Secure {
    /// The proof that the authentication of a card gives.
    pub(super) const fn proof(self) -> Proof {
        match self {
            Self::Attempted => Proof::Attempted,
            _ => Proof::Full,
        }
    }

    /// Returns true if the customer has to type a password.
    pub(in super::super) const fn asks(self) -> bool {
        matches!(self, Self::Password | Self::Slow)
    }
}

/// Returns true if points of the card can be redeemed.
pub(super) fn has_points(card: &Card) -> bool {
    bank::of(&card.first).is_some_and(|bank| bank.has_points)
}

pub(in super::super) const SUCCESS: &str = "Success, Credit Card transaction is successful";
/// The points of every card that has some, each time it is asked: nothing is taken off for good.
pub(super) const BALANCE: u64 = 100_000;
/// As in the gateway's sample, where 80,000 rupiah are 26,667 points.
pub(super) const RUPIAH_A_POINT: u64 = 3;
const DO_NOT_HONOR: (&str, &str) = ("05", "Do not honor");
const NO_FUNDS: (&str, &str) = ("51", "Insufficient funds");
/// The code of an issuer that refuses orders on the internet; a token request of such a card has
/// the sentence in the gateway's guide.
const NOT_ONLINE: (&str, &str) = (
    "31",
    "This card is not supported for online transactions. Please contact your bank",
);
