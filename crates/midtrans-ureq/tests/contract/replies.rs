//! Requests as they arrive, and replies as they come back.

use midtrans_transport::TransportErrorKind::BodyTooLarge;
use midtrans_transport::{BlockingTransport, Limits, Reach};

use super::gateway::Gateway;
use super::{CUSTOMER, KEY, get, limits, post};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

pub(crate) fn a_get_sends_no_body_and_a_post_says_how_long_its_body_is(
    transport: &impl BlockingTransport,
) {
    let gateway = Gateway::answering(OK);
    transport
        .send(get(&gateway.http("/v2/order%2F1/status?a=b%20c")), limits())
        .unwrap();
    transport
        .send(post(&gateway.http("/v2/charge"), CUSTOMER), limits())
        .unwrap();

    let requests = gateway.requests();
    assert_eq!(
        requests[0].line(),
        "GET /v2/order%2F1/status?a=b%20c HTTP/1.1"
    );
    assert_eq!(requests[0].header("content-length"), None);
    assert_eq!(requests[0].header("transfer-encoding"), None);
    assert_eq!(requests[0].header("authorization"), Some(KEY));
    assert_eq!(requests[1].line(), "POST /v2/charge HTTP/1.1");
    assert_eq!(
        requests[1].header("content-length"),
        Some(CUSTOMER.len().to_string().as_str())
    );
    assert_eq!(requests[1].header("transfer-encoding"), None);
    assert_eq!(requests[1].body, CUSTOMER.as_bytes());
}

pub(crate) fn an_empty_post_says_that_it_is_empty(transport: &impl BlockingTransport) {
    let gateway = Gateway::answering(OK);
    transport
        .send(post(&gateway.http("/v2/1/cancel"), ""), limits())
        .unwrap();
    assert_eq!(gateway.requests()[0].header("content-length"), Some("0"));
    assert_eq!(gateway.requests()[0].header("transfer-encoding"), None);
}

pub(crate) fn every_status_comes_back_with_its_headers_and_body(
    transport: &impl BlockingTransport,
) {
    for status in [
        200, 201, 202, 204, 400, 401, 404, 407, 410, 429, 500, 502, 503, 504,
    ] {
        let body = if status == 204 {
            ""
        } else {
            r#"{"status_code":"x"}"#
        };
        let length = body.len();
        let gateway = Gateway::answering(&format!(
            "HTTP/1.1 {status} Whatever\r\nX-Request-Id: r-{status}\r\nContent-Length: {length}\r\n\r\n{body}"
        ));
        let reply = transport
            .send(post(&gateway.http("/v2/charge"), "{}"), limits())
            .unwrap();
        assert_eq!(reply.status(), status);
        assert_eq!(reply.headers()["x-request-id"], format!("r-{status}"));
        assert_eq!(reply.body(), body.as_bytes());
    }
}

pub(crate) fn no_redirect_is_followed_and_the_key_stays_here(transport: &impl BlockingTransport) {
    let elsewhere = Gateway::answering(OK);
    for status in [301, 302, 303, 307, 308] {
        let gateway = Gateway::answering(&format!(
            "HTTP/1.1 {status} Moved\r\nLocation: {}\r\nContent-Length: 4\r\n\r\nover",
            elsewhere.http("/elsewhere")
        ));
        for request in [
            get(&gateway.http("/v2/1/status")),
            post(&gateway.http("/v2/charge"), "{}"),
        ] {
            let reply = transport.send(request, limits()).unwrap();
            assert_eq!(reply.status(), status);
            assert!(reply.headers().contains_key("location"));
            assert_eq!(reply.body(), b"over");
        }
        assert_eq!(gateway.requests().len(), 2);
    }
    assert_eq!(elsewhere.connections(), 0);
}

pub(crate) fn a_chunked_reply_and_one_that_ends_with_the_connection_are_read_whole(
    transport: &impl BlockingTransport,
) {
    let chunked = Gateway::answering(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n3\r\n   \r\n0\r\n\r\n",
    );
    assert_eq!(
        transport
            .send(get(&chunked.http("/")), limits())
            .unwrap()
            .body(),
        b"{}   "
    );
    let closing = Gateway::start(|connection| {
        connection.read_request();
        connection.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"a\":1}");
    });
    assert_eq!(
        transport
            .send(get(&closing.http("/")), limits())
            .unwrap()
            .body(),
        b"{\"a\":1}"
    );
}

pub(crate) fn a_body_at_the_limit_is_taken_and_one_byte_more_is_not(
    transport: &impl BlockingTransport,
) {
    let four = Limits::new(limits().timeout, 4);
    let three = Limits::new(limits().timeout, 3);
    for reply in [
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n",
    ] {
        let gateway = Gateway::answering(reply);
        assert_eq!(
            transport
                .send(get(&gateway.http("/")), four)
                .unwrap()
                .body(),
            b"four"
        );
        let error = transport.send(get(&gateway.http("/")), three).unwrap_err();
        assert_eq!(
            (error.kind(), error.reach()),
            (BodyTooLarge, Reach::Unknown)
        );
    }
}
