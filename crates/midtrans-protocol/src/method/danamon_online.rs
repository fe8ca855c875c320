//! Danamon Online Banking, retired: the customer pays on the bank's page.
//! [Gateway page](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration)

use super::texts::fieldless;
use super::{PaymentMethod, Terms};
use crate::fields::Fields;
use crate::method::PaymentType;

fieldless! {
    /// A payment with Danamon Online Banking, for accounts that still have it.
    DanamonOnline
}

impl PaymentMethod for DanamonOnline {
    const TYPE: PaymentType = PaymentType::DanamonOnline;
    const TERMS: Terms = Terms::DIRECT_DEBIT;

    fn read(_: Fields) -> Option<Self> {
        Some(Self)
    }
}
