//! Name resolution: once per connection, and never for an address.
//!
//! ureq asks its resolver before it looks into its pool, so with ureq's own every call has a thread
//! that looks a name up within a time limit, also a call whose connection is there already. Here
//! the resolver passes names on untouched, and the connector, which is asked for new connections
//! only, looks them up.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use http::Uri;
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};
use ureq::{Agent, Error, ProxyProtocol, Timeout};

/// An agent that looks names up with `names`, once per connection.
pub(crate) fn agent(config: Config, names: impl Resolver) -> Agent {
    let connector = ResolvingConnector {
        names,
        connector: DefaultConnector::new(),
    };
    Agent::with_parts(config, connector, AddressOnly)
}

/// The system's names, looked up in a thread that is left behind when the time is up.
pub(crate) fn system() -> impl Resolver {
    DefaultResolver::default()
}

/// Reads addresses and leaves names for the connector.
#[derive(Debug)]
struct AddressOnly;

impl Resolver for AddressOnly {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        // A SOCKS connector takes what it gets here and asks no other resolver.
        let tunnelled = |protocol| matches!(protocol, ProxyProtocol::Http | ProxyProtocol::Https);
        if config
            .proxy()
            .is_some_and(|proxy| !tunnelled(proxy.protocol()))
        {
            return system().resolve(uri, config, timeout);
        }
        let mut addresses = self.empty();
        if let Some(address) = address(uri) {
            addresses.push(address);
        }
        Ok(addresses)
    }
}

/// The address that a URI names without a name.
fn address(uri: &Uri) -> Option<SocketAddr> {
    let host = uri.host()?;
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    let port = uri.port_u16().or(match uri.scheme_str() {
        Some("http") => Some(80),
        Some("https") => Some(443),
        _ => None,
    })?;
    Some(SocketAddr::new(host.parse::<IpAddr>().ok()?, port))
}

/// ureq's connector, with a look-up in front of it. Both share the time for connecting.
struct ResolvingConnector<R> {
    names: R,
    connector: DefaultConnector,
}

impl<R: Resolver> Connector for ResolvingConnector<R> {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, Error> {
        if !details.addrs.is_empty() || !connects_directly(details) {
            return self.connector.connect(details, chained);
        }
        let started = Instant::now();
        let limit = NextTimeout {
            reason: Timeout::Resolve,
            ..details.timeout
        };
        let addrs = self.names.resolve(details.uri, details.config, limit)?;
        let mut timeout = details.timeout;
        if !timeout.after.is_not_happening() {
            timeout.after = timeout.after.saturating_sub(started.elapsed()).into();
            if timeout.after.is_zero() {
                return Err(Error::Timeout(Timeout::Resolve));
            }
        }
        let details = ConnectionDetails {
            uri: details.uri,
            addrs,
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: (details.current_time)(),
            timeout,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
        };
        self.connector.connect(&details, chained)
    }
}

/// A proxy looks its targets up itself, unless it is one that cannot.
fn connects_directly(details: &ConnectionDetails<'_>) -> bool {
    details
        .config
        .proxy()
        .is_none_or(|proxy| proxy.resolve_target() || proxy.is_no_proxy(details.uri))
}

impl<R> fmt::Debug for ResolvingConnector<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResolvingConnector").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{Ipv6Addr, TcpListener, TcpStream};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;
    use crate::UreqConfig;

    /// A resolver with one address for every name, which counts its calls.
    #[derive(Debug)]
    struct FixedResolver(SocketAddr, Arc<AtomicUsize>);

    impl Resolver for FixedResolver {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            limit: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, Error> {
            assert_eq!(
                limit.reason,
                Timeout::Resolve,
                "a look-up that is late says that nothing was sent"
            );
            assert!(
                !limit.after.is_not_happening(),
                "no look-up is without a limit"
            );
            self.1.fetch_add(1, Ordering::SeqCst);
            let mut addresses = self.empty();
            addresses.push(self.0);
            Ok(addresses)
        }
    }

    /// A server that keeps `served` requests to a connection.
    fn server(served: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            listener
                .incoming()
                .for_each(|connection| serve(connection.unwrap(), served))
        });
        address
    }

    fn serve(mut connection: TcpStream, served: usize) {
        let lines = BufReader::new(connection.try_clone().unwrap()).lines();
        let ends = lines.map_while(Result::ok).filter(String::is_empty);
        for (at, _) in ends.take(served).enumerate() {
            let close = if at + 1 == served {
                "Connection: close\r\n"
            } else {
                ""
            };
            write!(
                connection,
                "HTTP/1.1 200 OK\r\n{close}Content-Length: 0\r\n\r\n"
            )
            .unwrap();
        }
    }

    fn agent_of(address: SocketAddr) -> (Agent, Arc<AtomicUsize>) {
        let asked = Arc::default();
        let settings = UreqConfig::default().settings(std::time::Duration::from_secs(20), None);
        (
            agent(settings, FixedResolver(address, Arc::clone(&asked))),
            asked,
        )
    }

    #[test]
    fn a_name_is_looked_up_only_when_a_connection_is_opened() {
        let address = server(10);
        let (agent, asked) = agent_of(address);
        for _ in 0..30 {
            agent
                .get(format!("http://gateway.test:{}/", address.port()))
                .call()
                .unwrap();
        }
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn an_address_is_never_looked_up() {
        let address = server(1);
        let (agent, asked) = agent_of(address);
        for _ in 0..3 {
            agent.get(format!("http://{address}/")).call().unwrap();
        }
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn addresses_of_both_families_are_read_with_and_without_a_port() {
        let read = |uri: &str| address(&uri.parse().unwrap());
        assert_eq!(
            read("https://127.0.0.1/v2"),
            Some("127.0.0.1:443".parse().unwrap())
        );
        assert_eq!(
            read("http://127.0.0.1/v2"),
            Some("127.0.0.1:80".parse().unwrap())
        );
        assert_eq!(
            read("http://[::1]:8180/v2"),
            Some(SocketAddr::from((Ipv6Addr::LOCALHOST, 8180)))
        );
        for name in [
            "https://api.midtrans.com/",
            "http://localhost:8180/",
            "http://127.0.0.1.example/",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
