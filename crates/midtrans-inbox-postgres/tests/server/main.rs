//! What is special about PostgreSQL: several connections at once, locks, and servers that are restarted. The contract that
//! all stores share is tested in `tests`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

mod gateway;
mod group;
mod migrate;
mod order;
mod shop;
mod worker;
