//! Everything that happens by itself: expiries, confirmations, answers of banks, settlements,
//! and the charges of subscriptions.

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::Gateway;
use super::ledger::Timer;
use super::subscriptions::Leap;
use super::timeline::TimelineEvent;

impl Gateway {
    /// Carries out all that happens by itself until `now`, each at its own time.
    pub(crate) fn tick(&mut self, now: WibTime) {
        let mut leap = Leap::to(now);
        while let Some(at) = self.next_own().filter(|at| *at <= now) {
            // A charge may start a timer that runs out before the next charge.
            self.charge_subscriptions(at, &mut leap);
            let Some((at, index, timer)) = self.ledger.take_timer(at) else {
                continue;
            };
            match timer {
                Timer::Expires => {
                    // One that is not pending any more does not expire.
                    let _ = self.advance(index, TransactionStatus::Expire, at);
                }
                Timer::BankConfirms(number) => self.bank_confirms(index, number, at),
                Timer::BankAnswers => {
                    // One that is not pending any more has its answer.
                    let _ = self.ask_bank(index, at);
                }
                Timer::Settles => self.settle(index, at),
            }
        }
    }

    /// The time of the next event of a transaction or a subscription.
    pub(super) fn next_own(&self) -> Option<WibTime> {
        let timer = self.ledger.next_at();
        timer.into_iter().chain(self.shelves.agenda.next_at()).min()
    }

    /// Settles a capture; one that was not approved is cancelled.
    fn settle(&mut self, index: usize, at: WibTime) {
        let payment = &self.ledger[index];
        if payment.status != TransactionStatus::Capture {
            return;
        }
        let to = if payment.is_challenged() {
            TransactionStatus::Cancel
        } else {
            TransactionStatus::Settlement
        };
        // Of a capture, both are legal.
        let _ = self.advance(index, to, at);
    }

    fn bank_confirms(&mut self, index: usize, number: u64, at: WibTime) {
        let refunds = &mut self.ledger.change(index).refunds;
        if let Some(refund) = refunds.iter_mut().find(|refund| refund.number == number) {
            refund.confirmed = Some(at);
            let amount = refund.amount;
            self.note(index, at, TimelineEvent::BankConfirmed(amount));
        }
        self.announce(index, at);
    }
}
