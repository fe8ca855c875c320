//! The simulator over loopback: charges against a bare server that says the same, all operations at
//! once, memory, and how soon it is there.

mod mixed;

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use midtrans_simulator::Simulator;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};
use tokio::task::JoinSet;

use crate::arguments::{Arguments, Section};
use crate::figure::Unit;
use crate::load::median;
use crate::process::Server;
use crate::simulator_server::{BARE, OURS, SERVE};
use crate::table::{Pair, Row};

const SECTION: Section = Section::Simulator;
/// At least half of the bare server's requests per second, as time per request.
const AGAINST_BARE: f64 = 2.0;
const CONNECTIONS: usize = 64;
const TURNS: usize = 10;
const ROUNDS: usize = 150;
const STORED: usize = 100_000;
const MEMORY: f64 = 150.0 * 1024.0 * 1024.0;
const START: f64 = 50e6;
/// Processor time of one `midtrans verify`, from the first instruction to the last.
const VERIFY: f64 = 10e6;

pub(crate) fn measure(arguments: &Arguments) -> Vec<Row> {
    let parts: [(&str, Part); 5] = [
        ("charges at 64 connections", charges),
        ("all operations at 64 connections", mixed::measure),
        ("memory of 100,000 transactions", memory),
        ("start", start),
        ("`midtrans verify`, whole process", verify),
    ];
    let rows = parts.map(|(name, part)| {
        eprintln!("simulator: {name} …");
        part(arguments)
            .unwrap_or_else(|error| vec![Row::unmeasured(SECTION, name, "–", &error.to_string())])
    });
    rows.concat()
}

/// Some rows of the section.
type Part = fn(&Arguments) -> io::Result<Vec<Row>>;

/// The times of one round in nanoseconds: per request, of the server's processor, and of the
/// slowest of a hundred.
struct Round {
    wall: f64,
    cpu: f64,
    p99: f64,
}

fn charges(arguments: &Arguments) -> io::Result<Vec<Row>> {
    let mut sides = [BARE, OURS].map(Side::start);
    let mut taken: [Vec<Round>; 2] = Default::default();
    for round in 0..arguments.rounds(ROUNDS) {
        for place in 0..2 {
            let side = (place + round) % 2;
            let own = sides[side]
                .as_mut()
                .map_err(|error| io::Error::other(error.to_string()))?;
            taken[side].push(own.round(TURNS)?);
        }
    }
    let pair = |figure: fn(&Round) -> f64| {
        let [floor, ours] =
            [0, 1].map(|side: usize| median(taken[side].iter().map(figure).collect()));
        Pair { floor, ours }
    };
    let unit = Unit::Nanoseconds;
    Ok(vec![
        Row::ratio(
            SECTION,
            "a charge at 64 connections, time per request",
            unit,
            pair(|round| round.wall),
            AGAINST_BARE,
        ),
        Row::informative(
            SECTION,
            "a charge at 64 connections, CPU of the server",
            unit,
            pair(|round| round.cpu),
        ),
        Row::informative(
            SECTION,
            "a charge at 64 connections, p99 from request to answer",
            unit,
            pair(|round| round.p99),
        ),
    ])
}

fn memory(arguments: &Arguments) -> io::Result<Vec<Row>> {
    let mut side = Side::start(OURS)?;
    // The allocator and the runtime have settled after the first few.
    side.round(TURNS)?;
    let before = side.server.ask("memory")?;
    let rounds = arguments.rounds(STORED) / CONNECTIONS;
    side.round(rounds)?;
    let grown = side.server.ask("memory")? - before;
    let per_goal = grown / (rounds * CONNECTIONS) as f64 * STORED as f64;
    let pair = Pair {
        floor: f64::NAN,
        ours: per_goal / (1024.0 * 1024.0),
    };
    let what = "memory of 100,000 open transactions, each with a notification";
    Ok(vec![Row::count(
        SECTION,
        what,
        Unit::Megabytes,
        pair,
        MEMORY / (1024.0 * 1024.0),
        "≤ 150 MiB",
    )])
}

/// From nothing to an address that answers.
fn start(arguments: &Arguments) -> io::Result<Vec<Row>> {
    let times = (0..arguments.rounds(100))
        .map(|_| start_once())
        .collect::<io::Result<Vec<f64>>>()?;
    let pair = Pair {
        floor: f64::NAN,
        ours: median(times),
    };
    Ok(vec![Row::count(
        SECTION,
        "start, until it takes a connection",
        Unit::Nanoseconds,
        pair,
        START,
        "≤ 50 ms",
    )])
}

/// Nanoseconds of one start.
fn start_once() -> io::Result<f64> {
    let started = Instant::now();
    let simulator = Simulator::builder()
        .serve_blocking()
        .map_err(io::Error::other)?;
    let port = simulator
        .url()
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .unwrap_or(0);
    std::net::TcpStream::connect(("127.0.0.1", port))?;
    Ok(started.elapsed().as_secs_f64() * 1e9)
}

/// The command line as a whole process.
fn verify(arguments: &Arguments) -> io::Result<Vec<Row>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "-p", "midtrans-cli"])
        .status()?;
    if !built.success() {
        return Err(io::Error::other("midtrans-cli does not build"));
    }
    let name = format!("midtrans{}", std::env::consts::EXE_SUFFIX);
    let program = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("../release")
        .join(name);
    let body = crate::samples::Kind::Akulaku.body();
    let runs = arguments.rounds(200);
    let before = children_time()?;
    for _ in 0..runs {
        let mut command = Command::new(&program);
        command
            .args(["verify", "-"])
            .env("MIDTRANS_SERVER_KEY", crate::samples::KEY);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        child
            .stdin
            .take()
            .ok_or(io::ErrorKind::BrokenPipe)?
            .write_all(&body)?;
        if !child.wait()?.success() {
            return Err(io::Error::other("the notification does not verify"));
        }
    }
    let pair = Pair {
        floor: f64::NAN,
        ours: (children_time()? - before) / runs as f64,
    };
    let what = "`midtrans verify` of one notification: CPU of the whole process";
    Ok(vec![Row::count(
        SECTION,
        what,
        Unit::Nanoseconds,
        pair,
        VERIFY,
        "≤ 10 ms",
    )])
}

/// Nanoseconds of processor time of all children that have ended, in steps of a hundredth of a
/// second.
fn children_time() -> io::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program, in brackets, may have spaces.
    let figures: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| figures.get(at).and_then(|ticks| ticks.parse::<f64>().ok());
    let (user, system) = (ticks(13), ticks(14));
    user.zip(system)
        .map(|(user, system)| (user + system) * 1e7)
        .ok_or_else(|| io::Error::other("the system does not tell"))
}

/// A server, and the connections to it: one thread serves them all, and each sends its next charge
/// when it has its answer.
struct Side {
    server: Server,
    client: Runtime,
    connections: Vec<Connection>,
    orders: usize,
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Side {
    fn start(side: &str) -> io::Result<Self> {
        let server = Server::start(&[SERVE, side])?;
        let client = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let connect = async |_| {
            let stream = TcpStream::connect(("127.0.0.1", server.port)).await?;
            stream.set_nodelay(true)?;
            Ok(Connection {
                stream,
                buffer: vec![0; 8192],
            })
        };
        let connections = (0..CONNECTIONS)
            .map(|at| client.block_on(connect(at)))
            .collect::<io::Result<_>>()?;
        Ok(Self {
            server,
            client,
            connections,
            orders: 0,
        })
    }

    /// So many charges of new orders on each connection.
    fn round(&mut self, turns: usize) -> io::Result<Round> {
        let (cpu, started) = (self.server.ask("cpu")?, Instant::now());
        let set: JoinSet<io::Result<(Connection, Vec<Duration>)>> = self
            .connections
            .drain(..)
            .enumerate()
            .map(|(at, connection)| connection.charges(self.orders + at * turns, turns))
            .fold(JoinSet::new(), |mut set, charges| {
                set.spawn_on(charges, self.client.handle());
                set
            });
        self.orders += turns * CONNECTIONS;
        let mut times = Vec::with_capacity(turns * CONNECTIONS);
        for ended in self.client.block_on(set.join_all()) {
            let (connection, own) = ended?;
            self.connections.push(connection);
            times.extend(own);
        }
        let requests = times.len() as f64;
        let wall = started.elapsed().as_secs_f64() * 1e9 / requests;
        let cpu = (self.server.ask("cpu")? - cpu) / requests;
        times.sort_unstable();
        let p99 = times[times.len() * 99 / 100].as_secs_f64() * 1e9;
        Ok(Round { wall, cpu, p99 })
    }
}

impl Connection {
    async fn charges(mut self, first: usize, turns: usize) -> io::Result<(Self, Vec<Duration>)> {
        let mut times = Vec::with_capacity(turns);
        for order in first..first + turns {
            let sent = Instant::now();
            self.stream.write_all(&request(order)).await?;
            let read = self.stream.read(&mut self.buffer).await?;
            if !is_charged(&self.buffer[..read]) {
                let answer = String::from_utf8_lossy(&self.buffer[..read]);
                return Err(io::Error::other(format!(
                    "a charge was answered with {answer:?}"
                )));
            }
            times.push(sent.elapsed());
        }
        Ok((self, times))
    }
}

fn is_charged(answer: &[u8]) -> bool {
    answer.starts_with(b"HTTP/1.1 200 ") && answer.windows(6).any(|part| part == br#""201","#)
}

/// The charge of the other sections, for one order, as a client with keys sends it.
fn request(order: usize) -> Vec<u8> {
    let body = format!(
        r#"{{"payment_type":"akulaku","transaction_details":{{"order_id":"order-20260109-{order:08}","gross_amount":149000}},"item_details":[{{"id":"SHOE-42","name":"Sepatu lari","price":149000,"quantity":1}}],"customer_details":{{"first_name":"Siti","last_name":"Rahma","email":"siti.rahma@example.com","phone":"08123456789"}}}}"#
    );
    let head = format!(
        "POST /v2/charge HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n\
         Authorization: Basic U0ItTWlkLXNlcnZlci1zaW11bGF0b3I6\r\nIdempotency-Key: key-{order:08}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head, body].concat().into_bytes()
}
