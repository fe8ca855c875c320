//! The account that a command is for: keys and environment, from variables or from a file, never
//! from the command line.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::Path;

use midtrans_protocol::account::{ClientKey, Host};
use midtrans_protocol::{Environment, InvalidInput, Merchant, ServerKey, ServerKeys};
use serde_json::Value;

use crate::failure::Failure;
use crate::key_file;
use crate::report::Report;
use crate::terminal::Tone;

/// An account, as far as it is known. A key is checked when a command needs it.
pub(crate) struct Account {
    environment: Environment,
    /// The environment was named.
    has_environment: bool,
    server_key: Option<Result<ServerKey, InvalidInput>>,
    client_key: Option<Result<ClientKey, InvalidInput>>,
    merchant_id: Option<String>,
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    inbox: Option<String>,
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    inbox_token: Option<String>,
    /// The file or the variable that the server key comes from.
    origin: String,
}

impl Account {
    /// Reads the account. A file named on the command line outweighs variables, and they outweigh
    /// the file of `MIDTRANS_KEYS`.
    pub(crate) fn of(keys: Option<&Path>, environment: Option<&str>) -> Result<Self, Failure> {
        let values = Values::of(keys)?;
        let origin = values.origin("MIDTRANS_SERVER_KEY");
        let name = environment
            .map(str::to_owned)
            .map_or_else(|| values.get("MIDTRANS_ENVIRONMENT"), |name| Ok(Some(name)))?;
        Ok(Self {
            environment: environment_of(name.as_deref().unwrap_or("sandbox"))?,
            has_environment: name.is_some(),
            server_key: values.get("MIDTRANS_SERVER_KEY")?.map(ServerKey::new),
            client_key: values.get("MIDTRANS_CLIENT_KEY")?.map(ClientKey::new),
            merchant_id: values.get("MIDTRANS_MERCHANT_ID")?,
            #[cfg(any(feature = "sqlite", feature = "postgres"))]
            inbox: values.get("MIDTRANS_INBOX")?,
            #[cfg(any(feature = "sqlite", feature = "postgres"))]
            inbox_token: values.get("MIDTRANS_INBOX_TOKEN")?,
            origin: origin.to_owned(),
        })
    }

    pub(crate) const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns true if the environment was named; without a name it is the sandbox.
    pub(crate) const fn has_environment(&self) -> bool {
        self.has_environment
    }

    /// Returns the server key; a failure with the next steps where there is none or it is not
    /// usable.
    pub(crate) fn server_key(&self) -> Result<ServerKey, Failure> {
        match &self.server_key {
            Some(Ok(key)) => Ok(key.clone()),
            Some(Err(error)) => Err(Failure::usage(format!("MIDTRANS_SERVER_KEY is not usable: {error}"))
                .next("take the server key from the dashboard, Settings > Access Keys")),
            None => Err(Failure::usage("there is no server key")
                .next("export MIDTRANS_SERVER_KEY=…, or write it into a file of mode 600 and pass --keys FILE")
                .next("for a simulator: export MIDTRANS_SERVER_KEY=SB-Mid-server-simulator")),
        }
    }

    pub(crate) fn server_keys(&self) -> Result<ServerKeys, Failure> {
        self.server_key().map(ServerKeys::from)
    }

    /// Returns true if a server key was given, usable or not.
    pub(crate) const fn has_server_key(&self) -> bool {
        self.server_key.is_some()
    }

    /// The account in its environment.
    pub(crate) fn merchant(&self) -> Result<Merchant, Failure> {
        Merchant::new(self.environment.clone(), self.server_key()?).map_err(|error| {
            Failure::usage(format!(
                "the key does not belong to {}: {error}",
                self.environment_name()
            ))
            .next(
                "set MIDTRANS_ENVIRONMENT or --environment to the key's own, or take the other key",
            )
        })
    }

    pub(crate) fn client_key(&self) -> Option<Result<&ClientKey, &InvalidInput>> {
        self.client_key.as_ref().map(Result::as_ref)
    }

    pub(crate) fn merchant_id(&self) -> Option<&str> {
        self.merchant_id.as_deref()
    }

    /// The inbox's file or URL.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn inbox(&self) -> Option<&str> {
        self.inbox.as_deref()
    }

    /// The token that guards a running inbox.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn inbox_token(&self) -> Option<&str> {
        self.inbox_token.as_deref()
    }

    /// The file or the variable that the server key comes from.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// `sandbox`, `production`, or the URL.
    pub(crate) fn environment_name(&self) -> &str {
        match &self.environment {
            Environment::Sandbox => "sandbox",
            Environment::Production => "production",
            other => other.base(Host::Api),
        }
    }

    /// Begins a report with the environment.
    pub(crate) fn report(&self) -> Report {
        let mut report = Report::new();
        let name = self.environment_name();
        let (text, tone) = match &self.environment {
            Environment::Production => ("production, real money".to_owned(), Tone::Careful),
            Environment::Sandbox => ("sandbox, play money".to_owned(), Tone::Neutral),
            _ => (name.to_owned(), Tone::Neutral),
        };
        report
            .row("environment", &text, tone)
            .data("environment", Value::from(name));
        report
    }
}

/// The values of files and variables.
pub(crate) struct Values {
    first: BTreeMap<String, String>,
    last: BTreeMap<String, String>,
}

impl Values {
    /// Reads the file of `--keys`, or else the one of `MIDTRANS_KEYS`.
    pub(crate) fn of(keys: Option<&Path>) -> Result<Self, Failure> {
        let file = env::var_os("MIDTRANS_KEYS")
            .filter(|_| keys.is_none())
            .filter(|path| !path.is_empty());
        let first = keys.map(key_file::read).transpose()?.unwrap_or_default();
        let last = file
            .as_ref()
            .map(|path| key_file::read(Path::new(path)))
            .transpose()?
            .unwrap_or_default();
        Ok(Self { first, last })
    }

    /// Returns the value as it is, which for a variable may not be text.
    pub(crate) fn raw(&self, name: &str) -> Option<OsString> {
        if let Some(value) = self.first.get(name) {
            return Some(OsString::from(value));
        }
        // An empty variable is how many scripts say "none".
        let variable = env::var_os(name).filter(|value| !value.is_empty());
        variable.or_else(|| self.last.get(name).map(OsString::from))
    }

    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, Failure> {
        let text = self.raw(name).map(OsString::into_string).transpose();
        text.map_err(|_| Failure::usage(format!("{name} is not UTF-8")))
    }

    fn origin(&self, name: &str) -> &'static str {
        if self.first.contains_key(name) {
            "the file of --keys"
        } else if env::var_os(name).is_some_and(|value| !value.is_empty()) {
            "MIDTRANS_SERVER_KEY"
        } else if self.last.contains_key(name) {
            "the file of MIDTRANS_KEYS"
        } else {
            "nowhere"
        }
    }
}

fn environment_of(name: &str) -> Result<Environment, Failure> {
    match name {
        "sandbox" => Ok(Environment::Sandbox),
        "production" => Ok(Environment::Production),
        url if url.contains("://") => Environment::custom(url)
            .map_err(|error| Failure::usage(format!("the environment is not usable: {error}"))),
        _ => Err(Failure::usage("the environment is unknown").next(
            "use sandbox, production, or the URL of a simulator such as http://127.0.0.1:8180",
        )),
    }
}
