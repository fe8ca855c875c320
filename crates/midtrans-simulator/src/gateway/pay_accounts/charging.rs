//! Charges of linked accounts.
//! ([GoPay tokenization](https://docs.midtrans.com/reference/gopay-tokenization))
//!
//! No PIN is asked: a charge settles at once, or is denied for lack of money.

use midtrans_protocol::Rupiah;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::Value;

use super::AccountStatus;
use crate::gateway::Gateway;
use crate::gateway::method::Instructions;
use crate::gateway::opening::Opening;
use crate::gateway::refusal::Refusal;

impl Gateway {
    /// The first state of a charge of a linked account; `None` for any other charge.
    ///
    /// # Errors
    /// The refusal for an account that does not exist or is not linked.
    pub(in crate::gateway) fn open_linked(
        &mut self,
        charge: &Value,
        amount: Rupiah,
    ) -> Result<Option<Opening>, Refusal> {
        let id = charge["gopay"]["account_id"].as_str();
        let Some(id) = id.filter(|_| charge["payment_type"] == "gopay") else {
            return Ok(None);
        };
        let number = self.shelves.pay_accounts.find(id);
        let number = number.ok_or(Refusal::UnknownResource)?;
        if self.shelves.pay_accounts[number].status != AccountStatus::Enabled {
            return Err(self.account_refusal(412, "Account status cannot be updated."));
        }
        let account = self.shelves.pay_accounts.change(number);
        let left = account.balance.checked_sub(amount.get());
        account.balance = left.unwrap_or(account.balance);
        let (status, code, message, sentence) = match left {
            Some(_) => (
                TransactionStatus::Settlement,
                "200",
                "Success",
                "Success, GoPay transaction is successful",
            ),
            None => (
                TransactionStatus::Deny,
                "201",
                "Insufficient Balance",
                "GoPay transaction is denied",
            ),
        };
        let fields = [
            ("channel_response_code", code),
            ("channel_response_message", message),
        ];
        let fields = fields.map(|(name, text)| (name.to_owned(), text.into()));
        Ok(Some(Opening {
            status,
            message: Some(sentence.to_owned()),
            ..Opening::pending(Instructions::from_iter(fields))
        }))
    }
}
