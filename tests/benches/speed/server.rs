//! A gateway that always gives the same answer, in a process of its own so that its work is not
//! counted as a client's.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::process;

/// The first argument of a process that only answers.
pub(crate) const SERVE: &str = "--serve";

const REPLY: &str = concat!(
    r#"{"status_code":"201","status_message":"Success, Akulaku transaction is created","#,
    r#""transaction_id":"5f0c2c64-4f0e-4c57-9d2b-7a61c3e8b901","order_id":"order-20260109-1785","#,
    r#""redirect_url":"https://api.sandbox.midtrans.com/v2/akulaku/redirect/5f0c2c64-4f0e-4c57-9d2b-7a61c3e8b901","#,
    r#""merchant_id":"G900000001","gross_amount":"149000.00","currency":"IDR","payment_type":"akulaku","#,
    r#""transaction_time":"2026-01-09 17:58:00","transaction_status":"pending","fraud_status":"accept"}"#
);

/// A running server. It ends with this value.
pub(crate) struct Server {
    /// Held, because it ends with this value.
    _process: process::Server,
    /// Such as `http://127.0.0.1:40123`.
    pub(crate) base: String,
}

impl Server {
    pub(crate) fn start() -> io::Result<Self> {
        let process = process::Server::start(&[SERVE])?;
        let base = format!("http://127.0.0.1:{}", process.port);
        Ok(Self {
            _process: process,
            base,
        })
    }
}

/// The other side: prints its port, and answers until its input ends.
pub(crate) fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A connection that breaks is the client's business.
            thread::spawn(move || answer(stream).ok());
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink()).map(drop)
}

fn answer(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        REPLY.len()
    );
    let reply = head + REPLY;
    let mut buffer = vec![0; 64 * 1024];
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..])?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        if is_whole(&buffer[..filled]) {
            filled = 0;
            stream.write_all(reply.as_bytes())?;
        }
    }
}

/// Returns true if these bytes end one request. No client here sends a second one before the
/// answer.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head
        .split("content-length:")
        .nth(1)
        .and_then(|rest| rest.lines().next()?.trim().parse().ok());
    bytes.len() >= end + 4 + length.unwrap_or(0)
}
