//! Every way in which a call fails, and how far it got.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use midtrans_transport::Reach::{NotSent, Unknown};
use midtrans_transport::TransportErrorKind::{
    BodyTooLarge, Broken, Connect, Request as Refused, Timeout, Tls,
};
use midtrans_transport::{BlockingTransport, Limits, Reach, Request, TransportErrorKind};

use super::gateway::Gateway;
use super::{get, limits, post};

/// Enough for loopback, and short enough to be waited for.
fn short() -> Limits {
    Limits::new(Duration::from_millis(400), 64 * 1024)
}

fn failure(
    transport: &impl BlockingTransport,
    request: Request,
    limits: Limits,
) -> (TransportErrorKind, Reach) {
    let error = transport.send(request, limits).unwrap_err();
    (error.kind(), error.reach())
}

/// The URL of a port without a listener.
pub(crate) fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/v2/charge", listener.local_addr().unwrap())
}

pub(crate) fn a_refused_connection_means_that_nothing_was_sent(transport: &impl BlockingTransport) {
    let closed_port = closed_port();
    assert_eq!(
        failure(transport, post(&closed_port, "{}"), limits()),
        (Connect, NotSent)
    );
    assert_eq!(
        failure(transport, get(&closed_port), limits()),
        (Connect, NotSent)
    );
}

pub(crate) fn a_name_that_does_not_resolve_means_that_nothing_was_sent(
    transport: &impl BlockingTransport,
) {
    // Longer than a DNS label may be, so that no resolver has to be asked.
    let name = "x".repeat(64);
    assert_eq!(
        failure(
            transport,
            post(&format!("http://{name}.invalid/"), "{}"),
            limits()
        ),
        (Connect, NotSent)
    );
}

pub(crate) fn a_server_that_does_not_speak_tls_means_that_nothing_was_sent(
    transport: &impl BlockingTransport,
) {
    let plain = Gateway::start(|connection| {
        connection.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        connection.wait_for_close();
    });
    assert_eq!(
        failure(transport, post(&plain.https("/v2/charge"), "{}"), limits()),
        (Tls, NotSent)
    );
}

pub(crate) fn a_url_without_a_host_is_refused_before_sending(transport: &impl BlockingTransport) {
    assert_eq!(
        failure(transport, get("/v2/charge"), limits()),
        (Refused, NotSent)
    );
}

pub(crate) fn a_close_or_a_reset_after_the_request_is_of_unknown_reach(
    transport: &impl BlockingTransport,
) {
    let closing = Gateway::start(|connection| drop(connection.read_request()));
    assert_eq!(
        failure(transport, post(&closing.http("/v2/charge"), "{}"), limits()),
        (Broken, Unknown)
    );
    assert_eq!(
        failure(transport, get(&closing.http("/v2/1/status")), limits()),
        (Broken, Unknown)
    );
    assert_eq!(
        (closing.connections(), closing.requests().len()),
        (2, 2),
        "sent once each"
    );

    // Closing a socket with unread bytes resets the connection.
    let resetting = Gateway::start(|connection| {
        let _ = std::io::Read::read(&mut connection.stream, &mut [0]);
    });
    let large = "x".repeat(100_000);
    assert_eq!(
        failure(
            transport,
            post(&resetting.http("/v2/charge"), &large),
            limits()
        ),
        (Broken, Unknown)
    );
    assert_eq!(resetting.connections(), 1, "sent once");
}

pub(crate) fn a_truncated_reply_is_of_unknown_reach(transport: &impl BlockingTransport) {
    for reply in [
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{",
    ] {
        let gateway = Gateway::start(move |connection| {
            connection.read_request();
            connection.write(reply.as_bytes());
        });
        assert_eq!(
            failure(transport, post(&gateway.http("/v2/charge"), "{}"), limits()),
            (Broken, Unknown)
        );
        assert_eq!(gateway.requests().len(), 1, "sent once");
    }
}

pub(crate) fn a_reply_that_is_not_http_is_of_unknown_reach(transport: &impl BlockingTransport) {
    let gateway = Gateway::answering("220 mail.example.com ESMTP\r\n\r\n");
    assert_eq!(
        failure(transport, post(&gateway.http("/v2/charge"), "{}"), limits()),
        (Broken, Unknown)
    );
}

pub(crate) fn a_long_body_is_refused_when_it_is_announced(transport: &impl BlockingTransport) {
    // The body never comes, so a client that waited for it would run out of time instead.
    let gateway = Gateway::answering("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    assert_eq!(
        failure(transport, get(&gateway.http("/")), limits()),
        (BodyTooLarge, Unknown)
    );
}

pub(crate) fn an_endless_body_is_cut_off(transport: &impl BlockingTransport) {
    let gateway = Gateway::start(|connection| {
        connection.read_request();
        connection.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
        while std::io::Write::write_all(&mut connection.stream, chunk.as_bytes()).is_ok() {}
    });
    assert_eq!(
        failure(transport, get(&gateway.http("/")), limits()),
        (BodyTooLarge, Unknown)
    );
}

pub(crate) fn a_server_that_does_not_answer_runs_out_of_time(transport: &impl BlockingTransport) {
    let gateway = Gateway::start(|connection| connection.wait_for_close());
    assert_eq!(
        failure(transport, post(&gateway.http("/v2/charge"), "{}"), short()),
        (Timeout, Unknown)
    );
    assert_eq!(gateway.connections(), 1, "sent once");
}

pub(crate) fn a_body_that_stops_runs_out_of_time(transport: &impl BlockingTransport) {
    let gateway = Gateway::answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
    assert_eq!(
        failure(transport, post(&gateway.http("/v2/charge"), "{}"), short()),
        (Timeout, Unknown)
    );
}

pub(crate) fn a_body_that_drips_runs_out_of_the_time_of_the_whole_call(
    transport: &impl BlockingTransport,
) {
    let gateway = Gateway::start(|connection| {
        connection.read_request();
        connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n");
        // A timeout for each read would never end this.
        while std::io::Write::write_all(&mut connection.stream, b"x").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    assert_eq!(
        failure(transport, get(&gateway.http("/")), short()),
        (Timeout, Unknown)
    );
}
