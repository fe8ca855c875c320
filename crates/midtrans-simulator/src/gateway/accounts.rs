//! Several merchants at one gateway: each has an account with keys, URLs, orders and faults of its
//! own.

use http::Request;

use super::calling::PendingCall;
use super::message::DeliveryId;
use super::reference::Reference;
use super::settings::Settings;
use super::{Gateway, credentials};

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

    /// Opens another account. `false`, and nothing happens, if another account has its server key
    /// or its merchant id.
    pub fn open(&mut self, settings: Settings) -> bool {
        let is_taken = self.all().any(|account| {
            let other = account.settings();
            other.merchant_id == settings.merchant_id || settings.shares_key_with(other)
        });
        let number = u32::try_from(self.others.len() + 1);
        match number {
            Ok(number) if !is_taken => {
                let mut account = Gateway::numbered(number, settings);
                account.link_owners = self.first.link_owners.clone();
                self.others.push(account);
            }
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
    /// is the first one's. Of a number that several merchants have given, it is the one whose
    /// transaction is pending.
    pub fn having<'a>(&mut self, reference: impl Into<Reference<'a>>) -> Option<&mut Gateway> {
        let reference = reference.into();
        let pending = match reference {
            Reference::Number(_) => self
                .all()
                .position(|account| account.has_pending(reference)),
            Reference::Id(_) | Reference::Page(_) => None,
        };
        let has = |account: &Gateway| account.by_reference(reference).is_some();
        let number = pending.or_else(|| self.all().position(has))?;
        self.all_mut().nth(number)
    }

    /// Returns true if several merchants have an order of this id.
    #[must_use]
    pub fn is_ambiguous(&self, id: &str) -> bool {
        self.all()
            .filter(|account| account.ledger.find(id).is_some())
            .nth(1)
            .is_some()
    }

    /// The account whose key a call carries. A call without any goes to the first one, which
    /// refuses it.
    pub fn called(&mut self, request: &Request<Vec<u8>>) -> &mut Gateway {
        // With one account there is nothing to choose, and it looks at the key itself.
        if self.others.is_empty() {
            return &mut self.first;
        }
        let is_of = |account: &Gateway| credentials::are_right(request, account.settings());
        let number = self.all().position(is_of).unwrap_or(0);
        self.numbered(number)
    }

    /// The account where a call has begun.
    pub fn calling(&mut self, call: &PendingCall) -> &mut Gateway {
        self.numbered(call.account as usize)
    }

    /// The account that sends a notification.
    pub fn sending(&mut self, id: DeliveryId) -> &mut Gateway {
        self.numbered(id.account as usize)
    }

    /// An id that is none of ours finds nothing in the first account.
    fn numbered(&mut self, number: usize) -> &mut Gateway {
        match number.checked_sub(1).and_then(|at| self.others.get_mut(at)) {
            Some(account) => account,
            None => &mut self.first,
        }
    }
}
