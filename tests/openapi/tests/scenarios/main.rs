//! Whole lifetimes of transactions: every answer and every notification is as the document says.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

mod lifetimes;
mod merchant;
mod refusals;
