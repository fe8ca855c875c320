//! The goods, the customer, and the charge that is made of them.

use midtrans_axum::protocol::charge::Address;
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

    /// The charge, checked in every way that is possible before it is sent. `finish_url` is the
    /// page that customers come back to.
    pub(crate) fn charge(&self, finish_url: &str) -> Result<Charge, InvalidInput> {
        let order = TransactionDetails::new(OrderId::new(self.order_id.as_str())?, self.total())?;
        let mut shoes = ItemDetails::new("SHOE-MERAPI-42", ARTICLE, PRICE, self.pieces());
        let mut shipping = ItemDetails::new("SHIPPING", "Ongkos kirim", SHIPPING, 1);
        // Kredivo insists on a category and a page of every line.
        for (line, category) in [(&mut shoes, "Shoes"), (&mut shipping, "Shipping")] {
            line.category = Some(category.to_owned());
            line.url = Some("https://shop.example/merapi".to_owned());
        }
        let asked = Asked {
            form: self,
            finish_url,
        };
        Charge::builder(order, self.offer.method(&asked))
            .items(vec![shoes, shipping])
            .customer(self.customer())
            .build()
    }

    /// Returns whether the customer has yet to type a card.
    pub(crate) fn lacks_card(&self) -> bool {
        self.offer.asks_for_card() && self.token_id.as_deref().is_none_or(str::is_empty)
    }

    fn customer(&self) -> CustomerDetails {
        CustomerDetails::new(&self.first_name, &self.last_name, &self.email, &self.phone)
            .with_shipping_address(Address::new(&self.address, &self.city, &self.postal_code))
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
            let charge = form.charge("https://shop.example/midtrans/finish").unwrap();
            assert_eq!(charge.transaction_details().gross_amount(), form.total());
        }
    }
}
