//! Answers that differ from those of most methods in more than a few fields.

use super::keys::Keys;

/// The answers of a method that has some of its own.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OwnAnswers {
    /// All fields of Get Status.
    pub(super) status: Option<Keys>,
    /// The code and the `transaction_status` with which Get Status shows a pending transaction.
    pub(super) pending: Option<(u16, &'static str)>,
    /// All fields of the answer to Cancel.
    pub(super) cancelled: Option<Keys>,
    /// All fields of the answer to a refund.
    pub(super) refunded: Option<Keys>,
    /// True if the `order_id` of the answer to a refund is the transaction id.
    pub(super) refund_names_transaction: bool,
}
