//! KlikBCA, retired: the customer pays on the bank's own site, which the gateway notifies. [Gateway
//! page](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration)

use super::Terms;
use super::texts::of_texts;
use crate::instructions::Shape;

of_texts! {
    /// A payment with KlikBCA, for accounts that still have it. The gateway keeps no idempotency
    /// key for it, so a charge is never retried automatically.
    pub struct BcaKlikbca {
        /// The text that the bank shows.
        description,
        /// The customer's user id at KlikBCA.
        user_id,
    }
    terms: Terms {
        shape: Some(Shape::ConfirmInApp),
        ..Terms::DIRECT_DEBIT
    },
    keeps_key: false
}
