//! An account that calls with the client key, as a browser does.

use std::fmt;
use std::time::SystemTime;

use http::{Request, Uri};

use super::{Account, ClientKey};
use crate::{Environment, InvalidInput};

/// A merchant account that is known by its client key: for the operations that a browser may call,
/// which are [`Token`](crate::card::Token) and [`Register`](crate::card::Register).
///
/// The key goes into the query of the URL. A server key is never sent this way, and an operation
/// that needs one cannot be sent with this account.
///
/// ```
/// use midtrans_protocol::account::{ClientAccount, ClientKey, Environment};
///
/// let key = ClientKey::new("SB-Mid-client-abc123cde456")?;
/// let account = ClientAccount::new(Environment::Sandbox, key.clone())?;
/// let error = ClientAccount::new(Environment::Production, key).unwrap_err();
/// assert_eq!(error.field(), "client_key");
/// // A server key is none:
/// assert!(ClientKey::new("SB-Mid-server-abc123cde456").is_err());
/// # drop(account);
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
///
/// ```compile_fail
/// # use std::time::SystemTime;
/// # use midtrans_protocol::account::{ClientAccount, ClientKey};
/// # use midtrans_protocol::{Environment, GetStatus, OrderId, RequestOptions, encode};
/// let key = ClientKey::new("SB-Mid-client-abc123cde456").unwrap();
/// let account = ClientAccount::new(Environment::Sandbox, key).unwrap();
/// let status = GetStatus::new(OrderId::new("order-101").unwrap());
/// encode(&status, &account, &RequestOptions::default(), SystemTime::now());
/// ```
#[derive(Clone)]
pub struct ClientAccount {
    environment: Environment,
    client_key: ClientKey,
}

impl ClientAccount {
    /// Pairs an environment with the client key that belongs to it.
    ///
    /// # Errors
    /// [`InvalidInput`] for a sandbox key in production and for a production key in the sandbox. A
    /// custom environment takes any key.
    pub fn new(environment: Environment, client_key: ClientKey) -> Result<Self, InvalidInput> {
        environment.check_key("client_key", client_key.as_str())?;
        Ok(Self {
            environment,
            client_key,
        })
    }

    /// The environment of this account.
    #[must_use]
    pub const fn environment(&self) -> &Environment {
        &self.environment
    }
}

/// The client key as the query's last parameter.
impl Account for ClientAccount {
    fn environment(&self) -> &Environment {
        &self.environment
    }

    fn authorize(&self, request: &mut Request<Vec<u8>>, now: SystemTime) {
        let _ = now;
        let separator = if request.uri().query().is_some() {
            '&'
        } else {
            '?'
        };
        let mut url = format!("{}{separator}client_key=", request.uri());
        crate::ids::push_encoded(&mut url, self.client_key.as_str());
        *request.uri_mut() =
            Uri::try_from(url).expect("a URI with one more percent-encoded parameter is a URI");
    }
}

impl fmt::Debug for ClientAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientAccount")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}
