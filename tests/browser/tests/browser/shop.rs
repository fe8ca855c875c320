//! A merchant's server: a finish page for browsers, and a webhook.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request that came in.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) body: String,
}

/// A content type and a text.
pub(crate) type Page = (&'static str, String);

/// Open as long as the test runs.
pub(crate) struct Shop {
    url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Shop {
    pub(crate) fn open() -> Self {
        Self::answering(|_| None)
    }

    /// A server with pages of its own beside the usual ones: a content type and a text.
    pub(crate) fn answering(
        answer: impl Fn(&Call) -> Option<Page> + Send + Sync + 'static,
    ) -> Self {
        let answer = Arc::new(answer);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&calls);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                // A browser opens connections in advance and says nothing on them.
                thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Self { url, calls }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn finish_url(&self) -> String {
        format!("{}/finish", self.url)
    }

    pub(crate) fn notification_url(&self) -> String {
        format!("{}/notify", self.url)
    }

    /// The browsers that came back, in their order.
    pub(crate) fn landings(&self) -> Vec<Call> {
        self.calls
            .lock()
            .unwrap()
            .iter()
            .filter(|call| call.target.starts_with("/finish"))
            .cloned()
            .collect()
    }
}

/// A connection that breaks is ignored.
fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Call>>,
    answer: &dyn Fn(&Call) -> Option<Page>,
) -> Option<()> {
    let call = read(&stream)?;
    let own = answer(&call);
    let usual = match (call.method.as_str(), call.target.split('?').next()?) {
        ("GET" | "POST", "/finish") => {
            let page = format!(
                "<!doctype html><html lang=en><title>Shop</title><h1>{} landed</h1></html>",
                call.method
            );
            ("200 OK", "text/html", page)
        }
        ("POST", "/notify") => ("200 OK", "text/plain", "stored, thank you".to_owned()),
        _ => ("404 Not Found", "text/plain", "not here".to_owned()),
    };
    let (status, kind, text) = own.map_or(usual, |(kind, text)| ("200 OK", kind, text));
    log.lock().unwrap().push(call);
    let length = text.len();
    let reply = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    );
    stream.write_all(reply.as_bytes()).ok()
}

fn read(stream: &TcpStream) -> Option<Call> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok()?
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Call {
        method,
        target,
        body: String::from_utf8(body).ok()?,
    })
}
