//! A page of Snap: its token and its address.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::account::Host;
use crate::instructions::{Instructions, RedirectUrl};
use crate::raw::RawBody;
use crate::reply::{DecodeError, Reply};
use crate::{Environment, GatewayReply, InvalidInput};

/// The token of a page of Snap. The customer's browser gets it, for `snap.pay(token)`; with it a
/// stranger sees the order and may pay it. `Debug` prints `Token(..)`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Box<str>);

impl Token {
    /// Takes a token as the gateway gave it.
    ///
    /// # Errors
    /// [`InvalidInput`] unless it has 1 to 255 letters, digits, hyphens and underscores.
    pub fn new(token: impl Into<String>) -> Result<Self, InvalidInput> {
        let token = token.into();
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if (1..=255).contains(&token.len()) && token.bytes().all(is_known) {
            Ok(Self(token.into()))
        } else {
            Err(InvalidInput::new(
                "token",
                "a token of Snap, such as a UUID: letters, digits, hyphens and underscores",
            ))
        }
    }

    /// The text, for the page that needs it. Don't log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// A page that was made: its token, for a popup in your own page, and its address, for a redirect.
/// ([Response](https://docs.midtrans.com/reference/sample-response))
///
/// `Debug` shows neither.
#[must_use = "it says where to send the customer"]
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    token: Token,
    redirect_url: String,
    raw: RawBody,
}

impl Session {
    /// The token, for `snap.js`.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// The address of the page, as received.
    #[must_use]
    pub fn redirect_url(&self) -> &str {
        &self.redirect_url
    }

    /// The address of the page, checked: it may be put into a `Location` header. `None` unless it
    /// is on Snap's own host in this environment.
    #[must_use]
    pub fn redirect(&self, environment: &Environment) -> Option<RedirectUrl> {
        on_own_host(&self.redirect_url, environment)
    }

    /// The customer's next step, in the same shape as that of a charge.
    #[must_use]
    pub fn instructions(&self) -> Instructions {
        Instructions::Redirect(self.redirect_url.clone())
    }

    /// The whole body as received.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}

/// The address, if it is on Snap's own host in this environment.
pub(crate) fn on_own_host(url: &str, environment: &Environment) -> Option<RedirectUrl> {
    let own = RedirectUrl::new(environment.base(Host::App), environment).ok()?;
    let page = RedirectUrl::new(url, environment).ok()?;
    page.only_to([own.host()]).ok()
}

impl Reply for Session {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, raw) = reply.into_object()?;
        let token = raw.text("token").and_then(|token| Token::new(token).ok());
        let page = raw.text("redirect_url").filter(|url| !url.is_empty());
        match token.zip(page) {
            Some((token, redirect_url)) => Ok(Self {
                token,
                redirect_url,
                raw,
            }),
            None => Err(DecodeError::new(
                "a token and a redirect_url",
                http_status,
                raw.as_str().into(),
            )),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(..)")
    }
}
