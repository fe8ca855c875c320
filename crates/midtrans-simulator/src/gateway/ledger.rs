//! The transactions of an account, and the legal changes of their status.

use std::collections::{BTreeSet, HashMap};
use std::ops::Index;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::BANK_CONFIRMS_AFTER;
use super::dirty::Dirty;
use super::method::credit_card::RESERVED;
use super::method::{Played, Refunds};
use super::pay_accounts::charging;
use super::payment::{Fraud, Payment, Refunded};
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
    /// The bank of a card answers.
    BankAnswers,
    /// The captures of a day are settled.
    Settles,
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
        self.timers.extend(timers(&payment, index));
        self.payments.push(payment);
        self.dirty.add(index);
        index
    }

    /// Returns true if a transaction can come to this status now.
    pub(super) fn allows(&self, index: usize, to: &TransactionStatus, now: WibTime) -> bool {
        use TransactionStatus as Status;
        let payment = &self.payments[index];
        match (&payment.status, to) {
            (Status::Pending, Status::Expire) => true,
            // A card's money is taken first, and settled later.
            (Status::Pending, Status::Settlement) => {
                payment.card.is_none() && !payment.is_pre_auth()
            }
            (Status::Pending, Status::Cancel) => payment.method.is_ended_by_merchant(),
            // Only a provider declines; a bank, a counter and a QR code are paid or not.
            (Status::Pending, Status::Deny) => payment.pay_page().can_decline(),
            (Status::Pending, Status::Authorize) => payment.card.is_some() || payment.is_pre_auth(),
            (Status::Pending, Status::Capture) => payment.card.is_some(),
            (Status::Authorize, Status::Capture | Status::Settlement) => {
                *to == payment.captured_status() && payment.fraud == Fraud::Accept
            }
            (Status::Capture, Status::Settlement) => payment.fraud == Fraud::Accept,
            (Status::Capture | Status::Authorize, Status::Cancel) => true,
            (Status::Capture | Status::Authorize, Status::Deny) => payment.is_challenged(),
            // Only by time; a merchant cancels it.
            (Status::Authorize, Status::Expire) => payment.expires <= now,
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
        match to {
            TransactionStatus::Settlement => payment.settled = Some(now),
            TransactionStatus::Capture => payment.captured = Some(now),
            TransactionStatus::Authorize => {
                let reserved = match payment.card {
                    Some(_) => RESERVED,
                    None => charging::RESERVED,
                };
                payment.expires = now.checked_add(reserved).unwrap_or(now);
            }
            _ => {}
        }
        payment.status = to;
        self.timers.extend(timers(&self.payments[index], index));
        self.dirty.add(index);
        Ok(())
    }

    /// Ends the review of a challenged transaction with a word of approval: its status stays.
    ///
    /// # Errors
    /// [`IllegalTransition`], and then nothing has changed.
    pub(super) fn approve(&mut self, index: usize) -> Result<(), IllegalTransition> {
        if !self.payments[index].is_challenged() {
            return Err(IllegalTransition);
        }
        self.change(index).fraud = Fraud::Accept;
        Ok(())
    }

    /// Leaves the answer of a card's bank open until then.
    pub(super) fn open_card(&mut self, index: usize, until: WibTime) {
        if let Some(own) = &mut self.change(index).card {
            own.open_until = Some(until);
        }
        self.timers.insert((until, index, Timer::BankAnswers));
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

/// Everything that is still to happen to a transaction by itself.
fn timers(payment: &Payment, index: usize) -> Vec<(WibTime, usize, Timer)> {
    use TransactionStatus as Status;
    let mut timers = Vec::new();
    if let Status::Pending | Status::Authorize = payment.status {
        timers.push((payment.expires, index, Timer::Expires));
    }
    let open = payment.card.as_ref().and_then(|own| own.open_until);
    timers.extend(open.map(|at| (at, index, Timer::BankAnswers)));
    let captured = payment
        .captured
        .filter(|_| payment.status == Status::Capture);
    let settles = captured.and_then(next_settlement);
    timers.extend(settles.map(|at| (at, index, Timer::Settles)));
    let refunds = payment.refunds.iter();
    timers.extend(refunds.filter_map(|refund| confirmation(refund, index)));
    timers
}

/// The captures of a day are settled the next day at 16:00.
/// ([Settlement](https://docs.midtrans.com/docs/transaction-status-cycle))
fn next_settlement(captured: WibTime) -> Option<WibTime> {
    const AHEAD: i64 = 7 * 3_600;
    const DAY: i64 = 24 * 3_600;
    let midnight = (captured.unix() + AHEAD).div_euclid(DAY) * DAY - AHEAD;
    WibTime::from_unix(midnight)?.checked_add(Duration::from_secs(40 * 3_600))
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
mod tests;
