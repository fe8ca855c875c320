//! The floors under a call: ureq and reqwest alone, with the transports' own settings, and serde_json
//! for the same structs.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use midtrans_reqwest::reqwest;
use midtrans_ureq::ureq;

use crate::charges::PlainAkulaku;
use crate::plain_reply::{PlainReply, PlainStatus};
use crate::{charges, requests};

const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(30);
const POOL: usize = 256;
const BUFFER: usize = 32 * 1024;
const MAX_BODY: u64 = 1 << 20;
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The call of both bare clients.
struct Asked {
    base: String,
    url: String,
    authorization: HeaderValue,
    charge: PlainAkulaku,
}

impl Asked {
    fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            url: format!("{base}/v2/charge"),
            authorization: requests::authorization(),
            charge: charges::plain_akulaku(),
        }
    }

    /// The URL of an order's status.
    fn status(&self, order_id: &str) -> String {
        format!("{}/v2/{order_id}/status", self.base)
    }
}

/// ureq alone.
#[derive(Clone)]
pub(crate) struct BareUreq {
    agent: ureq::Agent,
    asked: Arc<Asked>,
}

impl BareUreq {
    pub(crate) fn new(base: &str) -> Self {
        let settings = ureq::Agent::config_builder()
            .user_agent("midtrans-ureq/0.1.0")
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .max_idle_connections(POOL)
            .max_idle_connections_per_host(POOL)
            .max_idle_age(IDLE)
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER)
            .max_response_header_size(BUFFER)
            .build();
        Self {
            agent: settings.new_agent(),
            asked: Arc::new(Asked::new(base)),
        }
    }

    /// Writes the charge with serde_json and reads the reply with serde_json.
    pub(crate) fn call(&self) -> Result<PlainReply, ureq::Error> {
        let body = serde_json::to_vec(&self.asked.charge).expect("plain structs serialize");
        Ok(PlainReply::read(&self.send(&body)?))
    }

    /// Asks about an order and reads the answer with serde_json; returns it as it came.
    pub(crate) fn status(&self, order_id: &str) -> Result<String, ureq::Error> {
        let request = self.agent.get(self.asked.status(order_id));
        let reply = request
            .header(AUTHORIZATION, self.asked.authorization.clone())
            .header(ACCEPT, JSON)
            .call()?;
        let text = reply.into_body().read_to_string()?;
        PlainStatus::read(&text);
        Ok(text)
    }

    fn send(&self, body: &[u8]) -> Result<Vec<u8>, ureq::Error> {
        let reply = self
            .agent
            .post(&self.asked.url)
            .header(AUTHORIZATION, self.asked.authorization.clone())
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, JSON)
            .header(IDEMPOTENCY_KEY, requests::IDEMPOTENCY_KEY)
            .send(body)?;
        let mut body = reply.into_body();
        let mut bytes =
            Vec::with_capacity(body.content_length().map_or(0, |length| length as usize));
        body.as_reader().take(MAX_BODY).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// reqwest alone.
#[derive(Clone)]
pub(crate) struct BareReqwest {
    client: reqwest::Client,
    asked: Arc<Asked>,
}

impl BareReqwest {
    pub(crate) fn new(base: &str) -> Self {
        // Loopback is plain HTTP. reqwest wants TLS settings all the same; these trust no
        // certificate.
        let tls = rustls::ClientConfig::builder_with_provider(
            rustls::crypto::ring::default_provider().into(),
        )
        .with_safe_default_protocol_versions()
        .expect("ring has the default versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
        let builder = reqwest::Client::builder()
            .user_agent("midtrans-reqwest/0.1.0")
            .http1_only()
            .no_proxy()
            .connect_timeout(CONNECT)
            .pool_max_idle_per_host(POOL)
            .pool_idle_timeout(IDLE)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .tls_backend_preconfigured(tls);
        let client = builder.build().expect("the settings fit together");
        Self {
            client,
            asked: Arc::new(Asked::new(base)),
        }
    }

    /// Writes the charge with serde_json and reads the reply with serde_json.
    pub(crate) async fn call(&self) -> Result<PlainReply, reqwest::Error> {
        let body = serde_json::to_vec(&self.asked.charge).expect("plain structs serialize");
        Ok(PlainReply::read(&self.send(body).await?))
    }

    /// Asks about an order and reads the answer with serde_json; returns it as it came.
    pub(crate) async fn status(&self, order_id: &str) -> Result<String, reqwest::Error> {
        let request = self.client.get(self.asked.status(order_id));
        let request = request
            .header(AUTHORIZATION, self.asked.authorization.clone())
            .header(ACCEPT, JSON);
        let text = request.timeout(TIMEOUT).send().await?.text().await?;
        PlainStatus::read(&text);
        Ok(text)
    }

    async fn send(&self, body: Vec<u8>) -> Result<Vec<u8>, reqwest::Error> {
        let mut reply = self
            .client
            .post(&self.asked.url)
            .header(AUTHORIZATION, self.asked.authorization.clone())
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, JSON)
            .header(IDEMPOTENCY_KEY, requests::IDEMPOTENCY_KEY)
            .timeout(TIMEOUT)
            .body(body)
            .send()
            .await?;
        let mut bytes =
            Vec::with_capacity(reply.content_length().map_or(0, |length| length as usize));
        while let Some(chunk) = reply.chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}
