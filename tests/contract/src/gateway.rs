//! A gateway on a loopback socket that does what a script says, byte by byte, and remembers what it
//! was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::scenario::Step;

/// One request as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// Method and path.
    pub line: String,
    /// Header lines, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A running gateway. Its threads end with the process.
#[derive(Debug)]
pub struct Gateway {
    url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Gateway {
    /// Starts to play a script; its last step goes on for ever.
    ///
    /// # Panics
    /// If no loopback port is free.
    #[must_use]
    pub fn start(script: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let scheme = if matches!(script[..], [Step::NoHandshake, ..]) {
            "https"
        } else {
            "http"
        };
        let url = format!(
            "{scheme}://{}",
            listener
                .local_addr()
                .expect("a bound socket has an address")
        );
        let received = Arc::new(Mutex::new(Vec::new()));
        if !matches!(script[..], [Step::Dead, ..]) {
            let (script, log) = (Arc::new(script), Arc::clone(&received));
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                    thread::spawn(move || serve(stream, &script, &log));
                }
            });
        }
        Self { url, received }
    }

    /// The URL that it listens at.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The requests that have arrived so far.
    ///
    /// # Panics
    /// If a serving thread panicked.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.received
            .lock()
            .expect("no thread panics with the log in hand")
            .clone()
    }
}

/// Serves one connection until it ends. Whatever goes wrong on the socket is the client's to
/// notice.
fn serve(stream: TcpStream, script: &[Step], log: &Mutex<Vec<Received>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        // Wait for a request before asking which one it is.
        if reader.get_ref().peek(&mut [0]).ok()? == 0 {
            return None;
        }
        if matches!(script[..], [Step::NoHandshake, ..]) {
            return wait();
        }
        let step = script[log.lock().ok()?.len().min(script.len() - 1)].clone();
        if matches!(step, Step::Reset) {
            // Closing a socket with unread bytes in it sends a reset instead of an orderly end.
            log.lock().ok()?.push(Received::default());
            return None;
        }
        let request = read(&mut reader)?;
        log.lock().ok()?.push(request);
        play(reader.get_mut(), &step)?;
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let mut lines = lines.into_iter();
    let line = lines.next()?;
    let headers: Vec<_> = lines
        .filter_map(|line| {
            line.split_once(':')
                .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        })
        .collect();
    let mut request = Received {
        line,
        headers,
        body: Vec::new(),
    };
    let length = request
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    request.body.resize(length, 0);
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}

/// Plays a step; `None` ends the connection.
fn play(stream: &mut TcpStream, step: &Step) -> Option<()> {
    match step {
        Step::Reply {
            status,
            headers,
            body,
        } => {
            let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            stream
                .write_all(&[head.as_bytes(), b"\r\n", body].concat())
                .ok()
        }
        // The socket lives on, so that the client waits; the process's end closes it.
        Step::Silent | Step::Dead | Step::NoHandshake | Step::Reset => wait(),
        Step::SlowBody => {
            stream
                .write_all(b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{\"status_code\":")
                .ok()?;
            wait()
        }
        Step::CutOff => {
            stream
                .write_all(b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{\"status_code\":")
                .ok()?;
            None
        }
        Step::Endless => {
            stream
                .write_all(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n")
                .ok()?;
            loop {
                stream.write_all(b"400\r\n").ok()?;
                stream.write_all(&[b'x'; 0x400]).ok()?;
                stream.write_all(b"\r\n").ok()?;
            }
        }
        Step::Huge => {
            stream
                .write_all(b"HTTP/1.1 200 X\r\ncontent-length: 1073741824\r\n\r\n")
                .ok()?;
            stream.write_all(&[b'x'; 0x10_000]).ok()?;
            wait()
        }
        Step::Garbage => {
            stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n\r\n").ok()?;
            None
        }
    }
}

/// Longer than any client of the suite waits.
fn wait() -> Option<()> {
    thread::sleep(Duration::from_secs(10));
    None
}
