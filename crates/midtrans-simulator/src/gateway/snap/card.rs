//! The card on Snap's page: the page makes the token itself, and charges with it.

use std::fmt;

use http::Uri;
use midtrans_protocol::time::WibTime;
use serde_json::{Map, Value};

use super::channel;
use super::page::{NotOffered, SnapState, not_offered, sentences};
use crate::gateway::Gateway;
use crate::gateway::card::Query;

/// The fields of the page's card form.
#[derive(Clone)]
#[non_exhaustive]
pub struct CardForm {
    /// The number, perhaps with spaces.
    pub number: String,
    /// The month until which the card is valid, two digits.
    pub month: String,
    /// The year until which the card is valid, four digits.
    pub year: String,
    /// The code on its back.
    pub cvv: String,
}

impl CardForm {
    /// A card.
    #[must_use]
    pub fn new(number: &str, month: &str, year: &str, cvv: &str) -> Self {
        let owned = str::to_owned;
        Self {
            number: owned(number),
            month: owned(month),
            year: owned(year),
            cvv: owned(cvv),
        }
    }
}

impl fmt::Debug for CardForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardForm(..)")
    }
}

impl Gateway {
    /// The customer pays with a card. As [`snap_choose`](Self::snap_choose) with `credit_card`.
    ///
    /// # Errors
    /// [`NotOffered`], also for a card that is none.
    pub fn snap_card(
        &mut self,
        token: &str,
        card: &CardForm,
        now: WibTime,
    ) -> Option<Result<String, NotOffered>> {
        self.tick(now);
        let number = self.shelves.sessions.of_token(token)?;
        let SnapState::Choosing { channels, .. } = self.snap_state(number, now) else {
            return Some(Err(not_offered("transaction has been processed")));
        };
        if !channels.iter().any(|offered| offered.name == channel::CARD) {
            return Some(Err(not_offered("this payment is not enabled")));
        }
        Some(self.snap_card_charge(number, card, now))
    }

    fn snap_card_charge(
        &mut self,
        number: usize,
        card: &CardForm,
        now: WibTime,
    ) -> Result<String, NotOffered> {
        let amount = self.shelves.sessions[number].amount.get().to_string();
        let query = serde_urlencoded::to_string([
            ("card_number", &card.number),
            ("card_exp_month", &card.month),
            ("card_exp_year", &card.year),
            ("card_cvv", &card.cvv),
            ("gross_amount", &amount),
        ]);
        let uri: Option<Uri> = query
            .ok()
            .and_then(|query| format!("/?{query}").parse().ok());
        let uri = uri.ok_or_else(|| not_offered("the card cannot be read"))?;
        let answer = self
            .make_token(&Query::of(&uri), now)
            .map_err(|refusal| NotOffered(sentences(&refusal)))?;
        let answer: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let mut charge = channel::charge_of(
            &self.shelves.sessions[number],
            channel::CARD,
            &self.settings,
            &self.shelves.preferences,
        );
        charge[channel::CARD]["token_id"] = answer["token_id"].clone();
        self.snap_charge(number, &charge, now)
    }
}

/// The object `credit_card` of a charge, from that of a session.
pub(super) fn object(own: &Value) -> Value {
    let mut card = Map::new();
    let renamed = [
        ("secure", "authentication"),
        ("save_card", "save_token_id"),
        ("whitelist_bins", "bins"),
    ];
    let same = ["bank", "channel", "type", "dynamic_descriptor"];
    for (from, to) in renamed.into_iter().chain(same.map(|name| (name, name))) {
        if !own[from].is_null() {
            card.insert(to.to_owned(), own[from].clone());
        }
    }
    Value::Object(card)
}
