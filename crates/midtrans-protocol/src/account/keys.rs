//! The merchant's keys: they authenticate requests to the gateway and notifications from it.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::InvalidInput;

const MAX_KEY: usize = 255;

/// The secret half of a merchant account's access keys.
///
/// It authenticates API requests and is the secret part of every notification signature. There is
/// no `Display`, no `Serialize` and no `PartialEq`; `Debug` prints `ServerKey(..)`. Clones share
/// one allocation, which is wiped when the last of them is dropped. ([Access
/// keys](https://docs.midtrans.com/docs/access-keys))
///
/// ```
/// use midtrans_protocol::ServerKey;
///
/// let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
/// assert_eq!(format!("{key:?}"), "ServerKey(..)");
/// assert!(ServerKey::new("   ").is_err());
/// assert!(ServerKey::new("SB-Mid-client-abc123cde456").is_err(), "that is the public key");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
///
/// A key cannot be printed or written by accident:
///
/// ```compile_fail
/// # use midtrans_protocol::ServerKey;
/// println!("{}", ServerKey::new("SB-Mid-server-abc123cde456").unwrap());
/// ```
/// ```compile_fail
/// # use midtrans_protocol::ServerKey;
/// serde_json::to_string(&ServerKey::new("SB-Mid-server-abc123cde456").unwrap());
/// ```
#[derive(Clone)]
pub struct ServerKey(Arc<Zeroizing<String>>);

impl ServerKey {
    /// Takes a server key as the dashboard shows it.
    ///
    /// # Errors
    /// [`InvalidInput`] when it is empty, blank, longer than 255 bytes, holds anything but visible
    /// ASCII or a colon (which HTTP Basic cannot carry in a user name), or is a client key.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidInput> {
        let key = Zeroizing::new(key.into());
        check(&key, "server_key", "client")?;
        Ok(Self(Arc::new(key)))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(..)")
    }
}

/// The public half of a merchant account's access keys: browsers and apps may see it.
///
/// `Debug` is redacted all the same. Giving a server key is refused, because a client key ends up
/// in web pages.
#[derive(Clone)]
pub struct ClientKey(Arc<str>);

impl ClientKey {
    /// Takes a client key as the dashboard shows it.
    ///
    /// # Errors
    /// [`InvalidInput`] as for [`ServerKey::new`], and when it is a server key.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidInput> {
        let key = Zeroizing::new(key.into());
        check(&key, "client_key", "server")?;
        Ok(Self(Arc::from(key.as_str())))
    }

    /// The key's text, for the page that needs it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientKey(..)")
    }
}

fn check(key: &str, field: &'static str, wrong_kind: &str) -> Result<(), InvalidInput> {
    if key.trim().is_empty() {
        return Err(InvalidInput::new(
            field,
            "a key from the dashboard's Access Keys page, not an empty text",
        ));
    }
    if key.len() > MAX_KEY
        || !key
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b':')
    {
        return Err(InvalidInput::new(
            field,
            "the key as the dashboard shows it: at most 255 visible ASCII characters, no colon, no white space",
        ));
    }
    let kind = key.strip_prefix("SB-").unwrap_or(key);
    let kind = kind
        .strip_prefix("Mid-")
        .or_else(|| kind.strip_prefix("VT-"))
        .unwrap_or_default();
    if kind.starts_with(wrong_kind) && kind[wrong_kind.len()..].starts_with('-') {
        return Err(InvalidInput::new(
            field,
            format!("not the {wrong_kind} key"),
        ));
    }
    Ok(())
}

/// The server keys that a notification may be signed with; never empty.
///
/// One key is the usual case. Use several for an endpoint that takes notifications of sandbox and
/// production, or of several merchants, and while a key is being replaced. Each costs one more hash
/// per notification.
///
/// The holder of any of the keys can sign a message about any order: a sandbox payment would pay
/// for a production order. So where the keys are of several accounts, state the account of each
/// order with [`Expected::signed_with`](crate::Expected::signed_with). A separate address for each
/// account, with its own keys, does not need this.
///
/// ```
/// use midtrans_protocol::{ServerKey, ServerKeys};
///
/// let keys = ServerKeys::new(ServerKey::new("Mid-server-new")?);
/// let keys = keys.and(ServerKey::new("Mid-server-old")?);
/// assert_eq!(keys.len(), 2);
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerKeys {
    first: ServerKey,
    others: Vec<ServerKey>,
}

impl ServerKeys {
    /// A set of one key.
    #[must_use]
    pub const fn new(key: ServerKey) -> Self {
        Self {
            first: key,
            others: Vec::new(),
        }
    }

    /// Adds a key. The first key has index 0, this one the next index.
    #[must_use]
    pub fn and(mut self, key: ServerKey) -> Self {
        self.others.push(key);
        self
    }

    /// The number of keys; at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        1 + self.others.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &ServerKey> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl From<ServerKey> for ServerKeys {
    fn from(key: ServerKey) -> Self {
        Self::new(key)
    }
}
