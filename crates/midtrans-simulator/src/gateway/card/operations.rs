//! Operations on cards after the charge: capture, approve and deny. A linked GoPay account's
//! reserved money is captured here too, as at the gateway.

use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::Value;

use super::super::answer::Answer;
use super::super::fault::Place;
use super::super::ledger::IllegalTransition;
use super::super::method::Played;
use super::super::number::price;
use super::super::payment::Fraud;
use super::super::refusal::Refusal;
use super::super::{Gateway, rendering};

impl Gateway {
    /// Takes the reserved amount, or a part of it, once.
    /// ([Capture](https://docs.midtrans.com/reference/capture-transaction))
    pub(in super::super) fn capture(
        &mut self,
        body: &[u8],
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let json: Value = serde_json::from_slice(body).map_err(|_| Refusal::Malformed)?;
        let id = match &json["transaction_id"] {
            Value::String(id) if !id.is_empty() => id,
            Value::Null if json.is_object() => return Err(invalid("transaction_id is required")),
            _ if !json.is_object() => return Err(Refusal::Malformed),
            _ => return Err(invalid("transaction_id must be a string")),
        };
        let index = self.captured_by(id).ok_or(Refusal::UnknownResource)?;
        let payment = &self.ledger[index];
        let reserved = payment.amount;
        if !self.ledger.allows(index, &payment.captured_status(), now) || payment.is_pending() {
            return Err(Refusal::WrongState);
        }
        let amount = match &json["gross_amount"] {
            Value::Null => reserved,
            wanted => captured(wanted, reserved)?,
        };
        if amount != reserved && payment.is_pre_auth() {
            return Err(invalid("gross_amount must be the authorized amount"));
        }
        let order_id = self.ledger[index].order_id.clone();
        if !self.draw(Place::Capture, &order_id).is_empty() {
            let answer = rendering::capture_denied(&self.ledger[index], &self.settings);
            return Ok(Answer::ok(202, answer));
        }
        self.take(index, amount, now)
            .map_err(|IllegalTransition| Refusal::WrongState)?;
        Ok(Answer::ok(
            200,
            rendering::captured(&self.ledger[index], &self.settings),
        ))
    }

    /// The transaction of this id, if money can be reserved by it: a card's or a linked account's.
    fn captured_by(&self, id: &str) -> Option<usize> {
        let card = Played::named("credit_card")?;
        let wallet = Played::named("gopay")?;
        let of_wallet = self
            .ledger
            .played_by(wallet, id)
            .filter(|index| self.ledger[*index].is_pre_auth());
        self.ledger.played_by(card, id).or(of_wallet)
    }

    /// Brings a reserved amount to a capture of so much.
    pub(in super::super) fn take(
        &mut self,
        index: usize,
        amount: Rupiah,
        now: WibTime,
    ) -> Result<(), IllegalTransition> {
        let to = self.ledger[index].captured_status();
        if !self.ledger.allows(index, &to, now) {
            return Err(IllegalTransition);
        }
        self.ledger.change(index).amount = amount;
        self.advance(index, to, now)
    }

    /// Ends the review of a challenged transaction.
    /// ([Approve](https://docs.midtrans.com/reference/approve-transaction),
    /// [deny](https://docs.midtrans.com/reference/deny-transaction))
    pub(in super::super) fn review(
        &mut self,
        id: &str,
        approves: bool,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let index = self.ledger.find(id).ok_or(Refusal::UnknownResource)?;
        self.end_review(index, approves, now)
            .map_err(|IllegalTransition| Refusal::WrongState)?;
        Ok(Answer::ok(
            200,
            rendering::reviewed(&self.ledger[index], approves, &self.settings),
        ))
    }

    pub(in super::super) fn end_review(
        &mut self,
        index: usize,
        approves: bool,
        now: WibTime,
    ) -> Result<(), IllegalTransition> {
        if approves {
            self.ledger.approve(index)?;
            self.report(index, now);
            return Ok(());
        }
        if self.ledger[index].fraud != Fraud::Challenge {
            return Err(IllegalTransition);
        }
        self.ledger
            .transition(index, TransactionStatus::Deny, now)?;
        self.ledger.change(index).fraud = Fraud::Deny;
        self.report(index, now);
        Ok(())
    }
}

fn captured(wanted: &Value, reserved: Rupiah) -> Result<Rupiah, Refusal> {
    let amount = price(wanted).and_then(|amount| u64::try_from(amount).ok());
    match amount.filter(|amount| *amount > 0) {
        None => Err(invalid("gross_amount must be an integer greater than 0")),
        // A guess: no page says what a larger amount brings.
        Some(amount) if amount > reserved.get() => Err(invalid(
            "gross_amount must not be above the authorized amount",
        )),
        Some(amount) => Ok(Rupiah::new(amount)),
    }
}

fn invalid(problem: &str) -> Refusal {
    Refusal::Invalid(vec![problem.to_owned()])
}
