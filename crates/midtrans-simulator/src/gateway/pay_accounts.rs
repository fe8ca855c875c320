//! Pay accounts: GoPay accounts that customers link with the merchant.
//! ([Linking](https://docs.midtrans.com/reference/gopay-tokenization))

pub(super) mod charging;
mod linking;
mod request;

use http::Request;
use midtrans_protocol::notification::signature;
use midtrans_protocol::time::WibTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use linking::{LinkChoice, LinkPage};
pub(super) use request::refused;

use super::Gateway;
use super::answer::Answer;
use super::body::Body;
use super::family::Family;
use super::method::DAY;
use super::refusal::Refusal;
use super::shelf::Record;

/// The path of the page where a customer confirms.
pub(crate) const LINKING_ROUTE: &str = "/v2/gopay/redirect/{id}/link";

/// The state of an account. It expires if the customer refuses; no page says after how long a link
/// that nothing was done with expires, and here it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum AccountStatus {
    Pending,
    Enabled,
    Disabled,
    Expired,
}

impl AccountStatus {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
            Self::Expired => "EXPIRED",
        }
    }

    pub(super) const fn code(self) -> u16 {
        match self {
            Self::Pending => 201,
            Self::Enabled => 200,
            Self::Disabled | Self::Expired => 204,
        }
    }
}

/// A linked account.
#[derive(Serialize, Deserialize)]
pub(super) struct PayAccount {
    pub(super) id: String,
    pub(super) phone: String,
    pub(super) redirect_url: Option<String>,
    pub(super) status: AccountStatus,
    /// The rupiah in the wallet.
    pub(super) balance: u64,
    /// The merchant's id of the customer, of an account that was linked on Snap's page.
    #[serde(default)]
    pub(super) user_id: Option<String>,
}

impl Record for PayAccount {
    fn keys(&self) -> Vec<String> {
        vec![self.id.clone()]
    }
}

/// Without the phone number.
impl std::fmt::Debug for PayAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PayAccount")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Gateway {
    /// ([Create](https://docs.midtrans.com/reference/create-pay-account))
    pub(super) fn create_pay_account(
        &mut self,
        request: &Request<Vec<u8>>,
    ) -> Result<Answer, Refusal> {
        let read = request::read(request.body())?;
        if let Some((code, message)) = refused(&read.phone) {
            let body = Body::default()
                .text("status_code", "202")
                .text("payment_type", "gopay")
                .text("channel_response_code", code)
                .text("channel_response_message", message);
            return Ok(Answer::ok(202, body.finish()));
        }
        let id = self.ids.uuid();
        let actions = json!([
            self.link_action("activation-link-url", "gpar", &id),
            self.link_action("activation-link-app", "gpad", &id),
        ]);
        let account = PayAccount {
            id,
            phone: read.phone,
            redirect_url: read.redirect_url,
            status: AccountStatus::Pending,
            balance: BALANCE,
            user_id: None,
        };
        let body = shown(&account).json("actions", &actions);
        self.shelves.pay_accounts.add(account);
        Ok(Answer::ok(201, body.finish()))
    }

    /// ([Get](https://docs.midtrans.com/reference/get-pay-account))
    pub(super) fn pay_account(&mut self, id: &str) -> Result<Answer, Refusal> {
        let Some(number) = self.shelves.pay_accounts.find(id) else {
            return Err(self.no_account());
        };
        let account = &self.shelves.pay_accounts[number];
        let mut body = shown(account);
        if account.status == AccountStatus::Enabled {
            body = body.json("metadata", &options(account));
        }
        Ok(Answer::ok(account.status.code(), body.finish()))
    }

    /// ([Unbind](https://docs.midtrans.com/reference/unbind-pay-account))
    pub(super) fn unbind(&mut self, id: &str, now: WibTime) -> Result<Answer, Refusal> {
        let Some(number) = self.shelves.pay_accounts.find(id) else {
            return Err(self.no_account());
        };
        if self.shelves.pay_accounts[number].status != AccountStatus::Enabled {
            return Err(self.account_refusal(412, "Account status cannot be updated."));
        }
        self.set_account_status(number, AccountStatus::Disabled, now);
        let body = shown(&self.shelves.pay_accounts[number])
            .text("channel_response_code", "0")
            .text(
                "channel_response_message",
                "Process service request successfully.",
            );
        Ok(Answer::ok(204, body.finish()))
    }

    /// One cashback for an account that is linked.
    /// ([Promotions](https://docs.midtrans.com/reference/fetch-promotion-gopay-tokenization))
    pub(super) fn promotions(
        &mut self,
        id: &str,
        query: Option<&str>,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let pairs = query.map(serde_urlencoded::from_str);
        let pairs: Vec<(String, String)> = pairs.and_then(Result::ok).unwrap_or_default();
        let amount = pairs.iter().find(|(name, _)| name == "gross_amount");
        let amount = amount.and_then(|(_, amount)| amount.parse::<u64>().ok());
        let call = self.ids.uuid();
        let Some(amount) = amount else {
            let body = Body::default()
                .text("id", &call)
                .text("status_code", "400")
                .text(
                    "status_message",
                    "One or more parameters in the payload is invalid.",
                )
                .json("validation_messages", &json!(["gross_amount is required"]));
            return Ok(Answer::ok(400, body.finish()));
        };
        let number = self.shelves.pay_accounts.find(id);
        let number = number
            .filter(|number| self.shelves.pay_accounts[*number].status == AccountStatus::Enabled);
        if number.is_none() {
            let body = Body::default()
                .text("id", &call)
                .text("status_code", "400")
                .text("status_message", "Account doesn’t exist");
            return Ok(Answer::ok(400, body.finish()));
        }
        Ok(Answer::ok(200, promotion(id, amount, now)))
    }

    /// Brings an account to a status and notifies the merchant.
    pub(super) fn set_account_status(&mut self, number: usize, to: AccountStatus, now: WibTime) {
        let account = self.shelves.pay_accounts.change(number);
        account.status = to;
        let (id, status) = (account.id.clone(), to.as_str());
        let code = to.code().to_string();
        // Only of an account that was linked on Snap's page.
        let metadata = account.user_id.as_ref().map(
            |user_id| json!({ "extra_info": { "user_id": user_id, "account_id": account.id } }),
        );
        let key = self.settings.server_key();
        let body = Body::default()
            .text("account_id", &id)
            .text("merchant_id", &self.settings.merchant_id)
            .text("payment_type", "gopay")
            // The account's id, its status and the code, in this order.
            .text("signature_key", &signature::sign(&id, status, &code, key))
            .text("status_code", &code)
            .text("account_status", status)
            .text("status_message", "Midtrans account_linked notification")
            .maybe_json("metadata", metadata.as_ref());
        self.announce_to(Family::PayAccount, &id, status, &body.finish(), now);
    }

    fn link_action(&self, name: &str, kind: &str, id: &str) -> Value {
        let url = format!("{}/v2/gopay/redirect/{kind}_{id}/link", self.settings.url);
        json!({ "name": name, "method": "GET", "url": url })
    }

    fn no_account(&mut self) -> Refusal {
        self.account_refusal(404, "Account doesn't exist.")
    }

    /// Under HTTP 200: the client for Node looks for the body's code.
    fn account_refusal(&mut self, code: u16, sentence: &str) -> Refusal {
        let body = Body::default()
            .text("status_code", &code.to_string())
            .text("status_message", sentence)
            .text("id", &self.ids.uuid());
        Refusal::Ready(Answer::ok(code, body.finish()))
    }
}

fn shown(account: &PayAccount) -> Body {
    Body::default()
        .text("status_code", &account.status.code().to_string())
        .text("payment_type", "gopay")
        .text("account_id", &account.id)
        .text("account_status", account.status.as_str())
}

/// The ways in which a linked account pays. The gateway's tokens change; these stay, so that a test
/// can know them.
fn options(account: &PayAccount) -> Value {
    let balance = format!("{}.00", account.balance);
    json!({ "payment_options": [
        {
            "name": "GOPAY_WALLET",
            "active": true,
            "balance": { "value": balance, "currency": "IDR" },
            "metadata": {},
            "token": WALLET_TOKEN,
        },
        {
            "name": "PAY_LATER",
            "active": true,
            "balance": { "value": "350000.00", "currency": "IDR" },
            "metadata": {},
            "token": "eyJ0eXBlIjogIlBBWV9MQVRFUiIsICJpZCI6ICIifQ==",
        },
    ]})
}

fn promotion(account_id: &str, amount: u64, now: WibTime) -> String {
    let back = amount / 10;
    let until = now.checked_add(DAY).unwrap_or(now);
    let day = |at: WibTime| at.to_string().chars().take(10).collect::<String>();
    let id = format!(
        "CASHBACK|{account_id}|simulator||{}|{}",
        day(now),
        day(until)
    );
    let body = json!({
        "account_id": account_id,
        "status_code": "200",
        "recommended_promotion_id": id,
        "promotions": [{
            "id": id,
            "code": "10PCCASHBACK",
            "type": "CASHBACK",
            "actual_payable_amount": format!("{amount}.00"),
            "promotion_amount": format!("{back}.00"),
            "minimum_applicable_amount": "1.00",
            "currency": "IDR",
            "description": "10 percent cashback",
            "short_description": "Cashback",
            "title": "10PCCASHBACK",
            "valid_from": now.to_string(),
            "valid_till": until.to_string(),
            "tnc_url": "",
            "limit_per_user": 15,
            "source": "GOPAY_PROMO",
            "promotion_value": { "money": { "type": "PERCENTAGE", "value": "10" } },
        }],
    });
    body.to_string()
}

pub(super) const WALLET_TOKEN: &str = "eyJ0eXBlIjogIkdPUEFZX1dBTExFVCIsICJpZCI6ICIifQ==";
/// The balance of the sandbox's sample, in rupiah.
pub(super) const BALANCE: u64 = 1_000_000;
