//! Charges of linked accounts.
//! ([GoPay tokenization](https://docs.midtrans.com/reference/gopay-tokenization))
//!
//! A charge is paid, reserved or denied at once. Above [`PIN_ABOVE`] the customer types a PIN first:
//! which charges GoPay asks about, no page says.

use std::time::Duration;

use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::Value;

use super::AccountStatus;
use crate::gateway::Gateway;
use crate::gateway::charge::Charge;
use crate::gateway::method::gopay::{ACCOUNT, PRE_AUTH};
use crate::gateway::method::{DAY, Instructions};
use crate::gateway::opening::Opening;
use crate::gateway::payment::Payment;
use crate::gateway::refusal::Refusal;
use crate::gateway::texts;

/// The largest charge that needs no PIN, in rupiah. A charge with `recurring` never needs one.
pub(in crate::gateway) const PIN_ABOVE: u64 = 750_000;

/// The time that a reserved amount stays reserved.
pub(in crate::gateway) const RESERVED: Duration = Duration::from_secs(7 * DAY.as_secs());

impl Gateway {
    /// The first state of a charge of a linked account; `None` for any other charge.
    ///
    /// # Errors
    /// The refusal for an account that does not exist or is not linked.
    pub(in crate::gateway) fn open_linked(
        &mut self,
        charge: &Charge,
        now: WibTime,
    ) -> Result<Option<Opening>, Refusal> {
        let own = &charge.json["gopay"];
        let is_gopay = charge.method.payment_type() == "gopay";
        let Some(id) = own["account_id"].as_str().filter(|_| is_gopay) else {
            return Ok(None);
        };
        let number = self.shelves.pay_accounts.find(id);
        let number = number.ok_or(Refusal::UnknownResource)?;
        if self.shelves.pay_accounts[number].status != AccountStatus::Enabled {
            return Err(self.account_refusal(412, "Account status cannot be updated."));
        }
        let mut fields = Instructions::from_iter([(ACCOUNT.to_owned(), id.into())]);
        if own["pre_auth"] == true {
            fields.insert(PRE_AUTH.to_owned(), true.into());
        }
        if let Some(url) = texts::given(&charge.json, "gopay", "callback_url") {
            fields.insert("callback_url".to_owned(), url.into());
        }
        let asks = charge.amount.get() > PIN_ABOVE && own["recurring"] != true;
        Ok(Some(self.opened(number, fields, charge.amount, asks, now)))
    }

    fn opened(
        &mut self,
        number: usize,
        mut fields: Instructions,
        amount: Rupiah,
        asks_for_pin: bool,
        now: WibTime,
    ) -> Opening {
        let account = self.shelves.pay_accounts.change(number);
        let left = account.balance.checked_sub(amount.get());
        let (status, message) = match left {
            None => {
                fields.extend(no_money());
                (TransactionStatus::Deny, "GoPay transaction is denied")
            }
            Some(_) if asks_for_pin => (
                TransactionStatus::Pending,
                "GoPay transaction is created. Action(s) required",
            ),
            Some(left) => {
                account.balance = left;
                let is_reserved = fields.contains_key(PRE_AUTH);
                let status = match is_reserved {
                    true => TransactionStatus::Authorize,
                    false => TransactionStatus::Settlement,
                };
                (status, "Success, GoPay transaction is successful")
            }
        };
        let is_reserved = status == TransactionStatus::Authorize;
        let end = is_reserved.then(|| now.checked_add(RESERVED).unwrap_or(now));
        Opening {
            status,
            message: Some(message.to_owned()),
            expires: end,
            ..Opening::pending(fields)
        }
    }

    /// Denies a payment that the customer has confirmed where the money is not there or the account
    /// is not linked any more, and returns the status that it comes to.
    pub(in crate::gateway) fn wallet_answer(
        &mut self,
        index: usize,
        to: TransactionStatus,
    ) -> TransactionStatus {
        let payment = &self.ledger[index];
        let takes = matches!(
            to,
            TransactionStatus::Settlement | TransactionStatus::Authorize
        );
        let amount = payment.amount.get();
        let account = self.account_of(payment).filter(|_| payment.is_pending());
        match account {
            Some(number) if takes => {
                let account = &self.shelves.pay_accounts[number];
                let is_linked = account.status == AccountStatus::Enabled;
                match account.balance < amount {
                    true => self.ledger.change(index).instructions.extend(no_money()),
                    false if is_linked => return to,
                    false => {}
                }
                TransactionStatus::Deny
            }
            _ => to,
        }
    }

    /// Moves the money of a linked account after a change of its transaction's status.
    pub(in crate::gateway) fn move_wallet(&mut self, index: usize, from: &TransactionStatus) {
        use TransactionStatus as Status;
        let payment = &self.ledger[index];
        let amount = payment.amount.get();
        let Some(number) = self.account_of(payment) else {
            return;
        };
        let change: fn(u64, u64) -> u64 = match (from, &payment.status) {
            (Status::Pending, Status::Settlement | Status::Authorize) => u64::saturating_sub,
            (Status::Authorize, Status::Cancel | Status::Expire) => u64::saturating_add,
            _ => return,
        };
        let account = self.shelves.pay_accounts.change(number);
        account.balance = change(account.balance, amount);
    }

    /// Puts money that is given back into the account.
    pub(in crate::gateway) fn refund_wallet(&mut self, index: usize, amount: Rupiah) {
        if let Some(number) = self.account_of(&self.ledger[index]) {
            let account = self.shelves.pay_accounts.change(number);
            account.balance = account.balance.saturating_add(amount.get());
        }
    }

    fn account_of(&self, payment: &Payment) -> Option<usize> {
        let id = payment.instructions.get(ACCOUNT).and_then(Value::as_str)?;
        self.shelves.pay_accounts.find(id)
    }
}

/// The channel's words for an empty wallet.
pub(in crate::gateway) fn no_money() -> Instructions {
    Instructions::from_iter([
        ("channel_response_code".to_owned(), "201".into()),
        (
            "channel_response_message".to_owned(),
            "Insufficient Balance".into(),
        ),
    ])
}
