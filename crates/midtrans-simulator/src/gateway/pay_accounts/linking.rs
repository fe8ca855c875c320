//! The page where a customer confirms that the merchant may use the account.

use midtrans_protocol::time::WibTime;

use super::AccountStatus;
use crate::gateway::{Accounts, Gateway};

/// The contents of the linking page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LinkPage {
    /// The account.
    pub account_id: String,
    /// The customer's phone number with its middle left out.
    pub masked_phone: String,
    /// The state, in the gateway's word.
    pub status: &'static str,
    /// True if the customer can still confirm or refuse.
    pub is_open: bool,
    /// The URL that the customer goes to afterwards.
    pub redirect_url: Option<String>,
}

/// The customer's choice on the linking page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are two buttons")]
pub enum LinkChoice {
    /// The account is linked, and the merchant is told.
    Confirm,
    /// The link expires.
    Refuse,
}

impl Accounts {
    /// The merchant's account at which a customer's account was linked.
    pub fn having_pay_account(&mut self, account_id: &str) -> Option<&mut Gateway> {
        self.all_mut()
            .find(|account| account.shelves.pay_accounts.find(account_id).is_some())
    }
}

impl Gateway {
    /// The linking page of an account.
    #[must_use]
    pub fn link_page(&self, account_id: &str) -> Option<LinkPage> {
        let number = self.shelves.pay_accounts.find(account_id)?;
        let account = &self.shelves.pay_accounts[number];
        let shown = account.phone.len().saturating_sub(4);
        Some(LinkPage {
            account_id: account.id.clone(),
            masked_phone: format!("•••• {}", &account.phone[shown..]),
            status: account.status.as_str(),
            is_open: account.status == AccountStatus::Pending,
            redirect_url: account.redirect_url.clone(),
        })
    }

    /// The customer confirms or refuses. `None` if there is no such account; `false` if it was
    /// decided before.
    pub fn link(&mut self, account_id: &str, choice: LinkChoice, now: WibTime) -> Option<bool> {
        self.tick(now);
        let number = self.shelves.pay_accounts.find(account_id)?;
        if self.shelves.pay_accounts[number].status != AccountStatus::Pending {
            return Some(false);
        }
        let to = match choice {
            LinkChoice::Confirm => AccountStatus::Enabled,
            LinkChoice::Refuse => AccountStatus::Expired,
        };
        if to == AccountStatus::Expired {
            // The documentation knows of no notification for it.
            self.shelves.pay_accounts.change(number).status = to;
        } else {
            self.set_account_status(number, to, now);
        }
        Some(true)
    }

    /// The customer, or GoPay, ends the link. `None` if there is no such account; `false` if it is
    /// not linked.
    pub fn unlink(&mut self, account_id: &str, now: WibTime) -> Option<bool> {
        self.tick(now);
        let number = self.shelves.pay_accounts.find(account_id)?;
        let is_linked = self.shelves.pay_accounts[number].status == AccountStatus::Enabled;
        if is_linked {
            self.set_account_status(number, AccountStatus::Disabled, now);
        }
        Some(is_linked)
    }
}
