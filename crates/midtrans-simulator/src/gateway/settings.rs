//! The settings of a merchant, as in the gateway's dashboard.

use std::fmt;

use midtrans_protocol::account::ClientKey;
use midtrans_protocol::{InvalidInput, ServerKey};

/// The default server key.
pub const SERVER_KEY: &str = "SB-Mid-server-simulator";
/// The default client key.
pub const CLIENT_KEY: &str = "SB-Mid-client-simulator";
/// The default merchant id.
pub const MERCHANT_ID: &str = "G000000000";

/// The account that the simulated gateway serves. The public fields may change while it runs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The URL at which the customer's browser reaches the gateway, without a slash at the end.
    pub url: String,
    /// The merchant's id.
    pub merchant_id: String,
    /// The URL that the customer's browser goes to after paying. Without one, the pay page says so.
    pub finish_url: Option<String>,
    /// The URL that notifications go to, unless a charge says otherwise. Without one, nothing is
    /// sent.
    pub notification_url: Option<String>,
    /// Takes charges that lack fields which the gateway's reference requires, as the samples of its
    /// guide do. Types, lengths, the least amount and the sum of the prices are checked all the
    /// same.
    pub lenient: bool,
    /// True if Kredivo has allowed this merchant to leave out items and customer.
    /// ([Requirements](https://docs.midtrans.com/docs/additional-requirements-for-kredivo-integration))
    pub kredivo_approved: bool,
    /// Takes charges with a whole card number and by Google Pay at every host, not only at `panapi`:
    /// for clients that have one base URL for all of the gateway's hosts.
    pub takes_card_numbers: bool,
    /// The seed of the ids: the same seed and the same calls give the same ids.
    pub seed: u64,
    keys: Keys,
}

impl Settings {
    /// An account with the simulator's own keys.
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "the simulator's own keys are well-formed"
    )]
    pub fn new(url: impl Into<String>) -> Self {
        let keys =
            Keys::new(SERVER_KEY, CLIENT_KEY).expect("the simulator's own keys are well-formed");
        Self {
            url: url.into(),
            merchant_id: MERCHANT_ID.to_owned(),
            finish_url: None,
            notification_url: None,
            lenient: false,
            kredivo_approved: false,
            takes_card_numbers: false,
            seed: 0,
            keys,
        }
    }

    /// The same account with other keys.
    ///
    /// # Errors
    /// [`InvalidInput`] for a text that is not a server key or not a client key.
    pub fn with_keys(mut self, server_key: &str, client_key: &str) -> Result<Self, InvalidInput> {
        self.keys = Keys::new(server_key, client_key)?;
        Ok(self)
    }

    /// The key that signs notifications.
    #[must_use]
    pub const fn server_key(&self) -> &ServerKey {
        &self.keys.server
    }

    /// The key that Akulaku's way back and the card calls of a shop's page carry.
    #[must_use]
    pub const fn client_key(&self) -> &ClientKey {
        &self.keys.client
    }

    /// Returns true if two accounts could not be told apart by the key of a call.
    pub(super) fn shares_key_with(&self, other: &Self) -> bool {
        self.keys.server_text == other.keys.server_text
    }

    /// Returns true if a user name of HTTP Basic is the server key.
    pub(crate) fn is_server_key(&self, user: &str) -> bool {
        self.keys.server_text == user
    }

    /// Returns true if a text is the client key, which is no secret.
    pub(crate) fn is_client_key(&self, text: &str) -> bool {
        self.keys.client.as_str() == text
    }
}

#[derive(Clone)]
struct Keys {
    server: ServerKey,
    /// [`ServerKey`] never shows its text again, and a simulator has to compare it.
    server_text: String,
    client: ClientKey,
}

impl Keys {
    fn new(server: &str, client: &str) -> Result<Self, InvalidInput> {
        Ok(Self {
            server: ServerKey::new(server)?,
            server_text: server.to_owned(),
            client: ClientKey::new(client)?,
        })
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}
