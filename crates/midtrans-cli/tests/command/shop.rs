//! A stub merchant: answers what it was told to, and keeps what came.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// A request that a client sent.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// Answers one connection after the other.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) url: String,
    came: Receiver<Came>,
}

impl Shop {
    /// Gives these answers and then stops listening.
    pub(crate) fn answering(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (keep, came) = mpsc::channel();
        let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        thread::spawn(move || {
            for answer in answers {
                let (stream, _) = listener.accept().unwrap();
                // The test may have seen enough.
                let _ = keep.send(exchange(stream, &answer));
            }
        });
        Self { url, came }
    }

    /// Everything that came, after the last answer.
    pub(crate) fn all(self) -> Vec<Came> {
        self.came.into_iter().collect()
    }
}

/// An answer without a body.
pub(crate) fn status(line: &str) -> String {
    with_body(line, "")
}

pub(crate) fn with_body(line: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {line}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Reads a request to its end, and answers.
pub(crate) fn exchange(mut stream: TcpStream, answer: &str) -> Came {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    // An empty answer breaks the connection off.
    stream.write_all(answer.as_bytes()).unwrap();
    Came { head, body }
}
