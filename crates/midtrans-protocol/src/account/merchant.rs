//! A merchant's account: the server key in its environment.

use std::fmt;
use std::time::SystemTime;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};

use super::{Account, basic_auth};
use crate::{Environment, InvalidInput, ServerKey};

/// A merchant account in one environment: everything that changes on the way from sandbox to
/// production.
///
/// ```
/// use midtrans_protocol::{Environment, Merchant, ServerKey};
///
/// let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
/// let error = Merchant::new(Environment::Production, key).unwrap_err();
/// assert_eq!(error.field(), "server_key");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone)]
pub struct Merchant {
    environment: Environment,
    server_key: ServerKey,
    authorization: HeaderValue,
}

impl Merchant {
    /// Pairs an environment with the server key that belongs to it.
    ///
    /// # Errors
    /// [`InvalidInput`] for a sandbox key in production and for a production key in the sandbox. A
    /// custom environment takes any key.
    pub fn new(environment: Environment, server_key: ServerKey) -> Result<Self, InvalidInput> {
        environment.check_key("server_key", server_key.expose())?;
        let authorization = basic_auth::header(&server_key);
        Ok(Self {
            environment,
            server_key,
            authorization,
        })
    }

    /// The environment of this account.
    #[must_use]
    pub const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The account's server key, for verifying its notifications.
    #[must_use]
    pub const fn server_key(&self) -> &ServerKey {
        &self.server_key
    }
}

/// HTTP Basic with the server key as user name and no password.
impl Account for Merchant {
    fn environment(&self) -> &Environment {
        &self.environment
    }

    fn authorize(&self, request: &mut Request<Vec<u8>>, now: SystemTime) {
        let _ = now;
        request
            .headers_mut()
            .insert(AUTHORIZATION, self.authorization.clone());
    }
}

impl fmt::Debug for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merchant")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_the_other_environment_is_refused() {
        let merchant = |environment, key| Merchant::new(environment, ServerKey::new(key).unwrap());
        assert!(merchant(Environment::Production, "SB-Mid-server-x").is_err());
        assert!(merchant(Environment::Sandbox, "Mid-server-x").is_err());
        assert!(merchant(Environment::Production, "Mid-server-x").is_ok());
        assert!(merchant(Environment::Sandbox, "SB-Mid-server-x").is_ok());
        assert!(
            merchant(Environment::Production, "VT-server-x").is_ok(),
            "the old form names no environment"
        );
    }
}
