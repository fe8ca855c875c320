//! Danamon Online Banking, retired: the customer pays on the bank's page.
//! [Gateway page](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration)

use serde::{Deserialize, Serialize};

use super::{PaymentMethod, Terms};
use crate::method::PaymentType;

/// A payment with Danamon Online Banking, for accounts that still have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the gateway documents no field for it"
)]
pub struct DanamonOnline;

impl PaymentMethod for DanamonOnline {
    const TYPE: PaymentType = PaymentType::DanamonOnline;
    const TERMS: Terms = Terms::DIRECT_DEBIT;
}
