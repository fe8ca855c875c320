//! Contract suites, written once and mounted per transport.
//!
//! A [`scenario`] says what the gateway does and what the caller must see. A [`mount`] plays it:
//! over a fake transport, or over a real HTTP client against a [`gateway`] on a loopback socket.

pub mod contract;
pub mod fake;
pub mod gateway;
pub mod mount;
pub mod scenario;

/// The README's examples, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;

/// The examples of the README in Indonesian.
#[cfg(doctest)]
#[doc = include_str!("../../../README.id.md")]
pub struct ReadmeId;
