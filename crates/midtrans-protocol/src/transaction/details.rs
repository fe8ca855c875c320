//! The gateway's fields about a payment, in a notification or in a reply.

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::card::CardDetails;
use crate::method::PaymentType;
use crate::money::{WireAmount, whole_rupiah};
use crate::notification::head::Head;
use crate::raw::RawBody;
use crate::time::WibTime;
use crate::transaction::{FraudStatus, TransactionStatus};
use crate::{Rupiah, raw};

/// The gateway's fields about a payment. In a [`Notification`](crate::Notification) they are
/// *reported*: the signature does not cover them. In a [`Transaction`](crate::Transaction) they
/// came over TLS.
///
/// Status, fraud status, payment type and transaction id are read at once. Everything else is read
/// from the raw body when it is asked for, which costs a scan of the body per call.
#[derive(Clone)]
pub struct Details {
    transaction_status: Option<TransactionStatus>,
    fraud_status: Option<FraudStatus>,
    payment_type: Option<PaymentType>,
    transaction_id: Option<Box<str>>,
    raw: RawBody,
}

impl Details {
    pub(crate) fn new(head: &Head<'_>, raw: RawBody) -> Self {
        Self {
            transaction_status: head.transaction_status.as_deref().map(Into::into),
            fraud_status: head.fraud_status.as_deref().map(Into::into),
            payment_type: head.payment_type.as_deref().map(Into::into),
            transaction_id: head.transaction_id.as_deref().map(Into::into),
            raw,
        }
    }

    /// The transaction status.
    #[must_use]
    pub const fn transaction_status(&self) -> Option<&TransactionStatus> {
        self.transaction_status.as_ref()
    }

    /// The result of fraud detection; absent for methods without risk.
    #[must_use]
    pub const fn fraud_status(&self) -> Option<&FraudStatus> {
        self.fraud_status.as_ref()
    }

    /// The payment type.
    #[must_use]
    pub const fn payment_type(&self) -> Option<&PaymentType> {
        self.payment_type.as_ref()
    }

    /// The gateway's id of the transaction, in any shape: a UUID, or `A1…ID`.
    #[must_use]
    pub fn transaction_id(&self) -> Option<&str> {
        self.transaction_id.as_deref()
    }

    /// The time of the charge.
    #[must_use]
    pub fn transaction_time(&self) -> Option<WibTime> {
        self.time("transaction_time")
    }

    /// The settlement time.
    #[must_use]
    pub fn settlement_time(&self) -> Option<WibTime> {
        self.time("settlement_time")
    }

    /// The time at which it expires if the customer does not pay. One sample of the gateway spells
    /// it `expire_time`.
    #[must_use]
    pub fn expiry_time(&self) -> Option<WibTime> {
        self.time("expiry_time")
            .or_else(|| self.time("expire_time"))
    }

    /// The gateway's sentence, for logs.
    #[must_use]
    pub fn status_message(&self) -> Option<String> {
        self.raw.text("status_message")
    }

    /// The merchant account.
    #[must_use]
    pub fn merchant_id(&self) -> Option<String> {
        self.raw.text("merchant_id")
    }

    /// `IDR`.
    #[must_use]
    pub fn currency(&self) -> Option<String> {
        self.raw.text("currency")
    }

    /// The provider's code; may be empty. No table of them exists for Akulaku and Kredivo.
    #[must_use]
    pub fn channel_response_code(&self) -> Option<String> {
        self.raw.text("channel_response_code")
    }

    /// The provider's sentence; may be empty.
    #[must_use]
    pub fn channel_response_message(&self) -> Option<String> {
        self.raw.text("channel_response_message")
    }

    /// The amount refunded so far, cumulative. Some refund notifications leave it out: see
    /// [`refunds`](Self::refunds).
    #[must_use]
    pub fn refund_amount(&self) -> Option<WireAmount> {
        self.raw.text("refund_amount").map(WireAmount::received)
    }

    /// The refund key of a reply to a refund.
    #[must_use]
    pub fn refund_key(&self) -> Option<String> {
        self.raw.text("refund_key")
    }

    /// The refunds, one by one. Two notifications come per refund, the second with
    /// [`bank_confirmed_at`](RefundDetails::bank_confirmed_at): book them by refund key or id. One
    /// that can't be read keeps its place, without fields.
    #[must_use]
    pub fn refunds(&self) -> Vec<RefundDetails> {
        let entries: Vec<Box<RawValue>> = self.raw.field("refunds").unwrap_or_default();
        let refunds = entries.iter().map(|entry| RefundDetails::read(entry));
        refunds.map(Option::unwrap_or_default).collect()
    }

    /// The amount refunded so far: the reported total, or else the sum of the single refunds.
    #[must_use]
    pub fn refunded(&self) -> Option<Rupiah> {
        let total = self.refund_amount().and_then(|amount| amount.rupiah());
        total.or_else(|| {
            let refunds = self.refunds();
            let amounts = refunds.iter().map(RefundDetails::amount);
            amounts.reduce(|sum, amount| sum?.checked_add(amount?))?
        })
    }

    /// The fields about the card of the payment; `None` where it was not paid by card.
    ///
    /// ```
    /// # use midtrans_protocol::{GatewayReply, GetStatus, OrderId, decode};
    /// # let operation = GetStatus::new(OrderId::new("order-101")?);
    /// # let body = br#"{"status_code":"200","order_id":"order-101","transaction_status":"capture",
    /// #     "payment_type":"credit_card","masked_card":"48111111-1114","eci":"05"}"#.to_vec();
    /// # let reply = GatewayReply::from_own_client(http::StatusCode::OK, body);
    /// let transaction = decode(&operation, reply)?;
    /// let card = transaction.details().card().expect("it was paid by card");
    /// assert_eq!(card.masked_card.as_deref(), Some("48111111-1114"));
    /// assert_eq!(card.eci.as_deref(), Some("05"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn card(&self) -> Option<CardDetails> {
        let is_card = self.payment_type == Some(PaymentType::CreditCard)
            || self.raw.text("masked_card").is_some();
        is_card.then(|| CardDetails::read(&self.raw))
    }

    /// The merchant's `custom_field1`.
    #[must_use]
    pub fn custom_field1(&self) -> Option<String> {
        self.raw.text("custom_field1")
    }

    /// The merchant's `custom_field2`.
    #[must_use]
    pub fn custom_field2(&self) -> Option<String> {
        self.raw.text("custom_field2")
    }

    /// The merchant's `custom_field3`.
    #[must_use]
    pub fn custom_field3(&self) -> Option<String> {
        self.raw.text("custom_field3")
    }

    /// The merchant's metadata, to which the gateway adds fields of its own.
    #[must_use]
    pub fn metadata(&self) -> Option<Map<String, Value>> {
        self.raw.field("metadata")
    }

    /// The price and the fee, where the gateway's automatic fee has made the customer pay more than
    /// was charged.
    ///
    /// The gateway writes them under `metadata.extra_info` or under a top-level `extra_info`.
    /// `None` where neither is present, and also where the two differ or one cannot be read.
    #[must_use]
    pub fn gross_amount_info(&self) -> Option<GrossAmountInfo> {
        let within = self.at(&["metadata", "extra_info", "gross_amount_info"]);
        let beside = self.at(&["extra_info", "gross_amount_info"]);
        match (within, beside) {
            (Some(within), Some(beside)) => {
                let (within, beside) = (
                    GrossAmountInfo::read(within)?,
                    GrossAmountInfo::read(beside)?,
                );
                within.agrees_with(&beside).then_some(within)
            }
            _ => within.or(beside).and_then(GrossAmountInfo::read),
        }
    }

    /// The whole body as received.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }

    /// The value at this path of field names; `None` where it is absent or null.
    fn at(&self, path: &[&str]) -> Option<&RawValue> {
        let (first, rest) = path.split_first()?;
        let first = raw::find(self.raw.as_str(), first)?;
        let found = rest
            .iter()
            .try_fold(first, |outer, name| raw::find(outer.get(), name))?;
        (found.get() != "null").then_some(found)
    }

    fn time(&self, name: &str) -> Option<WibTime> {
        self.raw.text(name)?.parse().ok()
    }
}

/// Shows the status of the payment, and nothing that could be personal data.
impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Details")
            .field("transaction_status", &self.transaction_status)
            .field("fraud_status", &self.fraud_status)
            .field("payment_type", &self.payment_type)
            .field("transaction_id", &self.transaction_id)
            .field("raw", &self.raw)
            .finish()
    }
}

/// A string's content or a number's own text. Anything else counts as absent, so that one
/// unexpected field does not make the others unreadable.
fn text(value: Option<&RawValue>) -> Option<String> {
    raw::scalar_text(value?).map(Cow::into_owned)
}

/// One refund or chargeback. ([Refund](https://docs.midtrans.com/reference/refund-transaction))
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefundDetails {
    /// The gateway's number of it, up to 18 digits.
    pub refund_chargeback_id: Option<String>,
    /// The gateway's newer id of it.
    pub refund_chargeback_uuid: Option<String>,
    /// The key that the merchant gave it.
    pub refund_key: Option<String>,
    /// The amount as written.
    pub refund_amount: Option<String>,
    /// `online` or `offline`.
    pub refund_method: Option<String>,
    /// The reason; may be empty.
    pub reason: Option<String>,
    /// The time of the request, as written.
    pub created_at: Option<String>,
    /// The time at which the money moved, as written; absent in the first of the two notifications.
    pub bank_confirmed_at: Option<String>,
}

impl RefundDetails {
    fn read(refund: &RawValue) -> Option<Self> {
        let fields = [
            "refund_chargeback_id",
            "refund_chargeback_uuid",
            "refund_key",
            "refund_amount",
            "refund_method",
            "reason",
            "created_at",
            "bank_confirmed_at",
        ];
        let [
            id,
            uuid,
            key,
            amount,
            method,
            reason,
            created_at,
            confirmed_at,
        ] = raw::pick(refund.get(), fields)?.map(text);
        Some(Self {
            refund_chargeback_id: id,
            refund_chargeback_uuid: uuid,
            refund_key: key,
            refund_amount: amount,
            refund_method: method,
            reason,
            created_at,
            bank_confirmed_at: confirmed_at,
        })
    }

    /// The amount in whole rupiah.
    #[must_use]
    pub fn amount(&self) -> Option<Rupiah> {
        whole_rupiah(self.refund_amount.as_deref()?)
    }
}

/// Leaves out the reason: it is free text and may name the customer.
impl fmt::Debug for RefundDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefundDetails")
            .field("refund_chargeback_id", &self.refund_chargeback_id)
            .field("refund_key", &self.refund_key)
            .field("refund_amount", &self.refund_amount)
            .field("bank_confirmed_at", &self.bank_confirmed_at)
            .finish_non_exhaustive()
    }
}

/// The price and the fee where the gateway adds its fee by itself ("Automatic Fee Imposition").
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrossAmountInfo {
    /// The amount that the merchant charged.
    pub original_amount: Option<String>,
    /// The amount that the customer pays; equals the `gross_amount` of the message itself.
    pub gross_amount: Option<String>,
    /// The difference.
    pub customer_imposed_payment_fee: Option<String>,
}

impl GrossAmountInfo {
    fn read(info: &RawValue) -> Option<Self> {
        let fields = [
            "original_amount",
            "gross_amount",
            "customer_imposed_payment_fee",
        ];
        let [original_amount, gross_amount, fee] = raw::pick(info.get(), fields)?.map(text);
        Some(Self {
            original_amount,
            gross_amount,
            customer_imposed_payment_fee: fee,
        })
    }

    /// The amount that the merchant charged, in whole rupiah.
    #[must_use]
    pub fn original(&self) -> Option<Rupiah> {
        whole_rupiah(self.original_amount.as_deref()?)
    }

    /// Returns whether both have the same amounts, in any spelling.
    fn agrees_with(&self, other: &Self) -> bool {
        let fields = |info: &Self| {
            [
                info.original_amount.clone(),
                info.gross_amount.clone(),
                info.customer_imposed_payment_fee.clone(),
            ]
        };
        let rupiah = |text: Option<String>| text.map(|text| whole_rupiah(&text).ok_or(text));
        fields(self).map(rupiah) == fields(other).map(rupiah)
    }
}
