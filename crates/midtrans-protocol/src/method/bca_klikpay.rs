//! BCA KlikPay, retired: the customer pays on the bank's page.
//! [Gateway page](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration)

use super::Terms;
use super::texts::of_texts;

of_texts! {
    /// A payment with BCA KlikPay, for accounts that still have it. One page of the gateway asks
    /// for a `misc_fee` in whole rupiah; set it in `extra`.
    pub struct BcaKlikpay {
        /// The text that the bank shows.
        description,
    }
    terms: Terms::DIRECT_DEBIT,
    keeps_key: true
}
