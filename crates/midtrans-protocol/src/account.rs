//! Accounts: the environment, its keys, and how a request is authorised.

mod basic_auth;
mod client_account;
mod environment;
mod keys;
mod merchant;

use std::fmt;
use std::time::SystemTime;

use http::Request;

pub use client_account::ClientAccount;
pub use environment::{CustomBase, Environment, Host};
pub use keys::{ClientKey, ServerKey, ServerKeys};
pub use merchant::Merchant;

/// Credentials in one environment, and the way that a request is authorised with them.
///
/// [`Merchant`] is the account of the Core API and of Snap: HTTP Basic with the server key.
/// [`ClientAccount`] carries the client key in the query, for card tokens. Other products of the
/// gateway ask for other credentials, such as a signature over method, path, body and time: an
/// account of its own for each.
///
/// `Debug` shows no credentials.
pub trait Account: Clone + fmt::Debug + Send + Sync {
    /// The environment that the credentials belong to.
    fn environment(&self) -> &Environment;

    /// Adds the credentials to a request that has its method, URL and body.
    ///
    /// Called once for each attempt, with the time of that attempt. Mark header values
    /// [sensitive](http::HeaderValue::set_sensitive).
    fn authorize(&self, request: &mut Request<Vec<u8>>, now: SystemTime);
}
