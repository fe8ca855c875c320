//! Tests of what is special about PostgreSQL: the inbox's own connections, dropped futures, locks,
//! ended transactions, and restarted servers. The workspace's `tests` hold the contract of all
//! stores.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

mod accepting;
mod acting;
mod charging;
mod clients;
mod dropping;
mod gateway;
mod handlers;
mod proxy;
mod schema;
mod shop;
mod working;
