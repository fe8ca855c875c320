//! Views of transactions, for the console and for tests.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use midtrans_protocol::Rupiah;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::{Map, Value};

use super::ledger::IllegalTransition;
use super::message::{DeliveryState, Message};
use super::pay_page::PayPage;
use super::payment::{Item, Payment};
use super::refund::{Amount, RefundRequest};
use super::refusal::Refusal;
use super::timeline::{Call, Command, Entry, TimelineEvent};
use super::{DeliveryId, Gateway, rendering};

/// One transaction in a line.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Summary {
    /// The merchant that it belongs to.
    pub merchant_id: String,
    /// The merchant's order.
    pub order_id: String,
    /// The transaction.
    pub transaction_id: String,
    /// The payment type, as answers have it.
    pub payment_type: PaymentType,
    /// The method's name, as customers know it.
    pub method_name: String,
    /// The price.
    pub amount: Rupiah,
    /// The transaction status.
    pub status: TransactionStatus,
    /// The time of the charge.
    pub made: WibTime,
    /// Until when it can be paid.
    pub expires: WibTime,
    /// True if the merchant has to approve or to deny it.
    pub is_challenged: bool,
    /// Settlement time.
    pub settled: Option<WibTime>,
    /// The amount refunded so far.
    pub refunded: Rupiah,
    /// The number of notifications that are still to arrive.
    pub waiting: usize,
    /// The number of notifications that never arrived.
    pub failed: usize,
}

/// A refund.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refund {
    /// The gateway's number of the refund.
    pub number: u64,
    /// The merchant's refund key, or one of the gateway's.
    pub key: String,
    /// The amount, in whole rupiah.
    pub amount: Rupiah,
    /// The reason, in the merchant's words.
    pub reason: String,
    /// The time of the request.
    pub made: WibTime,
    /// The time when the bank confirmed it.
    pub confirmed: Option<WibTime>,
}

/// One transaction with all that happened to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timeline {
    /// The transaction in a line.
    pub summary: Summary,
    /// The lines of the order, if the merchant sent any.
    pub items: Vec<Item>,
    /// The fields of the answer that tell the customer how to pay, such as `va_numbers`.
    pub instructions: Map<String, Value>,
    /// Path and query of the page where the customer pays.
    pub pay_page: String,
    /// The whole address of that page.
    pub pay_page_url: String,
    /// The shape of that page.
    pub page: PayPage,
    /// The refunds.
    pub refunds: Vec<Refund>,
    /// The timeline, in order.
    pub entries: Vec<Entry>,
    /// Its notifications, in order.
    pub messages: Vec<Message>,
}

/// The reason why a command was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotPossible {
    /// No such transaction.
    Unknown,
    /// Its status does not allow it.
    WrongState,
    /// The amount is zero or more than what is left.
    Amount,
}

impl fmt::Display for NotPossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "there is no such transaction",
            Self::WrongState => "the status of the transaction does not allow it",
            Self::Amount => "the amount is nothing, or more than what is left",
        })
    }
}

impl Error for NotPossible {}

impl Gateway {
    /// All transactions, the latest first.
    pub fn transactions(&self) -> impl Iterator<Item = Summary> {
        self.ledger
            .payments()
            .iter()
            .rev()
            .map(|payment| self.summary(payment))
    }

    /// Searches transactions: those whose order id contains this text (in small letters) or whose
    /// own id it is, and that have this status. Returns the given rows of them, the latest first,
    /// and how many there are. Only the rows are summarised.
    #[must_use]
    pub fn search(
        &self,
        text: Option<&str>,
        status: Option<&str>,
        rows: Range<usize>,
    ) -> (Vec<Summary>, usize) {
        let payments = self.ledger.payments().iter().rev();
        let found: Vec<&Payment> = payments
            .filter(|payment| {
                text.is_none_or(|text| is_named(payment, text))
                    && status.is_none_or(|status| payment.status.as_str() == status)
            })
            .collect();
        let count = found.len();
        let rows = found
            .into_iter()
            .skip(rows.start)
            .take(rows.len())
            .map(|payment| self.summary(payment))
            .collect();
        (rows, count)
    }

    /// The number of transactions.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ledger.payments().len()
    }

    /// One transaction, by its order id (then the order's latest) or its own id.
    #[must_use]
    pub fn timeline(&self, id: &str) -> Option<Timeline> {
        let payment = &self.ledger[self.ledger.find(id)?];
        let refunds = payment.refunds.iter().map(|refund| Refund {
            number: refund.number,
            key: refund.key.clone(),
            amount: refund.amount,
            reason: refund.reason.clone(),
            made: refund.made,
            confirmed: refund.confirmed,
        });
        Some(Timeline {
            summary: self.summary(payment),
            items: payment.items.clone(),
            instructions: payment.instructions.clone(),
            pay_page: payment.method.page_of(payment, &self.settings),
            pay_page_url: rendering::page_url(payment, &self.settings),
            page: payment.pay_page(),
            refunds: refunds.collect(),
            entries: payment.log.clone(),
            messages: self.messages_of(payment).cloned().collect(),
        })
    }

    /// The transaction of an order (its latest), or the one whose own id this is.
    #[must_use]
    pub fn transaction_id(&self, id: &str) -> Option<&str> {
        self.ledger.find(id).map(|index| &*self.ledger[index].id)
    }

    /// The latest calls of the API, the earliest of them first.
    pub fn calls(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.calls.latest().iter()
    }

    /// Carries out a command of the console, without any fault.
    ///
    /// # Errors
    /// [`NotPossible`], and then nothing has happened.
    pub fn command(&mut self, id: &str, command: Command, now: WibTime) -> Result<(), NotPossible> {
        self.tick(now);
        let index = self.ledger.find(id).ok_or(NotPossible::Unknown)?;
        let refund = match command {
            Command::Refund(amount) => {
                let amount = amount.map(|amount| {
                    if amount.get() == 0 {
                        Amount::NotPositive
                    } else {
                        Amount::Some(amount)
                    }
                });
                let request = RefundRequest {
                    amount,
                    reason: "Console".to_owned(),
                    ..RefundRequest::default()
                };
                Some(
                    self.refundable(index, request, now)
                        .map_err(|refusal| match refusal {
                            Refusal::RefundAmount => NotPossible::Amount,
                            _ => NotPossible::WrongState,
                        })?,
                )
            }
            _ if !self.is_possible(index, command, now) => return Err(NotPossible::WrongState),
            _ => None,
        };
        self.note(index, now, TimelineEvent::ConsoleCommand(command));
        let payment = &self.ledger[index];
        let is_asked = payment.card.is_some() && payment.is_pending();
        let done = match (refund, command) {
            (Some(refund), _) => self.carry_out_refund(index, refund, now),
            (None, Command::Settle | Command::Decline) if is_asked => {
                self.authenticate(index, command == Command::Settle, now)
            }
            (None, Command::Approve) => self.end_review(index, true, now),
            (None, Command::Deny) => self.end_review(index, false, now),
            (None, _) => self.advance(index, target(command, &self.ledger[index]), now),
        };
        done.map_err(|IllegalTransition| NotPossible::WrongState)
    }

    /// Returns true if the transaction's status allows a command other than a refund.
    fn is_possible(&self, index: usize, command: Command, now: WibTime) -> bool {
        let payment = &self.ledger[index];
        let own = payment.card.as_ref().filter(|_| payment.is_pending());
        match command {
            Command::Approve | Command::Deny => payment.is_challenged(),
            Command::Settle | Command::Decline if own.is_some() => {
                own.is_some_and(|own| own.open_until.is_none())
            }
            // A pending card is not captured, it is authenticated.
            Command::Capture if payment.is_pending() => false,
            // A card's reserved money is not declined, it is cancelled.
            Command::Decline => payment.is_pending() && self.can_come_to(index, command, now),
            _ => self.can_come_to(index, command, now),
        }
    }

    fn can_come_to(&self, index: usize, command: Command, now: WibTime) -> bool {
        self.ledger
            .allows(index, &target(command, &self.ledger[index]), now)
    }

    pub(super) fn messages_of<'a>(
        &'a self,
        payment: &'a Payment,
    ) -> impl Iterator<Item = &'a Message> {
        let numbers = payment.log.iter().filter_map(|entry| match entry.what {
            TimelineEvent::NotificationCreated(DeliveryId { number, .. }) => Some(number as usize),
            _ => None,
        });
        numbers.filter_map(|number| self.outbox.messages().get(number))
    }

    fn summary(&self, payment: &Payment) -> Summary {
        Summary {
            merchant_id: self.settings.merchant_id.clone(),
            order_id: payment.order_id.to_string(),
            transaction_id: payment.id.to_string(),
            payment_type: PaymentType::from(payment.method.answered_type(&payment.instructions)),
            method_name: payment.method.name(&payment.instructions),
            amount: payment.amount,
            status: payment.status.clone(),
            made: payment.made,
            expires: payment.expires,
            is_challenged: payment.is_challenged(),
            settled: payment.settled,
            refunded: payment.refunded(),
            waiting: self.count_messages(payment, |message| !message.is_over()),
            failed: self.count_messages(payment, |message| message.state == DeliveryState::GivenUp),
        }
    }

    fn count_messages(&self, payment: &Payment, counts: fn(&Message) -> bool) -> usize {
        self.messages_of(payment)
            .filter(|message| counts(message))
            .count()
    }
}

fn is_named(payment: &Payment, text: &str) -> bool {
    payment.id.eq_ignore_ascii_case(text) || payment.order_id.to_ascii_lowercase().contains(text)
}

/// The status that a command leads to.
fn target(command: Command, payment: &Payment) -> TransactionStatus {
    match command {
        Command::Settle if payment.is_pending() => payment.approved_status(),
        Command::Settle => TransactionStatus::Settlement,
        Command::Decline | Command::Deny => TransactionStatus::Deny,
        Command::Approve | Command::Capture => TransactionStatus::Capture,
        Command::Cancel => TransactionStatus::Cancel,
        Command::Expire => TransactionStatus::Expire,
        Command::Refund(_) => TransactionStatus::PartialRefund,
    }
}
