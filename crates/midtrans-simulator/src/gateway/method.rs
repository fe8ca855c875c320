//! Payment methods: a file each, with all that the simulator knows about the method, and a line
//! each in the registry below.
//!
//! The simulator reads the gateway's documents for itself, and not through the protocol crate: a
//! misunderstanding that a client and its stand-in share would never show.

mod akulaku;
mod bank_transfer;
mod bca_klikbca;
mod bca_klikpay;
mod bri_epay;
mod cimb_clicks;
pub(super) mod credit_card;
mod cstore;
mod dana;
mod danamon_online;
mod echannel;
pub(super) mod gopay;
mod kredivo;
mod ovo;
mod permata;
mod qris;
mod shopeepay;
mod uob_ezpay;

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use midtrans_protocol::charge::CustomExpiry;
use midtrans_protocol::time::WibTime;
use serde_json::{Map, Value};

use super::action::Action;
use super::customer::FinishRedirect;
use super::ids::Ids;
#[cfg(doc)]
use super::keys;
use super::keys::{Added, Keys};
pub(super) use super::opening::{Desk, Opening};
use super::own_answers::OwnAnswers;
use super::page_address::{self, PageAddress};
use super::pay_number::Numbers;
use super::pay_page::PayPage;
use super::payment::Payment;
pub(super) use super::played::Played;
use super::refusal::Refusal;
use super::rendering::ClaimedOutcome;
use super::settings::Settings;
pub(super) use super::terms::{DAY, HOUR, MINUTE, Reaction, RefundLimits, Refunds};

/// The registry: a line for each method.
pub(super) const METHODS: &[&dyn Method] = &[
    &akulaku::Akulaku,
    &bank_transfer::BankTransfer,
    &bca_klikbca::BcaKlikbca,
    &bca_klikpay::BCA_KLIKPAY,
    &bri_epay::BRI_EPAY,
    &cimb_clicks::CIMB_CLICKS,
    &credit_card::CreditCard,
    &cstore::Cstore,
    &dana::Dana,
    &danamon_online::DANAMON_ONLINE,
    &echannel::Echannel,
    &gopay::Gopay,
    &kredivo::Kredivo,
    &ovo::Ovo,
    &permata::Permata,
    &qris::Qris,
    &shopeepay::Shopeepay,
    &uob_ezpay::UOB_EZPAY,
];

/// Methods that the gateway has and this simulator does not play.
const NOT_PLAYED: &[&str] = &["mandiri_clickpay"];

/// Fields that only this method's answers have, such as `va_numbers`: made with the charge, and
/// repeated in Get Status and in notifications.
pub(super) type Instructions = Map<String, Value>;

/// A payment method, as its file says it.
pub(super) trait Method: fmt::Debug + Sync {
    /// The `payment_type` of a charge.
    fn payment_type(&self) -> &'static str;

    /// The `payment_type` of answers and notifications.
    fn answered_type(&self, instructions: &Instructions) -> &'static str {
        let _ = instructions;
        self.payment_type()
    }

    /// The name that customers know.
    fn name(&self, instructions: &Instructions) -> String;

    /// The method that plays a charge instead of this one.
    fn played_by(&self, charge: &Value) -> Option<&'static dyn Method> {
        let _ = charge;
        None
    }

    /// The amounts that can be charged, in whole rupiah.
    fn amounts(&self, charge: &Value) -> RangeInclusive<u64> {
        let _ = charge;
        1..=u64::MAX
    }

    /// The time that a customer has, unless the charge says otherwise.
    fn default_expiry(&self) -> Duration {
        DAY
    }

    /// The longest time that a charge can give the customer; `None` where the time is fixed, and a
    /// charge's own is not looked at.
    fn longest_expiry(&self, charge: &Value) -> Option<Duration> {
        let _ = charge;
        Some(CustomExpiry::MAX)
    }

    /// Adds a problem for everything that the gateway refuses in any account.
    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        let _ = (charge, problems);
    }

    /// Adds a problem for every missing field that the reference requires and the guide's samples
    /// omit.
    fn require(&self, charge: &Value, settings: &Settings, problems: &mut Vec<String>) {
        let _ = (charge, settings, problems);
    }

    /// The refusal of a charge that is right in itself, such as one of a wallet that does not exist.
    fn refuse(&self, charge: &Value) -> Option<Refusal> {
        let _ = charge;
        None
    }

    /// Returns true if the gateway recognises the repeat of a charge by its `Idempotency-Key`.
    fn keeps_key(&self, charge: &Value) -> bool {
        let _ = charge;
        true
    }

    /// Makes the id of a new transaction.
    fn transaction_id(&self, ids: &mut Ids, now: WibTime) -> String {
        let _ = now;
        ids.uuid()
    }

    /// Makes the fields that tell the customer how to pay.
    fn instruct(&self, charge: &Value, numbers: &mut Numbers<'_>) -> Instructions {
        let _ = (charge, numbers);
        Instructions::new()
    }

    /// Decides the first state of a charge that passed the checks: pending for most methods.
    ///
    /// # Errors
    /// A refusal by the state of the account, such as a card token that is used up.
    fn open(&self, charge: &Value, desk: &mut Desk<'_>) -> Result<Opening, Refusal> {
        Ok(Opening::pending(self.instruct(charge, &mut desk.numbers)))
    }

    /// The reaction of the wallet to a charge.
    fn reaction(&self, instructions: &Instructions) -> Reaction {
        let _ = instructions;
        Reaction::Asks
    }

    /// The fields of a payment with another wallet than the one that was charged. They are there
    /// before [`settle`](Self::settle).
    fn paid_elsewhere(&self) -> Instructions {
        Instructions::new()
    }

    /// Adds the fields that a payment brings along.
    fn settle(&self, payment: &mut Payment, ids: &mut Ids, now: WibTime) {
        let _ = (payment, ids, now);
    }

    /// The `status_message` of a charge's answer.
    fn charge_message(&self) -> &'static str;

    /// The fields that the answer to a charge has beside the [common ones](keys::CHARGED).
    fn charged(&self) -> Added;

    /// The fields that a notification has beside the [common ones](keys::NOTIFIED).
    fn notified(&self) -> Added {
        &[]
    }

    /// The fields that Get Status shows before the common ones.
    fn echoed(&self) -> Keys {
        &[]
    }

    /// The fields that Get Status shows after the common ones.
    fn echoed_last(&self) -> Keys {
        &[]
    }

    /// The links of a charge's answer.
    fn actions(&self, payment: &Payment, settings: &Settings) -> Vec<Action> {
        let _ = (payment, settings);
        Vec::new()
    }

    /// The answers that differ from those of most methods in more than a few fields.
    fn own_answers(&self) -> OwnAnswers {
        OwnAnswers::default()
    }

    /// Returns true if the API knows a transaction by its order id too.
    fn is_known_by_order(&self) -> bool {
        true
    }

    /// Returns true if the merchant can cancel a pending transaction and make it expire.
    fn is_ended_by_merchant(&self) -> bool {
        true
    }

    /// Returns true if answers and notifications have a `fraud_status`.
    fn has_fraud_status(&self, instructions: &Instructions) -> bool {
        let _ = instructions;
        true
    }

    /// The refunds that the gateway takes.
    fn refunds(&self, instructions: &Instructions) -> Refunds {
        let _ = instructions;
        Refunds::Never
    }

    /// The limits of these refunds, beside their time.
    fn refund_limits(&self, instructions: &Instructions) -> RefundLimits {
        let _ = instructions;
        RefundLimits::default()
    }

    /// The shape of the page where the customer pays.
    fn pay_page(&self, instructions: &Instructions) -> PayPage;

    /// The shape of the page at one of the addresses that lead to it.
    fn pay_page_at(&self, page: &str, instructions: &Instructions) -> PayPage {
        let _ = page;
        self.pay_page(instructions)
    }

    /// The addresses that lead to the pay page.
    fn pages(&self) -> &'static [PageAddress] {
        &[page_address::OWN]
    }

    /// Path and query of a transaction's pay page; the first address for most methods.
    fn page_of(&self, payment: &Payment, settings: &Settings) -> String {
        let _ = settings;
        let first = self.pages().first();
        first.unwrap_or(&page_address::OWN).of(&payment.id)
    }

    /// The address in the shop that the customer goes back to; `None` where none is set.
    fn returns_to(&self, payment: &Payment, settings: &Settings) -> Option<String> {
        let _ = payment;
        settings.finish_url.clone()
    }

    /// The way back to the shop, for a browser that claims this; `None` where the method has none.
    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        let _ = finish;
        None
    }
}

/// A customer who leaves the pay page for the shop.
#[derive(Debug)]
pub(super) struct Finish<'a> {
    pub(super) payment: &'a Payment,
    pub(super) claim: ClaimedOutcome<'a>,
    pub(super) finish_url: &'a str,
    pub(super) settings: &'a Settings,
}

/// Returns true if the gateway has a method of this name that the simulator does not play.
pub(super) fn is_not_played(payment_type: &str) -> bool {
    NOT_PLAYED.contains(&payment_type)
}

/// The routes of all pay pages, each once.
pub(crate) fn page_routes() -> Vec<&'static str> {
    let pages = METHODS.iter().flat_map(|method| method.pages());
    let mut routes: Vec<&str> = pages.map(|page| page.route).collect();
    routes.sort_unstable();
    routes.dedup();
    routes
}

/// The text in one of these fields; empty where there is none.
pub(super) fn text_of(instructions: &Instructions, name: &str) -> String {
    let text = instructions.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// The fields of a QR code that another company's wallet has paid: which one, no page says.
pub(super) fn off_us() -> Instructions {
    Instructions::from_iter([
        ("transaction_type".to_owned(), "off-us".into()),
        ("issuer".to_owned(), "bca".into()),
    ])
}

/// The address that a charge named for the way back, or else the account's own.
pub(super) fn returns_to(payment: &Payment, settings: &Settings) -> Option<String> {
    let named = payment.instructions.get("callback_url");
    let named = named.and_then(Value::as_str).map(ToOwned::to_owned);
    named.or_else(|| settings.finish_url.clone())
}

#[cfg(test)]
mod tests;
