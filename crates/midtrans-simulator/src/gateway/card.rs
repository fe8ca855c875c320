//! Cards: what the gateway keeps of one, and where card numbers are read.
//!
//! The whole number and the CVV of a card end here. What is kept is the masked number, which the
//! gateway shows too, and the way in which the test card behaves.

mod authentication;
mod bank;
mod desk;
mod form;
pub(super) mod mask;
mod operations;
mod outcome;
mod table;
mod tokens;

use midtrans_protocol::time::WibTime;
use serde::{Deserialize, Serialize};

pub(super) use authentication::{CardPayment, saved_fields};
pub(super) use bank::{is_acquirer, is_bank};
pub(super) use desk::{Query, bin};
pub(super) use form::{Fields, read};
pub(super) use outcome::{Outcome, Points, Terms};
pub(super) use tokens::{Token, Tokens};

/// A card without its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Card {
    /// The first eight digits.
    pub(super) first: String,
    /// The last four digits.
    pub(super) last: String,
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) scheme: Scheme,
    /// The bank that issued it, in the gateway's word; `None` for the cards of no bank in
    /// particular.
    pub(super) issuer: Option<String>,
    pub(super) is_debit: bool,
    pub(super) secure: Secure,
    pub(super) answer: BankAnswer,
}

impl Card {
    /// The card of a number that [`read`] has checked.
    fn of(number: &str, year: u16, month: u8) -> Self {
        let (secure, answer) = table::behaviour(number);
        let issuer = bank::of(number);
        let last = number.len().saturating_sub(4);
        Self {
            first: number.chars().take(8).collect(),
            last: number.chars().skip(last).collect(),
            year,
            month,
            scheme: Scheme::of(number),
            issuer: issuer.map(|bank| bank.word.to_owned()),
            is_debit: issuer.is_some_and(|bank| bank.is_debit),
            secure,
            answer,
        }
    }

    /// The card that a Google Pay token stands for. The form of such a token is not documented for
    /// merchants to read, and it is encrypted: every token is the first test card.
    pub(super) fn of_google_pay(now: WibTime) -> Self {
        let (year, _) = year_and_month(now);
        Self::of("4811111111111114", year.saturating_add(1), 12)
    }

    /// The name of the bank that has issued it.
    pub(super) fn bank(&self) -> Option<&'static str> {
        bank::of(&self.first).map(|bank| bank.name)
    }

    /// The number as the gateway shows it: the first eight and the last four digits.
    pub(super) fn masked(&self) -> String {
        format!("{}-{}", self.first, self.last)
    }

    pub(super) const fn kind(&self) -> &'static str {
        if self.is_debit { "debit" } else { "credit" }
    }

    /// Returns true if the card cannot be used any more.
    pub(super) fn is_expired(&self, now: WibTime) -> bool {
        is_past(self.year, self.month, now)
    }

    /// The moment that the gateway names as the end of a saved card: the last day of the card's
    /// month, at midnight in UTC.
    pub(super) fn ends(&self) -> Option<WibTime> {
        let (year, month) = match self.month {
            12 => (self.year.checked_add(1)?, 1),
            month => (self.year, month + 1),
        };
        let next: WibTime = format!("{year:04}-{month:02}-01 07:00:00").parse().ok()?;
        WibTime::from_unix(next.unix() - 86_400)
    }

    /// Returns true if a filter of a charge lets the card through: by its first digits, or by the
    /// word of its bank.
    pub(super) fn is_in(&self, bins: &[String]) -> bool {
        bins.is_empty()
            || bins.iter().any(|bin| {
                self.first.starts_with(bin.as_str()) || self.issuer.as_deref() == Some(bin.as_str())
            })
    }
}

/// The scheme of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Scheme {
    Visa,
    Mastercard,
    Jcb,
    Amex,
    UnionPay,
    /// A bank's own cards.
    Private,
}

impl Scheme {
    fn of(number: &str) -> Self {
        let found = table::SCHEMES
            .iter()
            .find(|(prefix, _)| number.starts_with(prefix));
        found.map_or(Self::Private, |(_, scheme)| *scheme)
    }

    /// The word for it.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Visa => "VISA",
            Self::Mastercard => "MASTERCARD",
            Self::Jcb => "JCB",
            Self::Amex => "AMEX",
            Self::UnionPay => "CUP",
            Self::Private => "PRIVATE LABEL",
        }
    }

    /// The electronic commerce indicator. ([3-D
    /// Secure](https://docs.midtrans.com/reference/card-feature-3d-secure-3ds))
    const fn eci(self, proof: Proof) -> &'static str {
        match (self, proof) {
            (Self::Mastercard, Proof::Full) => "02",
            (Self::Mastercard, Proof::Attempted) => "01",
            (Self::Mastercard, Proof::None) => "00",
            (_, Proof::Full) => "05",
            (_, Proof::Attempted) => "06",
            (_, Proof::None) => "07",
        }
    }
}

/// The proof that the customer is the card's holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Full,
    Attempted,
    None,
}

/// The way in which a card's bank authenticates the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Secure {
    /// The customer types a password.
    Password,
    /// As `Password`, and the result is open for a while.
    Slow,
    /// The bank asks for nothing.
    Frictionless,
    /// The bank takes no part.
    Attempted,
    /// The authentication fails.
    Fails,
    /// The card knows only the old version, which the gateway has given up.
    Version1,
}

/// The answer of a card's bank, or of the gateway's fraud detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum BankAnswer {
    Accepts,
    /// Accepts up to this amount, and says above it that there is not enough money.
    AcceptsUpTo(u64),
    /// The fraud detection wants the merchant to look at it.
    Challenges,
    DoesNotHonor,
    HasNoFunds,
    /// The card is not for the internet.
    IsOffline,
    /// The fraud detection refuses.
    IsFraud,
}

/// The year and the month of a moment.
pub(super) fn year_and_month(at: WibTime) -> (u16, u8) {
    let text = at.to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
    (
        part(0..4).parse().unwrap_or_default(),
        part(5..7).parse().unwrap_or_default(),
    )
}

fn is_past(year: u16, month: u8, now: WibTime) -> bool {
    (year, month) < year_and_month(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> WibTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_card_is_good_until_the_end_of_its_month_and_a_saved_one_ends_on_the_last_day() {
        let card = Card::of("4811111111111114", 2026, 11);
        assert!(!card.is_expired(at("2026-11-30 23:59:59")));
        assert!(card.is_expired(at("2026-12-01 00:00:00")));
        let ends = |year, month| {
            let card = Card::of("4811111111111114", year, month);
            card.ends().unwrap().to_string()
        };
        // The dates of the gateway's samples.
        assert_eq!(ends(2020, 12), "2020-12-31 07:00:00");
        assert_eq!(ends(2024, 11), "2024-11-30 07:00:00");
        assert_eq!(ends(2028, 2), "2028-02-29 07:00:00");
    }

    #[test]
    fn nothing_that_is_kept_of_a_card_has_its_middle_digits() {
        let card = Card::of("4105058689481467", 2030, 1);
        assert_eq!(card.masked(), "41050586-1467");
        let kept = format!("{card:?} {}", serde_json::to_string(&card).unwrap());
        assert!(!kept.contains("8948"), "{kept}");
    }

    #[test]
    fn a_filter_lets_a_card_through_by_its_first_digits_or_its_bank() {
        let bni = Card::of("4105058689481467", 2030, 1);
        let is_in = |bins: &[&str]| {
            let bins: Vec<String> = bins.iter().map(|bin| (*bin).to_owned()).collect();
            bni.is_in(&bins)
        };
        assert!(is_in(&[]) && is_in(&["41050586"]) && is_in(&["5", "4"]) && is_in(&["bni"]));
        assert!(!is_in(&["bca", "42"]));
    }
}
