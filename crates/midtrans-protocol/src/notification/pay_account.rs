//! Notifications about linked accounts, with a signature of their own.

use std::fmt;

use super::{Families, Family, needed, open, signature};
use crate::ServerKeys;
use crate::pay_account::{AccountId, AccountStatus, Get};
use crate::raw::RawBody;
use crate::webhook::Rejection;

/// A notification that an account was linked or unlinked, whose signature was made with one of the
/// merchant's keys. [`verify`](Self::verify) and [`verify_any`](super::verify_any) are the only ways
/// to get one. ([Account
/// linking](https://docs.midtrans.com/reference/account-linking-unlinking-notification))
///
/// Account, status and code are signed. It may come late or twice: before you charge an account,
/// ask [`to_confirm`](Self::to_confirm).
///
/// ```
/// use midtrans_protocol::notification::{PayAccountNotification, signature};
/// use midtrans_protocol::pay_account::AccountStatus;
/// use midtrans_protocol::{ServerKey, ServerKeys};
///
/// let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
/// let signed = signature::sign_pay_account("account-1", "ENABLED", "200", &key);
/// let body = format!(
///     r#"{{"account_id":"account-1","account_status":"ENABLED","status_code":"200",
///         "signature_key":"{signed}"}}"#
/// );
/// let linked = PayAccountNotification::verify(body.as_bytes(), &ServerKeys::from(key))?;
/// assert_eq!(linked.account_status(), &AccountStatus::Enabled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "it is verified and not acted on: nothing happens by itself"]
#[derive(Clone)]
pub struct PayAccountNotification {
    account_id: AccountId,
    account_status: AccountStatus,
    status_code: Box<str>,
    key_index: usize,
    raw: RawBody,
}

impl PayAccountNotification {
    /// Checks the signature of a notification about a linked account and reads it. The signature is
    /// compared in constant time over the texts as they were received.
    ///
    /// # Errors
    /// [`Rejection`]; [`Rejection::Misdirected`] for another family.
    pub fn verify(body: &[u8], keys: &ServerKeys) -> Result<Self, Rejection> {
        let (body, head) = open(body)?;
        Families::of(body).only(Family::PayAccount)?;
        let raw = RawBody::new(body);
        let signature = needed(&head.signature_key, "signature_key")?;
        let text = |name| raw.text(name).filter(|text| !text.is_empty());
        let account_id = text("account_id").and_then(|id| AccountId::received(id).ok());
        let account_id = account_id.ok_or(Rejection::MissingField("account_id"))?;
        let status = text("account_status").ok_or(Rejection::MissingField("account_status"))?;
        let code = needed(&head.status_code, "status_code")?;
        // The signed texts are joined without separators. With three digits at the end, no
        // signature of a payment fits: an amount ends with a point and two.
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Rejection::MissingField("status_code"));
        }
        let id = account_id.as_str();
        let key_index = signature::verify(id, &status, code, signature, keys);
        Ok(Self {
            key_index: key_index.ok_or(Rejection::Forged)?,
            account_status: AccountStatus::from(status.as_str()),
            status_code: code.into(),
            account_id,
            raw,
        })
    }

    /// The gateway's id of the account. Signed.
    #[must_use]
    pub const fn account_id(&self) -> &AccountId {
        &self.account_id
    }

    /// The status. Signed.
    #[must_use]
    pub const fn account_status(&self) -> &AccountStatus {
        &self.account_status
    }

    /// The code: 200 linked, 204 unlinked. Signed.
    #[must_use]
    pub fn status_code(&self) -> &str {
        &self.status_code
    }

    /// The index among the [`ServerKeys`] of the key that signed it.
    #[must_use]
    pub const fn key_index(&self) -> usize {
        self.key_index
    }

    /// The question that confirms it over TLS.
    #[must_use]
    pub fn to_confirm(&self) -> Get {
        Get::new(self.account_id.clone())
    }

    /// The whole body. The other fields are **not** covered by the signature.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}

impl fmt::Debug for PayAccountNotification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayAccountNotification")
            .field("account_id", &self.account_id)
            .field("account_status", &self.account_status)
            .field("status_code", &self.status_code)
            .field("key_index", &self.key_index)
            .finish_non_exhaustive()
    }
}
