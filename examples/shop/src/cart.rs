//! The goods, the customer, and the charge or the page of Snap that is made of them.

use midtrans_axum::protocol::charge::{Address, ExpiryUnit};
use midtrans_axum::protocol::snap::{Callbacks, CardOptions, Checkout, CreateTransaction, Expiry};
use midtrans_axum::protocol::{
    Charge, CustomerDetails, InvalidInput, ItemDetails, OrderId, Rupiah, TransactionDetails,
};
use serde::{Deserialize, Serialize};

use crate::offer::{Asked, Chosen};

pub(crate) const ARTICLE: &str = "Sepatu lari “Merapi”";
pub(crate) const PRICE: Rupiah = Rupiah::new(750_000);
pub(crate) const SHIPPING: Rupiah = Rupiah::new(20_000);
pub(crate) const MOST: u32 = 3;

/// The form of the product page. The shop keeps it as the order.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct OrderForm {
    /// Made with the page, so that the same form sent twice is one order.
    pub(crate) order_id: String,
    pub(crate) offer: Chosen,
    /// The token of a card, for one charge: it is not kept.
    #[serde(default, skip_serializing)]
    pub(crate) token_id: Option<String>,
    pub(crate) quantity: u32,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) address: String,
    pub(crate) city: String,
    pub(crate) postal_code: String,
}

impl OrderForm {
    /// With a customer who does not exist.
    pub(crate) fn filled_in(order_id: String) -> Self {
        Self {
            order_id,
            offer: Chosen::default(),
            token_id: None,
            quantity: 1,
            first_name: "Siti".to_owned(),
            last_name: "Rahma".to_owned(),
            email: "siti@example.com".to_owned(),
            phone: "081234567890".to_owned(),
            address: "Jalan Melati 7".to_owned(),
            city: "Yogyakarta".to_owned(),
            postal_code: "55281".to_owned(),
        }
    }

    pub(crate) fn pieces(&self) -> u32 {
        self.quantity.clamp(1, MOST)
    }

    pub(crate) fn goods(&self) -> Rupiah {
        PRICE
            .checked_mul(self.pieces().into())
            .expect("three pairs of shoes cost less than u64::MAX rupiah")
    }

    pub(crate) fn total(&self) -> Rupiah {
        self.goods()
            .checked_add(SHIPPING)
            .expect("three pairs of shoes cost less than u64::MAX rupiah")
    }

    /// The charge, checked in every way that is possible before it is sent; `None` where the
    /// customer chooses a method on a page of Snap. `finish_url` is the page that customers come
    /// back to.
    pub(crate) fn charge(&self, finish_url: &str) -> Option<Result<Charge, InvalidInput>> {
        let asked = Asked {
            form: self,
            finish_url,
        };
        let method = self.offer.method(&asked)?;
        Some(self.order().and_then(|order| {
            Charge::builder(order, method)
                .items(self.lines())
                .customer(self.customer())
                .build()
        }))
    }

    /// The page of Snap on which the customer chooses a method. It ends soon, so that an order that
    /// remains unpaid is told soon.
    pub(crate) fn page(&self, finish_url: &str) -> Result<CreateTransaction, InvalidInput> {
        let mut checkout = Checkout::new(self.order()?);
        checkout.item_details = self.lines();
        checkout.customer_details = Some(self.customer());
        checkout.callbacks = Some(Callbacks::finish(finish_url));
        checkout.credit_card = Some(CardOptions::secure());
        checkout.page_expiry = Some(Expiry::new(30, ExpiryUnit::Minute)?);
        checkout.expiry = Some(Expiry::new(30, ExpiryUnit::Minute)?);
        CreateTransaction::new(checkout)
    }

    fn order(&self) -> Result<TransactionDetails, InvalidInput> {
        TransactionDetails::new(OrderId::new(self.order_id.as_str())?, self.total())
    }

    fn lines(&self) -> Vec<ItemDetails> {
        let mut shoes = ItemDetails::new("SHOE-MERAPI-42", ARTICLE, PRICE, self.pieces());
        let mut shipping = ItemDetails::new("SHIPPING", "Ongkos kirim", SHIPPING, 1);
        // Kredivo insists on a category and a page of every line.
        for (line, category) in [(&mut shoes, "Shoes"), (&mut shipping, "Shipping")] {
            line.category = Some(category.to_owned());
            line.url = Some("https://shop.example/merapi".to_owned());
        }
        vec![shoes, shipping]
    }

    /// Returns whether the customer has yet to type a card.
    pub(crate) fn lacks_card(&self) -> bool {
        self.offer.asks_for_card() && self.token_id.as_deref().is_none_or(str::is_empty)
    }

    fn customer(&self) -> CustomerDetails {
        // Snap offers Kredivo only if the address names who is to get the goods.
        let mut address = Address::new(&self.address, &self.city, &self.postal_code)
            .with_recipient(&self.first_name, &self.last_name, &self.phone);
        address.email = Some(self.email.clone());
        CustomerDetails::new(&self.first_name, &self.last_name, &self.email, &self.phone)
            .with_shipping_address(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::OFFERS;

    #[test]
    fn the_form_of_the_product_page_can_be_charged_with_every_offer() {
        for offer in OFFERS {
            let form = OrderForm {
                offer: Chosen::of(offer.id).unwrap(),
                token_id: Some("48111111-1114-dc7d77d5".to_owned()),
                ..OrderForm::filled_in("shop-1".to_owned())
            };
            let details = match form.charge("https://shop.example/midtrans/finish") {
                Some(charge) => charge.unwrap().transaction_details().clone(),
                None => {
                    let page = form.page("https://shop.example/midtrans/finish").unwrap();
                    page.checkout().transaction_details.clone()
                }
            };
            assert_eq!(details.gross_amount(), form.total());
        }
    }
}
