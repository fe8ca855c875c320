//! A virtual account at Permata, by its old name.
//! [Gateway page](https://docs.midtrans.com/reference/permata-virtual-account-1)

use serde::{Deserialize, Serialize};

use super::{PaymentMethod, Terms};
use crate::method::PaymentType;

/// A virtual account at Permata, by its old name. New shops use
/// [`BankTransfer`](super::BankTransfer).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the gateway documents no field for it"
)]
pub struct Permata;

impl PaymentMethod for Permata {
    const TYPE: PaymentType = PaymentType::Permata;
    const TERMS: Terms = Terms::TRANSFER;

    fn keeps_key(&self) -> bool {
        false
    }
}
