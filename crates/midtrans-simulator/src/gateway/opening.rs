//! The first state of a transaction: a method decides it, with the account's parts that it needs.

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::card::{CardPayment, Tokens};
use super::method::Instructions;
use super::pay_number::Numbers;
use super::payment::Fraud;

/// The account's parts that decide about a charge.
pub(super) struct Desk<'a> {
    pub(super) numbers: Numbers<'a>,
    pub(super) tokens: &'a mut Tokens,
    pub(super) now: WibTime,
    /// True at the host that takes card numbers.
    pub(super) is_for_numbers: bool,
}

/// The first state of a transaction.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) status: TransactionStatus,
    pub(super) fraud: Fraud,
    pub(super) instructions: Instructions,
    /// The `status_message` of the answer, where it is not the method's usual one.
    pub(super) message: Option<String>,
    /// The end of its time, where it is not the charge's.
    pub(super) expires: Option<WibTime>,
    pub(super) card: Option<Box<CardPayment>>,
}

impl Opening {
    /// A transaction that waits for the customer.
    pub(super) const fn pending(instructions: Instructions) -> Self {
        Self {
            status: TransactionStatus::Pending,
            fraud: Fraud::Accept,
            instructions,
            message: None,
            expires: None,
            card: None,
        }
    }
}
