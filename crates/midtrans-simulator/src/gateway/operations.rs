//! The operations of the API.

use std::sync::Arc;

use midtrans_protocol::{TransactionStatus, WibTime};

use super::answer::Answer;
use super::fault::Place;
use super::method::{PayPage, Refunds};
use super::pay_number::Numbers;
use super::payment::{Payment, Rare, Refunded};
use super::refund::{Amount, Asked};
use super::refusal::Refusal;
use super::route::Route;
use super::{BANK_CONFIRMS_AFTER, Gateway, Timer, charge, refund, rendering};

/// Which of the two refund paths was called. They differ in the words of the answer.
#[derive(Clone, Copy, Debug)]
enum RefundPath {
    Ordinary,
    Direct,
}

impl Gateway {
    pub(super) fn run(
        &mut self,
        route: &Route,
        request: &http::Request<Vec<u8>>,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        match route {
            Route::Charge => self.charge(request, now),
            Route::Status(id) => {
                let payment = &self.payments[self.find(id).ok_or(Refusal::UnknownTransaction)?];
                Ok(Answer::ok(
                    payment.answer_code(),
                    rendering::status(payment, &self.settings),
                ))
            }
            // Only for virtual accounts that can be paid several times; for every other order there
            // is none.
            Route::StatusB2b(_) => Err(Refusal::UnknownTransaction),
            Route::Cancel(id) => {
                let index = self.pending(id)?;
                self.advance(index, TransactionStatus::Cancel, now);
                Ok(Answer::ok(
                    200,
                    rendering::cancelled(&self.payments[index], &self.settings),
                ))
            }
            Route::Expire(id) => {
                let index = self.pending(id)?;
                self.advance(index, TransactionStatus::Expire, now);
                Ok(Answer::ok(
                    407,
                    rendering::expired(&self.payments[index], &self.settings),
                ))
            }
            // Only challenged cards can be approved or denied.
            Route::Approve(id) | Route::Deny(id) => {
                self.find(id).ok_or(Refusal::UnknownResource)?;
                Err(Refusal::WrongState)
            }
            Route::Refund(id) => self.refund(id, request.body(), RefundPath::Ordinary, now),
            Route::DirectRefund(id) => self.refund(id, request.body(), RefundPath::Direct, now),
        }
    }

    fn charge(
        &mut self,
        request: &http::Request<Vec<u8>>,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let charge = charge::read(request.body(), &self.settings, now)?;
        if let Some(index) = self.orders.get(charge.order_id.as_str()) {
            let earlier = &self.payments[*index];
            if earlier.was_paid() {
                return Err(Refusal::PaidOrder);
            }
            if !earlier.frees_its_order() {
                return Err(Refusal::DuplicateOrder);
            }
        }
        let method = charge.method;
        let id = method.transaction_id(&mut self.ids, now);
        let pending = self.payments.iter().filter(|payment| payment.is_pending());
        let pages: Vec<PayPage> = pending.map(Payment::pay_page).collect();
        let mut numbers = Numbers {
            ids: &mut self.ids,
            is_taken: &|number| pages.iter().any(|page| page.is_paid_by(number)),
        };
        let instructions = method.instruct(&charge.json, &mut numbers);
        let index = self.add(Payment {
            id: id.into(),
            method,
            instructions,
            order_id: charge.order_id.into(),
            amount: charge.amount,
            items: charge.items,
            rare: Rare {
                custom_fields: charge.custom_fields,
                metadata: charge.metadata,
                targets: charge::targets(request.headers()),
            }
            .boxed(),
            made: now,
            expires: charge.expires,
            status: TransactionStatus::Pending,
            settled: None,
            refunds: Vec::new(),
            log: Vec::new(),
            leads_browser: false,
            holds_browser: false,
        });
        self.note_earlier_calls(index);
        self.advance(index, TransactionStatus::Pending, now);
        Ok(Answer::ok(
            201,
            rendering::charge(&self.payments[index], &self.settings),
        ))
    }

    /// Calls about an order that did not exist yet, such as a charge that failed on purpose, belong
    /// to what comes of it.
    fn note_earlier_calls(&mut self, index: usize) {
        let order_id = Arc::clone(&self.payments[index].order_id);
        for (at, what) in self.calls.without_transaction(&order_id) {
            self.note(index, at, what);
        }
    }

    fn pending(&self, id: &str) -> Result<usize, Refusal> {
        let index = self.find(id).ok_or(Refusal::UnknownResource)?;
        if self.payments[index].is_pending() {
            Ok(index)
        } else {
            Err(Refusal::WrongState)
        }
    }

    fn refund(
        &mut self,
        id: &str,
        body: &[u8],
        path: RefundPath,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let asked = refund::read(body)?;
        let index = self.find(id).ok_or(Refusal::UnknownResource)?;
        let refund = self.refundable(index, asked, now)?;
        let order_id = Arc::clone(&self.payments[index].order_id);
        if matches!(path, RefundPath::Direct)
            && !self.draw(Place::DirectRefund, &order_id).is_empty()
        {
            return Ok(Answer::ok(
                202,
                rendering::refund_denied(&self.payments[index], &refund, &self.settings),
            ));
        }
        self.give_back(index, refund.clone(), now);
        let payment = &self.payments[index];
        Ok(Answer::ok(
            200,
            match path {
                RefundPath::Ordinary => rendering::refunded(payment, &refund, &self.settings),
                RefundPath::Direct => {
                    rendering::directly_refunded(payment, &refund, &self.settings)
                }
            },
        ))
    }

    /// The refund that was asked for, if this transaction allows it.
    pub(super) fn refundable(
        &mut self,
        index: usize,
        asked: Asked,
        now: WibTime,
    ) -> Result<Refunded, Refusal> {
        let payment = &self.payments[index];
        let is_used = |key: &String| payment.refunds.iter().any(|made| made.key == *key);
        if asked.key.as_ref().is_some_and(is_used) {
            return Err(Refusal::DuplicateRefund);
        }
        if !is_refundable(payment, now) {
            return Err(Refusal::NotModifiable);
        }
        let left = payment.refundable();
        let amount = match asked.amount {
            None => left,
            Some(Amount::Some(amount)) if amount <= left => amount,
            Some(_) => return Err(Refusal::RefundAmount),
        };
        self.refund_count += 1;
        let key = asked.key.unwrap_or_else(|| self.ids.uuid());
        Ok(Refunded {
            number: self.refund_count,
            key,
            amount,
            reason: asked.reason,
            made: now,
            confirmed: None,
        })
    }

    /// Sends money back.
    pub(super) fn give_back(&mut self, index: usize, refund: Refunded, now: WibTime) {
        let number = refund.number;
        let is_all = refund.amount == self.payments[index].refundable();
        self.payments[index].refunds.push(refund);
        let status = if is_all {
            TransactionStatus::Refund
        } else {
            TransactionStatus::PartialRefund
        };
        self.advance(index, status, now);
        if let Some(at) = now.checked_add(BANK_CONFIRMS_AFTER) {
            self.timers.insert((at, index, Timer::BankConfirms(number)));
        }
    }
}

fn is_refundable(payment: &Payment, now: WibTime) -> bool {
    let Some(settled) = payment.settled else {
        return false;
    };
    let in_time = match payment.method.refunds() {
        Refunds::Never => false,
        Refunds::Always => true,
        Refunds::Within(window) => settled.checked_add(window).is_none_or(|last| now <= last),
    };
    in_time
        && matches!(
            payment.status,
            TransactionStatus::Settlement | TransactionStatus::PartialRefund
        )
}
