//! BRImo and e-Pay BRI, retired: the customer pays on the bank's page.
//! [Gateway page](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration)

use super::texts::fieldless;
use super::{PaymentMethod, Terms};
use crate::fields::Fields;
use crate::method::PaymentType;

fieldless! {
    /// A payment with BRImo and e-Pay BRI, for accounts that still have it.
    BriEpay
}

impl PaymentMethod for BriEpay {
    const TYPE: PaymentType = PaymentType::BriEpay;
    const TERMS: Terms = Terms::DIRECT_DEBIT;

    fn read(_: Fields) -> Option<Self> {
        Some(Self)
    }
}
