//! The payment methods that the shop offers: a table, and no code per method.

use std::fmt;

use midtrans_axum::protocol::method::{
    Akulaku, Bank, BankTransfer, Cstore, Kredivo, Method, Store,
};
use serde::{Deserialize, Serialize};

/// A row of the table.
pub(crate) struct Offer {
    /// The gateway's word, which is also the value in forms.
    pub(crate) payment_type: &'static str,
    /// The name that customers read.
    pub(crate) name: &'static str,
    method: fn() -> Method,
}

pub(crate) static OFFERS: [Offer; 4] = [
    Offer {
        payment_type: "akulaku",
        name: "Akulaku",
        method: || Akulaku.into(),
    },
    Offer {
        payment_type: "kredivo",
        name: "Kredivo",
        method: || Kredivo.into(),
    },
    Offer {
        payment_type: "bank_transfer",
        name: "BCA virtual account",
        method: || BankTransfer::new(Bank::Bca).into(),
    },
    Offer {
        payment_type: "cstore",
        name: "Indomaret",
        method: || Cstore::new(Store::Indomaret).into(),
    },
];

/// The offer that a customer chose. In forms and in the database it is the gateway's word.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(try_from = "String", into = "&'static str")]
pub(crate) struct Chosen(&'static Offer);

impl Chosen {
    pub(crate) fn of(payment_type: &str) -> Option<Self> {
        let offer = OFFERS
            .iter()
            .find(|offer| offer.payment_type == payment_type)?;
        Some(Self(offer))
    }

    /// The gateway's word.
    pub(crate) const fn payment_type(self) -> &'static str {
        self.0.payment_type
    }

    /// The name that customers read.
    pub(crate) const fn name(self) -> &'static str {
        self.0.name
    }

    pub(crate) fn method(self) -> Method {
        (self.0.method)()
    }
}

impl Default for Chosen {
    fn default() -> Self {
        Self(&OFFERS[0])
    }
}

impl PartialEq for Chosen {
    fn eq(&self, other: &Self) -> bool {
        self.payment_type() == other.payment_type()
    }
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.payment_type())
    }
}

impl TryFrom<String> for Chosen {
    type Error = &'static str;

    fn try_from(payment_type: String) -> Result<Self, Self::Error> {
        Self::of(&payment_type).ok_or("the shop does not offer this payment method")
    }
}

impl From<Chosen> for &'static str {
    fn from(chosen: Chosen) -> Self {
        chosen.payment_type()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offer_is_found_by_the_gateways_own_word() {
        for offer in &OFFERS {
            let chosen = Chosen::of(offer.payment_type).unwrap();
            assert_eq!(chosen.method().payment_type().as_str(), offer.payment_type);
        }
        assert_eq!(Chosen::of("gopay"), None);
    }
}
