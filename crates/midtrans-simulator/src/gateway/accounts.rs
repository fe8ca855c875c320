//! Several merchants at one gateway: each has an account with keys, URLs, orders and faults of its
//! own.

use std::time::Duration;

use http::Request;
use midtrans_protocol::WibTime;

use super::calling::{PendingCall, Started};
use super::customer::{Checkout, Choice, FinishRedirect};
use super::event::Event;
use super::message::{Delivery, DeliveryId, Message};
use super::method::PayPage;
use super::reference::Reference;
use super::reply::Reply;
use super::retry::Outcome;
use super::settings::Settings;
use super::view::Timeline;
use super::{Command, Gateway, NotPossible, credentials};

/// The accounts of a gateway, in their order. There is always one.
#[derive(Debug)]
pub struct Accounts {
    first: Gateway,
    others: Vec<Gateway>,
}

impl Accounts {
    /// A gateway with one account.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            first: Gateway::new(settings),
            others: Vec::new(),
        }
    }

    /// Opens another account. `false`, and nothing happens, if its server key or its merchant id is
    /// somebody else's.
    pub fn open(&mut self, settings: Settings) -> bool {
        let is_taken = self.all().any(|account| {
            let other = account.settings();
            other.merchant_id == settings.merchant_id || settings.shares_key_with(other)
        });
        let number = u32::try_from(self.others.len() + 1);
        match number {
            Ok(number) if !is_taken => self.others.push(Gateway::numbered(number, settings)),
            _ => return false,
        }
        true
    }

    /// The account that was there first.
    #[must_use]
    pub const fn first(&self) -> &Gateway {
        &self.first
    }

    /// The account that was there first, to change it.
    pub const fn first_mut(&mut self) -> &mut Gateway {
        &mut self.first
    }

    /// All accounts.
    pub fn all(&self) -> impl Iterator<Item = &Gateway> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// All accounts, to change them.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Gateway> {
        std::iter::once(&mut self.first).chain(&mut self.others)
    }

    /// The account of a merchant.
    #[must_use]
    pub fn of_merchant(&self, merchant_id: &str) -> Option<&Gateway> {
        self.all()
            .find(|account| account.settings().merchant_id == merchant_id)
    }

    /// The account of a merchant, to change it.
    pub fn of_merchant_mut(&mut self, merchant_id: &str) -> Option<&mut Gateway> {
        self.all_mut()
            .find(|account| account.settings().merchant_id == merchant_id)
    }

    /// The account that has a transaction. Two merchants may have an order of the same id; then it
    /// is the first one's.
    pub fn having<'a>(&mut self, reference: impl Into<Reference<'a>>) -> Option<&mut Gateway> {
        let reference = reference.into();
        self.all_mut()
            .find(|account| account.by_reference(reference).is_some())
    }

    /// Whether several merchants have an order of this id.
    #[must_use]
    pub fn is_ambiguous(&self, id: &str) -> bool {
        self.all()
            .filter(|account| account.ledger.find(id).is_some())
            .nth(1)
            .is_some()
    }

    /// As [`Gateway::begin`], for the account whose key the call carries.
    pub fn begin(&mut self, request: &Request<Vec<u8>>, now: WibTime) -> Started {
        // With one account there is nothing to choose, and it looks at the key itself.
        let number = match credentials::user(request.headers()) {
            Some(user) if !self.others.is_empty() => self
                .all()
                .position(|account| account.settings().is_server_key(&user))
                .unwrap_or(0),
            _ => 0,
        };
        self.numbered(number).begin(request, now)
    }

    /// Begins a call, and finishes it at once where nothing is to be waited for.
    ///
    /// # Errors
    /// What is to be waited for.
    pub(crate) fn answer(
        &mut self,
        request: &Request<Vec<u8>>,
        least: Duration,
        now: WibTime,
    ) -> Result<Reply, Box<Started>> {
        match self.begin(request, now) {
            Started::Answered(reply, pause) if pause.is_zero() => Ok(reply),
            Started::Running(ticket) if least.is_zero() && ticket.pause().is_zero() => {
                Ok(self.finish(ticket, request, now))
            }
            slow => Err(Box::new(slow)),
        }
    }

    /// As [`Gateway::finish`].
    pub fn finish(
        &mut self,
        ticket: PendingCall,
        request: &Request<Vec<u8>>,
        now: WibTime,
    ) -> Reply {
        self.numbered(ticket.account as usize)
            .finish(ticket, request, now)
    }

    /// As [`Gateway::due`], of all accounts.
    pub fn due(&mut self, now: WibTime) -> Vec<Delivery> {
        self.all_mut()
            .flat_map(|account| account.due(now))
            .collect()
    }

    /// As [`Gateway::delivered`].
    pub fn delivered(&mut self, id: DeliveryId, outcome: Outcome, now: WibTime) {
        self.numbered(id.account as usize)
            .delivered(id, outcome, now);
    }

    /// As [`Gateway::repeat`].
    pub fn repeat(&mut self, id: DeliveryId, now: WibTime) -> bool {
        self.numbered(id.account as usize).repeat(id, now)
    }

    /// As [`Gateway::duplicate`].
    pub fn duplicate(&mut self, id: DeliveryId, now: WibTime) -> bool {
        self.numbered(id.account as usize).duplicate(id, now)
    }

    /// As [`Gateway::hasten`].
    pub fn hasten(&mut self, id: DeliveryId, now: WibTime) -> bool {
        self.numbered(id.account as usize).hasten(id, now)
    }

    /// As [`Gateway::postpone`].
    pub fn postpone(&mut self, id: DeliveryId, by: Duration, now: WibTime) -> bool {
        self.numbered(id.account as usize).postpone(id, by, now)
    }

    /// As [`Gateway::messages`], of all accounts.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.all().flat_map(Gateway::messages)
    }

    /// As [`Gateway::next_at`], of all accounts.
    #[must_use]
    pub fn next_at(&self) -> Option<WibTime> {
        self.all().filter_map(Gateway::next_at).min()
    }

    /// As [`Gateway::is_delivering`], of any account.
    #[must_use]
    pub fn is_delivering(&self) -> bool {
        self.all().any(Gateway::is_delivering)
    }

    /// As [`Gateway::take_events`], of all accounts.
    pub fn take_events(&mut self) -> Vec<Event> {
        self.all_mut().flat_map(Gateway::take_events).collect()
    }

    /// As [`Gateway::checkout`].
    pub fn checkout<'a>(
        &mut self,
        reference: impl Into<Reference<'a>>,
        now: WibTime,
    ) -> Option<Checkout> {
        let reference = reference.into();
        self.having(reference)?.checkout(reference, now)
    }

    /// As [`Gateway::pay_page`].
    #[must_use]
    pub fn pay_page<'a>(&self, reference: impl Into<Reference<'a>>) -> Option<PayPage> {
        let reference = reference.into();
        self.all().find_map(|account| account.pay_page(reference))
    }

    /// As [`Gateway::pay_page_address`].
    #[must_use]
    pub fn pay_page_address<'a>(&self, reference: impl Into<Reference<'a>>) -> Option<String> {
        let reference = reference.into();
        self.all()
            .find_map(|account| account.pay_page_address(reference))
    }

    /// As [`Gateway::choose`].
    pub fn choose<'a>(
        &mut self,
        reference: impl Into<Reference<'a>>,
        choice: Choice,
        now: WibTime,
    ) -> Option<FinishRedirect> {
        let reference = reference.into();
        self.having(reference)?.choose(reference, choice, now)
    }

    /// As [`Gateway::timeline`].
    #[must_use]
    pub fn timeline(&self, id: &str) -> Option<Timeline> {
        self.all().find_map(|account| account.timeline(id))
    }

    /// As [`Gateway::command`].
    ///
    /// # Errors
    /// [`NotPossible`], and then nothing has happened.
    pub fn command(&mut self, id: &str, command: Command, now: WibTime) -> Result<(), NotPossible> {
        self.having(id)
            .ok_or(NotPossible::Unknown)?
            .command(id, command, now)
    }

    /// Lets everything happen that happens by itself until now, for somebody who only looks.
    pub(crate) fn catch_up(&mut self, now: WibTime) {
        self.all_mut().for_each(|account| account.tick(now));
    }

    /// An id that is none of ours finds nothing in the first account.
    fn numbered(&mut self, number: usize) -> &mut Gateway {
        match number.checked_sub(1).and_then(|at| self.others.get_mut(at)) {
            Some(account) => account,
            None => &mut self.first,
        }
    }
}
