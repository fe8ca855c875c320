//! The return of the customer's browser: a hint for the page to show, never a proof.

use std::borrow::Cow;
use std::fmt;

use crate::notification::{head, signature};
use crate::raw::RawBody;
use crate::transaction::TransactionStatus;
use crate::{OrderId, ServerKeys};

/// The longest form or query that is read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// The parameters that a browser brings when the provider sends it back to the merchant's finish
/// URL.
///
/// Akulaku returns with a form POST whose field `response` is JSON, and so does a card's 3-D Secure
/// page with [`CallbackType::Form`](crate::method::CallbackType::Form); Kredivo returns with a GET
/// with or without parameters, and Snap's page with `order_id`, `status_code` and
/// `transaction_status`. All of it went through the customer's browser, so it never means "paid":
/// look the order up, and if it is still open ask Get Status, or say "we are checking". ([Akulaku
/// and Kredivo](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration),
/// [3-D Secure](https://docs.midtrans.com/reference/card-feature-3d-secure-3ds))
///
/// Reading never fails: a customer is waiting for the merchant's page, whatever came back. What
/// cannot be read is absent, and a field with two different values counts as absent.
///
/// ```
/// use midtrans_protocol::transaction::TransactionStatus;
/// use midtrans_protocol::webhook::landing::Landing;
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
/// # use midtrans_protocol::webhook::landing::Landing;
/// # use midtrans_protocol::{Expected, OrderId, Rupiah, decide};
/// let expected = Expected::new(OrderId::new("order-101").unwrap(), Rupiah::new(11_000));
/// decide(&expected, &Landing::from_query("order_id=order-101&transaction_status=settlement"));
/// ```
#[derive(Clone, Default)]
pub struct Landing {
    order_id: Option<String>,
    transaction_id: Option<String>,
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

/// The result of checking a landing's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LandingSignature {
    /// The gateway once made it for this order and amount. It says nothing about the status, and a
    /// browser can send an old one again.
    Genuine,
    /// It carries a signature that none of the keys made.
    Forged,
    /// It carries none, as Kredivo's never does.
    Absent,
}

impl Landing {
    /// Reads a query string, without its `?`. One of more than [`MAX_BYTES`] gives an empty
    /// landing.
    ///
    /// A finish URL that has a query of its own comes back with a second `?` in front of the
    /// gateway's parameters, so a `?` separates parameters as `&` does.
    ///
    /// ```
    /// use midtrans_protocol::webhook::landing::Landing;
    ///
    /// let query = "shop=1?order_id=order-101&status_code=200&transaction_status=settlement";
    /// let landing = Landing::from_query(query);
    /// assert_eq!(landing.order_id(), Some("order-101"));
    /// ```
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        if query.len() > MAX_BYTES {
            return Self::default();
        }
        Self::from_pairs(&pairs(query.replace('?', "&").as_bytes()))
    }

    /// Reads the body of an `application/x-www-form-urlencoded` POST: the JSON in its field
    /// `response`, or, where there is none that can be read, the form's own fields. A body of more
    /// than [`MAX_BYTES`] gives an empty landing.
    #[must_use]
    pub fn from_form(body: &[u8]) -> Self {
        if body.len() > MAX_BYTES {
            return Self::default();
        }
        let pairs = pairs(body);
        let response = single(&pairs, "response").and_then(|json| Self::from_response(&json));
        response.unwrap_or_else(|| Self::from_pairs(&pairs))
    }

    /// Reads the query of the form's address, if the landing is empty. The two are never mixed.
    #[must_use]
    pub fn or_query(self, query: &str) -> Self {
        if self.is_empty() {
            Self::from_query(query)
        } else {
            self
        }
    }

    fn from_pairs(pairs: &[(String, String)]) -> Self {
        let transaction_id = if has(pairs, "transaction_id") {
            "transaction_id"
        } else {
            "id"
        };
        Self {
            order_id: single(pairs, "order_id"),
            transaction_id: single(pairs, transaction_id),
            transaction_status: single(pairs, "transaction_status")
                .map(|word| word.as_str().into()),
            status_code: single(pairs, "status_code"),
            signed: None,
        }
    }

    fn from_response(json: &str) -> Option<Self> {
        let head = head::read(json).ok()?;
        let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
        let signed = owned(&head.gross_amount).zip(owned(&head.signature_key));
        Some(Self {
            order_id: owned(&head.order_id),
            transaction_id: owned(&head.transaction_id),
            transaction_status: head.transaction_status.as_deref().map(Into::into),
            status_code: owned(&head.status_code),
            signed: signed.map(|(gross_amount, signature_key)| Signed {
                gross_amount,
                signature_key,
                raw: RawBody::new(json),
            }),
        })
    }

    /// Returns whether the landing is empty: no order, no transaction, no status, no code.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.order_id.is_none()
            && self.transaction_id.is_none()
            && self.transaction_status.is_none()
            && self.status_code.is_none()
    }

    /// The order id that the browser brings, if it is a valid one. Look it up among the orders of
    /// *this* customer.
    ///
    /// It is an id that [`OrderId::new`] accepts: it needs no escaping in HTML, a URL or a shell,
    /// so a page may show it as it is. Ids with spaces and colons, which Snap takes too, are under
    /// [`order_id`](Self::order_id).
    ///
    /// ```
    /// use midtrans_protocol::webhook::landing::Landing;
    ///
    /// assert!(Landing::from_query("order_id=order-101").order().is_some());
    /// assert!(Landing::from_query("order_id=%3Cscript%3E").order().is_none());
    /// ```
    #[must_use]
    pub fn order(&self) -> Option<OrderId> {
        OrderId::new(self.order_id()?).ok()
    }

    /// The order's text, exactly as received. Anyone can put anything here: escape it before a page
    /// shows it, or take [`order`](Self::order).
    #[must_use]
    pub fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    /// The transaction's text, in a field `transaction_id` or `id`, exactly as received. Some
    /// providers send nothing else. Anyone can put anything here: find the order that has this
    /// transaction id in your own records.
    #[must_use]
    pub fn transaction_id(&self) -> Option<&str> {
        self.transaction_id.as_deref()
    }

    /// The status that the browser brings: for the text on the page, for nothing else.
    #[must_use]
    pub const fn hint(&self) -> Option<&TransactionStatus> {
        self.transaction_status.as_ref()
    }

    /// The code that the browser brings, such as `200`, or `407` for an expired order.
    #[must_use]
    pub fn status_code(&self) -> Option<&str> {
        self.status_code.as_deref()
    }

    /// Checks the signature of Akulaku's form. Even a genuine one is only a reason to ask Get
    /// Status sooner.
    #[must_use]
    pub fn signature(&self, keys: &ServerKeys) -> LandingSignature {
        let Some(signed) = &self.signed else {
            return LandingSignature::Absent;
        };
        // The signed texts are joined without separators: with one left out, another could hold
        // both.
        let texts = [
            self.order_id(),
            self.status_code(),
            Some(signed.gross_amount.as_str()),
        ];
        let [Some(order_id), Some(code), Some(amount)] =
            texts.map(|text| text.filter(|text| !text.is_empty()))
        else {
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
            .field("transaction_id", &self.transaction_id)
            .field("hint", &self.transaction_status)
            .field("status_code", &self.status_code)
            .finish_non_exhaustive()
    }
}

/// Names and values, decoded. Every text has some.
fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(encoded).unwrap_or_default()
}

fn has(pairs: &[(String, String)], name: &str) -> bool {
    pairs.iter().any(|(key, _)| key == name)
}

/// The value of a parameter, unless there are several different ones.
fn single(pairs: &[(String, String)], name: &str) -> Option<String> {
    let mut values = pairs
        .iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value);
    let first = values.next()?;
    if first.is_empty() || values.any(|other| other != first) {
        None
    } else {
        Some(first.clone())
    }
}
