//! UOB EZ Pay, retired: the customer pays on the bank's page.

use super::Terms;
use super::texts::of_texts;

of_texts! {
    /// A payment with UOB EZ Pay, for accounts that still have it. No page of the gateway describes
    /// it any more.
    pub struct UobEzpay {
        /// Web page that the customer comes back to.
        callback_url,
    }
    terms: Terms::DIRECT_DEBIT,
    keeps_key: true
}
