//! Kredivo: the customer is sent to Kredivo's page, and comes back by a link.
//! [Gateway page](https://docs.midtrans.com/reference/kredivo-1)

use std::time::Duration;

use super::terms::DAY;
use super::texts::fieldless;
use super::{PaymentMethod, Terms};
use crate::charge::Problems;
use crate::fields::Fields;
use crate::method::PaymentType;
use crate::{Charge, CustomerDetails, InvalidInput, ItemDetails, TransactionDetails};

fieldless! {
    /// Kredivo. A charge has lines with category and web page, a customer with a complete shipping
    /// address, and for a marketplace every field of each seller.
    ///
    /// Merchants whom Kredivo has allowed to leave out lines and customer use
    /// [`ChargeBuilder::minimal`](crate::charge::ChargeBuilder::minimal).
    /// ([Requirements](https://docs.midtrans.com/docs/additional-requirements-for-kredivo-integration))
    Kredivo
}

impl PaymentMethod for Kredivo {
    const TYPE: PaymentType = PaymentType::Kredivo;
    const TERMS: Terms = Terms {
        refund_window: Some(Duration::from_secs(14 * DAY.as_secs())),
        ..Terms::PAY_LATER
    };

    fn read(_: Fields) -> Option<Self> {
        Some(Self)
    }

    fn require(&self, charge: &Charge, problems: &mut Problems) {
        let empty = CustomerDetails::default();
        let customer = charge.customer_details.as_ref().unwrap_or(&empty);
        problems.require("customer_details", &customer.name_and_contact());
        problems.require_address(
            "customer_details.shipping_address",
            customer.shipping_address.as_ref(),
        );
        problems.require_lines(&charge.item_details);
        for (at, item) in charge.item_details.iter().enumerate() {
            let texts = [
                ("id", &item.id),
                ("category", &item.category),
                ("url", &item.url),
            ];
            problems.require(&format!("item_details[{at}]"), &texts);
        }
        for (at, seller) in charge.seller_details.iter().enumerate() {
            let path = format!("seller_details[{at}]");
            problems.require(&path, &seller.texts());
            problems.require_address(&format!("{path}.address"), seller.address.as_ref());
        }
    }

    fn complete(&self, charge: &mut Charge) {
        if let Some(customer) = &mut charge.customer_details {
            customer.fill_recipient();
        }
    }
}

impl Charge {
    /// A charge of [`Kredivo`] with all that it asks for: category and web page on every line, and
    /// a customer with a complete shipping address.
    /// ([Kredivo](https://docs.midtrans.com/reference/kredivo-1))
    ///
    /// A shipping address that names no recipient gets the customer's name, phone and e-mail.
    /// Kredivo insists on a last name: for a customer with one name, put it into `last_name` as
    /// well.
    ///
    /// ```
    /// use midtrans_protocol::charge::Address;
    /// use midtrans_protocol::{
    ///     Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails,
    /// };
    ///
    /// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
    /// let shoes = ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)
    ///     .with_category("Shoes")
    ///     .with_url("https://shop.example/shoe-42");
    /// let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789")
    ///     .with_shipping_address(Address::new("Jl. Melati 7", "Bandung", "40115"));
    /// let charge = Charge::kredivo(order, vec![shoes], customer)?;
    /// # let _ = charge;
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] names every field that the gateway or Kredivo would refuse.
    pub fn kredivo(
        order: TransactionDetails,
        items: Vec<ItemDetails>,
        customer: CustomerDetails,
    ) -> Result<Self, InvalidInput> {
        Self::builder(order, Kredivo)
            .items(items)
            .customer(customer)
            .build()
    }
}
