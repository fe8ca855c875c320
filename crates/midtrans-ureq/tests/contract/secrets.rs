//! No failure shows what it must not.

use std::error::Error;
use std::fmt::Write;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use log::{LevelFilter, Log, Metadata, Record};

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
    // As the URL of a card token has it.
    let path = "/v2/order-MARKED/status?card_number=4811111111111114MARKED&card_cvv=MARKED";

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

/// Keeps all that any crate of this process logs.
struct Lines(Mutex<String>);

static LINES: Lines = Lines(Mutex::new(String::new()));
static INSTALLED: Once = Once::new();

impl Log for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &Record<'_>) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(lines, "{} {}", record.target(), record.args());
    }
    fn flush(&self) {}
}

pub(crate) fn no_log_up_to_debug_shows_a_card_a_key_or_a_body(transport: &impl BlockingTransport) {
    INSTALLED.call_once(|| {
        log::set_logger(&LINES).unwrap();
        log::set_max_level(LevelFilter::Debug);
    });
    let gateway = Gateway::answering(
        "HTTP/1.1 200 OK\r\nX-Secret: LOGGED-REPLY\r\nContent-Length: 12\r\n\r\nLOGGED-REPLY",
    );
    let url = gateway.http("/v2/token?card_number=4811111111111114&card_cvv=LOGGED-CODE");
    transport.send(get(&url), limits()).unwrap();
    let gateway = Gateway::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let url = gateway.http("/v2/charge");
    transport
        .send(post(&url, "LOGGED-BODY 4811111111111114"), limits())
        .unwrap();
    let refused = closed_port().replace("/v2/charge", "/v2/token?card_cvv=LOGGED-CODE");
    transport.send(get(&refused), limits()).unwrap_err();
    let lines = LINES.0.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(lines.contains("127.0.0.1"), "nothing was logged");
    for hidden in ["4811111111111114", "LOGGED", "TUFSS0VE"] {
        assert!(!lines.contains(hidden), "{hidden} in:\n{lines}");
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
