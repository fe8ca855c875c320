//! The customer's browser comes back: a hint for the page to show, never a proof.

use std::fmt;

use crate::head;
use crate::{OrderId, RawBody, Rejection, ServerKeys, TransactionStatus, signature};

/// Longest form or query that is looked at, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// What a browser said when the provider sent it back to the merchant's finish URL.
///
/// Akulaku returns with a form POST whose field `response` is JSON, Kredivo with a GET with or without parameters. All
/// of it went through the customer's hands, so there is no road from here to "paid": look the order up, and if it
/// is still open ask Get Status, or say "we are checking".
/// ([Akulaku and Kredivo](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration))
///
/// ```
/// use midtrans_protocol::{Landing, TransactionStatus};
///
/// let landing = Landing::from_query("order_id=order-101&transaction_status=expire&status_code=407");
/// assert_eq!(landing.order_id(), Some("order-101"));
/// assert_eq!(landing.hint(), Some(&TransactionStatus::Expire));
/// assert_eq!(Landing::from_query("").order_id(), None);
/// ```
///
/// A landing is no evidence, and that is checked when your code is compiled:
///
/// ```compile_fail
/// # use midtrans_protocol::{Expected, Landing, OrderId, Rupiah, decide};
/// let expected = Expected::new(OrderId::new("order-101").unwrap(), Rupiah::new(11_000));
/// decide(&expected, &Landing::from_query("order_id=order-101&transaction_status=settlement"));
/// ```
#[derive(Clone)]
pub struct Landing {
    order_id: Option<String>,
    transaction_status: Option<TransactionStatus>,
    status_code: Option<String>,
    signed: Option<Signed>,
}

/// A form's signature and the texts that it was made over.
#[derive(Clone)]
struct Signed {
    gross_amount: String,
    signature_key: String,
    raw: RawBody,
}

/// What a landing's signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LandingSignature {
    /// The gateway once made it for this order and amount. It says nothing about the status, and a browser can send
    /// an old one again.
    Genuine,
    /// It carries a signature that none of the keys made.
    Forged,
    /// It carries none, as Kredivo's never does.
    Absent,
}

impl Landing {
    /// Reads a query string, without its `?`. Never fails: parameters may be missing, and of a parameter with two
    /// different values neither is believed.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let query = if query.len() > MAX_BYTES { "" } else { query };
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let mut landing = Self { order_id: None, transaction_status: None, status_code: None, signed: None };
        landing.order_id = single(&pairs, "order_id");
        landing.transaction_status = single(&pairs, "transaction_status").map(|word| word.as_str().into());
        landing.status_code = single(&pairs, "status_code");
        landing
    }

    /// Reads the body of an `application/x-www-form-urlencoded` POST.
    ///
    /// # Errors
    /// [`Rejection::TooLarge`] above [`MAX_BYTES`]; [`Rejection::MissingField`] without one field `response`;
    /// [`Rejection::Malformed`] when that is not a JSON object.
    pub fn from_form(body: &[u8]) -> Result<Self, Rejection> {
        if body.len() > MAX_BYTES {
            return Err(Rejection::TooLarge);
        }
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).map_err(|_| Rejection::Malformed)?;
        let response = single(&pairs, "response").ok_or(Rejection::MissingField("response"))?;
        let head = head::read(&response).map_err(|_| Rejection::Malformed)?;
        let owned = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
        let signed = match (owned(&head.gross_amount), owned(&head.signature_key)) {
            (Some(gross_amount), Some(signature_key)) => {
                Some(Signed { gross_amount, signature_key, raw: RawBody::new(response.as_str()) })
            }
            _ => None,
        };
        Ok(Self {
            order_id: owned(&head.order_id),
            transaction_status: head.transaction_status.as_deref().map(Into::into),
            status_code: owned(&head.status_code),
            signed,
        })
    }

    /// Which order the browser says it comes from, if it can be an order at all. Look it up among the orders of *this*
    /// customer.
    ///
    /// It is an id that [`OrderId::new`] takes: nothing in it means anything to HTML, a URL or a shell, so a page may
    /// show it as it is.
    ///
    /// ```
    /// use midtrans_protocol::Landing;
    ///
    /// assert!(Landing::from_query("order_id=order-101").order().is_some());
    /// assert!(Landing::from_query("order_id=%3Cscript%3E").order().is_none());
    /// ```
    #[must_use]
    pub fn order(&self) -> Option<OrderId> {
        OrderId::new(self.order_id()?).ok()
    }

    /// The text that stands for the order, to the letter. Anybody can put anything here: escape it before a page shows
    /// it, or take [`order`](Self::order).
    #[must_use]
    pub fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    /// What the browser says about the payment: for choosing words on the page, for nothing else.
    #[must_use]
    pub const fn hint(&self) -> Option<&TransactionStatus> {
        self.transaction_status.as_ref()
    }

    /// The code that came along, such as `200`, or `407` for an expired order.
    #[must_use]
    pub fn status_code(&self) -> Option<&str> {
        self.status_code.as_deref()
    }

    /// Checks the signature of Akulaku's form. Even a genuine one is only a reason to ask Get Status sooner.
    #[must_use]
    pub fn signature(&self, keys: &ServerKeys) -> LandingSignature {
        let Some(signed) = &self.signed else { return LandingSignature::Absent };
        // The signed texts are joined without separators: with one left out, another could hold both.
        let texts = [self.order_id(), self.status_code(), Some(signed.gross_amount.as_str())];
        let [Some(order_id), Some(code), Some(amount)] = texts.map(|text| text.filter(|text| !text.is_empty())) else {
            return LandingSignature::Forged;
        };
        match signature::verify(order_id, code, amount, &signed.signature_key, keys) {
            Some(_) => LandingSignature::Genuine,
            None => LandingSignature::Forged,
        }
    }

    /// The JSON of a signed form, for its other fields.
    #[must_use]
    pub fn raw(&self) -> Option<&RawBody> {
        self.signed.as_ref().map(|signed| &signed.raw)
    }
}

impl fmt::Debug for Landing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Landing")
            .field("order_id", &self.order_id)
            .field("hint", &self.transaction_status)
            .field("status_code", &self.status_code)
            .finish_non_exhaustive()
    }
}

/// The value of a parameter, unless there are several different ones.
fn single(pairs: &[(String, String)], name: &str) -> Option<String> {
    let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
    let first = values.next()?;
    if first.is_empty() || values.any(|other| other != first) { None } else { Some(first.clone()) }
}
