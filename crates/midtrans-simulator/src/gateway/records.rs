//! What is kept of an account, as JSON: numbers, texts and lists, and the ways there and back.

use std::sync::Arc;

use midtrans_protocol::{Rupiah, TransactionStatus, WibTime};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::DeliveryId;
use super::answer::Answer;
use super::customer::Choice;
use super::fault::Fault;
use super::message::{Attempt, DeliveryState, Message, Route};
use super::method::{Instructions, Played};
use super::payment::{Item, Payment, Rare, Refunded, Targets};
use super::retry::Outcome;
use super::timeline::{Command, Entry, Happening};

#[derive(Serialize, Deserialize)]
pub(super) struct SavedAccount {
    pub(super) seed: u64,
    pub(super) drawn: u64,
    pub(super) refunds: u64,
    pub(super) calls: u64,
    /// How many rows there have to be.
    pub(super) payments: usize,
    pub(super) messages: usize,
    pub(super) finish_url: Option<String>,
    pub(super) notification_url: Option<String>,
    pub(super) kredivo_bare: bool,
    pub(super) lenient: bool,
    pub(super) kredivo_approved: bool,
    pub(super) faults: Vec<(u32, String)>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedPayment {
    id: String,
    method: String,
    instructions: Instructions,
    order_id: String,
    amount: u64,
    items: Vec<(String, i64, u64)>,
    custom_fields: [Option<String>; 3],
    metadata: Option<Value>,
    append: Vec<String>,
    replace: Vec<String>,
    made: i64,
    expires: i64,
    status: String,
    settled: Option<i64>,
    refunds: Vec<SavedRefund>,
    log: Vec<(i64, SavedHappening)>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedRefund {
    number: u64,
    key: String,
    amount: u64,
    reason: String,
    made: i64,
    confirmed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SavedHappening {
    Called(u64, String, u16, Option<String>),
    Became(String),
    Told(u32),
    BankConfirmed(u64),
    Visited,
    Chose(String),
    Struck(String),
    SentBack(String, bool),
    NotSentBack,
    Ordered(String, Option<u64>),
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedMessage {
    order_id: String,
    transaction_id: String,
    status: String,
    url: String,
    body: String,
    fault: Option<String>,
    attempts: Vec<(i64, String, SavedOutcome)>,
    /// When it is sent; otherwise it is over.
    waits: Option<i64>,
    delivered: bool,
    repeats: usize,
    hops: usize,
    next_url: Option<String>,
    copies: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SavedOutcome {
    Answered(u16, Option<String>, String),
    TimedOut,
    Unreachable,
    Forbidden,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedAnswer {
    http_status: u16,
    status_code: u16,
    body: String,
}

impl SavedPayment {
    pub(super) fn of(payment: &Payment) -> Self {
        let rare = payment.rare.as_deref();
        let texts = |list: &[Arc<str>]| list.iter().map(ToString::to_string).collect();
        Self {
            id: payment.id.to_string(),
            method: payment.method.payment_type().to_owned(),
            instructions: payment.instructions.clone(),
            order_id: payment.order_id.to_string(),
            amount: payment.amount.get(),
            items: payment
                .items
                .iter()
                .map(|item| (item.name.clone(), item.price, item.quantity))
                .collect(),
            custom_fields: rare
                .map(|rare| rare.custom_fields.clone())
                .unwrap_or_default(),
            metadata: rare.and_then(|rare| rare.metadata.clone()),
            append: rare
                .map(|rare| texts(&rare.targets.append))
                .unwrap_or_default(),
            replace: rare
                .map(|rare| texts(&rare.targets.replace))
                .unwrap_or_default(),
            made: payment.made.unix(),
            expires: payment.expires.unix(),
            status: payment.status.as_str().to_owned(),
            settled: payment.settled.map(WibTime::unix),
            refunds: payment.refunds.iter().map(SavedRefund::of).collect(),
            log: payment
                .log
                .iter()
                .map(|entry| (entry.at.unix(), SavedHappening::of(&entry.what)))
                .collect(),
        }
    }

    pub(super) fn payment(self, account: u32) -> Option<Payment> {
        let arcs = |list: Vec<String>| list.into_iter().map(Arc::from).collect();
        // What a line was about may have no name any more; that is no reason to lose a transaction.
        let lines = self
            .log
            .into_iter()
            .filter_map(|(at, what)| Some((at, what.happening(account)?)));
        let log = lines.map(|(at, what)| {
            Some(Entry {
                at: WibTime::from_unix(at)?,
                what,
            })
        });
        Some(Payment {
            id: self.id.into(),
            method: Played::named(&self.method)?,
            instructions: self.instructions,
            order_id: self.order_id.into(),
            amount: Rupiah::new(self.amount),
            items: self
                .items
                .into_iter()
                .map(|(name, price, quantity)| Item {
                    name,
                    price,
                    quantity,
                })
                .collect(),
            rare: Rare {
                custom_fields: self.custom_fields,
                metadata: self.metadata,
                targets: Targets {
                    append: arcs(self.append),
                    replace: arcs(self.replace),
                },
            }
            .boxed(),
            made: WibTime::from_unix(self.made)?,
            expires: WibTime::from_unix(self.expires)?,
            status: TransactionStatus::from(self.status.as_str()),
            settled: maybe_time(self.settled)?,
            refunds: self
                .refunds
                .into_iter()
                .map(SavedRefund::refund)
                .collect::<Option<_>>()?,
            log: log.collect::<Option<_>>()?,
            leads_browser: false,
            holds_browser: false,
        })
    }
}

impl SavedRefund {
    pub(super) fn of(refund: &Refunded) -> Self {
        Self {
            number: refund.number,
            key: refund.key.clone(),
            amount: refund.amount.get(),
            reason: refund.reason.clone(),
            made: refund.made.unix(),
            confirmed: refund.confirmed.map(WibTime::unix),
        }
    }

    fn refund(self) -> Option<Refunded> {
        Some(Refunded {
            number: self.number,
            key: self.key,
            amount: Rupiah::new(self.amount),
            reason: self.reason,
            made: WibTime::from_unix(self.made)?,
            confirmed: maybe_time(self.confirmed)?,
        })
    }
}

impl SavedHappening {
    pub(super) fn of(what: &Happening) -> Self {
        match what {
            Happening::Called {
                call,
                operation,
                status_code,
                fault,
            } => Self::Called(
                *call,
                (*operation).to_owned(),
                *status_code,
                fault.map(|fault| fault.to_string()),
            ),
            Happening::Became(status) => Self::Became(status.as_str().to_owned()),
            Happening::Told(id) => Self::Told(id.number),
            Happening::BankConfirmed(amount) => Self::BankConfirmed(amount.get()),
            Happening::Visited => Self::Visited,
            Happening::Chose(choice) => Self::Chose(choice.as_str().to_owned()),
            Happening::Struck(fault) => Self::Struck(fault.to_string()),
            Happening::SentBack { url, forged } => Self::SentBack(url.clone(), *forged),
            Happening::NotSentBack => Self::NotSentBack,
            Happening::Ordered(command) => {
                let amount = match command {
                    Command::Refund(amount) => amount.map(Rupiah::get),
                    _ => None,
                };
                Self::Ordered(command.as_str().to_owned(), amount)
            }
        }
    }

    fn happening(self, account: u32) -> Option<Happening> {
        Some(match self {
            Self::Called(call, operation, status_code, fault) => {
                let operation = super::route::OPERATIONS
                    .into_iter()
                    .find(|one| *one == operation)?;
                Happening::Called {
                    call,
                    operation,
                    status_code,
                    fault: maybe_fault(fault),
                }
            }
            Self::Became(status) => Happening::Became(TransactionStatus::from(status.as_str())),
            Self::Told(number) => Happening::Told(DeliveryId { account, number }),
            Self::BankConfirmed(amount) => Happening::BankConfirmed(Rupiah::new(amount)),
            Self::Visited => Happening::Visited,
            Self::Chose(choice) => Happening::Chose(Choice::from_word(&choice)?),
            Self::Struck(fault) => Happening::Struck(fault.parse().ok()?),
            Self::SentBack(url, forged) => Happening::SentBack { url, forged },
            Self::NotSentBack => Happening::NotSentBack,
            Self::Ordered(command, amount) => Happening::Ordered(match command.as_str() {
                "settle" => Command::Settle,
                "decline" => Command::Decline,
                "expire" => Command::Expire,
                "cancel" => Command::Cancel,
                "refund" => Command::Refund(amount.map(Rupiah::new)),
                _ => return None,
            }),
        })
    }
}

impl SavedMessage {
    pub(super) fn of(message: &Message) -> Self {
        let attempts = message.attempts.iter();
        let route = message.route.as_deref().cloned().unwrap_or_default();
        Self {
            order_id: message.order_id.to_string(),
            transaction_id: message.transaction_id.to_string(),
            status: message.transaction_status.as_str().to_owned(),
            url: message.url.to_string(),
            body: message.body.to_string(),
            fault: message.fault.map(|fault| fault.to_string()),
            attempts: attempts
                .map(|attempt| {
                    (
                        attempt.at.unix(),
                        attempt.url.clone(),
                        SavedOutcome::of(&attempt.outcome),
                    )
                })
                .collect(),
            waits: match message.state {
                DeliveryState::Waiting(at) => Some(at.unix()),
                // Nobody knows what came of it when the program ended: it is sent again at once.
                DeliveryState::UnderWay => Some(0),
                DeliveryState::Delivered | DeliveryState::GivenUp => None,
            },
            delivered: message.state == DeliveryState::Delivered,
            repeats: route.repeats,
            hops: route.hops,
            next_url: route.next_url.map(Into::into),
            copies: route.copies,
        }
    }

    pub(super) fn message(self, id: DeliveryId) -> Option<Message> {
        let attempts = self.attempts.into_iter().map(|(at, url, outcome)| {
            Some(Attempt {
                at: WibTime::from_unix(at)?,
                url,
                outcome: outcome.outcome(),
            })
        });
        Some(Message {
            id,
            order_id: self.order_id.into(),
            transaction_id: self.transaction_id.into(),
            transaction_status: TransactionStatus::from(self.status.as_str()),
            url: self.url.into(),
            body: self.body.into(),
            fault: maybe_fault(self.fault),
            attempts: attempts.collect::<Option<_>>()?,
            state: match maybe_time(self.waits)? {
                Some(at) => DeliveryState::Waiting(at),
                None if self.delivered => DeliveryState::Delivered,
                None => DeliveryState::GivenUp,
            },
            route: Route {
                repeats: self.repeats,
                hops: self.hops,
                next_url: self.next_url.map(Into::into),
                copies: self.copies,
            }
            .boxed(),
        })
    }
}

impl SavedAnswer {
    pub(super) fn of(answer: &Answer) -> Self {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        Self {
            http_status: answer.http_status,
            status_code: answer.status_code,
            body,
        }
    }

    pub(super) fn answer(self) -> Answer {
        Answer {
            http_status: self.http_status,
            status_code: self.status_code,
            body: self.body.into_bytes(),
        }
    }
}

impl SavedOutcome {
    pub(super) fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Answered {
                status,
                location,
                body,
            } => Self::Answered(*status, location.clone(), body.clone()),
            Outcome::TimedOut => Self::TimedOut,
            Outcome::Unreachable => Self::Unreachable,
            Outcome::Forbidden => Self::Forbidden,
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Answered(status, location, body) => Outcome::Answered {
                status,
                location,
                body,
            },
            Self::TimedOut => Outcome::TimedOut,
            Self::Unreachable => Outcome::Unreachable,
            Self::Forbidden => Outcome::Forbidden,
        }
    }
}

/// No time is fine, and a number that is no time is not.
fn maybe_time(seconds: Option<i64>) -> Option<Option<WibTime>> {
    seconds.map_or(Some(None), |seconds| WibTime::from_unix(seconds).map(Some))
}

fn maybe_fault(text: Option<String>) -> Option<Fault> {
    text.and_then(|text| text.parse().ok())
}
