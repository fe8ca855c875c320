//! A shop's webhook: 200 for what is genuine, 403 for what is not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use midtrans_protocol::{ServerKey, ServerKeys, notification};

/// A shop's webhook at a URL. It ends with the process.
pub(crate) struct Merchant {
    pub(crate) url: String,
}

impl Merchant {
    pub(crate) fn open(server_key: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let keys = ServerKeys::from(ServerKey::new(server_key).unwrap());
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&stream.unwrap(), &keys);
            }
        });
        Self { url }
    }
}

fn answer(mut stream: &TcpStream, keys: &ServerKeys) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
    let length = head.to_ascii_lowercase();
    let length = length
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let status = if notification::verify(&body, keys).is_ok() {
        "200 OK"
    } else {
        "403 Forbidden"
    };
    // A client that has gone needs no answer.
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
}
