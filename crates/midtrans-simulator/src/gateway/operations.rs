//! The operations of the API.

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::answer::Answer;
use super::card::{self, Query};
use super::charge::Origin;
use super::fault::Place;
use super::ledger::IllegalTransition;
use super::method::{Desk, Reaction};
use super::pay_number::Numbers;
use super::payment::{Payment, Refunded};
use super::refund::{Amount, RefundRequest};
use super::refusal::Refusal;
use super::route::Route;
use super::{Gateway, charge, hosts, refund, rendering};

/// The refund path that was called. The two differ in the words of the answer.
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
            Route::Charge => {
                let origin = Origin {
                    targets: charge::targets(request.headers()),
                    ..Origin::own(None)
                };
                self.charge_from(origin, request, now)
            }
            Route::Status(id) => {
                let payment = &self.ledger[self.asked(id).ok_or(Refusal::UnknownTransaction)?];
                Ok(Answer::ok(
                    rendering::status_code(payment),
                    rendering::status(payment, &self.settings),
                ))
            }
            // Only for virtual accounts that can be paid several times; for every other order there
            // is none.
            Route::StatusB2b(_) => Err(Refusal::UnknownTransaction),
            Route::Cancel(id) => {
                let index = self.end(id, TransactionStatus::Cancel, now)?;
                Ok(Answer::ok(
                    200,
                    rendering::cancelled(&self.ledger[index], &self.settings),
                ))
            }
            Route::Expire(id) => {
                let index = self.end(id, TransactionStatus::Expire, now)?;
                Ok(Answer::ok(
                    407,
                    rendering::expired(&self.ledger[index], &self.settings),
                ))
            }
            Route::Approve(id) => self.review(id, true, now),
            Route::Deny(id) => self.review(id, false, now),
            Route::Capture => self.capture(request.body(), now),
            Route::Token => self.make_token(&Query::of(request.uri()), now),
            Route::Register => self.register_card(&Query::of(request.uri()), now),
            Route::PointInquiry(token_id) => self.points(token_id, now),
            Route::Bin(digits) => card::bin(digits),
            Route::Refund(id) => self.refund(id, request.body(), RefundPath::Ordinary, now),
            Route::DirectRefund(id) => self.refund(id, request.body(), RefundPath::Direct, now),
            Route::Product(product) => self.run_product(product, request, now),
        }
    }

    /// Makes a transaction, for a call of the Core API or for Snap's page.
    pub(super) fn charge_from(
        &mut self,
        origin: Origin,
        request: &http::Request<Vec<u8>>,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let Origin {
            source,
            targets,
            parent,
        } = origin;
        let charge = charge::read(request.body(), &self.settings, source, now)?;
        if let Some(index) = self.ledger.latest_of(&charge.order_id) {
            let earlier = &self.ledger[index];
            if earlier.was_paid() {
                return Err(Refusal::PaidOrder);
            }
            if !source.may_follow(earlier) {
                return Err(Refusal::DuplicateOrder);
            }
        }
        let linked = self.open_linked(&charge, now)?;
        let method = charge.method;
        let id = method.transaction_id(&mut self.ids, now);
        let mut desk = Desk {
            numbers: Numbers {
                ids: &mut self.ids,
                is_taken: &|number| self.ledger.is_taken(number),
                merchant_id: &self.settings.merchant_id,
                amount: charge.amount,
            },
            tokens: &mut self.tokens,
            now,
            is_for_numbers: self.settings.takes_card_numbers || hosts::takes_numbers(request),
        };
        let opening = match linked {
            Some(opening) => opening,
            None => method.open(&charge.json, &mut desk)?,
        };
        let (order_id, amount) = (charge.order_id, charge.amount);
        let index = self.ledger.add(Payment {
            items: charge.items,
            custom_fields: charge.custom_fields,
            metadata: charge.metadata,
            targets,
            parent,
            ..Payment::new(id, method, order_id, amount, opening, now, charge.expires)
        });
        self.note_earlier_calls(index);
        self.report(index, now);
        let code = self.ledger[index].answer_code();
        let answer = rendering::charge(&self.ledger[index], &self.settings);
        if self.reaction(index) == Reaction::Declines {
            // The wallet's refusal comes behind the answer, and a pending transaction is denied.
            let _ = self.advance(index, TransactionStatus::Deny, now);
        }
        Ok(Answer::ok(code, answer))
    }

    /// The reaction of a transaction's wallet.
    pub(super) fn reaction(&self, index: usize) -> Reaction {
        let payment = &self.ledger[index];
        payment.method.reaction(&payment.instructions)
    }

    /// The transaction that a call asks for. Of some methods the API knows only transaction ids.
    fn asked(&self, id: &str) -> Option<usize> {
        let index = self.ledger.find(id)?;
        let payment = &self.ledger[index];
        (payment.id == id || payment.method.is_known_by_order()).then_some(index)
    }

    /// Adds calls about an order that did not exist yet, such as a charge that failed on purpose,
    /// to the timeline of its first transaction.
    fn note_earlier_calls(&mut self, index: usize) {
        let order_id = self.ledger[index].order_id.clone();
        for (at, what) in self.calls.without_transaction(&order_id) {
            self.note(index, at, what);
        }
    }

    /// Brings a transaction to a status that the merchant asks for.
    fn end(&mut self, id: &str, to: TransactionStatus, now: WibTime) -> Result<usize, Refusal> {
        let index = self.asked(id).ok_or(Refusal::UnknownResource)?;
        if !self.ledger[index].method.is_ended_by_merchant() {
            return Err(Refusal::WrongState);
        }
        self.advance(index, to, now)
            .map_err(|IllegalTransition| Refusal::WrongState)?;
        Ok(index)
    }

    fn refund(
        &mut self,
        id: &str,
        body: &[u8],
        path: RefundPath,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let request = refund::read(body)?;
        let index = self.asked(id).ok_or(Refusal::UnknownResource)?;
        let payment = &self.ledger[index];
        let limits = payment.method.refund_limits(&payment.instructions);
        if limits.is_indirect && matches!(path, RefundPath::Direct) {
            return Err(Refusal::NotModifiable);
        }
        let refund = self.refundable(index, request, now)?;
        let order_id = self.ledger[index].order_id.clone();
        if matches!(path, RefundPath::Direct)
            && !self.draw(Place::DirectRefund, &order_id).is_empty()
        {
            return Ok(Answer::ok(
                202,
                rendering::refund_denied(&self.ledger[index], &refund, &self.settings),
            ));
        }
        self.carry_out_refund(index, refund.clone(), now)
            .map_err(|IllegalTransition| Refusal::NotModifiable)?;
        let payment = &self.ledger[index];
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
        request: RefundRequest,
        now: WibTime,
    ) -> Result<Refunded, Refusal> {
        let payment = &self.ledger[index];
        let is_used = |key: &String| payment.refunds.iter().any(|made| made.key == *key);
        if request.key.as_ref().is_some_and(is_used) {
            return Err(Refusal::DuplicateRefund);
        }
        let given_back = TransactionStatus::PartialRefund;
        if !self.ledger.allows(index, &given_back, now) {
            return Err(Refusal::NotModifiable);
        }
        let left = payment.refundable();
        let limits = payment.method.refund_limits(&payment.instructions);
        let is_whole = limits.is_whole;
        let amount = match request.amount {
            None => left,
            Some(Amount::Some(amount)) if amount == left => amount,
            Some(Amount::Some(amount)) if amount < left && !is_whole => amount,
            Some(_) => return Err(Refusal::RefundAmount),
        };
        self.refund_count += 1;
        let key = request.key.unwrap_or_else(|| self.ids.uuid());
        Ok(Refunded {
            number: self.refund_count,
            key,
            amount,
            reason: request.reason,
            made: now,
            confirmed: None,
        })
    }

    /// Carries out a refund.
    pub(super) fn carry_out_refund(
        &mut self,
        index: usize,
        refund: Refunded,
        now: WibTime,
    ) -> Result<(), IllegalTransition> {
        let amount = refund.amount;
        self.ledger.refund(index, refund)?;
        self.refund_wallet(index, amount);
        self.report(index, now);
        Ok(())
    }
}
