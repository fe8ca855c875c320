//! The card tokens of an account: those for one payment, and those of saved cards.
//! ([Get token](https://docs.midtrans.com/reference/get-token))

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde::{Deserialize, Serialize};

use super::super::dirty::Dirty;
use super::super::ids::Ids;
use super::super::row;
use super::Card;

/// The life of a token for one payment. The gateway names it for the `expiry_time` of card
/// transactions, and nowhere for tokens.
pub(super) const LIFE: Duration = Duration::from_secs(10 * 60);

/// A token, without its id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in super::super) struct Token {
    pub(in super::super) card: Card,
    /// The amount that the token was asked for, in whole rupiah.
    pub(in super::super) amount: Option<u64>,
    /// True for a saved card's, which can be used again.
    pub(in super::super) is_saved: bool,
    /// It is no good from then on.
    #[serde(with = "row::time")]
    pub(in super::super) ends: WibTime,
}

/// All tokens that are good.
#[derive(Debug, Default)]
pub(in super::super) struct Tokens {
    kept: HashMap<String, Token>,
    ends: BTreeSet<(WibTime, String)>,
    pub(in super::super) dirty: Dirty<String>,
}

impl Tokens {
    /// Makes a token for one payment.
    pub(super) fn once(
        &mut self,
        card: Card,
        amount: Option<u64>,
        ids: &mut Ids,
        now: WibTime,
    ) -> String {
        let id = format!("{}-{}", card.masked(), ids.uuid());
        let ends = now.checked_add(LIFE).unwrap_or(now);
        self.add(
            id.clone(),
            Token {
                card,
                amount,
                is_saved: false,
                ends,
            },
            now,
        );
        id
    }

    /// Saves a card, and makes a token that can be used again.
    pub(in super::super) fn save(
        &mut self,
        card: Card,
        ids: &mut Ids,
        now: WibTime,
    ) -> (String, WibTime) {
        let middle = format!("{}{}", ids.letters(), ids.letters());
        let id = format!("{}{middle}{}", card.first, card.last);
        let ends = card.ends().unwrap_or(now);
        self.add(
            id.clone(),
            Token {
                card,
                amount: None,
                is_saved: true,
                ends,
            },
            now,
        );
        (id, ends)
    }

    /// The token of this id, if it is good.
    pub(in super::super) fn get(&self, id: &str, now: WibTime) -> Option<&Token> {
        let token = self.kept.get(id)?;
        let is_good = if token.is_saved {
            // The gateway's last day is the card's last, and the card is good all day.
            !token.card.is_expired(now)
        } else {
            now < token.ends
        };
        is_good.then_some(token)
    }

    /// Uses a token up, unless it is a saved card's.
    pub(in super::super) fn spend(&mut self, id: &str) {
        if self.kept.get(id).is_some_and(|token| !token.is_saved) {
            self.remove(id);
        }
    }

    pub(in super::super) fn forget(&mut self) {
        self.kept.clear();
        self.ends.clear();
        self.dirty.clear();
    }

    fn add(&mut self, id: String, token: Token, now: WibTime) {
        self.drop_ended(now);
        self.ends.insert((token.ends, id.clone()));
        self.dirty.add(id.as_str());
        self.kept.insert(id, token);
    }

    fn remove(&mut self, id: &str) {
        if let Some(token) = self.kept.remove(id) {
            self.ends.remove(&(token.ends, id.to_owned()));
            self.dirty.add(id);
        }
    }

    /// Drops tokens whose time was over a day ago, so that no list grows for ever.
    fn drop_ended(&mut self, now: WibTime) {
        while let Some((end, id)) = self.ends.first().cloned()
            && end
                .checked_add(Duration::from_secs(86_400))
                .is_some_and(|end| end <= now)
        {
            self.remove(&id);
        }
    }
}

#[cfg(feature = "state")]
impl Tokens {
    /// The token of this id, good or not.
    pub(in super::super) fn stored(&self, id: &str) -> Option<&Token> {
        self.kept.get(id)
    }

    /// A token of another run of the simulator.
    pub(in super::super) fn restore(&mut self, id: String, token: Token) {
        self.ends.insert((token.ends, id.clone()));
        self.kept.insert(id, token);
    }
}
