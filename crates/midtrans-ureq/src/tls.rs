//! The TLS backend and the certificates that it trusts.

/// A TLS backend. Each variant exists when its feature is on.
///
/// [`Tls::preferred`] is the first of `RustlsRing(Roots::WebPki)`, `RustlsAwsLcRs(Roots::WebPki)`
/// and `Native` that is compiled in. Cargo adds up the features of all crates of a program, so a
/// program that cares names its backend in [`UreqConfig::tls`](crate::UreqConfig::tls).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tls {
    /// rustls with ring, or with the process-wide provider if the program has installed one.
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

#[cfg(any(
    feature = "rustls-ring",
    feature = "rustls-aws-lc-rs",
    feature = "native-tls"
))]
mod settings {
    //! The same settings in ureq's types.

    use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

    #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
    use super::Roots;
    use super::Tls;

    impl Tls {
        pub(crate) fn config(self) -> TlsConfig {
            let builder = TlsConfig::builder();
            match self {
                #[cfg(feature = "rustls-ring")]
                Self::RustlsRing(roots) => builder
                    .provider(TlsProvider::Rustls)
                    .root_certs(roots.certs())
                    .build(),
                #[cfg(feature = "rustls-aws-lc-rs")]
                Self::RustlsAwsLcRs(roots) => builder
                    .provider(TlsProvider::Rustls)
                    .root_certs(roots.certs())
                    // ureq excepts this one method from its version promise, since rustls is not at
                    // 1.0. There is no other way to name a provider, and only users of this feature
                    // depend on it.
                    .unversioned_rustls_crypto_provider(
                        rustls::crypto::aws_lc_rs::default_provider().into(),
                    )
                    .build(),
                #[cfg(feature = "native-tls")]
                Self::Native => builder
                    .provider(TlsProvider::NativeTls)
                    .root_certs(RootCerts::PlatformVerifier)
                    .build(),
            }
        }
    }

    #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
    impl Roots {
        fn certs(self) -> RootCerts {
            match self {
                Self::WebPki => RootCerts::WebPki,
                #[cfg(feature = "platform-verifier")]
                Self::Platform => RootCerts::PlatformVerifier,
            }
        }
    }
}
