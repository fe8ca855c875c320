//! The order: its id and amount, and the lines that add up to it.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::fields::Fields;
use crate::{InvalidInput, OrderId, Rupiah};

/// Order id and amount of a charge.
/// ([Transaction details](https://docs.midtrans.com/reference/charge-transactions-1))
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TransactionDetails {
    order_id: OrderId,
    gross_amount: Rupiah,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl TransactionDetails {
    /// An order and its price in whole rupiah.
    ///
    /// # Errors
    /// [`InvalidInput`] when the amount is zero, or above `i64::MAX` (the gateway's type is Java's
    /// `Long`), and for an [`existing`](OrderId::existing) order id that cannot be charged.
    pub fn new(order_id: OrderId, gross_amount: Rupiah) -> Result<Self, InvalidInput> {
        order_id.check_chargeable("transaction_details.order_id")?;
        Self::priced(order_id, gross_amount)
    }

    /// An order on a page of Snap, whose id may also hold spaces and colons
    /// ([`OrderId::on_snap`]). A charge refuses such an id.
    ///
    /// # Errors
    /// [`InvalidInput`] as for [`new`](Self::new), with Snap's alphabet.
    pub fn on_snap(order_id: OrderId, gross_amount: Rupiah) -> Result<Self, InvalidInput> {
        order_id.check_on_snap("transaction_details.order_id")?;
        Self::priced(order_id, gross_amount)
    }

    fn priced(order_id: OrderId, gross_amount: Rupiah) -> Result<Self, InvalidInput> {
        if gross_amount == Rupiah::new(0) || i64::try_from(gross_amount.get()).is_err() {
            let expected = "whole rupiah above zero and at most 9223372036854775807";
            return Err(InvalidInput::new(
                "transaction_details.gross_amount",
                expected,
            ));
        }
        Ok(Self {
            order_id,
            gross_amount,
            extra: Map::new(),
        })
    }

    /// Adds fields that this version doesn't know, such as `currency`.
    ///
    /// # Errors
    /// [`InvalidInput`] for `order_id` and `gross_amount`.
    pub fn with_extra(mut self, extra: Map<String, Value>) -> Result<Self, InvalidInput> {
        for (name, path) in [
            ("order_id", "transaction_details.order_id"),
            ("gross_amount", "transaction_details.gross_amount"),
        ] {
            if extra.contains_key(name) {
                return Err(InvalidInput::new(
                    path,
                    "each field once; this one has a place of its own",
                ));
            }
        }
        self.extra = extra;
        Ok(self)
    }

    /// The merchant's id of the order.
    #[must_use]
    pub const fn order_id(&self) -> &OrderId {
        &self.order_id
    }

    /// The amount that the customer is to pay.
    #[must_use]
    pub const fn gross_amount(&self) -> Rupiah {
        self.gross_amount
    }
}

/// Without the extra fields, which may hold anything.
impl fmt::Debug for TransactionDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionDetails")
            .field("order_id", &self.order_id)
            .field("gross_amount", &self.gross_amount)
            .finish_non_exhaustive()
    }
}

/// One line of the order. ([Item details](https://docs.midtrans.com/reference/item-details-object))
///
/// `price × quantity` over all lines must equal the gross amount: fees and taxes are lines of their
/// own, and a discount is a line with a negative price.
///
/// ```
/// use midtrans_protocol::{ItemDetails, Rupiah};
///
/// let shoes = ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 2);
/// let voucher = ItemDetails::discount("VOUCHER", "Potongan", Rupiah::new(5_000));
/// assert_eq!((shoes.price, voucher.price), (40_000, -5_000));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ItemDetails {
    /// The merchant's id of the article, at most 50 characters. Akulaku wants no id twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Price of one piece in whole rupiah; negative for a discount.
    pub price: i64,
    /// The number of pieces, at least one.
    pub quantity: u32,
    /// Name of the article, at most 50 characters.
    pub name: String,
    /// Brand, at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Category, at most 50 characters. Kredivo insists on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Name of the shop, at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_name: Option<String>,
    /// Web page of the article, at most 255 characters. Kredivo insists on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ItemDetails {
    /// A line with this many pieces of an article. A price beyond `i64::MAX` becomes `i64::MAX`,
    /// which no order adds up to.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        price: Rupiah,
        quantity: u32,
    ) -> Self {
        let price = i64::try_from(price.get()).unwrap_or(i64::MAX);
        Self {
            id: Some(id.into()),
            name: name.into(),
            price,
            quantity,
            ..Self::default()
        }
    }

    /// A line with a discount: its price is negative.
    #[must_use]
    pub fn discount(id: impl Into<String>, name: impl Into<String>, amount: Rupiah) -> Self {
        let mut item = Self::new(id, name, amount, 1);
        item.price = -item.price;
        item
    }

    /// Takes it out of an object whose shape was checked.
    pub(crate) fn read(mut fields: Fields) -> Option<Self> {
        Some(Self {
            id: fields.text("id"),
            price: fields.price("price")?,
            quantity: fields.count("quantity")?,
            name: fields.text("name")?,
            brand: fields.text("brand"),
            category: fields.text("category"),
            merchant_name: fields.text("merchant_name"),
            url: fields.text("url"),
            extra: fields.rest(),
        })
    }

    /// Sets the category, which Kredivo insists on.
    #[must_use]
    pub fn with_category(mut self, category: impl Into<String>) -> Self {
        self.category = Some(category.into());
        self
    }

    /// Sets the web page of the article, which Kredivo insists on.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }
}

/// Shows which line and how much, but no texts: what a customer buys is private.
impl fmt::Debug for ItemDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemDetails")
            .field("id", &self.id)
            .field("price", &self.price)
            .field("quantity", &self.quantity)
            .finish_non_exhaustive()
    }
}
