//! `GET` and `DELETE /snap/v3/users/{user_id}/gopay`, and the link that a customer confirms on
//! Snap's page.
//! ([GoPay tokenization](https://docs.midtrans.com/reference/gopay-tokenization-1))
//!
//! A session with `gopay.tokenization` and a `user_id` asks for the link before its first payment
//! with GoPay, and pays with the linked account from then on.

use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use super::page::{NotOffered, SnapState, not_offered};
use super::session::Session;
use crate::gateway::answer::Answer;
use crate::gateway::body::Body;
use crate::gateway::pay_accounts::{self, AccountStatus, LinkChoice, PayAccount};
use crate::gateway::refusal::Refusal;
use crate::gateway::{Gateway, product};

/// The channel that links accounts.
const GOPAY: &str = "gopay";

impl Gateway {
    /// The account that a user has linked.
    pub(in crate::gateway) fn user_gopay(&self, user_id: &str) -> Result<Answer, Refusal> {
        let number = self.linked_to(user_id).ok_or_else(account_not_found)?;
        let account = &self.shelves.pay_accounts[number];
        let phone = account.phone.strip_prefix("62").unwrap_or(&account.phone);
        let body = Body::default()
            .text("user_id", user_id)
            .text("account_status", account.status.as_str())
            .text("balance", &format!("{}.00", account.balance))
            .text("phone_number", phone)
            .text("country_code", "62")
            .text("account_id", &account.id);
        Ok(product::answered(200, body.finish()))
    }

    /// Ends the link of a user, and tells the merchant. No page prints the body of the answer.
    pub(in crate::gateway) fn unlink_user_gopay(
        &mut self,
        user_id: &str,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let number = self.linked_to(user_id).ok_or_else(account_not_found)?;
        self.set_account_status(number, AccountStatus::Disabled, now);
        Ok(product::answered(200, "{}".to_owned()))
    }

    /// Begins the link that a session asks for before it pays with GoPay. `Some(true)` if the
    /// customer now has to confirm it; `Some(false)` where nothing is to be linked.
    ///
    /// # Errors
    /// [`NotOffered`] for a phone that GoPay refuses.
    pub fn snap_link(
        &mut self,
        token: &str,
        channel: &str,
        now: WibTime,
    ) -> Option<Result<bool, NotOffered>> {
        self.tick(now);
        let number = self.shelves.sessions.of_token(token)?;
        let is_offered = match self.snap_state(number, now) {
            SnapState::Choosing { channels, .. } => {
                channels.iter().any(|own| own.name == GOPAY) && channel == GOPAY
            }
            _ => false,
        };
        let session = &self.shelves.sessions[number];
        let Some(user_id) = tokenized_user(session).filter(|_| is_offered) else {
            return Some(Ok(false));
        };
        if self.linked_to(user_id).is_some() {
            return Some(Ok(false));
        }
        let (user_id, phone) = (user_id.to_owned(), phone_of(session));
        if let Some((_, message)) = pay_accounts::refused(&phone) {
            return Some(Err(not_offered(message)));
        }
        let account = PayAccount {
            id: self.ids.uuid(),
            phone,
            redirect_url: None,
            status: AccountStatus::Pending,
            balance: pay_accounts::BALANCE,
            user_id: Some(user_id),
        };
        self.shelves.sessions.change(number).linking = Some(account.id.clone());
        self.shelves.pay_accounts.add(account);
        Some(Ok(true))
    }

    /// The customer confirms or refuses the link. Confirmed, the order is paid with the account;
    /// refused, it is paid as without a link, unless the session enforces one. Returns the
    /// transaction's id, if there is one.
    ///
    /// # Errors
    /// [`NotOffered`] if no link waits here, or as [`snap_choose`](Self::snap_choose).
    pub fn snap_confirm_link(
        &mut self,
        token: &str,
        choice: LinkChoice,
        now: WibTime,
    ) -> Option<Result<Option<String>, NotOffered>> {
        self.tick(now);
        let number = self.shelves.sessions.of_token(token)?;
        let SnapState::Linking(page) = self.snap_state(number, now) else {
            return Some(Err(not_offered("there is no link to confirm")));
        };
        let session = self.shelves.sessions.change(number);
        session.linking = None;
        let is_enforced = session.request[GOPAY]["enforce_tokenization"] == true;
        self.link(&page.account_id, choice, now)?;
        if choice == LinkChoice::Refuse && is_enforced {
            return Some(Ok(None));
        }
        Some(self.snap_choose(token, GOPAY, now)?.map(Some))
    }

    /// Puts the linked account of a session's user into its charge.
    ///
    /// # Errors
    /// [`NotOffered`] where only a linked account may pay and there is none.
    pub(super) fn with_linked_account(
        &self,
        number: usize,
        mut charge: Value,
    ) -> Result<Value, NotOffered> {
        let session = &self.shelves.sessions[number];
        let Some(user_id) = tokenized_user(session).filter(|_| charge["payment_type"] == GOPAY)
        else {
            return Ok(charge);
        };
        let Some(account) = self.linked_to(user_id) else {
            return match session.request[GOPAY]["enforce_tokenization"] == true {
                true => Err(not_offered("the GoPay account has to be linked first")),
                false => Ok(charge),
            };
        };
        let account = &self.shelves.pay_accounts[account];
        charge[GOPAY]["account_id"] = account.id.as_str().into();
        charge[GOPAY]["payment_option_token"] = pay_accounts::WALLET_TOKEN.into();
        if !charge["metadata"].is_object() {
            charge["metadata"] = json!({});
        }
        charge["metadata"]["extra_info"] = json!({ "user_id": user_id, "account_id": account.id });
        Ok(charge)
    }

    /// The account that a user has linked last.
    fn linked_to(&self, user_id: &str) -> Option<usize> {
        let mut accounts = self.shelves.pay_accounts.all().iter();
        accounts.rposition(|account| {
            account.user_id.as_deref() == Some(user_id) && account.status == AccountStatus::Enabled
        })
    }
}

/// The user of a session that asks for a linked account.
fn tokenized_user(session: &Session) -> Option<&str> {
    let user_id = session.request["user_id"].as_str();
    user_id.filter(|id| !id.is_empty() && session.request[GOPAY]["tokenization"] == true)
}

/// The digits of the customer's phone, without a leading 0: of the session's `gopay`, or of the
/// customer. On GoPay's own page the customer would type another.
fn phone_of(session: &Session) -> String {
    let request = &session.request;
    let named = request[GOPAY]["phone_number"].as_str();
    let phone = named.or_else(|| request["customer_details"]["phone"].as_str());
    let digits: String = phone
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    digits.trim_start_matches('0').to_owned()
}

/// No page prints the HTTP status.
fn account_not_found() -> Refusal {
    let body = r#"{"error_messages":["account not found"],"locale":"en"}"#;
    Refusal::Ready(product::answered(404, body.to_owned()))
}
