//! Snap: a page of the gateway on which the customer chooses how to pay, and pays.
//!
//! [`CreateTransaction`] makes a [`Session`]: a token for `snap.js`, and a page to redirect to. No
//! transaction exists until the customer has chosen a method on the page. Until then
//! [`GetStatus`](crate::GetStatus) answers 404, which says nothing about the future: *not charged
//! yet* is not *not charged*. The payment itself is notified and decided as any other.
//! ([Snap](https://docs.midtrans.com/reference/backend-integration))
//!
//! ```
//! use midtrans_protocol::snap::{Checkout, CreateTransaction, EnabledPayment};
//! use midtrans_protocol::{Environment, GatewayReply, OrderId, Rupiah, TransactionDetails, decode};
//!
//! let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
//! let mut checkout = Checkout::new(order);
//! checkout.enabled_payments = vec![EnabledPayment::Gopay, EnabledPayment::BcaVa];
//! let create = CreateTransaction::new(checkout)?;
//! # let (status, body) = (http::StatusCode::CREATED, br#"{"token":"66e4fa55-fdac-4ef9-91b5-733b97d1b862",
//! #     "redirect_url":"https://app.sandbox.midtrans.com/snap/v3/redirection/66e4fa55-fdac-4ef9-91b5-733b97d1b862"}"#.to_vec());
//! // Sent with your HTTP client, which answered with `status` and `body`:
//! let session = decode(&create, GatewayReply::from_own_client(status, body))?;
//! let page = session.redirect(&Environment::Sandbox).expect("a page of Snap's own host");
//! assert_eq!(page.host(), "app.sandbox.midtrans.com");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cancel_transaction;
mod card_options;
mod check;
mod checkout;
mod create_transaction;
mod enabled_payment;
mod expiry;
mod method_options;
mod preferences;
mod read;
mod recurring;
mod refusal;
mod session;
mod user_gopay;
mod va_options;

pub use cancel_transaction::{CancelTransaction, Canceled};
pub use card_options::{CardOptions, Installment};
pub use checkout::{Callbacks, Checkout};
pub use create_transaction::CreateTransaction;
pub use enabled_payment::EnabledPayment;
pub use expiry::Expiry;
pub use method_options::{Callback, CstoreTexts, GopayOptions, MandiriBill};
pub use preferences::{Brand, GetPreferences, PaymentChannel, Preferences, UpdatePreferences};
pub use recurring::Recurring;
pub use refusal::Refusal;
pub use session::{Session, Token};
pub use user_gopay::{GetUserGopay, UnlinkUserGopay, Unlinked, UserGopay};
pub use va_options::{VaOptions, VirtualAccounts};

pub(crate) use card_options::{CARD, check as check_card};
pub(crate) use read::{CALLBACKS, EXPIRY};
pub(crate) use session::on_own_host;
pub(crate) use va_options::VA_FIELDS;
