//! A server on loopback that does exactly what a test tells it to, and counts.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

pub(crate) struct Gateway {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    connections: AtomicUsize,
    requests: Mutex<Vec<Received>>,
    over: AtomicBool,
}

impl Gateway {
    /// Runs the script for each connection, in a thread of its own.
    pub(crate) fn start(script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let (script, theirs) = (Arc::new(script), Arc::clone(&shared));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if theirs.over.load(Ordering::SeqCst) {
                    return;
                }
                let (script, shared) = (Arc::clone(&script), Arc::clone(&theirs));
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let stream = stream.unwrap();
                // Each write is a packet of its own, and none waits for the one before.
                stream.set_nodelay(true).unwrap();
                let mut connection = Connection {
                    stream,
                    buffer: Vec::new(),
                    shared,
                };
                thread::spawn(move || script(&mut connection));
            }
        });
        Self { address, shared }
    }

    /// Gives every request this answer and keeps the connection.
    pub(crate) fn answering(reply: &str) -> Self {
        let reply = reply.to_owned();
        Self::start(move |connection| {
            while connection.read_request().is_some() {
                connection.write(reply.as_bytes());
            }
        })
    }

    pub(crate) fn http(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn https(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<Received> {
        self.shared.requests.lock().unwrap().clone()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
    shared: Arc<Shared>,
}

impl Connection {
    /// The next request, whole; `None` when the client closed.
    pub(crate) fn read_request(&mut self) -> Option<Received> {
        let head_end = loop {
            if let Some(at) = self
                .buffer
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n")
            {
                break at + 4;
            }
            self.read_more()?;
        };
        let head = String::from_utf8(self.buffer.drain(..head_end).collect()).unwrap();
        let mut received = Received {
            head,
            body: Vec::new(),
        };
        let length = received
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        while self.buffer.len() < length {
            self.read_more()?;
        }
        received.body = self.buffer.drain(..length).collect();
        self.shared.requests.lock().unwrap().push(received.clone());
        Some(received)
    }

    fn read_more(&mut self) -> Option<()> {
        let mut bytes = [0; 4096];
        let length = self
            .stream
            .read(&mut bytes)
            .ok()
            .filter(|length| *length > 0)?;
        self.buffer.extend_from_slice(&bytes[..length]);
        Some(())
    }

    /// The client may be gone; that is for the client's side of the test to notice.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    pub(crate) fn wait_for_close(&mut self) {
        while self.read_more().is_some() {}
    }
}

/// A port where connections are neither taken nor refused: the queue of its listener is full.
#[cfg(target_os = "linux")]
pub(crate) struct Unanswering {
    address: SocketAddr,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

#[cfg(target_os = "linux")]
impl Unanswering {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let patience = std::time::Duration::from_millis(200);
        let queue =
            std::iter::from_fn(|| TcpStream::connect_timeout(&address, patience).ok()).collect();
        Self {
            address,
            _listener: listener,
            _queue: queue,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
