//! The Midtrans payment gateway, offline: the Core API, pages where the customer pays,
//! and signed notifications with the gateway's own retries. For tests and demonstrations;
//! it takes no money.
//!
//! - [`Simulator`] is a server in your process, on a free port of 127.0.0.1. Any client library can
//!   call it.
//! - [`BlockingSimulator`] is the same for programs without an async runtime.
//! - [`gateway`] is the state machine behind them: no sockets, and time is an argument.
//!
//! With the feature `console`, the simulator's address leads to its console in a browser:
//! transactions, their timelines, and buttons that make things happen.
//!
//! `midtrans simulate` of the package `midtrans-cli` is this server as a program.
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
mod front;
pub mod gateway;
mod guard;
mod hosts;
mod in_process;
mod json_answer;
mod lost;
mod pages;
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
