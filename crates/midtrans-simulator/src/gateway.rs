//! The gateway as a state machine: no sockets, no clock, no randomness.
//!
//! Time only comes in as `now`. It may jump; going back makes nothing undone.

mod answer;
mod body;
mod charge;
mod credentials;
mod customer;
mod event;
mod expiry;
mod idempotency;
mod ids;
mod number;
mod operations;
mod outbox;
mod payment;
mod refund;
mod refusal;
mod rendering;
pub mod retry;
mod route;
pub mod settings;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use http::{Request, Response};
use midtrans_protocol::{TransactionStatus, WibTime};

pub use customer::{Checkout, Choice, WayBack};
pub use event::Event;
pub use outbox::{Attempt, Delivery, DeliveryId, DeliveryState, Message};
pub use payment::{Item, Provider};
pub use retry::Outcome;
pub use settings::{KredivoReturn, Settings};

use answer::Answer;
use body::Body;
use idempotency::{Memory, Recall};
use ids::Ids;
use outbox::{News, Outbox};
use payment::Payment;
use refusal::Refusal;

/// How long the bank takes to confirm a refund; the documentation names no time.
pub const BANK_CONFIRMS_AFTER: Duration = Duration::from_secs(5);

/// The gateway of one merchant account.
///
/// ```
/// use midtrans_protocol::{
///     Charge, Environment, GetStatus, ItemDetails, CustomerDetails, Merchant, OrderId, RequestOptions, Rupiah,
///     TransactionDetails, TransactionStatus, decode, encode,
/// };
/// use midtrans_simulator::gateway::{Choice, Gateway, Outcome, Settings};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut settings = Settings::new("http://127.0.0.1:8180");
/// settings.notification_url = Some("http://127.0.0.1:3000/notify".to_owned());
/// let merchant = Merchant::new(Environment::custom(&settings.url)?, settings.server_key().clone())?;
/// let mut gateway = Gateway::new(settings);
/// let now = "2026-11-22 10:00:00".parse()?;
///
/// let order_id = OrderId::new("order-101")?;
/// let order = TransactionDetails::new(order_id.clone(), Rupiah::new(40_000))?;
/// let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
/// let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
/// let request = encode(&Charge::akulaku(order, items, customer)?, &merchant, &RequestOptions::default());
/// let (head, body) = gateway.handle(&request, now).into_parts();
/// assert!(decode::<Charge>(head.status, body)?.redirect_url().is_some());
///
/// gateway.choose("order-101", Choice::Approve, now);
/// let told: Vec<_> = gateway.due(now);
/// assert_eq!(told.len(), 2, "pending and settlement");
/// for delivery in told {
///     gateway.delivered(delivery.id, Outcome::answered(200), now);
/// }
///
/// let request = encode(&GetStatus::new(&order_id), &merchant, &RequestOptions::default());
/// let (head, body) = gateway.handle(&request, now).into_parts();
/// let transaction = decode::<GetStatus>(head.status, body)?;
/// assert_eq!(transaction.details().transaction_status(), Some(&TransactionStatus::Settlement));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Gateway {
    settings: Settings,
    ids: Ids,
    payments: Vec<Payment>,
    /// The latest transaction of each order.
    orders: BTreeMap<String, usize>,
    transactions: BTreeMap<String, usize>,
    timers: BTreeSet<(WibTime, usize, Timer)>,
    refund_count: u64,
    memory: Memory,
    outbox: Outbox,
    events: Vec<Event>,
    faults: VecDeque<Fault>,
}

/// What happens to a transaction by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Expires,
    BankConfirms(u64),
}

/// What goes wrong at the gateway, once and without an effect on any transaction. See [`Gateway::fail_next`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// 500.
    Internal,
    /// 503.
    Unavailable,
    /// 429: too many calls.
    TooMany,
    /// The bank refuses the next direct refund: 202, and the transaction stays settled. Other calls pass.
    RefundDenied,
}

/// The first half of a call: see [`Gateway::begin`].
#[derive(Debug)]
#[non_exhaustive]
#[must_use]
pub enum Begun {
    /// It is answered already.
    Answered(Response<Vec<u8>>),
    /// It is running: finish it.
    Running(Ticket),
}

/// A call that has begun. While it is not finished, a repeat with its idempotency key gets HTTP 202.
#[derive(Debug)]
#[must_use]
pub struct Ticket {
    key: Option<String>,
}

impl Gateway {
    /// A gateway that has seen no transaction yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            ids: Ids::new(settings.seed),
            settings,
            payments: Vec::new(),
            orders: BTreeMap::new(),
            transactions: BTreeMap::new(),
            timers: BTreeSet::new(),
            refund_count: 0,
            memory: Memory::default(),
            outbox: Outbox::default(),
            events: Vec::new(),
            faults: VecDeque::new(),
        }
    }

    /// The merchant's settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The merchant's settings, to change them. A shop often learns its own port late.
    pub const fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Answers a call to the API.
    pub fn handle(&mut self, request: &Request<Vec<u8>>, now: WibTime) -> Response<Vec<u8>> {
        match self.begin(request, now) {
            Begun::Answered(response) => response,
            Begun::Running(ticket) => self.finish(ticket, request, now),
        }
    }

    /// Begins to answer a call: keys, idempotency and faults. Nothing has happened to any transaction yet.
    pub fn begin(&mut self, request: &Request<Vec<u8>>, now: WibTime) -> Begun {
        self.tick(now);
        if !credentials::are_right(request.headers(), &self.settings) {
            return Begun::Answered(self.refused(&Refusal::Unauthorized, request));
        }
        if let Some(refusal) = self.faults.front().and_then(|fault| fault.refusal()) {
            self.faults.pop_front();
            return Begun::Answered(self.refused(&refusal, request));
        }
        let key = idempotency::key(request.method(), request.headers());
        match key.as_deref().map_or(Recall::New, |key| self.memory.begin(key, now)) {
            Recall::New => Begun::Running(Ticket { key }),
            Recall::Stored(answer) => Begun::Answered(self.answered(answer, request)),
            Recall::Running => Begun::Answered(self.answered(still_running(), request)),
        }
    }

    /// Carries a call out that has begun, and answers it.
    pub fn finish(&mut self, ticket: Ticket, request: &Request<Vec<u8>>, now: WibTime) -> Response<Vec<u8>> {
        self.tick(now);
        let result = self.run(request, now);
        if let Some(key) = ticket.key {
            let success = result.as_ref().ok().filter(|answer| answer.status_code != 202);
            self.memory.end(&key, success, now);
        }
        match result {
            Ok(answer) => self.answered(answer, request),
            Err(refusal) => self.refused(&refusal, request),
        }
    }

    /// Lets the next call with the right key fail. Several faults hit several calls, one each.
    pub fn fail_next(&mut self, fault: Fault) {
        self.faults.push_back(fault);
    }

    /// Hands out the notifications that are to be sent by now. Report each with [`delivered`](Self::delivered).
    pub fn due(&mut self, now: WibTime) -> Vec<Delivery> {
        self.tick(now);
        self.outbox.due(now)
    }

    /// Notes how an attempt to deliver ended, and plans the next one if there is any.
    pub fn delivered(&mut self, id: DeliveryId, outcome: Outcome, now: WibTime) {
        if let Some(message) = self.outbox.delivered(id, outcome, now) {
            self.events.extend(message.attempts.last().map(|attempt| Event::Notified {
                order_id: message.order_id.clone(),
                status: message.transaction_status.clone(),
                url: attempt.url.clone(),
                outcome: attempt.outcome.clone(),
            }));
        }
    }

    /// Sends a notification again that is over, as the real gateway sometimes does. `false` if it is not over.
    pub fn repeat(&mut self, id: DeliveryId, now: WibTime) -> bool {
        self.outbox.repeat(id, now)
    }

    /// All notifications ever made, with their history.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        self.outbox.messages()
    }

    /// When something happens by itself next: an expiry, or a notification.
    #[must_use]
    pub fn next_at(&self) -> Option<WibTime> {
        let timer = self.timers.first().map(|(at, ..)| *at);
        timer.into_iter().chain(self.outbox.next_at()).min()
    }

    /// Whether a notification was handed out whose outcome is not known.
    #[must_use]
    pub const fn is_delivering(&self) -> bool {
        self.outbox.is_under_way()
    }

    /// What happened since this was last asked.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Lets everything happen that happens by itself until now, each at its own time.
    fn tick(&mut self, now: WibTime) {
        while let Some(&(at, index, timer)) = self.timers.first() {
            if at > now {
                break;
            }
            self.timers.pop_first();
            match timer {
                Timer::Expires if self.payments[index].is_pending() => {
                    self.advance(index, TransactionStatus::Expire, at);
                }
                Timer::Expires => {}
                Timer::BankConfirms(number) => {
                    let refunds = &mut self.payments[index].refunds;
                    refunds.iter_mut().filter(|refund| refund.number == number).for_each(|refund| {
                        refund.confirmed = Some(at);
                    });
                    self.announce(index, at);
                }
            }
        }
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.orders.get(id).or_else(|| self.transactions.get(id)).copied()
    }

    fn add(&mut self, payment: Payment) -> usize {
        let index = self.payments.len();
        self.orders.insert(payment.order_id.as_str().to_owned(), index);
        self.transactions.insert(payment.id.clone(), index);
        self.timers.insert((payment.expires, index, Timer::Expires));
        self.payments.push(payment);
        index
    }

    /// Brings a transaction to a status and tells the merchant.
    fn advance(&mut self, index: usize, status: TransactionStatus, at: WibTime) {
        let payment = &mut self.payments[index];
        payment.status = status.clone();
        self.events.push(Event::Moved {
            order_id: payment.order_id.as_str().to_owned(),
            transaction_id: payment.id.clone(),
            status,
        });
        self.announce(index, at);
    }

    fn announce(&mut self, index: usize, at: WibTime) {
        let payment = &self.payments[index];
        let body = rendering::notification(payment, &self.settings);
        let news = News {
            order_id: payment.order_id.as_str(),
            transaction_id: &payment.id,
            status: &payment.status,
            body: &body,
        };
        let targets = &payment.targets;
        if targets.replace.is_empty() {
            for url in self.settings.notification_url.iter().chain(&targets.append) {
                self.outbox.add(&news, url, at);
            }
        } else {
            targets.replace.iter().for_each(|url| self.outbox.add(&news, url, at));
        }
    }

    fn refused(&mut self, refusal: &Refusal, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        let id = self.ids.uuid();
        self.answered(refusal.answer(&id), request)
    }

    fn answered(&mut self, answer: Answer, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        self.events.push(Event::Called {
            call: format!("{} {}", request.method(), request.uri().path()),
            http_status: answer.http_status,
            status_code: answer.status_code,
        });
        answer.into_response()
    }
}

impl Fault {
    const fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Internal => Some(Refusal::Internal),
            Self::Unavailable => Some(Refusal::Unavailable),
            Self::TooMany => Some(Refusal::TooMany),
            Self::RefundDenied => None,
        }
    }
}

/// HTTP 202 is all that is documented; the sentence is ours.
fn still_running() -> Answer {
    let body = Body::default().text("status_code", "202").text("status_message", "The request is still in progress");
    Answer { http_status: 202, status_code: 202, body: body.finish().into_bytes() }
}
