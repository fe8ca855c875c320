//! The transport on reqwest.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use midtrans_transport::{
    AsyncTransport, Limits, Reach, Request, Response, TransportError, TransportErrorKind,
};
use reqwest::{Client, ClientBuilder, redirect, retry};

use crate::config::ReqwestConfig;
use crate::error::BuildError;
use crate::{failure, outgoing, proxy, reply};

/// Sends requests with a [`reqwest::Client`], which keeps connections open between calls.
///
/// Make one and share it: it needs no lock, and any number of tasks may send at the same time.
/// Clones share the client.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: Client,
    redirects: Redirects,
}

#[derive(Clone, Copy)]
enum Redirects {
    Off,
    /// reqwest does not tell.
    Unknown,
}

impl ReqwestTransport {
    /// A transport with a client of its own and the default [`ReqwestConfig`].
    ///
    /// # Errors
    /// [`BuildError`] when TLS cannot be set up, or the environment names a proxy that cannot be
    /// read.
    pub fn new() -> Result<Self, BuildError> {
        Self::with_config(ReqwestConfig::default())
    }

    /// A transport with a client of its own.
    ///
    /// # Errors
    /// [`BuildError`] when TLS cannot be set up, or the environment names a proxy that cannot be
    /// read.
    pub fn with_config(config: ReqwestConfig) -> Result<Self, BuildError> {
        Self::customized(config, |builder| builder)
    }

    /// A transport with a client of its own and your changes: a proxy, a client certificate, a
    /// resolver, headers.
    ///
    /// Redirects and retries are switched off afterwards, so the changes cannot harm. A proxy of
    /// yours comes before the one that the environment names, which is added afterwards, so a
    /// `no_proxy()` of yours does not keep it out: set [`ReqwestConfig::proxy`] to
    /// [`ProxyChoice::Direct`](crate::ProxyChoice::Direct) for that.
    ///
    /// ```
    /// use midtrans_reqwest::{ReqwestConfig, ReqwestTransport, reqwest::Proxy};
    ///
    /// let proxy = Proxy::https("http://proxy.internal:3128")?;
    /// let config = ReqwestConfig::default();
    /// let transport = ReqwestTransport::customized(config, |client| client.proxy(proxy))?;
    /// # drop(transport);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`BuildError`] when TLS cannot be set up, the environment names a proxy that cannot be read,
    /// or the changes do not fit together.
    pub fn customized(
        config: ReqwestConfig,
        change: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, BuildError> {
        let builder = proxy::add(change(config.builder()?), config.proxy)?;
        let builder = builder
            .redirect(redirect::Policy::none())
            .retry(retry::never());
        let client = builder.build().map_err(BuildError::new)?;
        Ok(Self {
            client,
            redirects: Redirects::Off,
        })
    }

    /// A transport on a client that is already built. Prefer [`ReqwestTransport::customized`].
    ///
    /// Timeout and body limit are set on each request, and no request body is sent twice. The rest
    /// is fixed when a client is built and remains its own:
    /// - If it follows redirects, as reqwest does by default, a reply from elsewhere is refused as
    ///   [`TransportErrorKind::Redirected`], but the other server has been asked, without the
    ///   server key. As any failure may be that of a second request, every reach is
    ///   [`Reach::Unknown`], also for a refused connection.
    /// - If it takes proxies from the environment, as reqwest does by default, plain HTTP goes
    ///   through them, and the server key with it, and an address that cannot be read is a direct
    ///   connection.
    #[must_use]
    pub fn from_client(client: Client) -> Self {
        Self {
            client,
            redirects: Redirects::Unknown,
        }
    }
}

#[async_trait]
impl AsyncTransport for ReqwestTransport {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let request = outgoing::prepare(request, limits.timeout)?;
        let asked = request.url().clone();
        let reply = self
            .client
            .execute(request)
            .await
            .map_err(|error| match self.redirects {
                Redirects::Off => failure::before_reply(error),
                Redirects::Unknown => failure::before_some_reply(error),
            })?;
        if *reply.url() != asked {
            return Err(TransportError::new(
                TransportErrorKind::Redirected,
                Reach::Unknown,
            ));
        }
        reply::read(reply, limits.max_body).await
    }

    async fn pause(&self, pause: Duration) {
        tokio::time::sleep(pause).await;
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A client's own text would show its default headers and its proxies.
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}
