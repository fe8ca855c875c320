//! The gateway as a state machine: no sockets, no clock, no randomness.
//!
//! Time only comes in as `now`. It may jump; going back makes nothing undone.

mod accounts;
mod action;
mod answer;
mod balance;
mod bi_snap;
mod body;
mod calling;
mod card;
mod charge;
mod course;
mod credentials;
mod customer;
mod direct_debit;
mod dirty;
mod emv;
mod event;
mod expiry;
mod family;
mod fault;
mod faults;
pub(crate) mod hosts;
mod idempotency;
mod ids;
pub mod invoices;
mod keys;
mod ledger;
mod limits;
mod link;
mod message;
mod method;
mod number;
mod opening;
mod operations;
mod outbox;
mod own_answers;
mod page_address;
pub mod pay_accounts;
mod pay_number;
mod pay_page;
mod payment;
pub mod payment_links;
mod picture;
mod played;
mod product;
mod records;
mod reference;
mod refund;
mod refusal;
mod rendering;
mod reply;
mod required;
mod reset;
pub mod retry;
mod route;
mod row;
mod rule;
#[cfg(feature = "state")]
pub(crate) mod saved;
pub mod settings;
mod shelf;
mod shelves;
pub mod snap;
mod subscriptions;
mod terms;
mod texts;
mod tick;
pub mod timeline;
mod url_setting;
mod view;

use std::time::Duration;

use midtrans_protocol::time::WibTime;

pub use accounts::Accounts;
pub use calling::{PendingCall, Started};
pub use customer::{Checkout, Choice, FinishRedirect};
pub use event::Event;
pub use fault::{Fault, HELD, LEAD};
pub use message::{Attempt, Delivery, DeliveryId, DeliveryState, InvalidDeliveryId, Message};
pub(crate) use method::page_routes;
pub use pay_page::PayPage;
pub use payment::Item;
pub(crate) use picture::{ROUTES as PICTURE_ROUTES, newer_path as picture_path};
pub use records::RecordSummary;
pub use reference::Reference;
pub use reply::Reply;
pub use retry::Outcome;
pub use rule::{InvalidRule, Rule};
pub use settings::Settings;
pub use timeline::{Call, Command, Entry, TimelineEvent};
pub(crate) use url_setting::UrlSetting;
pub use view::{NotPossible, Refund, Summary, Timeline};

use card::Tokens;
use fault::Place;
use faults::Faults;
use idempotency::Memory;
use ids::Ids;
use ledger::Ledger;
use outbox::Outbox;
use payment_links::LinkOwners;
use shelves::Shelves;
use timeline::Calls;

/// The time that the bank takes to confirm a refund; the documentation names none.
pub const BANK_CONFIRMS_AFTER: Duration = Duration::from_secs(5);

/// The gateway of one merchant account.
///
/// ```
/// use std::time::SystemTime;
///
/// use midtrans_protocol::transaction::TransactionStatus;
/// use midtrans_protocol::{
///     Charge, CustomerDetails, Environment, GatewayReply, GetStatus, ItemDetails, Merchant,
///     OrderId, RequestOptions, Rupiah, TransactionDetails, decode, encode,
/// };
/// use midtrans_simulator::gateway::{Choice, Gateway, Outcome, Settings};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut settings = Settings::new("http://127.0.0.1:8180");
/// settings.notification_url = Some("http://127.0.0.1:3000/notify".to_owned());
/// let environment = Environment::custom(&settings.url)?;
/// let merchant = Merchant::new(environment, settings.server_key().clone())?;
/// let mut gateway = Gateway::new(settings);
/// let now = "2026-11-22 10:00:00".parse()?;
///
/// let order_id = OrderId::new("order-101")?;
/// let order = TransactionDetails::new(order_id.clone(), Rupiah::new(40_000))?;
/// let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
/// let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
/// let charge = Charge::akulaku(order, items, customer)?;
/// let request = encode(&charge, &merchant, &RequestOptions::default(), SystemTime::now());
/// let response = gateway.handle(&request, now).into_response().ok_or("no answer")?;
/// let (head, body) = response.into_parts();
/// let charged = decode(&charge, GatewayReply::from_own_client(head.status, body))?;
/// assert!(charged.redirect_url().is_some());
///
/// gateway.choose("order-101", Choice::Approve, now);
/// let due = gateway.due(now);
/// assert_eq!(due.len(), 2, "pending and settlement");
/// for delivery in due {
///     gateway.delivered(delivery.id, Outcome::answered(200), now);
/// }
///
/// let status = GetStatus::new(&order_id);
/// let request = encode(&status, &merchant, &RequestOptions::default(), SystemTime::now());
/// let response = gateway.handle(&request, now).into_response().ok_or("no answer")?;
/// let (head, body) = response.into_parts();
/// let transaction = decode(&status, GatewayReply::from_own_client(head.status, body))?;
/// assert_eq!(transaction.details().transaction_status(), Some(&TransactionStatus::Settlement));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Gateway {
    /// The account's number among several; only its notifications' ids contain it.
    account: u32,
    settings: Settings,
    ids: Ids,
    ledger: Ledger,
    refund_count: u64,
    memory: Memory,
    tokens: Tokens,
    outbox: Outbox,
    events: Vec<Event>,
    records_events: bool,
    faults: Faults,
    calls: Calls,
    shelves: Shelves,
    /// True if the state file has to drop what it holds.
    was_reset: bool,
    link_owners: LinkOwners,
}

impl Gateway {
    /// A gateway that has seen no transaction yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::numbered(0, settings)
    }

    fn numbered(account: u32, settings: Settings) -> Self {
        // Accounts with one seed must not share transaction ids.
        let seed = if account == 0 {
            settings.seed
        } else {
            ids::mixed(&[settings.seed, account.into()])
        };
        Self {
            account,
            ids: Ids::new(seed),
            faults: Faults::new(seed),
            settings,
            ledger: Ledger::default(),
            refund_count: 0,
            memory: Memory::default(),
            tokens: Tokens::default(),
            outbox: Outbox::new(account),
            events: Vec::new(),
            records_events: true,
            calls: Calls::default(),
            shelves: Shelves::default(),
            was_reset: false,
            link_owners: LinkOwners::default(),
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

    /// Adds a rule for faults from now on. Returns the rule's number, to remove it with.
    pub fn add_fault(&mut self, rule: impl Into<Rule>) -> u32 {
        self.faults.add(rule.into())
    }

    /// Removes a rule. `false` if it is not there or used up.
    pub fn remove_fault(&mut self, number: u32) -> bool {
        self.faults.remove(number)
    }

    /// The rules in force, with their numbers.
    #[must_use]
    pub fn faults(&self) -> &[(u32, Rule)] {
        self.faults.rules()
    }

    /// Applies a fault once, to the next order that it fits. Several faults apply one after the
    /// other.
    pub fn fail_next(&mut self, fault: Fault) {
        self.faults.add(Rule::new(fault).times(1));
    }

    /// Hands out the notifications that are to be sent by now. Report each with
    /// [`delivered`](Self::delivered).
    pub fn due(&mut self, now: WibTime) -> Vec<Delivery> {
        self.tick(now);
        self.outbox.due(now)
    }

    /// Records the outcome of an attempt to deliver, and plans the next one if there is any.
    pub fn delivered(&mut self, id: DeliveryId, outcome: Outcome, now: WibTime) {
        if let Some(message) = self.outbox.delivered(id, outcome, now)
            && self.records_events
        {
            self.events
                .extend(message.attempts.last().map(|attempt| Event::Notified {
                    order_id: message.order_id.to_string(),
                    status: message.transaction_status.clone(),
                    url: attempt.url.clone(),
                    outcome: attempt.outcome.clone(),
                }));
        }
    }

    /// Sends a finished notification again, as the real gateway sometimes does. `false` if it is
    /// not over.
    pub fn repeat(&mut self, id: DeliveryId, now: WibTime) -> bool {
        self.outbox.repeat(id, now)
    }

    /// Adds one copy to a notification. `false` if there is no such notification.
    pub fn duplicate(&mut self, id: DeliveryId, now: WibTime) -> bool {
        self.outbox.duplicate(id, now)
    }

    /// Sends a waiting notification now. `false` if it does not wait.
    pub fn hasten(&mut self, id: DeliveryId, now: WibTime) -> bool {
        self.outbox.hasten(id, now)
    }

    /// Postpones a waiting notification. `false` if it does not wait.
    pub fn postpone(&mut self, id: DeliveryId, by: Duration, now: WibTime) -> bool {
        self.outbox.postpone(id, by, now)
    }

    /// All notifications ever made, with their history.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        self.outbox.messages()
    }

    /// The time of the next event that happens by itself: an expiry, or a notification.
    #[must_use]
    pub fn next_at(&self) -> Option<WibTime> {
        let own = self.next_own();
        own.into_iter().chain(self.outbox.next_at()).min()
    }

    /// Returns true if a notification was handed out and its outcome is not known.
    #[must_use]
    pub const fn is_delivering(&self) -> bool {
        self.outbox.is_under_way()
    }

    /// Turns [`take_events`](Self::take_events) on or off. While it is off, no events are kept.
    pub const fn record_events(&mut self, records_events: bool) {
        self.records_events = records_events;
    }

    fn tell(&mut self, event: impl FnOnce(&Self) -> Event) {
        if self.records_events {
            let event = event(self);
            self.events.push(event);
        }
    }

    /// The events since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    fn draw(&mut self, place: Place, order_id: &str) -> Vec<Fault> {
        self.draw_of(place, order_id, |_| true)
    }

    /// Draws the faults of a place, of those that can apply there at all.
    fn draw_of(&mut self, place: Place, order_id: &str, can: impl Fn(Fault) -> bool) -> Vec<Fault> {
        if self.faults.is_empty() {
            Vec::new()
        } else {
            self.faults.draw(place, order_id, can)
        }
    }

    fn note(&mut self, index: usize, at: WibTime, what: TimelineEvent) {
        self.ledger.note(index, at, what);
    }
}
