//! What is special about PostgreSQL: connections of the inbox's own, futures that are dropped,
//! locks, transactions that others end, and servers that are restarted. The contract that all
//! stores share is tested in `tests`.
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
