//! How a transaction reads in answers, notifications and forms: the keys and their order are those
//! of the gateway's samples.

use midtrans_protocol::{ServerKey, TransactionStatus, WibTime, WireAmount, signature};

use serde_json::Value;

use super::body::Body;
use super::payment::{Payment, Provider, Refunded};
use super::reference::KREDIVO_SUFFIX;
use super::settings::Settings;

/// The answer to a charge. Akulaku's has no `expiry_time`, Kredivo's has. ([Akulaku and
/// Kredivo](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration))
pub(super) fn charge(payment: &Payment, settings: &Settings) -> String {
    let (message, url) = (
        charge_message(payment.provider),
        redirect_url(payment, settings),
    );
    let body = coded(201, message)
        .text("transaction_id", &payment.id)
        .text("order_id", &payment.order_id);
    let body = match payment.provider {
        Provider::Akulaku => body.text("redirect_url", &url),
        Provider::Kredivo => body,
    };
    let body = body
        .text("merchant_id", &settings.merchant_id)
        .text("gross_amount", payment.gross_amount().as_str())
        .text("currency", "IDR")
        .text("payment_type", payment.provider.as_str())
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", payment.status.as_str())
        .text("fraud_status", "accept");
    match payment.provider {
        Provider::Akulaku => body,
        Provider::Kredivo => body
            .text("channel_response_code", "OK")
            .text(
                "channel_response_message",
                "Checkout URL is created successfully.",
            )
            .text("expiry_time", &payment.expires.to_string())
            .text("redirect_url", &url),
    }
    .finish()
}

/// The answer to Get Status. No page shows one of Akulaku or Kredivo; the order is that of other
/// methods'. ([Get status](https://docs.midtrans.com/reference/get-transaction-status))
pub(super) fn status(payment: &Payment, settings: &Settings) -> String {
    let message = if payment.refunds.is_empty() {
        "Success, transaction is found"
    } else {
        "Success, refund request is approved by the bank"
    };
    let body = Body::default().text("transaction_time", &payment.made.to_string());
    let body = custom_fields(body, payment)
        .text("gross_amount", payment.gross_amount().as_str())
        .text("currency", "IDR")
        .text("order_id", &payment.order_id)
        .text("payment_type", payment.provider.as_str())
        .text(
            "signature_key",
            &sign(payment, payment.answer_code(), settings),
        )
        .text("status_code", &payment.answer_code().to_string())
        .text("transaction_id", &payment.id)
        .text("transaction_status", payment.status.as_str())
        .text("fraud_status", "accept")
        .maybe_text(
            "settlement_time",
            payment.settled.map(|time| time.to_string()).as_deref(),
        )
        .text("expiry_time", &payment.expires.to_string())
        .text("status_message", message)
        .text("merchant_id", &settings.merchant_id);
    let body = if payment.refunds.is_empty() {
        body
    } else {
        refunds(
            body.text("refund_amount", WireAmount::of(payment.refunded()).as_str()),
            payment,
        )
    };
    body.maybe_json("metadata", metadata(payment)).finish()
}

/// A notification that somebody made up who knows the order and not the key.
pub(super) fn forged_notification(payment: &Payment, settings: &Settings) -> String {
    let signature = signature::sign(
        &payment.order_id,
        "200",
        payment.gross_amount().as_str(),
        &somebody_else(),
    );
    Body::default()
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", TransactionStatus::Settlement.as_str())
        .text("transaction_id", &payment.id)
        .text("status_message", "midtrans payment notification")
        .text("status_code", "200")
        .text("signature_key", &signature)
        .text("settlement_time", &payment.made.to_string())
        .text("payment_type", payment.provider.as_str())
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
    let code = payment.notified_code();
    let body = Body::default()
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", payment.status.as_str())
        .text("transaction_id", &payment.id)
        .text("status_message", "midtrans payment notification")
        .text("status_code", &code.to_string())
        .text("signature_key", &sign(payment, code, settings))
        .maybe_text(
            "settlement_time",
            payment.settled.map(|time| time.to_string()).as_deref(),
        );
    let body = if payment.refunds.is_empty() {
        body
    } else {
        refunds(body, payment).text("refund_amount", WireAmount::of(payment.refunded()).as_str())
    };
    let body = body
        .text("payment_type", payment.provider.as_str())
        .text("order_id", &payment.order_id)
        .maybe_json("metadata", metadata(payment))
        .text("merchant_id", &settings.merchant_id)
        .text("gross_amount", payment.gross_amount().as_str())
        .text("fraud_status", "accept")
        .text("expiry_time", &payment.expires.to_string());
    custom_fields(body, payment)
        .text("currency", "IDR")
        .finish()
}

/// The answer to Cancel. ([Cancel](https://docs.midtrans.com/reference/cancel-transaction))
pub(super) fn cancelled(payment: &Payment) -> String {
    coded(200, "Success, transaction is canceled")
        .text("transaction_id", &payment.id)
        .text("order_id", &payment.order_id)
        .text("payment_type", payment.provider.as_str())
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", payment.status.as_str())
        .text("fraud_status", "accept")
        .text("gross_amount", payment.gross_amount().as_str())
        .finish()
}

/// The answer to Expire, whose success is 407.
/// ([Expire](https://docs.midtrans.com/reference/expire-transaction))
pub(super) fn expired(payment: &Payment, settings: &Settings) -> String {
    coded(407, "Success, transaction is expired")
        .text("transaction_id", &payment.id)
        .text("order_id", &payment.order_id)
        .text("merchant_id", &settings.merchant_id)
        .text("gross_amount", payment.gross_amount().as_str())
        .text("currency", "IDR")
        .text("payment_type", payment.provider.as_str())
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", payment.status.as_str())
        .text("fraud_status", "accept")
        .finish()
}

/// The answer to a refund. ([Refund](https://docs.midtrans.com/reference/refund-transaction))
pub(super) fn refunded(payment: &Payment, refund: &Refunded) -> String {
    let body = coded(200, "Success, refund request is approved")
        .text("transaction_id", &payment.id)
        .text("order_id", &payment.order_id)
        .text("payment_type", payment.provider.as_str())
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", payment.status.as_str())
        .text("gross_amount", payment.gross_amount().as_str());
    refund_tail(body, payment, refund)
}

/// The answer to a direct refund. ([Direct
/// refund](https://docs.midtrans.com/reference/direct-refund-transaction))
pub(super) fn directly_refunded(payment: &Payment, refund: &Refunded) -> String {
    direct_refund(
        coded(200, "Success, refund request is approved by the bank"),
        payment,
        refund,
    )
}

/// The answer to a direct refund that the bank refuses.
pub(super) fn refund_denied(payment: &Payment, refund: &Refunded) -> String {
    direct_refund(coded(202, "Refund denied by the bank"), payment, refund)
}

/// What a browser says when it comes back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim<'a> {
    pub(super) status: &'a TransactionStatus,
    pub(super) code: u16,
    pub(super) is_forged: bool,
}

impl<'a> Claim<'a> {
    /// What is true.
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
            TransactionStatus::Settlement => (&TransactionStatus::Deny, 202),
            _ => (&TransactionStatus::Settlement, 200),
        };
        Self {
            status,
            code,
            is_forged: true,
        }
    }
}

/// The JSON in the field `response` of the form that brings a browser back from Akulaku.
pub(super) fn akulaku_form(
    payment: &Payment,
    claim: Claim<'_>,
    finish_url: &str,
    settings: &Settings,
) -> String {
    let signature = if claim.is_forged {
        let code = claim.code.to_string();
        signature::sign(
            &payment.order_id,
            &code,
            payment.gross_amount().as_str(),
            &somebody_else(),
        )
    } else {
        sign(payment, claim.code, settings)
    };
    Body::default()
        .text("transaction_time", &payment.made.to_string())
        .text("gross_amount", payment.gross_amount().as_str())
        .text("currency", "IDR")
        .text("order_id", &payment.order_id)
        .text("payment_type", payment.provider.as_str())
        .text("signature_key", &signature)
        .text("status_code", &claim.code.to_string())
        .text("transaction_id", &payment.id)
        .text("transaction_status", claim.status.as_str())
        .text("fraud_status", "accept")
        .text("expiry_time", &payment.expires.to_string())
        .text("payment_channel", "VTWEB")
        .text("merchant_id", &settings.merchant_id)
        .text("redirect_url", finish_url)
        .finish()
}

/// The key of whoever forges.
fn somebody_else() -> ServerKey {
    ServerKey::new("SB-Mid-server-somebody-else").expect("it has the form of a key")
}

/// Where the customer pays.
pub(super) fn redirect_url(payment: &Payment, settings: &Settings) -> String {
    let (url, id) = (settings.url.as_str(), &*payment.id);
    match payment.provider {
        Provider::Akulaku => format!("{url}/v2/akulaku/redirect/{id}"),
        Provider::Kredivo => {
            let merchant_id = &settings.merchant_id;
            format!(
                "{url}/v1/redirect?type=merchant&paymentType=kredivo&referenceId={id}{KREDIVO_SUFFIX}&merchantId={merchant_id}"
            )
        }
    }
}

const fn charge_message(provider: Provider) -> &'static str {
    match provider {
        Provider::Akulaku => "Success, Akulaku transaction is created",
        Provider::Kredivo => "Kredivo transaction is created",
    }
}

fn coded(code: u16, message: &str) -> Body {
    Body::default()
        .text("status_code", &code.to_string())
        .text("status_message", message)
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

fn custom_fields(body: Body, payment: &Payment) -> Body {
    let Some(rare) = &payment.rare else {
        return body;
    };
    let [first, second, third] = &rare.custom_fields;
    body.maybe_text("custom_field1", first.as_deref())
        .maybe_text("custom_field2", second.as_deref())
        .maybe_text("custom_field3", third.as_deref())
}

fn metadata(payment: &Payment) -> Option<&Value> {
    payment.rare.as_ref()?.metadata.as_ref()
}

fn direct_refund(head: Body, payment: &Payment, refund: &Refunded) -> String {
    let body = head
        .text("transaction_id", &payment.id)
        .text("order_id", &payment.order_id)
        .text("gross_amount", payment.gross_amount().as_str())
        .text("payment_type", payment.provider.as_str())
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", payment.status.as_str());
    refund_tail(body, payment, refund)
}

fn refund_tail(body: Body, payment: &Payment, refund: &Refunded) -> String {
    body.raw("refund_chargeback_id", &refund.number.to_string())
        .text("refund_amount", WireAmount::of(payment.refunded()).as_str())
        .text("refund_key", &refund.key)
        .finish()
}

fn refunds(body: Body, payment: &Payment) -> Body {
    body.list(
        "refunds",
        payment.refunds.iter().map(|refund| {
            Body::default()
                .raw("refund_chargeback_id", &refund.number.to_string())
                .text("refund_amount", WireAmount::of(refund.amount).as_str())
                .text("created_at", &refund.made.to_string())
                .text("reason", &refund.reason)
                .text("refund_key", &refund.key)
                .text("refund_method", "online")
                .maybe_text(
                    "bank_confirmed_at",
                    refund.confirmed.as_ref().map(WibTime::to_string).as_deref(),
                )
        }),
    )
}
