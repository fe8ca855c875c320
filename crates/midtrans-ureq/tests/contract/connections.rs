//! Connections are reused, and a reused connection never makes a request arrive twice.

use std::sync::mpsc;
use std::sync::{Barrier, Mutex};
use std::thread;

use midtrans_transport::Reach::Unknown;
use midtrans_transport::TransportErrorKind::Broken;
use midtrans_transport::{BlockingTransport, Limits};

use super::gateway::Gateway;
use super::{get, limits, post};
use crate::SPARE_CONNECTIONS;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

pub(crate) fn sequential_calls_share_one_connection(transport: &impl BlockingTransport) {
    let gateway = Gateway::answering(OK);
    for _ in 0..50 {
        transport
            .send(post(&gateway.http("/v2/charge"), "{}"), limits())
            .unwrap();
        transport
            .send(get(&gateway.http("/v2/1/status")), limits())
            .unwrap();
    }
    // A call with another timeout is a call with settings of its own.
    transport
        .send(
            get(&gateway.http("/")),
            Limits::new(limits().timeout / 2, 10),
        )
        .unwrap();
    assert_eq!(gateway.requests().len(), 101);
    assert!(
        gateway.connections() <= 1 + SPARE_CONNECTIONS,
        "{} connections",
        gateway.connections()
    );
}

pub(crate) fn a_reply_in_two_pieces_keeps_its_connection(transport: &impl BlockingTransport) {
    let gateway = Gateway::start(|connection| {
        while connection.read_request().is_some() {
            connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            connection.write(b"{}");
        }
    });
    for _ in 0..50 {
        transport.send(get(&gateway.http("/")), limits()).unwrap();
    }
    assert!(
        gateway.connections() <= 1 + SPARE_CONNECTIONS,
        "{} connections",
        gateway.connections()
    );
}

pub(crate) fn calls_at_the_same_time_reuse_connections(transport: &impl BlockingTransport) {
    const CALLERS: usize = 32;
    let gateway = Gateway::answering(OK);
    let start = Barrier::new(CALLERS);
    thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                start.wait();
                for _ in 0..10 {
                    transport
                        .send(post(&gateway.http("/v2/charge"), "{}"), limits())
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(gateway.requests().len(), CALLERS * 10);
    assert!(
        gateway.connections() <= CALLERS + SPARE_CONNECTIONS,
        "{} connections",
        gateway.connections()
    );
}

pub(crate) fn a_request_on_a_closed_idle_connection_arrives_at_most_once(
    transport: &impl BlockingTransport,
) {
    let (closed, seen) = mpsc::channel();
    let closed = Mutex::new(closed);
    let gateway = Gateway::start(move |connection| {
        if connection.read_request().is_some() {
            connection.write(OK.as_bytes());
            let _ = connection.stream.shutdown(std::net::Shutdown::Both);
            let _ = closed.lock().unwrap().send(());
        }
    });
    for round in 0..40 {
        let path = format!("/v2/{round}/charge");
        let outcome = transport.send(post(&gateway.http(&path), "{}"), limits());
        let arrived = gateway
            .requests()
            .iter()
            .filter(|request| request.line().contains(&path))
            .count();
        match outcome {
            Ok(_) => {
                assert_eq!(arrived, 1);
                seen.recv().unwrap();
            }
            // The client had not seen the close yet.
            Err(error) => assert!(
                arrived <= 1 && error.reach() == Unknown,
                "{arrived} {error:?}"
            ),
        }
    }
}

pub(crate) fn a_request_that_was_read_on_a_reused_connection_is_not_sent_again(
    transport: &impl BlockingTransport,
) {
    let gateway = Gateway::start(|connection| {
        while connection
            .read_request()
            .is_some_and(|request| request.line().contains("/answered"))
        {
            connection.write(OK.as_bytes());
        }
    });
    for (round, request) in [
        post(&gateway.http("/v2/charge"), "{}"),
        get(&gateway.http("/v2/1/status")),
    ]
    .into_iter()
    .enumerate()
    {
        transport
            .send(post(&gateway.http("/answered"), "{}"), limits())
            .unwrap();
        let error = transport.send(request, limits()).unwrap_err();
        assert_eq!((error.kind(), error.reach()), (Broken, Unknown));
        assert_eq!(gateway.requests().len(), 2 * (round + 1));
        assert!(gateway.connections() <= round + 1 + SPARE_CONNECTIONS);
    }
}
