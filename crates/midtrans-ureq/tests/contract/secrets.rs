//! No failure shows what it must not.

use std::error::Error;
use std::time::Duration;

use midtrans_transport::{BlockingTransport, Limits, Request, TransportError};

use super::failures::closed_port;
use super::gateway::Gateway;
use super::{CUSTOMER, get, limits, post};

pub(crate) fn no_failure_shows_a_header_a_body_or_a_path(transport: &impl BlockingTransport) {
    let closing = Gateway::start(|connection| drop(connection.read_request()));
    let garbage = Gateway::answering("MARKED-REPLY\r\nMARKED-REPLY\r\n\r\nMARKED-REPLY");
    let not_tls = Gateway::start(|connection| connection.write(b"MARKED-REPLY\r\n\r\n"));
    let cut = Gateway::start(|connection| {
        connection.read_request();
        connection.write(
            b"HTTP/1.1 200 OK\r\nX-Secret: MARKED-REPLY\r\nContent-Length: 100\r\n\r\nMARKED-REPLY",
        );
    });
    let silent = Gateway::start(|connection| connection.wait_for_close());
    let hasty = Limits::new(Duration::from_millis(200), 10);
    let path = "/v2/order-MARKED/status";

    let requests: [(Request, Limits); 8] = [
        (post(&closed_port(), CUSTOMER), limits()),
        (post(&closing.http(path), CUSTOMER), limits()),
        (post(&garbage.http(path), CUSTOMER), limits()),
        (post(&not_tls.https(path), CUSTOMER), limits()),
        (get(&cut.http(path)), limits()),
        (get(&cut.http(path)), hasty),
        (post(&silent.http(path), CUSTOMER), hasty),
        (get(path), limits()),
    ];
    for (request, limits) in requests {
        let failure = transport.send(request, limits).unwrap_err();
        let text = everything(&failure);
        assert!(
            !text.contains("MARKED") && !text.contains("TUFSS0VE"),
            "{text}"
        );
    }
}

/// `Display` and `Debug` of the error and of all its sources.
pub(crate) fn everything(failure: &TransportError) -> String {
    let mut text = String::new();
    let mut next: Option<&dyn Error> = Some(failure);
    while let Some(error) = next {
        text += &format!("{error}\n{error:?}\n{error:#?}\n");
        next = error.source();
    }
    text
}
