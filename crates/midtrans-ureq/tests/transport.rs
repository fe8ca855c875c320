//! The transport's promises, on real loopback sockets.

#![allow(
    clippy::unwrap_used,
    reason = "what a test stands on may panic like the test"
)]

use midtrans_ureq::UreqTransport;

#[path = "contract/suite.rs"]
mod suite;

/// ureq connects only when no connection is idle.
const SPARE_CONNECTIONS: usize = 0;

mod own {
    //! The agent that the crate builds.
    use super::{UreqTransport, suite};

    suite::mount!(UreqTransport::new().unwrap());
    suite::mount_building!(UreqTransport::new());
}

// ureq's own settings ask for this backend.
#[cfg(feature = "rustls-ring")]
mod foreign {
    //! An agent with the worst settings there are: follows redirects, turns statuses into errors,
    //! waits for ever.
    use super::{UreqTransport, suite};

    suite::mount!(UreqTransport::from_agent(ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .max_redirects(10)
            .redirect_auth_headers(ureq::config::RedirectAuthHeaders::SameHost)
            .max_idle_connections(64)
            .max_idle_connections_per_host(64)
            .build()
    )));
}

mod agent {
    //! The promises of this transport only.
    use std::time::Duration;

    use midtrans_transport::BlockingTransport;
    use midtrans_transport::Reach::NotSent;
    #[cfg(feature = "rustls-ring")]
    use midtrans_transport::Reach::Unknown;
    use midtrans_transport::TransportErrorKind::Timeout;
    #[cfg(feature = "rustls-ring")]
    use midtrans_transport::TransportErrorKind::Tls;
    use midtrans_ureq::protocol::{Environment, Merchant, OrderId, ServerKey};
    use midtrans_ureq::{ProxyChoice, UreqConfig, UreqTransport};

    use super::suite::gateway::Gateway;
    use super::suite::proxies::{child_named, passed};
    use super::suite::{get, limits, post};

    fn hasty() -> UreqTransport {
        let mut config = UreqConfig::default();
        config.connect_timeout = Duration::from_millis(200);
        UreqTransport::with_config(config).unwrap()
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

    #[cfg(feature = "rustls-ring")]
    #[test]
    fn what_is_not_tls_proves_nothing_about_a_request_without_a_body() {
        let garbage = Gateway::start(|connection| connection.write(b"this is not TLS\r\n\r\n"));
        let error = UreqTransport::new()
            .unwrap()
            .send(get(&garbage.https("/v2/a/status")), limits())
            .unwrap_err();
        assert_eq!((error.kind(), error.reach()), (Tls, Unknown));
    }

    #[test]
    fn clones_of_a_client_share_its_connections() {
        #[derive(Clone, Debug)]
        struct App {
            client: midtrans_ureq::Client,
        }
        let gateway = Gateway::answering(
            "HTTP/1.1 200 OK\r\nContent-Length: 76\r\n\r\n\
             {\"status_code\":\"200\",\"order_id\":\"order-1\",\"transaction_status\":\"settlement\"}",
        );
        let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
        let merchant = Merchant::new(Environment::custom(&gateway.http("")).unwrap(), key).unwrap();
        let transport = UreqTransport::new().unwrap();
        let app = App {
            client: midtrans_ureq::Client::new(transport.clone(), merchant),
        };
        for app in [app.clone(), app] {
            let _ = app.client.status(OrderId::new("order-1").unwrap()).unwrap();
            transport.send(get(&gateway.http("/")), limits()).unwrap();
        }
        assert_eq!((gateway.requests().len(), gateway.connections()), (4, 1));
    }

    /// The child process does it, in an environment of its own.
    #[test]
    fn a_transport_that_asks_no_environment_is_built_whatever_that_says() {
        if std::env::var_os("HTTPS_PROXY").is_some_and(|value| value == "no:proxy") {
            assert!(UreqTransport::new().is_err());
            let mut config = UreqConfig::default();
            config.proxy = ProxyChoice::Direct;
            drop(UreqTransport::with_config(config).unwrap());
            return;
        }
        let this = "a_transport_that_asks_no_environment_is_built_whatever_that_says";
        passed(child_named(this).env("HTTPS_PROXY", "no:proxy"));
    }

    #[test]
    fn the_user_agent_names_this_crate() {
        let gateway = Gateway::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        UreqTransport::new()
            .unwrap()
            .send(get(&gateway.http("/")), limits())
            .unwrap();
        let name = concat!("midtrans-ureq/", env!("CARGO_PKG_VERSION"));
        assert_eq!(gateway.requests()[0].header("user-agent"), Some(name));
    }
}
