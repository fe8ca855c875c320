//! BRImo and e-Pay BRI, retired: the customer pays on the bank's page.
//! [Gateway page](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration)

use serde::{Deserialize, Serialize};

use super::{PaymentMethod, Terms};
use crate::method::PaymentType;

/// A payment with BRImo and e-Pay BRI, for accounts that still have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the gateway documents no field for it"
)]
pub struct BriEpay;

impl PaymentMethod for BriEpay {
    const TYPE: PaymentType = PaymentType::BriEpay;
    const TERMS: Terms = Terms::DIRECT_DEBIT;
}
