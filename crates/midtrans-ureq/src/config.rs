//! What can be set about the agent that this crate builds.

use std::time::Duration;

use midtrans_transport::ProxyChoice;
use ureq::config::Config;
use ureq::{Agent, Proxy};

use crate::names;
use crate::tls::Tls;

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// A payment message has a few kilobytes. ureq's own 128 KiB in each direction would be 8 MiB for
/// 32 connections.
const BUFFER: usize = 32 * 1024;

/// Settings of a transport that builds its own agent.
///
/// Time and size of a single call are not here: they come with each call, as
/// [`Limits`](midtrans_transport::Limits).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UreqConfig {
    /// The longest that connecting may take, from the look-up of the name to the end of the TLS
    /// handshake. 5 seconds. The limit of the call holds as well.
    pub connect_timeout: Duration,
    /// How many idle connections are kept for the next calls. 256. Fewer than there are concurrent
    /// callers means that some of them connect anew on each call.
    pub max_idle_connections: usize,
    /// How long an idle connection is kept. 30 seconds: shorter than servers usually wait, so that
    /// few calls meet a connection that is just being closed.
    pub idle_timeout: Duration,
    /// Who does TLS. `None`, the default, is [`Tls::preferred`].
    pub tls: Option<Tls>,
    /// Whether HTTPS goes through the proxy that the environment names. It does by default.
    pub proxy: ProxyChoice,
}

impl Default for UreqConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            max_idle_connections: 256,
            idle_timeout: Duration::from_secs(30),
            tls: None,
            proxy: ProxyChoice::Environment,
        }
    }
}

impl UreqConfig {
    /// An agent whose own settings are already those of a call with this timeout.
    pub(crate) fn agent(&self, timeout: Duration, proxy: Option<Proxy>) -> Agent {
        names::agent(self.settings(timeout, proxy), names::system())
    }

    pub(crate) fn settings(&self, timeout: Duration, proxy: Option<Proxy>) -> Config {
        let builder = Agent::config_builder()
            .user_agent(USER_AGENT)
            // Also where it is none: ureq would read the environment by its own rules.
            .proxy(proxy)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(timeout))
            .timeout_connect(Some(self.connect_timeout))
            .max_idle_connections(self.max_idle_connections)
            .max_idle_connections_per_host(self.max_idle_connections)
            .max_idle_age(self.idle_timeout)
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER)
            .max_response_header_size(BUFFER);
        #[cfg(any(
            feature = "rustls-ring",
            feature = "rustls-aws-lc-rs",
            feature = "native-tls"
        ))]
        let builder = match self.tls.or_else(Tls::preferred) {
            Some(tls) => builder.tls_config(tls.config()),
            None => builder,
        };
        builder.build()
    }
}
