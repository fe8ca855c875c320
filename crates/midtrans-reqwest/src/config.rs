//! The settings of the client that this crate builds.

use std::time::Duration;

use midtrans_transport::ProxyChoice;
use reqwest::ClientBuilder;

use crate::error::BuildError;
use crate::proxy;
#[cfg(any(
    feature = "rustls-ring",
    feature = "rustls-aws-lc-rs",
    feature = "native-tls"
))]
use crate::tls;
use crate::tls::Tls;

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Settings of a transport that builds its own client.
///
/// Time and size of a single call are not here: they come with each call, as
/// [`Limits`](midtrans_transport::Limits).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReqwestConfig {
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

impl Default for ReqwestConfig {
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

impl ReqwestConfig {
    pub(crate) fn builder(&self) -> Result<ClientBuilder, BuildError> {
        let builder = ClientBuilder::new()
            .user_agent(USER_AGENT)
            // The gateway's API needs nothing newer, and HTTP/2 has more ways to fail halfway.
            .http1_only()
            .connect_timeout(self.connect_timeout)
            .pool_max_idle_per_host(self.max_idle_connections)
            .pool_idle_timeout(self.idle_timeout);
        #[cfg(any(
            feature = "rustls-ring",
            feature = "rustls-aws-lc-rs",
            feature = "native-tls"
        ))]
        let builder = match self.tls.or_else(Tls::preferred) {
            Some(tls) => tls::choose(builder, tls)?,
            None => builder,
        };
        Ok(proxy::unread(builder))
    }
}
