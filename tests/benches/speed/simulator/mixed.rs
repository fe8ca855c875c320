//! All operations at once: 64 connections, each of which walks orders through the gateway and sends
//! its next request when it has its answer.

mod walks;

use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::JoinSet;

use walks::SCRIPTS;

use super::{CONNECTIONS, SECTION};
use crate::arguments::Arguments;
use crate::figure::Unit;
use crate::process::Server;
use crate::simulator_server::{MIXED, SERVE};
use crate::table::{Pair, Row};

/// The walks of each connection.
const WALKS: usize = 120;
/// The slowest of a hundred requests takes no longer.
const P99: f64 = 10e6;

pub(super) fn measure(arguments: &Arguments) -> io::Result<Vec<Row>> {
    let server = Server::start(&[SERVE, MIXED])?;
    let client = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let walks = arguments.rounds(WALKS);
    let started = Instant::now();
    let mut set = JoinSet::new();
    for at in 0..CONNECTIONS {
        set.spawn_on(walk(server.port, at, walks), client.handle());
    }
    let mut times = Vec::new();
    let mut wrong = Vec::new();
    for ended in client.block_on(set.join_all()) {
        let (own, own_wrong) = ended?;
        times.extend(own);
        wrong.extend(own_wrong);
    }
    let wall = started.elapsed().as_secs_f64() * 1e9 / times.len() as f64;
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100].as_secs_f64() * 1e9;
    if let Some(first) = wrong.first() {
        eprintln!(
            "simulator: {} answers were wrong, such as {first}",
            wrong.len()
        );
    }
    Ok(vec![
        Row::count(
            SECTION,
            "all operations at 64 connections, p99 from request to answer",
            Unit::Nanoseconds,
            Pair::alone(p99),
            P99,
            "≤ 10 ms",
        ),
        Row::count(
            SECTION,
            "all operations at 64 connections, wrong answers",
            Unit::Count,
            Pair::alone(wrong.len() as f64),
            0.0,
            "0",
        ),
        Row::informative(
            SECTION,
            "all operations at 64 connections, time per request",
            Unit::Nanoseconds,
            Pair::alone(wall),
        ),
    ])
}

/// The times of one connection's requests, and the steps whose answers were wrong.
async fn walk(port: u16, at: usize, walks: usize) -> io::Result<(Vec<Duration>, Vec<String>)> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let mut connection = Connection {
        stream,
        read: Vec::new(),
    };
    let (mut times, mut wrong) = (Vec::new(), Vec::new());
    for walk in 0..walks {
        // Each connection begins with another script.
        let script = SCRIPTS[(at + walk) % SCRIPTS.len()];
        let mut kept = HashMap::from([("order", format!("load-{at}-{walk}"))]);
        for (method, path, body, wanted, keep) in script {
            let request = request(method, &filled(path, &kept), &filled(body, &kept));
            let sent = Instant::now();
            let answer = connection.ask(&request).await?;
            times.push(sent.elapsed());
            if !answer.contains(wanted) {
                wrong.push(format!("{method} {path}: {answer}"));
                break;
            }
            if !keep.is_empty() {
                kept.insert(keep, field(&answer, keep));
            }
        }
    }
    Ok((times, wrong))
}

fn filled(template: &str, kept: &HashMap<&str, String>) -> String {
    kept.iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
}

/// The text of a field of a JSON answer; empty where there is none, which the next answer shows.
fn field(answer: &str, name: &str) -> String {
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    json[name].as_str().unwrap_or_default().to_owned()
}

fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    let kind = match body.starts_with('{') {
        true => "application/json",
        false => "application/x-www-form-urlencoded",
    };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n\
         Authorization: Basic U0ItTWlkLXNlcnZlci1zaW11bGF0b3I6\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    /// Sends a request and reads the whole answer, whose length is in its head.
    async fn ask(&mut self, request: &[u8]) -> io::Result<String> {
        self.stream.write_all(request).await?;
        self.read.clear();
        while self.missing()? > 0 {
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(String::from_utf8_lossy(&self.read).into_owned())
    }

    /// The bytes of the answer that have not come: at least one, until the head is there.
    fn missing(&self) -> io::Result<usize> {
        let Some(head) = self.read.windows(4).position(|end| end == b"\r\n\r\n") else {
            return Ok(1);
        };
        let text = String::from_utf8_lossy(&self.read[..head]).to_ascii_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        let length = length.and_then(|length| length.trim().parse::<usize>().ok());
        let length = length.ok_or_else(|| io::Error::other("an answer without a length"))?;
        Ok((head + 4 + length).saturating_sub(self.read.len()))
    }
}
