//! TLS to a merchant's webhook: with a certificate that this machine trusts, as the gateway wants
//! it.

use std::sync::{Arc, OnceLock};

use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, crypto};

/// `None` where the certificate is not valid, or there is no TLS at all.
pub(crate) async fn connect(host: &str, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
    let name = ServerName::try_from(host.to_owned()).ok()?;
    TlsConnector::from(settings()?)
        .connect(name, stream)
        .await
        .ok()
}

/// Reading the machine's certificates takes a while; once is enough.
fn settings() -> Option<Arc<ClientConfig>> {
    static SETTINGS: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    SETTINGS.get_or_init(read_settings).clone()
}

fn read_settings() -> Option<Arc<ClientConfig>> {
    let settings = ClientConfig::builder_with_provider(crypto::ring::default_provider().into());
    let settings = settings
        .with_safe_default_protocol_versions()
        .ok()?
        .with_platform_verifier()
        .ok()?;
    Some(Arc::new(settings.with_no_client_auth()))
}
