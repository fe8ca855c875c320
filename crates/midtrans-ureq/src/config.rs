//! The settings of the agent that this crate builds.

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
    /// The time limit of connecting, from name resolution to the end of the TLS handshake. Default:
    /// 5 seconds. The limit of the call holds as well.
    pub connect_timeout: Duration,
    /// The number of idle connections that are kept for the next calls. Default: 256. With fewer
    /// than there are concurrent callers, some of them connect anew on each call.
    pub max_idle_connections: usize,
    /// The time for which an idle connection is kept. Default: 30 seconds, which is shorter than
    /// servers usually wait, so that few calls meet a connection that is just being closed.
    pub idle_timeout: Duration,
    /// The TLS backend. `None`, the default, is [`Tls::preferred`].
    pub tls: Option<Tls>,
    /// The route of HTTPS. By default it goes through the proxy that the environment names.
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
            // Set even where it is `None`: ureq would read the environment by its own rules.
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
