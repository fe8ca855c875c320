//! Books one transaction of an answer: its status and its refunds.

use midtrans_protocol::decision::Review;
use midtrans_protocol::lifecycle::{Merge, Stage, merge};
use midtrans_protocol::method::Terms;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::{Expected, Transaction, decide};

use super::News;
use crate::trouble::Trouble;
use crate::{Payment, Record, refund};

impl Record {
    /// Keeps the customer's instructions if the answer to the charge was lost: Get Status tells
    /// numbers and codes, though no pages.
    pub(super) fn learn_instructions(&mut self, transaction: &Transaction) {
        let is_open = transaction.transaction_status() == Some(&TransactionStatus::Pending);
        if is_open && self.charging.instructions.is_none() {
            self.charging.instructions = transaction.instructions();
        }
    }

    /// Books one transaction of this order and its refunds, if they follow from what is stored.
    pub(super) fn book(
        &mut self,
        before: &Self,
        transaction: &Transaction,
        news: &mut News,
    ) -> Result<(), Trouble> {
        let latest = self.payments.last();
        // An answer without an id is about the latest transaction.
        let id = transaction
            .transaction_id()
            .or(latest.map(|payment| payment.transaction_id.as_str()))
            .unwrap_or_default();
        let stored = self.payment(id).cloned();
        let payment = self.read(id, stored.as_ref(), transaction)?;
        if let Some(stored) = &stored {
            self.check_step(&stored.stage, &payment.stage)?;
        }
        if payment.holds_money() && !stored.as_ref().is_some_and(Payment::holds_money) {
            self.check_paid_once(before, id)?;
        }
        news.has_transaction |= self.counts(&payment);
        self.store(payment.clone());
        let is_stored = stored.is_some();
        let refunds = refund::book(&mut self.refunds, &payment, is_stored, transaction)?;
        news.refunds.extend(refunds);
        Ok(())
    }

    fn store(&mut self, payment: Payment) {
        let mut known = self.payments.iter_mut();
        match known.find(|known| known.transaction_id == payment.transaction_id) {
            Some(known) => *known = payment,
            None => self.payments.push(payment),
        }
    }

    /// Compares a transaction with what is expected. One of an earlier life has the price of that
    /// life.
    fn read(
        &self,
        id: &str,
        stored: Option<&Payment>,
        transaction: &Transaction,
    ) -> Result<Payment, Review> {
        let earlier = stored.filter(|payment| payment.life < self.life);
        let price = earlier.map_or(self.expectation.amount, |payment| payment.amount);
        let expected = Expected::new(self.expectation.order_id.clone(), price);
        let amount = transaction
            .gross_amount()
            .and_then(|amount| amount.rupiah());
        Ok(Payment {
            transaction_id: id.to_owned(),
            life: stored.map_or(self.life, |payment| payment.life),
            outcome: decide(&expected, transaction).try_into()?,
            stage: Stage::of(transaction.details()).ok_or(Review::UnknownStatus)?,
            amount: amount.unwrap_or(price),
        })
    }

    /// Fails if the status of a transaction does not follow from the stored one, unless the gateway
    /// documents that it may.
    fn check_step(&self, stored: &Stage, told: &Stage) -> Result<(), Trouble> {
        use TransactionStatus::{Deny, Settlement};
        let (earlier, now) = (&stored.status, &told.status);
        let may_be_reversed = Terms::of(&self.expectation.payment_type).may_be_reversed;
        match (merge(stored, told), earlier, now) {
            _ if earlier == now => Ok(()),
            (Merge::Conflict, Settlement, Deny) if may_be_reversed => Ok(()),
            (Merge::Advanced | Merge::Duplicate, ..) => Ok(()),
            (Merge::Stale, ..) => Err(Trouble::Behind(format!(
                "the gateway answers {now} after it answered {earlier}"
            ))),
            (Merge::Conflict, ..) => Err(Trouble::Final(format!(
                "the gateway answers {now} after it answered {earlier}, which does not follow"
            ))),
        }
    }

    /// Fails if another transaction than the one that is paid now holds money, or gave it back
    /// before this check.
    fn check_paid_once(&self, before: &Self, second: &str) -> Result<(), Trouble> {
        for other in &self.payments {
            let first = &other.transaction_id;
            let was_given_back = before
                .payment(first)
                .is_some_and(|payment| payment.outcome.had_money() && !payment.holds_money());
            if first != second && (other.holds_money() || was_given_back) {
                return Err(Trouble::Final(format!(
                    "paid twice, by transaction {first} and by transaction {second}: give one of \
                     them back"
                )));
            }
        }
        Ok(())
    }
}
