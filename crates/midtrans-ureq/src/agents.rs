//! The agents behind a transport.

use std::sync::OnceLock;
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use midtrans_transport::{EnvironmentProxy, ProxyChoice};
use ureq::{Agent, Proxy};

use crate::config::UreqConfig;
use crate::error::BuildError;

/// The agents that a transport sends with.
pub(crate) enum Agents {
    /// An agent of the caller's.
    Given(Agent),
    /// Agents that are built here.
    Own(Box<Own>),
}

/// Each agent is built by the first call that needs it, with that call's timeout as the agent's
/// own. ureq keeps its TLS settings, and with them the root certificates and the TLS sessions, only
/// for requests without settings of their own; and all calls of a client carry the same timeout.
pub(crate) struct Own {
    config: UreqConfig,
    direct: OnceLock<Agent>,
    tunnel: Option<Tunnel>,
}

struct Tunnel {
    named: EnvironmentProxy,
    proxy: Proxy,
    agent: OnceLock<Agent>,
}

impl Agents {
    pub(crate) fn build(config: UreqConfig) -> Result<Self, BuildError> {
        let named = match config.proxy {
            ProxyChoice::Environment => EnvironmentProxy::read()?,
            _ => None,
        };
        let tunnel = named.map(Tunnel::new).transpose()?;
        Ok(Self::Own(Box::new(Own {
            config,
            direct: OnceLock::new(),
            tunnel,
        })))
    }

    pub(crate) fn for_call(&self, uri: &Uri, timeout: Duration) -> &Agent {
        match self {
            Self::Given(agent) => agent,
            Self::Own(own) => own.for_call(uri, timeout),
        }
    }
}

impl Own {
    fn for_call(&self, uri: &Uri, timeout: Duration) -> &Agent {
        match self.tunnel.as_ref().filter(|tunnel| tunnel.is_for(uri)) {
            Some(tunnel) => tunnel
                .agent
                .get_or_init(|| self.config.agent(timeout, Some(tunnel.proxy.clone()))),
            None => self.direct.get_or_init(|| self.config.agent(timeout, None)),
        }
    }
}

impl Tunnel {
    fn new(named: EnvironmentProxy) -> Result<Self, BuildError> {
        // Its own error is left out: it may show the address.
        let proxy = Proxy::new(named.address()).map_err(|_| named.invalid_address())?;
        Ok(Self {
            named,
            proxy,
            agent: OnceLock::new(),
        })
    }

    fn is_for(&self, uri: &Uri) -> bool {
        !is_plain(uri) && uri.host().is_some_and(|host| self.named.is_for(host))
    }
}

pub(crate) fn is_plain(uri: &Uri) -> bool {
    uri.scheme() != Some(&Scheme::HTTPS)
}
