//! The environment's proxies. The environment is read once per process, so a child process makes
//! the call.

use std::process::Command;

use midtrans_transport::BlockingTransport;
use midtrans_transport::Reach::NotSent;
use midtrans_transport::TransportErrorKind::Connect;

use super::gateway::Gateway;
use super::{KEY, limits, post};

const TARGET: &str = "MIDTRANS_TEST_TARGET";
const VARIABLES: [&str; 6] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
];

pub(crate) fn plain_http_goes_through_no_proxy_of_the_environment<T: BlockingTransport>(_: &T) {
    let proxy = Gateway::answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy");
    let gateway = Gateway::answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ndirect");
    child(&gateway.http("/v2/charge"), &proxy, &VARIABLES);
    assert_eq!((proxy.connections(), gateway.requests().len()), (0, 1));
}

pub(crate) fn https_goes_through_the_proxy_of_the_environment<T: BlockingTransport>(_: &T) {
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Gateway::answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        child("https://gateway.invalid/v2/charge", &proxy, &[variable]);
        let requests = proxy.requests();
        assert_eq!(requests.len(), 1, "{variable}");
        assert_eq!(requests[0].line(), "CONNECT gateway.invalid:443 HTTP/1.1");
        assert!(
            !requests[0].head.contains(KEY),
            "the key is for the gateway only"
        );
    }
}

/// Does nothing unless it runs in the child process.
pub(crate) fn the_call_that_a_child_process_makes(transport: &impl BlockingTransport) {
    let Ok(target) = std::env::var(TARGET) else {
        return;
    };
    let outcome = transport.send(post(&target, "{}"), limits());
    if target.starts_with("https") {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.reach()), (Connect, NotSent));
    } else {
        assert_eq!(outcome.unwrap().body(), b"direct");
    }
}

/// Runs the sibling test of the current one in a process whose environment names the proxy.
#[track_caller]
fn child(target: &str, proxy: &Gateway, variables: &[&str]) {
    let mut command = child_named("the_call_that_a_child_process_makes");
    command.env(TARGET, target);
    for name in variables {
        command.env(name, proxy.http(""));
    }
    passed(&mut command);
}

/// Runs a child of [`child_named`], whose test must pass, and returns its output. Without a test of
/// that name the process would succeed too.
#[track_caller]
pub(crate) fn passed(child: &mut Command) -> String {
    let output = child.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(
        output.status.success() && said.contains("test result: ok. 1 passed;"),
        "{}: {said}",
        output.status
    );
    said
}

/// A process that runs a sibling test of the current one, and whose environment names no proxy.
pub(crate) fn child_named(test: &str) -> Command {
    let this = std::thread::current()
        .name()
        .expect("a test runs in a thread of its name")
        .to_owned();
    let (module, _) = this
        .rsplit_once("::")
        .expect("the suite is mounted in a module");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("{module}::{test}")]);
    for name in VARIABLES
        .iter()
        .chain(&["NO_PROXY", "no_proxy", "REQUEST_METHOD"])
    {
        command.env_remove(name);
    }
    command
}
