//! The TLS backend and the certificates that it trusts.

#[cfg(any(
    feature = "rustls-ring",
    feature = "rustls-aws-lc-rs",
    feature = "native-tls"
))]
use reqwest::ClientBuilder;

#[cfg(any(
    feature = "rustls-ring",
    feature = "rustls-aws-lc-rs",
    feature = "native-tls"
))]
use crate::error::BuildError;

/// A TLS backend. Each variant exists when its feature is on.
///
/// [`Tls::preferred`] is the first of `RustlsRing(Roots::WebPki)`, `RustlsAwsLcRs(Roots::WebPki)`
/// and `Native` that is compiled in. Cargo adds up the features of all crates of a program, so a
/// program that cares names its backend in [`ReqwestConfig::tls`](crate::ReqwestConfig::tls).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tls {
    /// rustls with ring.
    #[cfg(feature = "rustls-ring")]
    RustlsRing(Roots),
    /// rustls with aws-lc-rs.
    #[cfg(feature = "rustls-aws-lc-rs")]
    RustlsAwsLcRs(Roots),
    /// The operating system's TLS, with the certificates it trusts.
    #[cfg(feature = "native-tls")]
    Native,
}

/// The certificates that rustls trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Roots {
    /// Mozilla's list, compiled in: the same on every machine, and no file is read.
    #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
    WebPki,
    /// The operating system's certificates, private authorities included.
    #[cfg(feature = "platform-verifier")]
    Platform,
}

const PREFERENCE: &[Tls] = &[
    #[cfg(feature = "rustls-ring")]
    Tls::RustlsRing(Roots::WebPki),
    #[cfg(feature = "rustls-aws-lc-rs")]
    Tls::RustlsAwsLcRs(Roots::WebPki),
    #[cfg(feature = "native-tls")]
    Tls::Native,
];

impl Tls {
    /// The backend used when none is named: the first one compiled in, in the order given at
    /// [`Tls`].
    #[must_use]
    pub fn preferred() -> Option<Self> {
        PREFERENCE.first().copied()
    }
}

/// Sets the backend.
#[cfg(any(
    feature = "rustls-ring",
    feature = "rustls-aws-lc-rs",
    feature = "native-tls"
))]
pub(crate) fn choose(builder: ClientBuilder, tls: Tls) -> Result<ClientBuilder, BuildError> {
    match tls {
        #[cfg(feature = "rustls-ring")]
        Tls::RustlsRing(roots) => {
            with_rustls(builder, rustls::crypto::ring::default_provider(), roots)
        }
        #[cfg(feature = "rustls-aws-lc-rs")]
        Tls::RustlsAwsLcRs(roots) => with_rustls(
            builder,
            rustls::crypto::aws_lc_rs::default_provider(),
            roots,
        ),
        #[cfg(feature = "native-tls")]
        Tls::Native => Ok(builder.tls_backend_native()),
    }
}

#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
fn with_rustls(
    builder: ClientBuilder,
    provider: rustls::crypto::CryptoProvider,
    roots: Roots,
) -> Result<ClientBuilder, BuildError> {
    let settings = rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .map_err(BuildError::new)?;
    let settings = match roots {
        Roots::WebPki => {
            let roots = webpki_roots::TLS_SERVER_ROOTS.to_vec();
            settings.with_root_certificates(rustls::RootCertStore { roots })
        }
        #[cfg(feature = "platform-verifier")]
        Roots::Platform => {
            rustls_platform_verifier::BuilderVerifierExt::with_platform_verifier(settings)
                .map_err(BuildError::new)?
        }
    };
    let mut settings = settings.with_no_client_auth();
    settings.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(builder.tls_backend_preconfigured(settings))
}
