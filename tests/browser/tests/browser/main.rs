//! The simulator's pages, used as people use them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

mod cards;
mod console;
mod pay;
mod shop;
mod till;
