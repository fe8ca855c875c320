//! The real program against a simulated gateway, stub merchants and real databases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod calls;
mod cards;
mod changing;
mod charging;
mod customer;
mod doctor;
mod features;
mod help;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod inbox;
mod listening;
mod listening_on;
mod methods;
mod notifications;
mod output;
mod products;
mod program;
mod sending;
#[cfg(all(unix, any(feature = "sqlite", feature = "postgres")))]
mod serving;
mod shop;
#[cfg(unix)]
mod simulating;
mod unknown;
