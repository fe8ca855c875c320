//! The payment methods that the shop offers, and Snap, on which the customer chooses one: a table,
//! and no code per method.

use std::fmt;

use midtrans_axum::protocol::card::CardToken;
use midtrans_axum::protocol::method::{
    Akulaku, Bank, BankTransfer, BcaKlikbca, BcaKlikpay, BriEpay, CallbackType, CimbClicks,
    CreditCard, Cstore, Dana, DanamonOnline, Echannel, Gopay, Kredivo, Method, Ovo, Qris,
    ShopeePay, Store, Terms, UobEzpay,
};
use serde::{Deserialize, Serialize};

use crate::cart::{ARTICLE, OrderForm};

/// A row of the table.
pub(crate) struct Offer {
    /// The group under which customers find it.
    pub(crate) group: &'static str,
    /// The value in forms and in the database: the gateway's word for the method, its bank or its
    /// store.
    pub(crate) id: &'static str,
    /// The name that customers read.
    pub(crate) name: &'static str,
    way: Way,
}

/// The way that an offer is paid.
enum Way {
    /// The shop charges with this method.
    Charge(fn(&Asked<'_>) -> Method),
    /// The customer chooses a method in Snap's popup, on the shop's page.
    Popup,
    /// The customer chooses a method on Snap's page.
    Page,
}

use Way::{Charge, Page, Popup};

/// The order and the shop that a method is asked to pay.
pub(crate) struct Asked<'a> {
    pub(crate) form: &'a OrderForm,
    /// The shop's page where the customer comes back to.
    pub(crate) finish_url: &'a str,
}

impl Asked<'_> {
    /// The card that the customer's browser has a token of, with 3-D Secure. Without a token the
    /// charge is refused when it is built.
    fn card(&self) -> CreditCard {
        let token = self.form.token_id.as_deref().map(CardToken::new);
        let card = match token {
            Some(Ok(token)) => CreditCard::token(token),
            _ => CreditCard::default(),
        };
        card.authenticated(CallbackType::Form)
    }
}

/// Chosen and paid on a page of Snap.
const ANY: &str = "With any of them";
/// Paid with a token, which a page of its own asks for.
const CARD: &str = "Card";
const WALLET: &str = "E-wallets and QR";
const TRANSFER: &str = "Bank transfer";
const COUNTER: &str = "At a store";
const LATER: &str = "Buy now, pay later";
const OLDER: &str = "Internet banking";

/// Sorted by group, in the order in which customers see them.
#[rustfmt::skip]
pub(crate) static OFFERS: &[Offer] = &[
    Offer { group: ANY, id: "snap", name: "Choose here", way: Popup },
    Offer { group: ANY, id: "snap_page", name: "Choose at Midtrans", way: Page },
    Offer { group: CARD, id: "credit_card", name: "Credit or debit card", way: Charge(|it| it.card().into()) },
    Offer { group: WALLET, id: "gopay", name: "GoPay", way: Charge(|it| Gopay::with_callback(it.finish_url).into()) },
    Offer { group: WALLET, id: "qris", name: "QRIS", way: Charge(|_| Qris::default().into()) },
    Offer { group: WALLET, id: "shopeepay", name: "ShopeePay", way: Charge(|it| ShopeePay::new(it.finish_url).into()) },
    Offer { group: WALLET, id: "dana", name: "DANA", way: Charge(|it| Dana::new(it.finish_url).into()) },
    Offer { group: WALLET, id: "ovo", name: "OVO", way: Charge(|it| Ovo::new(&*it.form.phone).into()) },
    Offer { group: TRANSFER, id: "bca", name: "BCA", way: Charge(|_| BankTransfer::new(Bank::Bca).into()) },
    Offer { group: TRANSFER, id: "bni", name: "BNI", way: Charge(|_| BankTransfer::new(Bank::Bni).into()) },
    Offer { group: TRANSFER, id: "bri", name: "BRI", way: Charge(|_| BankTransfer::new(Bank::Bri).into()) },
    Offer { group: TRANSFER, id: "cimb", name: "CIMB Niaga", way: Charge(|_| BankTransfer::new(Bank::Cimb).into()) },
    Offer { group: TRANSFER, id: "permata", name: "Permata", way: Charge(|_| BankTransfer::new(Bank::Permata).into()) },
    Offer { group: TRANSFER, id: "echannel", name: "Mandiri", way: Charge(|_| Echannel::new("Toko", "Merapi").into()) },
    Offer { group: COUNTER, id: "indomaret", name: "Indomaret", way: Charge(|_| Cstore::new(Store::Indomaret).into()) },
    Offer { group: COUNTER, id: "alfamart", name: "Alfamart", way: Charge(|_| Cstore::new(Store::Alfamart).into()) },
    Offer { group: LATER, id: "akulaku", name: "Akulaku", way: Charge(|_| Akulaku.into()) },
    Offer { group: LATER, id: "kredivo", name: "Kredivo", way: Charge(|_| Kredivo.into()) },
    Offer { group: OLDER, id: "bca_klikpay", name: "BCA KlikPay", way: Charge(|_| BcaKlikpay::new(ARTICLE).into()) },
    Offer { group: OLDER, id: "bca_klikbca", name: "KlikBCA", way: Charge(|it| BcaKlikbca::new(ARTICLE, &*it.form.first_name).into()) },
    Offer { group: OLDER, id: "cimb_clicks", name: "OCTO Clicks", way: Charge(|_| CimbClicks::new(ARTICLE).into()) },
    Offer { group: OLDER, id: "bri_epay", name: "BRImo", way: Charge(|_| BriEpay.into()) },
    Offer { group: OLDER, id: "danamon_online", name: "Danamon", way: Charge(|_| DanamonOnline.into()) },
    Offer { group: OLDER, id: "uob_ezpay", name: "UOB EZ Pay", way: Charge(|it| UobEzpay::new(it.finish_url).into()) },
];

/// The offers of each group, in the order of the table.
pub(crate) fn groups() -> impl Iterator<Item = &'static [Offer]> {
    OFFERS.chunk_by(|one, next| one.group == next.group)
}

/// The offer that a customer chose. In forms and in the database it is the offer's id.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(try_from = "String", into = "&'static str")]
pub(crate) struct Chosen(&'static Offer);

impl Chosen {
    pub(crate) fn of(id: &str) -> Option<Self> {
        OFFERS.iter().find(|offer| offer.id == id).map(Self)
    }

    pub(crate) const fn id(self) -> &'static str {
        self.0.id
    }

    /// The name that customers read.
    pub(crate) const fn name(self) -> &'static str {
        self.0.name
    }

    /// The method to charge with; `None` where the customer chooses it on a page of Snap.
    pub(crate) fn method(self, asked: &Asked<'_>) -> Option<Method> {
        match self.0.way {
            Charge(method) => Some(method(asked)),
            Popup | Page => None,
        }
    }

    /// The customer types a card before the charge, and goes to its bank after it.
    pub(crate) fn asks_for_card(self) -> bool {
        self.0.group == CARD
    }

    /// The customer chooses a method on a page of Snap.
    pub(crate) const fn is_on_a_page(self) -> bool {
        matches!(self.0.way, Popup | Page)
    }

    /// Both are paid on the same page or with the same method.
    pub(crate) fn is_paid_like(self, other: Self) -> bool {
        self == other || (self.is_on_a_page() && other.is_on_a_page())
    }

    /// The order's page has a script that sends the customer on. The address has this fragment when
    /// it is to do so by itself.
    pub(crate) fn goes_on_from_order(self) -> Option<&'static str> {
        match self.0.way {
            Popup => Some("snap"),
            _ if self.asks_for_card() => Some("bank"),
            _ => None,
        }
    }

    /// The place that a redirect leads to.
    pub(crate) fn place(self) -> &'static str {
        match self.0.way {
            Popup | Page => "Midtrans",
            Charge(_) if self.asks_for_card() => "your bank",
            Charge(_) => self.name(),
        }
    }

    /// The terms of the payment method, by which pages decide what they offer.
    pub(crate) fn terms(self, form: &OrderForm) -> &'static Terms {
        let asked = Asked {
            form,
            finish_url: "",
        };
        let method = self.method(&asked);
        method.map_or(&Terms::UNKNOWN, |method| Terms::of(&method.payment_type()))
    }
}

impl Default for Chosen {
    fn default() -> Self {
        OFFERS
            .iter()
            .find(|offer| offer.group == CARD)
            .map_or(Self(&OFFERS[0]), Self)
    }
}

impl PartialEq for Chosen {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl TryFrom<String> for Chosen {
    type Error = &'static str;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        Self::of(&id).ok_or("the shop does not offer this payment method")
    }
}

impl From<Chosen> for &'static str {
    fn from(chosen: Chosen) -> Self {
        chosen.id()
    }
}

#[cfg(test)]
mod tests {
    use midtrans_axum::protocol::method::PaymentType;

    use super::*;

    fn payment_types() -> Vec<PaymentType> {
        let form = OrderForm::filled_in("shop-1".to_owned());
        let asked = Asked {
            form: &form,
            finish_url: "https://shop.example/back",
        };
        let methods = OFFERS
            .iter()
            .filter_map(|offer| Chosen(offer).method(&asked));
        methods.map(|method| method.payment_type()).collect()
    }

    #[test]
    fn every_offer_is_found_by_its_id_and_stands_in_one_group() {
        for offer in OFFERS {
            let chosen = Chosen::of(offer.id).unwrap();
            assert_eq!((chosen.id(), chosen.name()), (offer.id, offer.name));
        }
        assert_eq!(Chosen::of("pigeon"), None);
        let mut titles: Vec<&str> = groups().map(|offers| offers[0].group).collect();
        let all = titles.len();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), all, "a group is in two places");
    }

    #[test]
    fn the_shop_offers_every_method_of_the_registry() {
        // Permata's old name is the same virtual account as `bank_transfer` with its bank.
        let offered = payment_types();
        let missing = |kind: &PaymentType| !offered.contains(kind) && *kind != PaymentType::Permata;
        let missing: Vec<PaymentType> = PaymentType::all().filter(missing).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
