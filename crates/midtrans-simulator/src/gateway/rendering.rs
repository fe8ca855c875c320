//! Bodies of answers, notifications and forms: the keys and their order are those of the gateway's
//! samples, and what differs by method is in the method's file.

use midtrans_protocol::ServerKey;
use midtrans_protocol::money::WireAmount;
use midtrans_protocol::notification::signature;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::action::Action;
use super::body::Body;
use super::keys::{self, Added, CHARGED, DIRECTLY_REFUNDED, Keys, NOTIFIED, REFUNDED, STATUS};
use super::payment::{Parent, Payment, Refunded};
use super::settings::Settings;

/// The answer to a charge.
pub(super) fn charge(payment: &Payment, settings: &Settings) -> String {
    let (code, message) = (payment.answer_code(), payment.charge_message());
    let mut text = Text::of(payment, settings, code, message);
    text.is_charge = true;
    text.with_added(CHARGED, payment.method.charged()).finish()
}

/// The answer to Get Status. Of most methods no page shows one; the order is that of other
/// methods'. ([Get status](https://docs.midtrans.com/reference/get-transaction-status))
pub(super) fn status(payment: &Payment, settings: &Settings) -> String {
    let is_held = matches!(
        payment.status,
        TransactionStatus::Capture | TransactionStatus::Authorize
    );
    let message = if !payment.refunds.is_empty() {
        "Success, refund request is approved by the bank"
    } else if is_held {
        payment.method.charge_message()
    } else {
        "Success, transaction is found"
    };
    let own = payment.method.own_answers();
    let mut text = Text::of(payment, settings, status_code(payment), message);
    text.status = own
        .pending
        .map(|(_, word)| word)
        .filter(|_| payment.is_pending());
    match own.status {
        Some(keys) => text.with(keys).finish(),
        None => {
            let text = text.with(payment.method.echoed()).with(STATUS);
            text.with(payment.method.echoed_last()).finish()
        }
    }
}

/// The code of the answer to Get Status.
pub(super) fn status_code(payment: &Payment) -> u16 {
    let own = payment.method.own_answers().pending;
    own.filter(|_| payment.is_pending())
        .map_or_else(|| payment.answer_code(), |(code, _)| code)
}

/// A notification made up with the order's values and another key.
pub(super) fn forged_notification(payment: &Payment, settings: &Settings) -> String {
    let signature = signature::sign(
        &payment.order_id,
        "200",
        payment.gross_amount().as_str(),
        &another_key(),
    );
    Body::default()
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", TransactionStatus::Settlement.as_str())
        .text("transaction_id", &payment.id)
        .text("status_message", NOTIFICATION)
        .text("status_code", "200")
        .text("signature_key", &signature)
        .text("settlement_time", &payment.made.to_string())
        .text(
            "payment_type",
            payment.method.answered_type(&payment.instructions),
        )
        .text("order_id", &payment.order_id)
        .text("merchant_id", &settings.merchant_id)
        .text("gross_amount", payment.gross_amount().as_str())
        .text("fraud_status", "accept")
        .text("currency", "IDR")
        .finish()
}

/// A notification of the present state.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
pub(super) fn notification(payment: &Payment, settings: &Settings) -> String {
    let text = Text::of(payment, settings, payment.notified_code(), NOTIFICATION);
    text.with_added(NOTIFIED, payment.method.notified())
        .finish()
}

/// The answer to Cancel. ([Cancel](https://docs.midtrans.com/reference/cancel-transaction))
pub(super) fn cancelled(payment: &Payment, settings: &Settings) -> String {
    let text = Text::of(payment, settings, 200, "Success, transaction is canceled");
    match payment.method.own_answers().cancelled {
        Some(keys) => text.with(keys).finish(),
        None => text.with_added(REFUNDED, OF_CARDS).finish(),
    }
}

/// The answer to Capture. ([Capture](https://docs.midtrans.com/reference/capture-transaction))
pub(super) fn captured(payment: &Payment, settings: &Settings) -> String {
    let message = match payment.card {
        Some(_) => "Success, Credit Card capture transaction is successful",
        None => "Success, GoPay capture transaction is successful",
    };
    let text = Text::of(payment, settings, 200, message);
    text.with_added(REFUNDED, OF_CARDS).finish()
}

/// The answer to a capture that the bank refuses. No page prints one: here it is that of a capture,
/// with the code and the sentence of a refusal.
pub(super) fn capture_denied(payment: &Payment, settings: &Settings) -> String {
    let message = match payment.card {
        Some(_) => "Credit Card capture is denied",
        None => "GoPay capture is denied",
    };
    let text = Text::of(payment, settings, 202, message);
    text.with_added(REFUNDED, OF_CARDS).finish()
}

/// The answer to Approve and Deny. ([Approve](https://docs.midtrans.com/reference/approve-transaction),
/// [deny](https://docs.midtrans.com/reference/deny-transaction))
pub(super) fn reviewed(payment: &Payment, approves: bool, settings: &Settings) -> String {
    if !approves {
        let text = Text::of(payment, settings, 200, "Success, transaction is denied");
        return text.with_added(REFUNDED, OF_CARDS).finish();
    }
    let text = Text::of(payment, settings, 200, "Success, transaction is approved");
    let added: Added = &[
        ("transaction_id", &["masked_card"]),
        (
            "transaction_status",
            &["fraud_status", "approval_code", "bank"],
        ),
    ];
    text.with_added(REFUNDED, added).finish()
}

/// The answer to Expire, whose success is 407.
/// ([Expire](https://docs.midtrans.com/reference/expire-transaction))
pub(super) fn expired(payment: &Payment, settings: &Settings) -> String {
    let text = Text::of(payment, settings, 407, "Success, transaction is expired");
    text.with(CHARGED).finish()
}

/// The answer to a refund. ([Refund](https://docs.midtrans.com/reference/refund-transaction))
pub(super) fn refunded(payment: &Payment, refund: &Refunded, settings: &Settings) -> String {
    let message = "Success, refund request is approved";
    let mut text = Text::of(payment, settings, 200, message);
    let own = payment.method.own_answers();
    if own.refund_names_transaction {
        text.order_id = &payment.id;
    }
    match own.refunded {
        Some(keys) => text.with(keys).finish(),
        None => refund_tail(text.with(REFUNDED), refund),
    }
}

/// The answer to a direct refund. ([Direct
/// refund](https://docs.midtrans.com/reference/direct-refund-transaction))
pub(super) fn directly_refunded(
    payment: &Payment,
    refund: &Refunded,
    settings: &Settings,
) -> String {
    let message = "Success, refund request is approved by the bank";
    let text = Text::of(payment, settings, 200, message).with(DIRECTLY_REFUNDED);
    refund_tail(text, refund)
}

/// The answer to a direct refund that the bank refuses.
pub(super) fn refund_denied(payment: &Payment, refund: &Refunded, settings: &Settings) -> String {
    let text = Text::of(payment, settings, 202, "Refund denied by the bank");
    refund_tail(text.with(DIRECTLY_REFUNDED), refund)
}

/// The outcome that a returning browser claims.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClaimedOutcome<'a> {
    pub(super) status: &'a TransactionStatus,
    pub(super) code: u16,
    pub(super) is_forged: bool,
}

impl<'a> ClaimedOutcome<'a> {
    /// The true outcome.
    pub(super) fn true_of(payment: &'a Payment) -> Self {
        Self {
            status: &payment.status,
            code: payment.answer_code(),
            is_forged: false,
        }
    }

    /// The opposite of it.
    pub(super) fn forged_of(payment: &'a Payment) -> Self {
        let (status, code) = match payment.status {
            TransactionStatus::Settlement
            | TransactionStatus::Capture
            | TransactionStatus::Authorize => (&TransactionStatus::Deny, 202),
            _ if payment.card.is_some() => (&TransactionStatus::Capture, 200),
            _ => (&TransactionStatus::Settlement, 200),
        };
        Self {
            status,
            code,
            is_forged: true,
        }
    }
}

/// The signature of a claim; of a forged one, with another key.
pub(super) fn claimed_signature(
    payment: &Payment,
    claim: &ClaimedOutcome<'_>,
    settings: &Settings,
) -> String {
    if !claim.is_forged {
        return sign(payment, claim.code, settings);
    }
    let (code, amount) = (claim.code.to_string(), payment.gross_amount());
    signature::sign(&payment.order_id, &code, amount.as_str(), &another_key())
}

/// The address where the customer pays.
pub(super) fn page_url(payment: &Payment, settings: &Settings) -> String {
    let page = payment.method.page_of(payment, settings);
    format!("{}{page}", settings.url)
}

/// A body under construction, field by field.
struct Text<'a> {
    body: Body,
    payment: &'a Payment,
    settings: &'a Settings,
    code: u16,
    message: &'a str,
    /// True for the answer to a charge, which has one number as a text.
    is_charge: bool,
    order_id: &'a str,
    /// The word in place of the transaction's status.
    status: Option<&'a str>,
}

impl<'a> Text<'a> {
    fn of(payment: &'a Payment, settings: &'a Settings, code: u16, message: &'a str) -> Self {
        Self {
            body: Body::default(),
            payment,
            settings,
            code,
            message,
            is_charge: false,
            order_id: &payment.order_id,
            status: None,
        }
    }

    /// Adds those of these fields that the transaction has.
    fn with(self, keys: Keys) -> Self {
        self.with_added(keys, &[])
    }

    /// Adds those of these fields that the transaction has, with the added ones in their places.
    fn with_added(mut self, common: Keys, added: Added) -> Self {
        for key in keys::with_added(common, added) {
            let body = std::mem::take(&mut self.body);
            self.body = self.field(body, key);
        }
        self
    }

    fn field(&self, body: Body, key: &str) -> Body {
        let payment = self.payment;
        match key {
            "status_code" => body.text(key, &self.code.to_string()),
            "status_message" => body.text(key, self.message),
            "transaction_id" => body.text(key, &payment.id),
            "order_id" => body.text(key, self.order_id),
            "merchant_id" => body.text(key, &self.settings.merchant_id),
            "gross_amount" => body.text(key, payment.gross_amount().as_str()),
            "currency" => body.text(key, "IDR"),
            "payment_type" => body.text(key, payment.method.answered_type(&payment.instructions)),
            "transaction_time" => body.text(key, &payment.made.to_string()),
            "transaction_status" => {
                body.text(key, self.status.unwrap_or_else(|| payment.status.as_str()))
            }
            "fraud_status" => body.maybe_text(key, payment.fraud_word()),
            "signature_key" => body.text(key, &sign(payment, self.code, self.settings)),
            "settlement_time" => {
                let settled = payment.settled.as_ref().map(WibTime::to_string);
                body.maybe_text(key, settled.as_deref())
            }
            "expiry_time" | "expire_time" => body.text(key, &payment.expires.to_string()),
            "redirect_url" if !payment.has_page() => body,
            "redirect_url" => body.text(key, &page_url(payment, self.settings)),
            _ => self.rare_field(body, key),
        }
    }

    /// Fields that only some transactions have.
    fn rare_field(&self, body: Body, key: &str) -> Body {
        let payment = self.payment;
        let custom = |at: usize| payment.custom_fields[at].as_deref();
        match key {
            "custom_field1" => body.maybe_text(key, custom(0)),
            "custom_field2" => body.maybe_text(key, custom(1)),
            "custom_field3" => body.maybe_text(key, custom(2)),
            "payment_link_id" | "subscription_id" => match (&payment.parent, key) {
                (Some(Parent::PaymentLink(id)), "payment_link_id")
                | (Some(Parent::Subscription(id)), "subscription_id") => body.text(key, id),
                _ => body,
            },
            "metadata" => body.maybe_json(key, payment.metadata.as_ref()),
            "refund_amount" | "refunds" if payment.refunds.is_empty() => body,
            "refund_amount" => body.text(key, WireAmount::of(payment.refunded()).as_str()),
            "refunds" => body.list(key, payment.refunds.iter().map(refund)),
            // A text here, and a number in notifications and in Get Status.
            "installment_term" if self.is_charge => {
                let months = payment.instructions.get(key).map(ToString::to_string);
                body.maybe_text(key, months.as_deref())
            }
            "refund_chargeback_id" => match payment.refunds.last() {
                Some(refund) => body.raw(key, &refund.number.to_string()),
                None => body,
            },
            "refund_key" => body.maybe_text(
                key,
                payment.refunds.last().map(|refund| refund.key.as_str()),
            ),
            // Nothing is left to do by them once it is over.
            "actions" if payment.is_pending() => self.actions(body, key),
            _ => body.maybe_json(key, payment.instructions.get(key)),
        }
    }

    fn actions(&self, body: Body, key: &str) -> Body {
        let actions = self.payment.method.actions(self.payment, self.settings);
        if actions.is_empty() {
            return body;
        }
        body.list(key, actions.iter().map(Action::body))
    }

    fn finish(self) -> String {
        self.body.finish()
    }
}

fn refund_tail(text: Text<'_>, refund: &Refunded) -> String {
    let refunded = WireAmount::of(text.payment.refunded());
    text.body
        .raw("refund_chargeback_id", &refund.number.to_string())
        .text("refund_amount", refunded.as_str())
        .text("refund_key", &refund.key)
        .finish()
}

fn refund(refund: &Refunded) -> Body {
    let confirmed = refund.confirmed.as_ref().map(WibTime::to_string);
    Body::default()
        .raw("refund_chargeback_id", &refund.number.to_string())
        .text("refund_amount", WireAmount::of(refund.amount).as_str())
        .text("created_at", &refund.made.to_string())
        .text("reason", &refund.reason)
        .text("refund_key", &refund.key)
        .text("refund_method", "online")
        .maybe_text("bank_confirmed_at", confirmed.as_deref())
}

fn sign(payment: &Payment, code: u16, settings: &Settings) -> String {
    let (order_id, amount) = (&payment.order_id, payment.gross_amount());
    signature::sign(
        order_id,
        &code.to_string(),
        amount.as_str(),
        settings.server_key(),
    )
}

/// The key of a forger.
fn another_key() -> ServerKey {
    ServerKey::new("SB-Mid-server-another-merchant").expect("it has the form of a key")
}

/// The fields that answers about cards have beside those of a refund.
const OF_CARDS: Added = &[
    ("transaction_id", &["masked_card"]),
    ("transaction_status", &["fraud_status", "bank"]),
];
const NOTIFICATION: &str = "midtrans payment notification";
