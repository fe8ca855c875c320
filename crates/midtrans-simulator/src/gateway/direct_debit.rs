//! The banks' own pages of the older kind, which are retired, and accounts that still have them go
//! on. Each bank's file says what is its own.
//! ([Direct debit](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration))

use std::fmt;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::body::Body;
use super::customer::FinishRedirect;
use super::ids::Ids;
use super::keys::{Added, Keys};
use super::method::{Finish, HOUR, Instructions, Method, returns_to};
use super::page_address::PageAddress;
use super::pay_number::Numbers;
use super::pay_page::PayPage;
use super::payment::Payment;
use super::settings::Settings;
use super::{rendering, texts};

/// A bank whose customer pays on its own page.
pub(super) struct BankPage {
    pub(super) payment_type: &'static str,
    pub(super) name: &'static str,
    /// The `status_message` of a charge's answer.
    pub(super) message: &'static str,
    pub(super) pages: &'static [PageAddress],
    /// The place of the page's address in an answer.
    pub(super) charged: Added,
    /// Adds a problem for everything that is wrong with the bank's own fields.
    pub(super) check: fn(&Value, &mut Vec<String>),
    pub(super) keeps_key: bool,
    pub(super) has_fraud_status: bool,
    pub(super) way_back: WayBack,
}

/// The way from the bank's page back to the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WayBack {
    /// A form is posted to the finish URL.
    Form,
    /// The browser goes to the charge's `callback_url`, or else to the finish URL.
    Callback,
}

/// The time that a customer has.
pub(super) const EXPIRY: Duration = Duration::from_secs(2 * HOUR.as_secs());

/// The fields that a notification adds.
pub(super) const NOTIFIED: Added = &[("currency", &["approval_code"])];

/// The fields that Get Status shows first.
pub(super) const ECHOED: Keys = &["approval_code"];

/// Gives a payment the bank's number of it.
pub(super) fn settle(payment: &mut Payment, ids: &mut Ids) {
    let code = ids.digits(13);
    let fields = &mut payment.instructions;
    fields.insert("approval_code".to_owned(), code.into());
}

/// The place of the page's address in an answer, in most samples.
pub(super) const CHARGED: Added = &[("order_id", &["redirect_url"])];

/// The check of a bank without fields of its own.
pub(super) const fn no_fields(_: &Value, _: &mut Vec<String>) {}

impl fmt::Debug for BankPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.payment_type)
    }
}

impl Method for BankPage {
    fn payment_type(&self) -> &'static str {
        self.payment_type
    }

    fn name(&self, _: &Instructions) -> String {
        self.name.to_owned()
    }

    fn default_expiry(&self) -> Duration {
        EXPIRY
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        (self.check)(charge, problems);
    }

    fn keeps_key(&self, _: &Value) -> bool {
        self.keeps_key
    }

    fn instruct(&self, charge: &Value, _: &mut Numbers<'_>) -> Instructions {
        let url = texts::given(charge, self.payment_type, "callback_url");
        let url = url.filter(|_| self.way_back == WayBack::Callback);
        let fields = url.map(|url| ("callback_url".to_owned(), url.into()));
        fields.into_iter().collect()
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        settle(payment, ids);
    }

    fn charge_message(&self) -> &'static str {
        self.message
    }

    fn charged(&self) -> Added {
        self.charged
    }

    fn notified(&self) -> Added {
        NOTIFIED
    }

    fn echoed(&self) -> Keys {
        ECHOED
    }

    fn has_fraud_status(&self, _: &Instructions) -> bool {
        self.has_fraud_status
    }

    fn pay_page(&self, _: &Instructions) -> PayPage {
        PayPage::Redirect
    }

    fn pages(&self) -> &'static [PageAddress] {
        self.pages
    }

    fn returns_to(&self, payment: &Payment, settings: &Settings) -> Option<String> {
        returns_to(payment, settings)
    }

    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        let location = finish.finish_url.to_owned();
        Some(match self.way_back {
            WayBack::Callback => FinishRedirect::Redirect { location },
            WayBack::Form => FinishRedirect::Form {
                action: location,
                response: response(finish),
                callback_key: None,
            },
        })
    }
}

/// The field `response`, which the form has alone.
/// ([Sample](https://docs.midtrans.com/en/core-api/direct-debit))
fn response(finish: &Finish<'_>) -> String {
    let Finish {
        payment,
        claim,
        settings,
        ..
    } = finish;
    let signature = rendering::claimed_signature(payment, claim, settings);
    Body::default()
        .text("status_code", &claim.code.to_string())
        .text("status_message", "Success, transaction is found")
        .text("transaction_id", &payment.id)
        .text("order_id", &payment.order_id)
        .text("gross_amount", payment.gross_amount().as_str())
        .text("payment_type", payment.method.payment_type())
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", claim.status.as_str())
        .maybe_json("approval_code", payment.instructions.get("approval_code"))
        .text("signature_key", &signature)
        .finish()
}
