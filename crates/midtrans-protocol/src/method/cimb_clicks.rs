//! CIMB Clicks (Octo), retired: the customer pays on the bank's page.
//! [Gateway page](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration)

use super::Terms;
use super::texts::of_texts;

of_texts! {
    /// A payment with CIMB Clicks, for accounts that still have it. The gateway keeps no
    /// idempotency key for it, so a charge is never retried automatically.
    pub struct CimbClicks {
        /// The text that the bank shows.
        description,
    }
    terms: Terms::DIRECT_DEBIT,
    keeps_key: false
}
