//! A merchant's server and a merchant's client, for the tests that need sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::SystemTime;

use midtrans_protocol::operation::Operation;
use midtrans_protocol::{Merchant, RequestOptions, encode};

/// A request that a merchant's server received.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedRequest {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl ReceivedRequest {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A server that answers every call with what `answer` says: a status, and a `Location` or nothing.
pub(crate) struct Shop {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl Shop {
    pub(crate) fn open(
        answer: impl Fn(&ReceivedRequest) -> (u16, Option<String>) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(call) = read(&stream) else { continue };
                let (status, location) = answer(&call);
                log.lock().unwrap().push(call);
                let location = location
                    .map(|url| format!("Location: {url}\r\n"))
                    .unwrap_or_default();
                let reply = format!(
                    "HTTP/1.1 {status} X\r\n{location}Content-Length: 2\r\nConnection: close\r\n\r\nOK"
                );
                // The other side may have gone.
                let _ = stream.write_all(reply.as_bytes());
            }
        });
        Self { url, seen }
    }

    /// A server that takes everything.
    pub(crate) fn content() -> Self {
        Self::open(|_| (200, None))
    }

    pub(crate) fn seen(&self) -> Vec<ReceivedRequest> {
        self.seen.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<ReceivedRequest> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(':') {
            Some((key, value)) => headers.push((key.to_owned(), value.trim().to_owned())),
            None => break,
        }
    }
    let mut seen = ReceivedRequest {
        method,
        target,
        headers,
        body: String::new(),
    };
    let length = seen
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    seen.body = String::from_utf8(body).ok()?;
    Some(seen)
}

/// An HTTP client that follows nothing and takes every status as an answer.
pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent()
}

/// Calls the gateway as the protocol crate would.
pub(crate) fn call<O: Operation<Account = Merchant>>(
    operation: &O,
    merchant: &Merchant,
) -> (u16, String) {
    let mut reply = agent()
        .run(encode(
            operation,
            merchant,
            &RequestOptions::default(),
            SystemTime::now(),
        ))
        .unwrap();
    (
        reply.status().as_u16(),
        reply.body_mut().read_to_string().unwrap(),
    )
}

/// An answer to a browser: status, `Location`, page.
pub(crate) fn get(url: &str) -> (u16, Option<String>, String) {
    answer(agent().get(url).call().unwrap())
}

/// A form sent by a browser.
pub(crate) fn post(url: &str, form: &str) -> (u16, Option<String>, String) {
    let request = agent()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded");
    answer(request.send(form).unwrap())
}

fn answer(mut reply: ureq::http::Response<ureq::Body>) -> (u16, Option<String>, String) {
    let location = reply
        .headers()
        .get("location")
        .map(|value| value.to_str().unwrap().to_owned());
    (
        reply.status().as_u16(),
        location,
        reply.body_mut().read_to_string().unwrap(),
    )
}
