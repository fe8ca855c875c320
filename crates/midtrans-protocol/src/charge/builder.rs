//! A charge in the making.

use serde_json::{Map, Value};

use super::check;
use super::problems::Problems;
use crate::charge::{CustomExpiry, SellerDetails};
use crate::method::{Method, Terms};
use crate::{Charge, CustomerDetails, InvalidInput, ItemDetails, TransactionDetails};

/// A charge in the making. Nothing is checked before [`build`](Self::build), whose error names
/// every problem at once.
///
/// ```
/// use midtrans_protocol::charge::{CustomExpiry, ExpiryUnit};
/// use midtrans_protocol::method::Kredivo;
/// use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
///
/// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
/// let error = Charge::builder(order.clone(), Kredivo).build().unwrap_err();
/// assert_eq!(error.field(), "customer_details.first_name");
///
/// let expiry = CustomExpiry::new(60, ExpiryUnit::Minute)?;
/// let charge = Charge::builder(order, Kredivo).minimal().custom_expiry(expiry).build()?;
/// assert!(charge.custom_expiry().is_some());
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "`build` makes the charge"]
pub struct ChargeBuilder {
    charge: Charge,
    is_minimal: bool,
}

impl Charge {
    /// A charge of this order with this payment method.
    pub fn builder(order: TransactionDetails, method: impl Into<Method>) -> ChargeBuilder {
        let method = method.into();
        let charge = Self {
            payment_type: method.payment_type(),
            method,
            transaction_details: order,
            item_details: Vec::new(),
            customer_details: None,
            seller_details: Vec::new(),
            custom_expiry: None,
            custom_field1: None,
            custom_field2: None,
            custom_field3: None,
            metadata: None,
            extra: Map::new(),
        };
        ChargeBuilder {
            charge,
            is_minimal: false,
        }
    }
}

impl ChargeBuilder {
    /// Sets the lines. They must add up to the gross amount.
    pub fn items(mut self, items: Vec<ItemDetails>) -> Self {
        self.charge.item_details = items;
        self
    }

    /// Sets the customer.
    pub fn customer(mut self, customer: CustomerDetails) -> Self {
        self.charge.customer_details = Some(customer);
        self
    }

    /// Sets the sellers; for marketplaces.
    pub fn sellers(mut self, sellers: Vec<SellerDetails>) -> Self {
        self.charge.seller_details = sellers;
        self
    }

    /// Sets the expiry, at most the method's [`Terms::longest_expiry`]. Kredivo's page documents
    /// it; Akulaku is only on the list of the general page.
    pub fn custom_expiry(mut self, expiry: CustomExpiry) -> Self {
        self.charge.custom_expiry = Some(expiry);
        self
    }

    /// Sets `custom_field1`, which notifications and status replies echo: at most 255 characters.
    pub fn custom_field1(mut self, text: impl Into<String>) -> Self {
        self.charge.custom_field1 = Some(text.into());
        self
    }

    /// Sets `custom_field2`: at most 255 characters.
    pub fn custom_field2(mut self, text: impl Into<String>) -> Self {
        self.charge.custom_field2 = Some(text.into());
        self
    }

    /// Sets `custom_field3`: at most 255 characters.
    pub fn custom_field3(mut self, text: impl Into<String>) -> Self {
        self.charge.custom_field3 = Some(text.into());
        self
    }

    /// Sets the metadata: an object of your own that notifications and status replies echo.
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.charge.metadata = Some(metadata);
        self
    }

    /// Sets top-level fields that this version doesn't know.
    pub fn extra(mut self, extra: Map<String, Value>) -> Self {
        self.charge.extra = extra;
        self
    }

    /// Lets the charge leave out what the payment method asks for: lines and customer of Akulaku
    /// and Kredivo. Only for accounts that are known to be allowed to. Limits hold all the same.
    pub const fn minimal(mut self) -> Self {
        self.is_minimal = true;
        self
    }

    /// Checks all that can be checked before sending.
    ///
    /// # Errors
    /// [`InvalidInput`] names every field of which it is known beforehand that the gateway or the
    /// payment method's provider would refuse it.
    pub fn build(self) -> Result<Charge, InvalidInput> {
        let Self {
            mut charge,
            is_minimal,
        } = self;
        let method = charge.method.clone();
        method.complete(&mut charge);
        let mut problems = Problems::default();
        let terms = Terms::of(&charge.payment_type);
        check::amount(&charge, terms, &mut problems);
        check::expiry(&charge, terms, &mut problems);
        if !is_minimal {
            method.require(&charge, &mut problems);
        }
        check::charge(&charge, &mut problems);
        method.check(&charge, &mut problems);
        problems.end()?;
        Ok(charge)
    }
}
