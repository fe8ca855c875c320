//! A virtual account at Permata, by its old name.
//! [Gateway page](https://docs.midtrans.com/reference/permata-virtual-account-1)

use super::texts::fieldless;
use super::{PaymentMethod, Terms};
use crate::fields::Fields;
use crate::method::PaymentType;

fieldless! {
    /// A virtual account at Permata, by its old name. New shops use
    /// [`BankTransfer`](super::BankTransfer).
    Permata
}

impl PaymentMethod for Permata {
    const TYPE: PaymentType = PaymentType::Permata;
    const TERMS: Terms = Terms::TRANSFER;

    fn read(_: Fields) -> Option<Self> {
        Some(Self)
    }

    fn keeps_key(&self) -> bool {
        false
    }
}
