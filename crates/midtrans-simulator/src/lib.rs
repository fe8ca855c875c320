//! The Midtrans payment gateway as a library, for tests and demonstrations without the gateway: the
//! Core API, pages where the customer pays, and signed notifications with the gateway's own
//! retries. It takes no money, and needs no account and no network.
//!
//! - [`Simulator`] is a server in your process, on a free port of 127.0.0.1. Any client library can
//!   call it.
//! - [`BlockingSimulator`] is the same for programs without an async runtime.
//! - [`Builder::in_process`] opens no socket: the simulator is the client's transport.
//! - [`gateway`] is the state machine behind them: no sockets, and time is an argument.
//!
//! It plays Akulaku and Kredivo, virtual accounts at BCA, BNI, BRI, CIMB Niaga and Permata, Mandiri
//! Bill, counters of Indomaret and Alfamart, GoPay, QRIS, ShopeePay, OVO and DANA, and the retired
//! pages of banks such as BCA KlikPay. Other payment types are refused with 402. Faults are had on
//! demand, see [`gateway::Fault`].
//!
//! Beside the Core API it has Snap with its page and `snap.js` ([`gateway::snap`]), linked GoPay
//! accounts ([`gateway::pay_accounts`]), subscriptions, payment links
//! ([`gateway::payment_links`]), invoices and balance mutations.
//!
//! As a program it is `midtrans simulate`, in the package `midtrans-cli`.
//!
//! ```
//! use midtrans_protocol::method::{Bank, BankTransfer};
//! use midtrans_protocol::notification::verify;
//! use midtrans_protocol::{
//!     Charge, Decision, Expected, OrderId, Rupiah, ServerKeys, TransactionDetails, decide,
//! };
//! use midtrans_simulator::Simulator;
//! use midtrans_simulator::gateway::{Choice, Outcome};
//! use midtrans_transport::BlockingClient;
//!
//! let simulator = Simulator::builder().notification_url("http://127.0.0.1/notify").in_process()?;
//! let client = BlockingClient::new(&simulator, simulator.merchant());
//!
//! let (order_id, amount) = (OrderId::new("order-101")?, Rupiah::new(44_000));
//! let order = TransactionDetails::new(order_id.clone(), amount)?;
//! let charged = client.charge(&Charge::builder(order, BankTransfer::new(Bank::Bca)).build()?)?;
//! assert!(charged.instructions().is_some(), "the number that the customer transfers to");
//!
//! simulator.choose("order-101", Choice::Approve);
//! let keys = ServerKeys::from(simulator.server_key());
//! let expected = Expected::new(order_id, amount);
//! let mut decisions = Vec::new();
//! simulator.deliver(|delivery| {
//!     let Ok(notification) = verify(delivery.body.as_bytes(), &keys) else {
//!         return Outcome::answered(403);
//!     };
//!     decisions.push(decide(&expected, &notification));
//!     Outcome::answered(200)
//! });
//! assert_eq!(decisions, [Decision::Pending, Decision::Paid]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! | feature | what it adds | cost |
//! |---|---|---|
//! | `https` (default) | notifications to `https` URLs | rustls with ring, and so a C compiler |
//! | `state` | `Builder::state`: a file that outlives a restart | SQLite, which a C compiler builds in some seconds |
//! | `console` | transactions, calls and settings in a browser, and as JSON | no further crate |
//!
//! Tests build least with `default-features = false`.
//!
//! # Fidelity
//!
//! It answers as the gateway's documentation says, and where that is silent or contradicts itself,
//! the item that decides says so.

mod account;
mod blocking;
mod builder;
mod clock;
#[cfg(feature = "console")]
mod console;
mod courier;
mod dashboard_urls;
mod front;
pub mod gateway;
mod guard;
mod hosts;
mod in_process;
mod json_answer;
mod lost;
mod pages;
mod picture;
#[cfg(feature = "https")]
mod secure;
mod server;
mod shared;
mod simulator;
mod start_error;
#[cfg(feature = "state")]
mod state;

pub use account::Account;
pub use blocking::BlockingSimulator;
pub use builder::Builder;
pub use clock::Time;
pub use simulator::Simulator;
pub use start_error::{InvalidUrl, StartError};
#[cfg(feature = "state")]
pub use state::StateError;

/// The examples in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
