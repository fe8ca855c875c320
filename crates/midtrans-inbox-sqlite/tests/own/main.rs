//! Tests of what is special about SQLite. The workspace's `tests/inbox` hold the contract of all
//! stores.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may panic like tests"
)]

mod accepting;
mod acting;
mod charging;
mod clients;
mod crashing;
mod file;
mod gateway;
mod neighbours;
mod schema;
mod shop;
mod working;
