//! The environment's proxy when a transport is built. A child process builds it, in an environment
//! of its own.

use std::error::Error;
use std::ffi::OsStr;
use std::process::Command;

use midtrans_transport::BlockingTransport;

use super::gateway::Gateway;
use super::proxies::{child_named, passed};
use super::{KEY, limits, post};

const TARGET: &str = "MIDTRANS_TEST_BUILDING_FOR";
const CHILD: &str = "the_transport_that_a_child_process_builds";
/// In order of preference.
const PREFERRED: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// No name that a test could reach.
const GATEWAY: &str = "https://gateway.invalid/v2/charge";

/// A proxy that refuses every tunnel.
fn refusing() -> Gateway {
    Gateway::answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
}

pub(crate) fn the_variables_of_the_environment_have_one_order<T>(_: &T) {
    let proxies = PREFERRED.map(|_| refusing());
    let addresses = proxies.each_ref().map(|proxy| proxy.http(""));
    for at in 0..PREFERRED.len() {
        let set: Vec<_> = PREFERRED.iter().zip(&addresses).skip(at).collect();
        let said = child(
            GATEWAY,
            set.iter().map(|(name, address)| (**name, address.as_str())),
        );
        assert!(said.contains("SENT"), "{said}");
    }
    assert_eq!(
        proxies.each_ref().map(Gateway::connections),
        [1, 1, 1, 1],
        "each was preferred once"
    );
    let unasked = refusing();
    let said = child(
        GATEWAY,
        ["HTTP_PROXY", "http_proxy"].map(|name| (name, unasked.http(""))),
    );
    assert!(
        said.contains("SENT") && unasked.connections() == 0,
        "{said}"
    );
}

pub(crate) fn a_proxy_that_cannot_be_read_is_an_error_that_names_its_variable_and_not_its_value<
    T,
>(
    _: &T,
) {
    let values = [
        "http://user:MARKED@",
        "socks5://user:MARKED@127.0.0.1:1080",
        "htp://MARKED",
        "127.0.0.1:MARKED",
    ];
    let more = [
        "http://user:12#MARKED@127.0.0.1",
        "http://user:%ffMARKED@127.0.0.1",
    ];
    let first = PREFERRED[0];
    let cases = values.into_iter().chain(more).map(|value| (first, value));
    for (name, value) in cases.chain(PREFERRED.map(|name| (name, "MARKED:port"))) {
        let good = refusing();
        // What is preferred less does not count, although it could be read.
        let less = PREFERRED
            .iter()
            .skip_while(|other| **other != name)
            .skip(1)
            .map(|other| (*other, good.http("")));
        let said = child(GATEWAY, less.chain([(name, value.to_owned())]));
        assert!(
            said.contains(&format!(
                "NOT BUILT {name}: expected the address of an HTTP proxy"
            )),
            "{said}"
        );
        assert!(!said.contains("MARKED") && !said.contains("SENT"), "{said}");
        assert_eq!(good.connections(), 0);
    }
}

pub(crate) fn the_hosts_of_no_proxy_are_reached_directly<T>(_: &T) {
    let gateway = Gateway::start(|connection| connection.wait_for_close());
    for (no_proxy, is_direct) in [
        ("127.0.0.1", true),
        ("example.com, 127.0.0.0/8", true),
        ("*", true),
        ("127.0.0.2,1", false),
        ("", false),
    ] {
        let (proxy, before) = (refusing(), gateway.connections());
        let said = child(
            &gateway.https("/v2/charge"),
            [
                ("HTTPS_PROXY", proxy.http("").as_str()),
                ("NO_PROXY", no_proxy),
            ],
        );
        assert!(said.contains("SENT"), "{no_proxy}: {said}");
        let seen = (gateway.connections() > before, proxy.connections() > 0);
        assert_eq!(seen, (is_direct, !is_direct), "{no_proxy}");
    }
    for (no_proxy, is_tunnelled) in [
        ("invalid", false),
        (".gateway.invalid", false),
        ("way.invalid", true),
    ] {
        let proxy = refusing();
        let said = child(
            GATEWAY,
            [
                ("HTTPS_PROXY", proxy.http("").as_str()),
                ("no_proxy", no_proxy),
            ],
        );
        assert!(said.contains("SENT"), "{no_proxy}: {said}");
        assert_eq!(proxy.connections() > 0, is_tunnelled, "{no_proxy}");
    }
}

pub(crate) fn a_password_of_the_proxy_goes_to_the_proxy_only<T>(_: &T) {
    let proxy = refusing();
    let address = proxy.http("").replacen("http://", "http://user:p%40ss@", 1);
    let said = child(GATEWAY, [("HTTPS_PROXY", address)]);
    assert!(
        said.contains("SENT") && !said.contains("p%40ss") && !said.contains("p@ss"),
        "{said}"
    );
    let requests = proxy.requests();
    // "user:p@ss" in Base64.
    assert_eq!(
        requests[0].header("proxy-authorization"),
        Some("Basic dXNlcjpwQHNz")
    );
    assert!(
        !requests[0].head.contains(KEY),
        "the key is for the gateway only"
    );
}

/// Does nothing unless it runs in the child process, whose output its parent reads.
pub(crate) fn the_transport_that_a_child_process_builds<T, E>(build: &impl Fn() -> Result<T, E>)
where
    T: BlockingTransport,
    E: Error,
{
    let Ok(target) = std::env::var(TARGET) else {
        return;
    };
    match build() {
        Ok(transport) => {
            let hasty = midtrans_transport::Limits::new(
                std::time::Duration::from_secs(2),
                limits().max_body,
            );
            let failure = transport.send(post(&target, "{}"), hasty).unwrap_err();
            println!("SENT {failure} {failure:?} {:?}", failure.source());
        }
        Err(error) => println!(
            "NOT BUILT {error}\n{error:?} {error:#?} {:?}",
            error.source()
        ),
    }
}

/// Returns the output of the child process in this environment.
fn child<N: AsRef<OsStr>, V: AsRef<OsStr>>(
    target: &str,
    set: impl IntoIterator<Item = (N, V)>,
) -> String {
    let mut command: Command = child_named(CHILD);
    command.arg("--nocapture").env(TARGET, target).envs(set);
    passed(&mut command)
}
