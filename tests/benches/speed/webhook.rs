//! The webhook over loopback: our endpoint against the framework's own handlers.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::arguments::{Arguments, Section};
use crate::figure::Unit;
use crate::load::median;
use crate::process::Server;
use crate::samples::Kind;
use crate::table::{Pair, Row};
use crate::webhook_server::{EMPTY, OURS, SERVE, TYPED};

const SECTION: Section = Section::Webhook;
/// At least 0.84 of the requests per second of a handler that only reads the body, as time per
/// request.
const AGAINST_EMPTY: f64 = 1.0 / 0.84;
/// At least 0.97 of a handler that is written by hand.
const AGAINST_TYPED: f64 = 1.0 / 0.97;
/// Processor time that verifying may cost on top of the empty handler, in nanoseconds.
const CPU: f64 = 1600.0;
const CONNECTIONS: usize = 16;
const TURNS: usize = 60;
const ROUNDS: usize = 120;
/// Connections that are half way through a body while memory is looked at.
const WAITING: usize = 400;

pub(crate) fn measure(arguments: &Arguments) -> Vec<Row> {
    let frameworks = ["axum", "actix-web"];
    let rows = frameworks.map(|framework| {
        eprintln!("webhook: {framework} …");
        race(framework, arguments.rounds(ROUNDS)).unwrap_or_else(|error| {
            vec![Row::unmeasured(
                SECTION,
                &format!("webhook on {framework}"),
                "–",
                &error.to_string(),
            )]
        })
    });
    rows.concat()
}

/// The times of one round, per request and in nanoseconds.
#[derive(Clone, Copy)]
struct Round {
    wall: f64,
    cpu: f64,
}

fn race(framework: &str, rounds: usize) -> io::Result<Vec<Row>> {
    let mut server = Server::start(&[SERVE, framework])?;
    let mut load = Load::open(&server)?;
    let sides = [EMPTY, TYPED, OURS];
    let mut taken: [Vec<Round>; 3] = Default::default();
    for side in sides {
        load.round(side, &mut server)?;
    }
    for round in 0..rounds {
        for place in 0..sides.len() {
            let side = (place + round) % sides.len();
            taken[side].push(load.round(sides[side], &mut server)?);
        }
    }
    let middle =
        |side: usize, figure: fn(&Round) -> f64| median(taken[side].iter().map(figure).collect());
    let pair = |floor: usize, figure: fn(&Round) -> f64| Pair {
        floor: middle(floor, figure),
        ours: middle(2, figure),
    };
    let memory = Pair {
        floor: memory(framework, EMPTY)?,
        ours: memory(framework, OURS)?,
    };

    let what = |of: &str| format!("webhook on {framework}: {of}");
    let unit = Unit::Nanoseconds;
    let (wall, cpu) = (|round: &Round| round.wall, |round: &Round| round.cpu);
    let empty = pair(0, cpu);
    let body = Kind::Akulaku.body().len() as f64;
    Ok(vec![
        Row::ratio(
            SECTION,
            &what("time per request, floor reads the body"),
            unit,
            pair(0, wall),
            AGAINST_EMPTY,
        ),
        Row::ratio(
            SECTION,
            &what("time per request, floor by hand"),
            unit,
            pair(1, wall),
            AGAINST_TYPED,
        ),
        Row::count(
            SECTION,
            &what("CPU, floor reads the body"),
            unit,
            empty,
            empty.floor + CPU,
            "≤ floor + 1.6 µs",
        ),
        Row::informative(SECTION, &what("CPU, floor by hand"), unit, pair(1, cpu)),
        Row::count(
            SECTION,
            &what("bytes per connection"),
            Unit::Count,
            memory,
            memory.floor + body,
            "≤ floor + body",
        ),
    ])
}

/// Bytes of memory per connection that waits for the second half of a body.
fn memory(framework: &str, path: &str) -> io::Result<f64> {
    let mut server = Server::start(&[SERVE, framework])?;
    let request = request(path);
    let half = &request[..request.len() - Kind::Akulaku.body().len() / 2];
    // The allocator and the runtime have settled after the first few.
    let settled = half_way(server.port, half, 50)?;
    let before = server.ask("memory")?;
    let waiting = half_way(server.port, half, WAITING)?;
    let after = server.ask("memory")?;
    drop((settled, waiting));
    Ok((after - before) / WAITING as f64)
}

/// So many connections that have sent this much.
fn half_way(port: u16, half: &[u8], count: usize) -> io::Result<Vec<TcpStream>> {
    let streams: Vec<_> = (0..count)
        .map(|_| TcpStream::connect(("127.0.0.1", port)))
        .collect::<io::Result<_>>()?;
    streams
        .iter()
        .try_for_each(|mut stream| stream.write_all(half))?;
    // The server says nothing while it waits, so there is nothing to wait for here.
    thread::sleep(Duration::from_millis(200));
    Ok(streams)
}

fn request(path: &str) -> Vec<u8> {
    let body = Kind::Akulaku.body();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\nAccept: application/json\r\n\
         User-Agent: Veritrans\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), &body].concat()
}

/// The same connections for all sides.
struct Load {
    connections: Vec<TcpStream>,
    buffer: Vec<u8>,
}

impl Load {
    fn open(server: &Server) -> io::Result<Self> {
        let connect = |_| {
            let stream = TcpStream::connect(("127.0.0.1", server.port))?;
            stream.set_nodelay(true)?;
            Ok(stream)
        };
        Ok(Self {
            connections: (0..CONNECTIONS).map(connect).collect::<io::Result<_>>()?,
            buffer: vec![0; 4096],
        })
    }

    /// A request on each connection, then the answers, and again.
    fn round(&mut self, path: &str, server: &mut Server) -> io::Result<Round> {
        let request = request(path);
        let (cpu, started) = (server.ask("cpu")?, Instant::now());
        for _ in 0..TURNS {
            for connection in &mut self.connections {
                connection.write_all(&request)?;
            }
            for connection in &mut self.connections {
                let read = connection.read(&mut self.buffer)?;
                if !self.buffer[..read].starts_with(b"HTTP/1.1 200 ") {
                    return Err(io::Error::other("the server does not answer with 200"));
                }
            }
        }
        let requests = (TURNS * CONNECTIONS) as f64;
        let wall = started.elapsed().as_secs_f64() * 1e9 / requests;
        Ok(Round {
            wall,
            cpu: (server.ask("cpu")? - cpu) / requests,
        })
    }
}
