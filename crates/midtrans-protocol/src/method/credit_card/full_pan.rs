//! A card with its full number, in a charge.

use std::fmt;

use serde::Serializer;
use serde::ser::SerializeMap;
use zeroize::Zeroizing;

use crate::card::{CardExpiry, CardNumber, SecurityCode};

/// A card with its full number (the *primary account number*, PAN), in a charge.
///
/// **Only for merchants that are certified for it.** A server that receives, sends or stores card
/// numbers falls under the Payment Card Industry Data Security Standard (PCI DSS) in full: a yearly
/// assessment (the questionnaire SAQ D, or an audit on the spot), a network that is segmented and
/// scanned every quarter, encryption of stored numbers, and no copy of a number in a log, a backup,
/// a trace or a crash dump. The security code may not be stored at all once the payment is
/// authorised. The gateway switches this on for an account after it has seen the attestation;
/// others get 402. Every other shop takes a [`CardToken`](crate::card::CardToken), and the card
/// never touches its server. ([Full
/// PAN](https://docs.midtrans.com/reference/card-feature-full-pan), [PCI
/// DSS](https://www.pcisecuritystandards.org/document_library/))
///
/// What this crate does about it:
///
/// - A charge with a full number goes to the host
///   [`Host::PanApi`](crate::account::Host::PanApi) and to no other. Everything after the charge
///   goes to the ordinary host, without the number.
/// - Number and code are wiped when the last copy is dropped. They are in no `Debug`, in no error
///   and in no trace.
/// - [`Charge::to_json`](crate::Charge::to_json), the serialized charge and the body of the request
///   hold the number, because the gateway wants it there. Those bytes are yours: don't log or
///   store them. Neither does this crate wipe the JSON that
///   [`Charge::from_json`](crate::Charge::from_json) reads.
///
/// ```
/// use midtrans_protocol::card::{CardExpiry, CardNumber, SecurityCode};
/// use midtrans_protocol::method::{CreditCard, FullPan};
/// use midtrans_protocol::operation::Operation;
/// use midtrans_protocol::{Charge, Environment, OrderId, Rupiah, TransactionDetails};
///
/// let number = CardNumber::new("4811 1111 1111 1114")?;
/// let card = FullPan::new(number, CardExpiry::new("12", "2030")?);
/// let card = card.with_code(SecurityCode::new("123")?);
/// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(145_000))?;
/// let charge = Charge::builder(order, CreditCard::full_pan(card)).build()?;
/// let request = charge.request(&Environment::Production);
/// assert_eq!(request.uri().host(), Some("panapi.midtrans.com"));
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone)]
pub struct FullPan {
    number: CardNumber,
    expiry: CardExpiry,
    code: Option<SecurityCode>,
}

impl FullPan {
    /// A card without its security code: the gateway takes such a charge for a recurring one.
    #[must_use]
    pub const fn new(number: CardNumber, expiry: CardExpiry) -> Self {
        Self {
            number,
            expiry,
            code: None,
        }
    }

    /// Adds the security code that the customer has typed in.
    #[must_use]
    pub fn with_code(mut self, code: SecurityCode) -> Self {
        self.code = Some(code);
        self
    }

    /// The masked number, such as `48111111-1114`.
    #[must_use]
    pub fn masked(&self) -> String {
        self.number.masked()
    }
}

impl fmt::Debug for FullPan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FullPan(..)")
    }
}

/// For charges, which can be compared. Number and code are compared in constant time.
impl PartialEq for FullPan {
    fn eq(&self, other: &Self) -> bool {
        let is_same_code = match (&self.code, &other.code) {
            (Some(code), Some(other)) => code.is_same(other),
            (None, None) => true,
            _ => false,
        };
        self.number.is_same(&other.number) && self.expiry == other.expiry && is_same_code
    }
}

impl Eq for FullPan {}

/// Writes the object that the gateway documents. Not an implementation of `Serialize`, so that a
/// card alone is written by nothing else.
pub(super) fn write<S: Serializer>(
    card: &Option<FullPan>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let Some(card) = card else {
        return serializer.serialize_none();
    };
    let mut object = serializer.serialize_map(None)?;
    object.serialize_entry("number", card.number.expose())?;
    object.serialize_entry("expiry_month", card.expiry.month())?;
    object.serialize_entry("expiry_year", card.expiry.year())?;
    if let Some(code) = &card.code {
        object.serialize_entry("cvv", code.expose())?;
    }
    object.end()
}

/// A month that was an integer has lost its zero.
pub(super) fn month(text: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("{text:0>2}"))
}
