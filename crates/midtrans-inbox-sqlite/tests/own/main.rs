//! What is special about SQLite. What both stores promise is tried in the workspace's
//! `tests/inbox`.
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
