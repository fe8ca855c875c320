//! The operations that a transaction's payment method never supports, refused before anything is
//! sent. ([Refund](https://docs.midtrans.com/reference/refund-transaction),
//! [Cancel](https://docs.midtrans.com/reference/cancel-transaction))
//!
//! A payment type without a file of its own supports everything: the gateway decides.

use crate::ids::PaymentId;
use crate::method::{PaymentType, Terms};
use crate::{InvalidInput, Rupiah, Transaction};

pub(super) fn id(transaction: &Transaction) -> Result<PaymentId, InvalidInput> {
    let expected = "a transaction that names its order or its own id";
    transaction
        .payment_id()
        .ok_or_else(|| InvalidInput::new("transaction_id", expected))
}

pub(super) fn check_refund(transaction: &Transaction) -> Result<(), InvalidInput> {
    require(
        transaction,
        |terms| terms.refund_window.is_some(),
        "be refunded through the gateway",
        "send the money back by a bank transfer",
    )
}

pub(super) fn check_partial_refund(
    transaction: &Transaction,
    amount: Rupiah,
) -> Result<(), InvalidInput> {
    check_refund(transaction)?;
    if terms(transaction).supports_partial_refund || is_whole(transaction, amount) {
        return Ok(());
    }
    let name = name(transaction);
    let expected = format!(
        "the whole amount, because {name} has no partial refunds: refund all of it, or send the \
         part back by a bank transfer"
    );
    Err(InvalidInput::new("amount", expected))
}

pub(super) fn check_direct_refund(transaction: &Transaction) -> Result<(), InvalidInput> {
    check_refund(transaction)?;
    require(
        transaction,
        |terms| terms.supports_direct_refund,
        "be refunded directly",
        "send the ordinary refund, and wait for its notification",
    )
}

pub(super) fn check_cancel(transaction: &Transaction) -> Result<(), InvalidInput> {
    let instead = ends_by_itself(transaction);
    require(
        transaction,
        |terms| terms.supports_cancel,
        "be cancelled",
        &instead,
    )
}

pub(super) fn check_expire(transaction: &Transaction) -> Result<(), InvalidInput> {
    let instead = ends_by_itself(transaction);
    require(
        transaction,
        |terms| terms.supports_expire,
        "be expired",
        &instead,
    )
}

pub(super) fn check_capture(transaction: &Transaction) -> Result<(), InvalidInput> {
    require(
        transaction,
        |terms| terms.has_authorization,
        "be captured",
        "the money is taken at once, so there is nothing to do",
    )
}

pub(super) fn check_partial_capture(
    transaction: &Transaction,
    amount: Rupiah,
) -> Result<(), InvalidInput> {
    check_capture(transaction)?;
    let reserved = transaction
        .gross_amount()
        .and_then(|amount| amount.rupiah());
    if reserved.is_some_and(|reserved| amount > reserved) {
        let expected = "at most the amount that is reserved";
        return Err(InvalidInput::new("gross_amount", expected));
    }
    let is_gopay = transaction.details().payment_type() == Some(&PaymentType::Gopay);
    if is_gopay && !is_whole(transaction, amount) {
        let expected = "the whole amount, because gopay has no partial captures: capture all of \
                        it, or cancel and charge the part";
        return Err(InvalidInput::new("gross_amount", expected));
    }
    Ok(())
}

/// The terms of the transaction's payment type; those of an unknown one where it names none.
fn terms(transaction: &Transaction) -> &'static Terms {
    let payment_type = transaction.details().payment_type();
    payment_type.map_or(&Terms::UNKNOWN, Terms::of)
}

fn name(transaction: &Transaction) -> &str {
    let payment_type = transaction.details().payment_type();
    payment_type.map_or("it", PaymentType::as_str)
}

fn is_whole(transaction: &Transaction, amount: Rupiah) -> bool {
    let gross = transaction.gross_amount();
    gross.and_then(|gross| gross.rupiah()) == Some(amount)
}

fn ends_by_itself(transaction: &Transaction) -> String {
    let seconds = terms(transaction).longest_expiry.as_secs();
    format!("it ends by itself within {seconds} seconds, so wait and ask Get Status")
}

/// Fails, with what to do instead, unless the terms of the payment type support it.
fn require(
    transaction: &Transaction,
    is_supported: impl Fn(&Terms) -> bool,
    what: &str,
    instead: &str,
) -> Result<(), InvalidInput> {
    if is_supported(terms(transaction)) {
        return Ok(());
    }
    let name = name(transaction);
    let expected = format!("a payment method that can {what}; {name} cannot: {instead}");
    Err(InvalidInput::new("payment_type", expected))
}
