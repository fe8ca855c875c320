//! The transport on ureq.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method};
use midtrans_transport::{BlockingTransport, Limits, Request, Response, TransportError};
use ureq::config::Config;
use ureq::{Agent, AsSendBody, SendBody};

use crate::agents::{Agents, is_plain};
use crate::config::UreqConfig;
use crate::error::BuildError;
use crate::upload::Upload;
use crate::{failure, reply};

/// Sends requests with a [`ureq::Agent`], which keeps connections open between calls.
///
/// Make one and share it: it needs no lock, and any number of threads may send at the same time.
/// Clones share the agent.
#[derive(Clone)]
pub struct UreqTransport(Arc<Agents>);

impl UreqTransport {
    /// A transport with an agent of its own and the default [`UreqConfig`].
    ///
    /// # Errors
    /// As [`UreqTransport::with_config`].
    pub fn new() -> Result<Self, BuildError> {
        Self::with_config(UreqConfig::default())
    }

    /// A transport with an agent of its own.
    ///
    /// # Errors
    /// [`BuildError`] when the environment names a proxy that cannot be read, unless
    /// [`UreqConfig::proxy`] does not ask.
    pub fn with_config(config: UreqConfig) -> Result<Self, BuildError> {
        Agents::build(config).map(|agents| Self(Arc::new(agents)))
    }

    /// A transport on your agent: your TLS, your HTTPS proxy, your connector.
    ///
    /// Redirects, statuses, the timeout and the body limit are set on each request, so the agent's
    /// own do not count, and plain HTTP goes through no proxy. Three things remain with the agent.
    /// Its idle pool is ureq's, which keeps three connections per host unless told otherwise; its
    /// middleware may do anything, also send a request twice; and its proxy for HTTPS is the one
    /// that it was built with, by default the environment's by ureq's own rules, by which an
    /// address that cannot be read is a direct connection. An agent that wants a TLS backend which
    /// is not compiled in makes ureq panic; ureq's own default is rustls with ring.
    #[must_use]
    pub fn from_agent(agent: Agent) -> Self {
        Self(Arc::new(Agents::Given(agent)))
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let agent = self.0.for_call(request.uri(), limits.timeout);
        let (mut parts, body) = request.into_parts();
        let mut upload = Upload::new(body);
        let answered = if carries_body(&parts.method, &upload) {
            parts
                .headers
                .insert(CONTENT_LENGTH, HeaderValue::from(upload.len()));
            let body = SendBody::from_reader(&mut upload);
            run(
                agent,
                http::Request::from_parts(parts, body),
                limits.timeout,
            )
        } else {
            run(agent, http::Request::from_parts(parts, ()), limits.timeout)
        };
        let reply =
            answered.map_err(|error| failure::before_reply(error, upload.is_untouched()))?;
        reply::read(reply, limits.max_body)
    }
}

/// Returns whether the request has a body: methods that require one send an empty body too.
fn carries_body(method: &Method, upload: &Upload) -> bool {
    upload.len() > 0 || matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

fn run(
    agent: &Agent,
    request: http::Request<impl AsSendBody>,
    timeout: Duration,
) -> Result<http::Response<ureq::Body>, ureq::Error> {
    let plain = is_plain(request.uri());
    if suits(agent.config(), plain, timeout) {
        return agent.run(request);
    }
    let settings = agent
        .configure_request(request)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(timeout));
    // Plain HTTP is for loopback. A proxy would carry the server key to another machine, readable
    // by anyone.
    let settings = if plain {
        settings.proxy(None)
    } else {
        settings
    };
    agent.run(settings.build())
}

/// Returns whether the agent's own settings are already those of this call.
fn suits(config: &Config, plain: bool, timeout: Duration) -> bool {
    config.max_redirects() == 0
        && !config.http_status_as_error()
        && config.timeouts().global == Some(timeout)
        && !(plain && config.proxy().is_some())
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An agent's own text would show the address of its proxy.
        f.debug_struct("UreqTransport").finish_non_exhaustive()
    }
}
