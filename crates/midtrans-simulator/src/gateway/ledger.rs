//! The transactions of an account, and the legal changes of their status.

use std::collections::{BTreeSet, HashMap};
use std::ops::Index;

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::BANK_CONFIRMS_AFTER;
use super::dirty::Dirty;
use super::method::{Played, Refunds};
use super::payment::{Payment, Refunded};
use super::timeline::{self, TimelineEvent};

/// All transactions, by the numbers in which they were charged. The only place that changes a
/// status.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    payments: Vec<Payment>,
    /// The latest transaction of each order.
    orders: HashMap<String, usize>,
    ids: HashMap<String, usize>,
    /// The transactions that each number pays, the latest last.
    numbers: HashMap<String, Vec<usize>>,
    timers: BTreeSet<(WibTime, usize, Timer)>,
    dirty: Dirty<usize>,
}

/// An event that happens to a transaction by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    Expires,
    BankConfirms(u64),
}

/// The status of a transaction does not allow the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IllegalTransition;

impl Index<usize> for Ledger {
    type Output = Payment;

    fn index(&self, index: usize) -> &Payment {
        &self.payments[index]
    }
}

impl Ledger {
    pub(super) fn payments(&self) -> &[Payment] {
        &self.payments
    }

    /// The transaction of an order (its latest), or the one whose own id this is.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.latest_of(id).or_else(|| self.ids.get(id).copied())
    }

    /// The latest transaction of an order.
    pub(super) fn latest_of(&self, order_id: &str) -> Option<usize> {
        self.orders.get(order_id).copied()
    }

    /// The transaction of this id that this method plays.
    pub(super) fn played_by(&self, method: Played, transaction_id: &str) -> Option<usize> {
        let index = self.ids.get(transaction_id).copied();
        index.filter(|index| self.payments[*index].method == method)
    }

    /// The transaction that a customer pays who types this number: the pending one, else the
    /// latest.
    pub(super) fn paid_by(&self, digits: &str) -> Option<usize> {
        let found = self.numbers.get(digits)?;
        let pending = found
            .iter()
            .rev()
            .find(|index| self.payments[**index].is_pending());
        pending.or(found.last()).copied()
    }

    /// The transaction of this id, if a QR code pays it.
    pub(super) fn scanned(&self, transaction_id: &str) -> Option<usize> {
        let index = self.ids.get(transaction_id).copied();
        index.filter(|index| self.payments[*index].pay_page().qr_string().is_some())
    }

    /// Returns true if a pending transaction has this number.
    pub(super) fn is_taken(&self, number: &str) -> bool {
        let mut found = self.numbers.get(number).into_iter().flatten();
        found.any(|index| self.payments[*index].is_pending())
    }

    /// Adds a transaction, which expires by itself.
    pub(super) fn add(&mut self, payment: Payment) -> usize {
        let index = self.payments.len();
        self.orders.insert(payment.order_id.clone(), index);
        self.ids.insert(payment.id.clone(), index);
        for number in payment.pay_page().numbers() {
            self.numbers.entry(number).or_default().push(index);
        }
        self.timers.insert((payment.expires, index, Timer::Expires));
        for refund in &payment.refunds {
            self.timers.extend(confirmation(refund, index));
        }
        self.payments.push(payment);
        self.dirty.add(index);
        index
    }

    /// Returns true if a transaction can come to this status now.
    pub(super) fn allows(&self, index: usize, to: &TransactionStatus, now: WibTime) -> bool {
        use TransactionStatus as Status;
        let payment = &self.payments[index];
        match (&payment.status, to) {
            (Status::Pending, Status::Settlement | Status::Expire) => true,
            (Status::Pending, Status::Cancel) => payment.method.is_ended_by_merchant(),
            // Only a provider declines; a bank, a counter and a QR code are paid or not.
            (Status::Pending, Status::Deny) => payment.pay_page().can_decline(),
            (
                Status::Settlement | Status::PartialRefund,
                Status::PartialRefund | Status::Refund,
            ) => is_refunded_at(payment, now),
            _ => false,
        }
    }

    /// Brings a transaction to a status.
    ///
    /// # Errors
    /// [`IllegalTransition`], and then nothing has changed.
    pub(super) fn transition(
        &mut self,
        index: usize,
        to: TransactionStatus,
        now: WibTime,
    ) -> Result<(), IllegalTransition> {
        if !self.allows(index, &to, now) {
            return Err(IllegalTransition);
        }
        let payment = &mut self.payments[index];
        if to == TransactionStatus::Settlement {
            payment.settled = Some(now);
        }
        payment.status = to;
        self.dirty.add(index);
        Ok(())
    }

    /// Gives money back, and brings the transaction to the status that follows.
    ///
    /// # Errors
    /// [`IllegalTransition`], and then nothing has changed.
    pub(super) fn refund(
        &mut self,
        index: usize,
        refund: Refunded,
    ) -> Result<TransactionStatus, IllegalTransition> {
        let to = if refund.amount == self.payments[index].refundable() {
            TransactionStatus::Refund
        } else {
            TransactionStatus::PartialRefund
        };
        self.transition(index, to.clone(), refund.made)?;
        self.timers.extend(confirmation(&refund, index));
        self.payments[index].refunds.push(refund);
        Ok(to)
    }

    /// A transaction to change, but not its status.
    pub(super) fn change(&mut self, index: usize) -> &mut Payment {
        self.dirty.add(index);
        &mut self.payments[index]
    }

    /// Adds a line to a transaction's timeline.
    pub(super) fn note(&mut self, index: usize, at: WibTime, event: TimelineEvent) {
        timeline::note(&mut self.change(index).log, at, event);
    }

    /// Takes out a timer that has run out by now, the earliest first.
    pub(super) fn take_timer(&mut self, now: WibTime) -> Option<(WibTime, usize, Timer)> {
        self.timers.first().filter(|(at, ..)| *at <= now)?;
        self.timers.pop_first()
    }

    /// The time of the next timer.
    pub(super) fn next_at(&self) -> Option<WibTime> {
        self.timers.first().map(|(at, ..)| *at)
    }

    /// Forgets all transactions.
    pub(super) fn forget(&mut self) {
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.clear();
        *self = Self {
            dirty,
            ..Self::default()
        };
    }

    #[cfg(feature = "state")]
    pub(super) const fn dirty(&mut self) -> &mut Dirty<usize> {
        &mut self.dirty
    }

    /// The transactions that changed since they were last written, by number.
    #[cfg(feature = "state")]
    pub(super) fn changed(&self) -> impl Iterator<Item = (usize, &Payment)> {
        let numbers = self.dirty.all();
        numbers.filter_map(|index| Some((*index, self.payments.get(*index)?)))
    }
}

fn is_refunded_at(payment: &Payment, now: WibTime) -> bool {
    let settled = payment.settled;
    let limits = payment.method.refund_limits(&payment.instructions);
    if limits.is_by_day && is_night(now) {
        return false;
    }
    match payment.method.refunds(&payment.instructions) {
        Refunds::Never => false,
        Refunds::Always => settled.is_some(),
        Refunds::Within(window) => settled
            .is_some_and(|settled| settled.checked_add(window).is_none_or(|last| now <= last)),
    }
}

/// From 23:55 to 06:00 in the gateway's time.
fn is_night(now: WibTime) -> bool {
    let local = now.unix().saturating_add(7 * 3_600).rem_euclid(24 * 3_600);
    !(6 * 3_600..24 * 3_600 - 5 * 60).contains(&local)
}

/// The timer of a refund that the bank has not confirmed.
fn confirmation(refund: &Refunded, index: usize) -> Option<(WibTime, usize, Timer)> {
    if refund.confirmed.is_some() {
        return None;
    }
    let at = refund.made.checked_add(BANK_CONFIRMS_AFTER)?;
    Some((at, index, Timer::BankConfirms(refund.number)))
}

#[cfg(test)]
mod tests {
    use midtrans_protocol::Rupiah;

    use super::*;
    use crate::gateway::method::Instructions;
    use crate::gateway::payment::Targets;

    fn payment(method: &str, status: &TransactionStatus, now: WibTime) -> Payment {
        Payment {
            id: "t-1".to_owned(),
            method: Played::named(method).unwrap(),
            instructions: Instructions::new(),
            order_id: "order-1".to_owned(),
            amount: Rupiah::new(40_000),
            items: Vec::new(),
            custom_fields: Default::default(),
            metadata: None,
            targets: Targets::default(),
            made: now,
            expires: now,
            status: status.clone(),
            settled: (*status == TransactionStatus::Settlement).then_some(now),
            refunds: Vec::new(),
            log: Vec::new(),
            leads_browser: false,
            holds_browser: false,
        }
    }

    /// The statuses that a transaction of this status can come to.
    fn reached(method: &str, from: &TransactionStatus) -> Vec<&'static str> {
        use TransactionStatus as Status;
        let now = "2026-11-22 10:00:00".parse().unwrap();
        let all = [
            (Status::Pending, "pending"),
            (Status::Settlement, "settlement"),
            (Status::Deny, "deny"),
            (Status::Cancel, "cancel"),
            (Status::Expire, "expire"),
            (Status::PartialRefund, "partial_refund"),
            (Status::Refund, "refund"),
        ];
        let legal = all.into_iter().filter(|(to, _)| {
            let mut ledger = Ledger::default();
            let index = ledger.add(payment(method, from, now));
            let done = ledger.transition(index, to.clone(), now);
            let expected = if done.is_ok() { to } else { from };
            assert_eq!(ledger[index].status, *expected);
            done.is_ok()
        });
        legal.map(|(_, word)| word).collect()
    }

    #[test]
    fn only_documented_changes_of_a_status_are_legal() {
        use TransactionStatus as Status;
        let pending = ["settlement", "deny", "cancel", "expire"];
        assert_eq!(reached("akulaku", &Status::Pending), pending);
        let refunds = ["partial_refund", "refund"];
        assert_eq!(reached("kredivo", &Status::Settlement), refunds);
        for over in [Status::Deny, Status::Cancel, Status::Expire, Status::Refund] {
            assert!(reached("akulaku", &over).is_empty(), "{over}");
        }
    }

    #[test]
    fn a_number_pays_the_pending_transaction_else_the_latest() {
        use TransactionStatus as Status;
        let now = "2026-11-22 10:00:00".parse().unwrap();
        let mut ledger = Ledger::default();
        for status in [Status::Settlement, Status::Pending, Status::Expire] {
            let mut payment = payment("permata", &status, now);
            let number = ("permata_va_number".to_owned(), "8778".into());
            payment.instructions = Instructions::from_iter([number]);
            ledger.add(payment);
        }
        assert_eq!(
            (ledger.paid_by("8778"), ledger.is_taken("8778")),
            (Some(1), true)
        );
        ledger.transition(1, Status::Settlement, now).unwrap();
        assert_eq!(
            (ledger.paid_by("8778"), ledger.is_taken("8778")),
            (Some(2), false)
        );
        assert_eq!((ledger.paid_by(""), ledger.is_taken("877")), (None, false));
    }

    #[test]
    fn what_is_paid_at_a_bank_or_a_counter_is_neither_denied_nor_refunded() {
        use TransactionStatus as Status;
        for method in ["bank_transfer", "permata", "cstore", "echannel"] {
            let pending = ["settlement", "cancel", "expire"];
            assert_eq!(reached(method, &Status::Pending), pending, "{method}");
            assert!(reached(method, &Status::Settlement).is_empty(), "{method}");
        }
    }
}
