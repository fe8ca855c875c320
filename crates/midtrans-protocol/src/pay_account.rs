//! Linked GoPay accounts: the customer links an account once, and pays later without leaving the
//! shop.
//!
//! [`Create`] starts the linking; the customer confirms it in the app, and a
//! [`PayAccountNotification`](crate::notification::PayAccountNotification) tells of it. [`Get`]
//! reads the ways to pay, whose [`PaymentToken`]s change: read them right before each charge.
//! ([GoPay tokenization](https://docs.midtrans.com/reference/gopay-tokenization))

mod account;
mod create;
mod get;
mod linking;
mod payment_option;
mod promotions;
mod unbind;

pub use account::{AccountId, AccountStatus, PayAccount};
pub use create::Create;
pub use get::Get;
pub use linking::{Linking, LinkingRefusal, RefusedLinking};
pub use payment_option::{PaymentOption, PaymentToken};
pub use promotions::{GetPromotions, Promotion, Promotions};
pub use unbind::Unbind;
