//! The protocol of Midtrans, Indonesia's payment gateway, without any I/O: requests, replies,
//! signed notifications, and the decision whether an order is paid.
//!
//! This crate opens no socket, reads no clock and no environment, makes no random numbers and
//! writes no logs. Use it alone if you have an HTTP client of your own; `midtrans-ureq` and
//! `midtrans-reqwest` bring one.
//!
//! A payment in five steps:
//!
//! 1. Make a [`Charge`] and send it: [`encode`] makes an `http::Request`, [`decode`] reads the
//!    [`GatewayReply`].
//! 2. Send the customer to [`Transaction::redirect_url`], or show the customer's next step:
//!    [`Transaction::instructions`].
//! 3. Read the return of the browser as a [`Landing`](webhook::landing::Landing): a hint for the
//!    page to show.
//! 4. Verify the gateway's signed message with [`notification::verify`], which returns a
//!    [`Notification`].
//! 5. [`decide`] whether the [`Expected`] payment has arrived.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use midtrans_protocol::{
//!     Charge, CustomerDetails, Decision, Environment, Expected, GatewayReply, ItemDetails,
//!     Merchant, OrderId, RequestOptions, Rupiah, ServerKey, ServerKeys, TransactionDetails, decide, decode,
//!     encode, notification,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! let merchant = Merchant::new(Environment::Sandbox, key.clone())?;
//!
//! // Store this before charging.
//! let expected = Expected::new(OrderId::new("order-101")?, Rupiah::new(40_000));
//! let order = TransactionDetails::new(expected.order_id().clone(), expected.amount())?;
//! let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
//! let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
//! let charge = Charge::akulaku(order, items, customer)?;
//!
//! let request = encode(&charge, &merchant, &RequestOptions::default(), SystemTime::now());
//! # let reply_body = br#"{"status_code":"201","order_id":"order-101","transaction_status":"pending",
//! #     "redirect_url":"https://api.sandbox.midtrans.com/v2/akulaku/redirect/1"}"#.to_vec();
//! // Send `request` with any HTTP client, then vouch for what it received:
//! let reply = GatewayReply::from_own_client(http::StatusCode::OK, reply_body);
//! let transaction = decode(&charge, reply)?;
//! assert!(transaction.redirect_url().is_some());
//!
//! # use midtrans_protocol::notification::signature;
//! # let signed = signature::sign("order-101", "200", "40000.00", &key);
//! # let webhook_body = format!(r#"{{"order_id":"order-101","status_code":"200",
//! #     "gross_amount":"40000.00","transaction_status":"settlement","signature_key":"{signed}"}}"#);
//! let notification = notification::verify(webhook_body.as_bytes(), &ServerKeys::from(key))?;
//! assert_eq!(decide(&expected, &notification), Decision::Paid);
//! # Ok(())
//! # }
//! ```
//!
//! Cards are charged by token ([`method::CreditCard`]); [`card`] has the tokens and the rules for
//! servers that handle card numbers. A reserved payment is taken with [`transaction::Capture`].
//!
//! # Beyond charges
//!
//! Each product is a module with its operations, sent in the same way: pages on which the customer
//! chooses how to pay ([`snap`]), [payment links](payment_link), [invoices](invoice), linked GoPay
//! accounts ([`pay_account`]), [subscriptions](subscription), and the account's [`balance`] and
//! [`history`]. Where their refusals have no code, the module's `Refusal` says the reason. One
//! webhook may take all families of notifications: [`notification::verify_any`], and a handler for
//! each at [`Endpoint`](webhook::endpoint::Endpoint).
//!
//! # Features
//!
//! None. The crate adds 28 crates to the tree and needs no C compiler. The longest to build are
//! syn, serde and serde_json, which a program with typed JSON has already.

pub mod account;
pub mod balance;
pub mod card;
pub mod charge;
pub mod decision;
mod fields;
pub mod history;
pub mod ids;
pub mod input;
pub mod instructions;
pub mod invoice;
mod json;
pub mod lifecycle;
pub mod method;
pub mod money;
pub mod notification;
mod object_reply;
mod of_contents;
pub mod operation;
pub mod paging;
pub mod pay_account;
pub mod payment_link;
pub mod raw;
mod redacted;
pub mod refusal;
pub mod reply;
pub mod snap;
pub mod subscription;
pub mod time;
pub mod transaction;
pub mod vocabulary;
pub mod webhook;

pub use account::{Environment, Merchant, ServerKey, ServerKeys};
pub use charge::{Charge, CustomerDetails, ItemDetails, TransactionDetails};
pub use decision::{Decision, Expected, decide};
pub use ids::OrderId;
pub use input::InvalidInput;
pub use money::Rupiah;
pub use notification::Notification;
pub use operation::{RequestOptions, decode, encode};
pub use reply::GatewayReply;
pub use transaction::{GetStatus, Transaction};

/// The README's example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
