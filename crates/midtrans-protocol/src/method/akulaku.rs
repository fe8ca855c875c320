//! Akulaku PayLater: the customer is sent to Akulaku's page, and comes back by a form.
//! [Gateway page](https://docs.midtrans.com/reference/akulaku-1)

use std::collections::HashSet;
use std::time::Duration;

use super::terms::{DAY, HOUR};
use super::texts::fieldless;
use super::{PaymentMethod, Terms};
use crate::charge::Problems;
use crate::fields::Fields;
use crate::method::PaymentType;
use crate::{Charge, CustomerDetails, InvalidInput, ItemDetails, Rupiah, TransactionDetails};

fieldless! {
    /// Akulaku PayLater. A charge has lines with distinct ids, and the customer's name, e-mail and
    /// phone; from 5,000 rupiah.
    ///
    /// Its reference says that lines and customer are required, its integration guide shows a
    /// charge without them: [`ChargeBuilder::minimal`](crate::charge::ChargeBuilder::minimal)
    /// leaves them out. ([Akulaku](https://docs.midtrans.com/reference/akulaku-1),
    /// [Guide](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration))
    Akulaku
}

impl PaymentMethod for Akulaku {
    const TYPE: PaymentType = PaymentType::Akulaku;
    const TERMS: Terms = Terms {
        default_expiry: Duration::from_secs(2 * HOUR.as_secs()),
        smallest_amount: Rupiah::new(5_000),
        refund_window: Some(Duration::from_secs(180 * DAY.as_secs())),
        ..Terms::PAY_LATER
    };

    fn read(_: Fields) -> Option<Self> {
        Some(Self)
    }

    /// The reference lists `last_name` as required, the page of the customer object as optional.
    fn complete(&self, charge: &mut Charge) {
        if let Some(customer) = &mut charge.customer_details {
            customer.last_name = customer
                .last_name
                .take()
                .filter(|name| !name.trim().is_empty());
        }
    }

    fn check(&self, charge: &Charge, problems: &mut Problems) {
        let mut seen = HashSet::new();
        for (at, item) in charge.item_details.iter().enumerate() {
            problems.require(&format!("item_details[{at}]"), &[("id", &item.id)]);
            if item.id.is_some() && !seen.insert(&item.id) {
                problems.add(
                    format!("item_details[{at}].id"),
                    "an id that no other line has",
                );
            }
        }
    }

    fn require(&self, charge: &Charge, problems: &mut Problems) {
        let empty = CustomerDetails::default();
        let customer = charge.customer_details.as_ref().unwrap_or(&empty);
        let texts = [
            ("first_name", &customer.first_name),
            ("email", &customer.email),
            ("phone", &customer.phone),
        ];
        problems.require("customer_details", &texts);
        problems.require_lines(&charge.item_details);
    }
}

impl Charge {
    /// A charge of [`Akulaku`] with all that its reference requires: lines with distinct ids, and
    /// the customer's name, e-mail and phone.
    /// ([Akulaku](https://docs.midtrans.com/reference/akulaku-1))
    ///
    /// One name is enough: a `last_name` that is absent or blank is not sent.
    ///
    /// # Errors
    /// [`InvalidInput`] names every field that the gateway or Akulaku would refuse, and an amount
    /// below 5,000 rupiah.
    pub fn akulaku(
        order: TransactionDetails,
        items: Vec<ItemDetails>,
        customer: CustomerDetails,
    ) -> Result<Self, InvalidInput> {
        Self::builder(order, Akulaku)
            .items(items)
            .customer(customer)
            .build()
    }
}
