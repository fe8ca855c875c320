//! Plain HTTP/1.1: the lines as they are given, and nothing that an HTTP client would add but the
//! end of the connection.

use std::io::{Read, Write};
use std::net::TcpStream;

/// Sends a request to the simulator at this URL, and returns the HTTP status and the body.
pub(crate) fn send(url: &str, call: &str, headers: &[String], body: Option<&str>) -> (u16, String) {
    let host = url.strip_prefix("http://").unwrap();
    let mut request = format!("{call} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for line in headers {
        request.push_str(line);
        request.push_str("\r\n");
    }
    if !call.starts_with("GET ") {
        request.push_str(&format!("Content-Length: {}\r\n", body.map_or(0, str::len)));
    }
    request.push_str("\r\n");
    request.push_str(body.unwrap_or_default());
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        !head.to_ascii_lowercase().contains("transfer-encoding"),
        "{head}"
    );
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}
