//! The transport's promises, on real loopback sockets.

#![allow(
    clippy::unwrap_used,
    reason = "what a test stands on may panic like the test"
)]

use std::time::Duration;

use midtrans_reqwest::{ReqwestConfig, ReqwestTransport};
use midtrans_transport::{
    AsyncTransport, BlockingTransport, Limits, Request, Response, TransportError,
};
use tokio::runtime::{Builder, Runtime};

#[path = "../../midtrans-ureq/tests/contract/suite.rs"]
mod suite;

/// hyper hands a connection back a moment after its caller has the reply. A call in that moment
/// opens another one. Without reuse every call would.
const SPARE_CONNECTIONS: usize = 32;

/// An async transport as the suite wants it: each caller is a thread, and all share one runtime.
struct OnRuntime {
    transport: ReqwestTransport,
    runtime: Runtime,
}

impl OnRuntime {
    fn new(transport: ReqwestTransport) -> Self {
        Self {
            transport,
            runtime: Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap(),
        }
    }
}

impl BlockingTransport for OnRuntime {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self.runtime.block_on(self.transport.send(request, limits))
    }

    fn pause(&self, pause: Duration) {
        self.runtime.block_on(self.transport.pause(pause));
    }
}

/// The same on the thread of its caller, as in a program with a single thread.
struct OnThread(ReqwestTransport, std::sync::Mutex<Runtime>);

impl OnThread {
    fn new(transport: ReqwestTransport) -> Self {
        Self(
            transport,
            std::sync::Mutex::new(Builder::new_current_thread().enable_all().build().unwrap()),
        )
    }
}

impl BlockingTransport for OnThread {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self.1
            .lock()
            .unwrap()
            .block_on(self.0.send(request, limits))
    }
}

mod own {
    //! The client that the crate builds.
    use super::{OnRuntime, ReqwestTransport, suite};

    suite::mount!(OnRuntime::new(ReqwestTransport::new().unwrap()));
    suite::mount_building!(ReqwestTransport::new().map(OnRuntime::new));
}

mod single {
    //! The same on a runtime with one thread.
    use super::{OnThread, ReqwestTransport, suite};

    suite::mount!(OnThread::new(ReqwestTransport::new().unwrap()));
}

mod customized {
    //! Changes that would harm if they were kept.
    use super::{OnRuntime, ReqwestConfig, ReqwestTransport, suite};

    suite::mount!(OnRuntime::new(
        ReqwestTransport::customized(ReqwestConfig::default(), |client| {
            let retry =
                reqwest::retry::for_host("127.0.0.1").classify_fn(|attempt| attempt.retryable());
            client
                .redirect(reqwest::redirect::Policy::limited(5))
                .retry(retry)
        })
        .unwrap()
    ));
}

mod client {
    //! The promises of this transport only.
    use std::time::Duration;

    use midtrans_reqwest::{ProxyChoice, ReqwestConfig, ReqwestTransport};
    use midtrans_transport::BlockingTransport;
    use midtrans_transport::Reach::{NotSent, Unknown};
    use midtrans_transport::TransportErrorKind::{Connect, Redirected, Timeout, Tls};

    use super::OnRuntime;
    use super::suite::failures::closed_port;
    use super::suite::gateway::Gateway;
    use super::suite::proxies::{child_named, passed};
    use super::suite::{KEY, get, limits, post};

    fn hasty() -> OnRuntime {
        let mut config = ReqwestConfig::default();
        config.connect_timeout = Duration::from_millis(200);
        OnRuntime::new(ReqwestTransport::with_config(config).unwrap())
    }

    fn builder() -> reqwest::ClientBuilder {
        // reqwest is built without a provider and wants one of the process; the second to install
        // it fails.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder().no_proxy()
    }

    /// reqwest's own settings, which follow redirects.
    fn foreign() -> OnRuntime {
        OnRuntime::new(ReqwestTransport::from_client(builder().build().unwrap()))
    }

    fn redirecting(status: u16, location: &str) -> Gateway {
        Gateway::answering(&format!(
            "HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        ))
    }

    #[test]
    fn a_handshake_that_takes_too_long_means_that_nothing_was_sent() {
        let silent = Gateway::start(|connection| connection.wait_for_close());
        let error = hasty()
            .send(get(&silent.https("/v2/a/status")), limits())
            .unwrap_err();
        assert_eq!((error.kind(), error.reach()), (Timeout, NotSent));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_host_that_does_not_answer_means_that_nothing_was_sent() {
        let full = super::suite::gateway::Unanswering::start();
        let error = hasty()
            .send(post(&full.url("/v2/charge"), "{}"), limits())
            .unwrap_err();
        assert_eq!((error.kind(), error.reach()), (Timeout, NotSent));
    }

    #[test]
    fn what_is_not_tls_means_that_nothing_was_sent_also_without_a_body() {
        let garbage = Gateway::start(|connection| connection.write(b"this is not TLS\r\n\r\n"));
        let transport = OnRuntime::new(ReqwestTransport::new().unwrap());
        let error = transport
            .send(get(&garbage.https("/v2/a/status")), limits())
            .unwrap_err();
        assert_eq!((error.kind(), error.reach()), (Tls, NotSent));
    }

    /// The child process does it, in an environment of its own.
    #[test]
    fn a_transport_that_asks_no_environment_is_built_whatever_that_says() {
        if std::env::var_os("HTTPS_PROXY").is_some_and(|value| value == "no:proxy") {
            assert!(ReqwestTransport::new().is_err());
            let mut config = ReqwestConfig::default();
            config.proxy = ProxyChoice::Direct;
            drop(ReqwestTransport::with_config(config).unwrap());
            return;
        }
        let this = "a_transport_that_asks_no_environment_is_built_whatever_that_says";
        passed(child_named(this).env("HTTPS_PROXY", "no:proxy"));
    }

    /// The child process does it, in an environment of its own.
    #[test]
    fn a_proxy_of_ones_own_comes_before_that_of_the_environment() {
        const OWN: &str = "MIDTRANS_TEST_OWN_PROXY";
        if let Ok(own) = std::env::var(OWN) {
            let proxy = reqwest::Proxy::https(own).unwrap();
            let built = ReqwestTransport::customized(ReqwestConfig::default(), |client| {
                client.proxy(proxy)
            })
            .unwrap();
            OnRuntime::new(built)
                .send(post("https://gateway.invalid/v2/charge", "{}"), limits())
                .unwrap_err();
            return;
        }
        let refusing =
            || Gateway::answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        let (own, named) = (refusing(), refusing());
        let mut child = child_named("a_proxy_of_ones_own_comes_before_that_of_the_environment");
        passed(
            child
                .env(OWN, own.http(""))
                .env("HTTPS_PROXY", named.http("")),
        );
        assert_eq!((own.connections(), named.connections()), (1, 0));
    }

    #[test]
    fn the_user_agent_names_this_crate() {
        let gateway = Gateway::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        OnRuntime::new(ReqwestTransport::new().unwrap())
            .send(get(&gateway.http("/")), limits())
            .unwrap();
        let name = concat!("midtrans-reqwest/", env!("CARGO_PKG_VERSION"));
        assert_eq!(gateway.requests()[0].header("user-agent"), Some(name));
    }

    #[test]
    fn a_reply_from_elsewhere_is_refused_and_the_key_did_not_go_there() {
        for status in [301, 302, 303] {
            let elsewhere = Gateway::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
            let gateway = redirecting(status, &elsewhere.http("/elsewhere"));
            let error = foreign()
                .send(post(&gateway.http("/v2/charge"), "{}"), limits())
                .unwrap_err();
            assert_eq!((error.kind(), error.reach()), (Redirected, Unknown));
            assert!(
                elsewhere
                    .requests()
                    .iter()
                    .all(|request| !request.head.contains(KEY) && request.body.is_empty())
            );
        }
    }

    #[test]
    fn a_body_is_not_sent_again_by_a_redirect_or_a_retry() {
        for status in [307, 308] {
            let elsewhere = Gateway::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
            let gateway = redirecting(status, &elsewhere.http("/elsewhere"));
            let reply = foreign()
                .send(post(&gateway.http("/v2/charge"), "{}"), limits())
                .unwrap();
            assert_eq!(
                (reply.status().as_u16(), elsewhere.connections()),
                (status, 0)
            );
        }
        let gateway = Gateway::answering("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        let retry =
            reqwest::retry::for_host("127.0.0.1").classify_fn(|attempt| attempt.retryable());
        let client = builder().retry(retry).build().unwrap();
        let transport = OnRuntime::new(ReqwestTransport::from_client(client));
        for body in ["{}", ""] {
            assert_eq!(
                transport
                    .send(post(&gateway.http("/v2/charge"), body), limits())
                    .unwrap()
                    .status(),
                503
            );
        }
        assert_eq!(gateway.requests().len(), 2);
    }

    #[test]
    fn a_redirect_to_a_closed_port_does_not_say_that_nothing_was_sent() {
        let gateway = redirecting(302, &closed_port());
        let error = foreign()
            .send(post(&gateway.http("/v2/charge"), "{}"), limits())
            .unwrap_err();
        assert_eq!((error.kind(), error.reach()), (Connect, Unknown));
        assert_eq!(gateway.requests().len(), 1);
    }

    #[test]
    fn a_redirect_loop_is_refused_without_showing_where_it_goes() {
        let gateway = redirecting(302, "/order-MARKED");
        let error = foreign()
            .send(get(&gateway.http("/order-MARKED")), limits())
            .unwrap_err();
        assert_eq!((error.kind(), error.reach()), (Redirected, Unknown));
        assert!(!super::suite::secrets::everything(&error).contains("MARKED"));
    }
}
