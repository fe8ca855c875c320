//! Accounts: the environment, its keys, and how a request is authorised.

mod basic_auth;
mod environment;
mod keys;
mod merchant;

pub use environment::{CustomBase, Environment, Host};
pub use keys::{ClientKey, ServerKey, ServerKeys};
pub use merchant::Merchant;
