//! What is special about SQLite. What both stores promise is tried in the workspace's `tests/inbox`.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

mod accepting;
mod acting;
mod charging;
mod clients;
mod crashing;
mod file;
mod gateway;
mod schema;
mod shop;
mod working;
