//! Notifications: bytes in, evidence out.
//!
//! The gateway POSTs signed JSON for every change of a transaction: late, twice, or out of order.
//! ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))

mod family;
pub(crate) mod head;
mod message;
mod pay_account;
pub mod signature;
mod subscription;

use std::borrow::Cow;
use std::fmt;

use http::StatusCode;

pub use family::{Families, Family};
use head::Head;
pub use message::{Message, verify_any};
pub use pay_account::PayAccountNotification;
pub use subscription::{SubscriptionEvent, SubscriptionEventKind};

use crate::ServerKeys;
use crate::ids::TEST_PREFIX;
use crate::money::WireAmount;
use crate::raw::RawBody;
use crate::transaction::Details;
use crate::webhook::Rejection;

/// The longest accepted body, in bytes. Real ones have one or two kilobytes; a longer one is
/// refused unread.
pub const MAX_BYTES: usize = 1 << 20;

/// The answer to every notification that is stored: also to duplicates, late ones and unknown ones.
pub const STORED: StatusCode = StatusCode::OK;

/// The answer when it could not be stored: the gateway retries four times after 503, but once
/// after 500. ([Retries](https://docs.midtrans.com/docs/https-notification-webhooks))
pub const NOT_STORED: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

/// Checks the signature of a notification and reads it.
///
/// The signature is compared in constant time over the texts as they were received; then the same
/// bytes are read. A valid signature does not mean "paid": pass the result to
/// [`decide`](crate::decide).
///
/// ```
/// use midtrans_protocol::notification::signature;
/// use midtrans_protocol::{ServerKey, ServerKeys, notification};
///
/// let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
/// let signed = signature::sign("order-101", "200", "11000.00", &key);
/// let body = format!(
///     r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00",
///         "transaction_status":"settlement","signature_key":"{signed}"}}"#
/// );
/// let notification = notification::verify(body.as_bytes(), &ServerKeys::from(key))?;
/// assert_eq!(notification.order_id(), "order-101");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A byte order mark in front of the JSON is skipped: the signature does not cover it.
///
/// # Errors
/// [`Rejection`], which knows the HTTP status to answer. [`Rejection::Misdirected`] for the
/// gateway's notifications that are about no payment: [`verify_any`] reads two of these families.
pub fn verify(body: &[u8], keys: &ServerKeys) -> Result<Notification, Rejection> {
    let verified = verify_ref(body, keys)?;
    Ok(Notification {
        order_and_code: [verified.order_id(), verified.status_code()]
            .concat()
            .into(),
        code_at: verified.order_id().len(),
        gross_amount: WireAmount::received(verified.gross_amount()),
        key_index: verified.key_index,
        reported: Details::new(&verified.head, RawBody::new(verified.body)),
    })
}

/// Checks the signature of a notification without copying it, for code that only forwards or stores
/// the bytes.
///
/// Allocates nothing for a body without escapes, numbers and more than two dozen unknown fields.
///
/// # Errors
/// As [`verify`].
pub fn verify_ref<'a>(body: &'a [u8], keys: &ServerKeys) -> Result<VerifiedRef<'a>, Rejection> {
    let (body, head) = open(body)?;
    if head.has_marker {
        let families = Families::of(body);
        if families.len() > 1 {
            return Err(Rejection::Ambiguous(families));
        }
    }
    let other = |missing| not_a_payment(body, &head, missing);
    let signature = needed(&head.signature_key, "signature_key").map_err(other)?;
    let order_id = needed(&head.order_id, "order_id").map_err(other)?;
    let status_code = needed(&head.status_code, "status_code").map_err(other)?;
    let gross_amount = needed(&head.gross_amount, "gross_amount").map_err(other)?;
    let key_index = signature::verify(order_id, status_code, gross_amount, signature, keys);
    Ok(VerifiedRef {
        key_index: key_index.ok_or(Rejection::Forged)?,
        head,
        body,
    })
}

/// Reads the fields of a body that is one JSON object and no longer than the limit.
fn open(body: &[u8]) -> Result<(&str, Head<'_>), Rejection> {
    if body.len() > MAX_BYTES {
        return Err(Rejection::TooLarge);
    }
    let body = std::str::from_utf8(body).map_err(|_| Rejection::Malformed)?;
    let body = body.strip_prefix('\u{feff}').unwrap_or(body);
    let head = head::read(body).map_err(|_| Rejection::Malformed)?;
    Ok((body, head))
}

/// The rejection of a message that lacks a field of a payment.
fn not_a_payment(body: &str, head: &Head<'_>, missing: Rejection) -> Rejection {
    if let Some(family) = Families::of(body).single_other() {
        return Rejection::Misdirected(family);
    }
    let has_any = [
        &head.order_id,
        &head.status_code,
        &head.gross_amount,
        &head.signature_key,
        &head.transaction_status,
    ];
    if has_any.iter().all(|field| field.is_none()) {
        Rejection::NoFamily
    } else {
        missing
    }
}

fn needed<'h>(field: &'h Option<Cow<'_, str>>, name: &'static str) -> Result<&'h str, Rejection> {
    match field.as_deref() {
        None | Some("") => Err(Rejection::MissingField(name)),
        Some(text) => Ok(text),
    }
}

/// A notification whose signature was made with one of the merchant's keys. [`verify`] is the only
/// way to get one.
///
/// `order_id`, `status_code` and `gross_amount` are signed. Nothing under
/// [`reported`](Self::reported) is: it is a reason to check, not a reason to ship.
///
/// ```compile_fail
/// # use midtrans_protocol::Notification;
/// let forged: Notification = serde_json::from_str("{}").unwrap();
/// ```
#[must_use = "it is verified and not decided on: nothing happens by itself"]
#[derive(Clone)]
pub struct Notification {
    /// The order id and the code in one piece, as they were signed.
    order_and_code: Box<str>,
    code_at: usize,
    gross_amount: WireAmount,
    key_index: usize,
    reported: Details,
}

impl Notification {
    /// The merchant's order id. Signed.
    #[must_use]
    pub fn order_id(&self) -> &str {
        &self.order_and_code[..self.code_at]
    }

    /// The code, such as `200`. Signed.
    #[must_use]
    pub fn status_code(&self) -> &str {
        &self.order_and_code[self.code_at..]
    }

    /// The amount, exactly as received. Signed.
    #[must_use]
    pub const fn gross_amount(&self) -> &WireAmount {
        &self.gross_amount
    }

    /// The index among the [`ServerKeys`] of the key that signed it, which tells the merchant where
    /// one endpoint serves several.
    #[must_use]
    pub const fn key_index(&self) -> usize {
        self.key_index
    }

    /// The other fields of the message. **Not** covered by the signature.
    #[must_use]
    pub const fn reported(&self) -> &Details {
        &self.reported
    }

    /// Returns whether the dashboard's "test notification" button made it: it is properly signed
    /// and about no order. Answer 200 and do nothing.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.order_id().starts_with(TEST_PREFIX)
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("order_id", &self.order_id())
            .field("status_code", &self.status_code())
            .field("gross_amount", &self.gross_amount)
            .field("key_index", &self.key_index)
            .field("reported", &self.reported)
            .finish()
    }
}

/// The signed fields of a genuine notification, borrowed from its bytes. Made by [`verify_ref`].
pub struct VerifiedRef<'a> {
    head: Head<'a>,
    key_index: usize,
    body: &'a str,
}

impl VerifiedRef<'_> {
    /// The merchant's order id. Signed.
    #[must_use]
    pub fn order_id(&self) -> &str {
        self.head.order_id.as_deref().unwrap_or_default()
    }

    /// The code. Signed.
    #[must_use]
    pub fn status_code(&self) -> &str {
        self.head.status_code.as_deref().unwrap_or_default()
    }

    /// The amount, exactly as received. Signed.
    #[must_use]
    pub fn gross_amount(&self) -> &str {
        self.head.gross_amount.as_deref().unwrap_or_default()
    }

    /// The transaction's status. **Not** signed.
    #[must_use]
    pub fn reported_status(&self) -> Option<&str> {
        self.head.transaction_status.as_deref()
    }

    /// The index among the [`ServerKeys`] of the key that signed it.
    #[must_use]
    pub const fn key_index(&self) -> usize {
        self.key_index
    }
}

impl fmt::Debug for VerifiedRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedRef")
            .field("order_id", &self.order_id())
            .field("status_code", &self.status_code())
            .field("gross_amount", &self.gross_amount())
            .finish_non_exhaustive()
    }
}
