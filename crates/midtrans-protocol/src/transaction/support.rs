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
    let Some((payment_type, terms)) = terms(transaction) else {
        return Ok(());
    };
    if terms.refund_window.is_some() {
        return Ok(());
    }
    refuse(
        payment_type,
        "be refunded through the gateway",
        "send the money back by a bank transfer",
    )
}

pub(super) fn check_partial_refund(
    transaction: &Transaction,
    amount: Rupiah,
) -> Result<(), InvalidInput> {
    check_refund(transaction)?;
    let Some((payment_type, terms)) = terms(transaction) else {
        return Ok(());
    };
    if terms.supports_partial_refund || is_whole(transaction, amount) {
        return Ok(());
    }
    let expected = format!(
        "the whole amount, because {payment_type} has no partial refunds: refund all of it, or \
         send the part back by a bank transfer"
    );
    Err(InvalidInput::new("amount", expected))
}

pub(super) fn check_direct_refund(transaction: &Transaction) -> Result<(), InvalidInput> {
    check_refund(transaction)?;
    let Some((payment_type, terms)) = terms(transaction) else {
        return Ok(());
    };
    if terms.supports_direct_refund {
        return Ok(());
    }
    refuse(
        payment_type,
        "be refunded directly",
        "send the ordinary refund, and wait for its notification",
    )
}

pub(super) fn check_cancel(transaction: &Transaction) -> Result<(), InvalidInput> {
    let Some((payment_type, terms)) = terms(transaction) else {
        return Ok(());
    };
    if terms.supports_cancel {
        return Ok(());
    }
    refuse(payment_type, "be cancelled", &ends_by_itself(terms))
}

pub(super) fn check_expire(transaction: &Transaction) -> Result<(), InvalidInput> {
    let Some((payment_type, terms)) = terms(transaction) else {
        return Ok(());
    };
    if terms.supports_expire {
        return Ok(());
    }
    refuse(payment_type, "be expired", &ends_by_itself(terms))
}

pub(super) fn check_capture(transaction: &Transaction) -> Result<(), InvalidInput> {
    let Some((payment_type, terms)) = terms(transaction) else {
        return Ok(());
    };
    if terms.has_authorization {
        return Ok(());
    }
    refuse(
        payment_type,
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

/// The payment type and its terms; `None` where the transaction does not name it.
fn terms(transaction: &Transaction) -> Option<(&PaymentType, &'static Terms)> {
    let payment_type = transaction.details().payment_type()?;
    Some((payment_type, Terms::of(payment_type)))
}

fn is_whole(transaction: &Transaction, amount: Rupiah) -> bool {
    let gross = transaction.gross_amount();
    gross.and_then(|gross| gross.rupiah()) == Some(amount)
}

fn ends_by_itself(terms: &Terms) -> String {
    let seconds = terms.longest_expiry.as_secs();
    format!("it ends by itself within {seconds} seconds, so wait and ask Get Status")
}

fn refuse(payment_type: &PaymentType, what: &str, instead: &str) -> Result<(), InvalidInput> {
    let expected = format!("a payment method that can {what}; {payment_type} cannot: {instead}");
    Err(InvalidInput::new("payment_type", expected))
}
