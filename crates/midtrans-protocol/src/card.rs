//! Cards: the numbers that a shop may be shown, the tokens that stand for them, and the operations
//! on both.
//!
//! A shop's page gets a [`CardToken`] from the gateway's library in the customer's browser, and the
//! server charges it with [`CreditCard`](crate::method::CreditCard): the card never touches the
//! server. [`Token`] and [`Register`] do the same from a server, which then handles card numbers
//! and falls under [PCI DSS](https://www.pcisecuritystandards.org/), as does
//! [`FullPan`](crate::method::FullPan).
//!
//! A [`CardNumber`] and a [`SecurityCode`] are wiped from memory when the last copy is dropped, and
//! no `Debug`, `Display` or error shows them. The URL of a token request and the body of a charge
//! with a full number hold them all the same, because the gateway wants them there, and these are
//! not wiped: log neither.

mod bin;
mod details;
mod expiry;
mod number;
mod point_inquiry;
mod query;
mod register;
mod security_code;
mod token;
mod token_id;

pub use bin::{Bin, BinData};
pub use details::{CardDetails, CardType};
pub use expiry::CardExpiry;
pub use number::CardNumber;
pub use point_inquiry::{PointBalance, PointInquiry};
pub use register::{Register, SavedCard};
pub use security_code::SecurityCode;
pub use token::{NewToken, Token};
pub use token_id::CardToken;
