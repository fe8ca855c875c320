//! A gateway that tells every order as settled, after a delay and at a limited rate, in a process
//! of its own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::template::TRANSACTION;
use crate::process::{self, Server};

/// The first argument of a process that only answers; the second is its delay in milliseconds, the
/// third the most answers in a second, 0 for any number.
pub(crate) const SERVE: &str = "--serve-status";

const TOO_MANY: &str =
    r#"{"status_code":"429","status_message":"API rate limit exceeded, please try again later"}"#;

/// A running gateway. It ends with this value.
pub(super) struct Gateway {
    process: Server,
    /// Such as `http://127.0.0.1:40123`.
    pub(super) base: String,
}

impl Gateway {
    /// One that takes so many milliseconds for an answer.
    pub(super) fn slow(milliseconds: u64) -> io::Result<Self> {
        Self::start(milliseconds, 0)
    }

    /// One that answers at once, so many times a second, and else says 429.
    pub(super) fn limited(per_second: u64) -> io::Result<Self> {
        Self::start(0, per_second)
    }

    fn start(delay: u64, limit: u64) -> io::Result<Self> {
        let process = Server::start(&[SERVE, &delay.to_string(), &limit.to_string()])?;
        let base = format!("http://127.0.0.1:{}", process.port);
        Ok(Self { process, base })
    }

    /// Returns the numbers of questions that were answered and that were refused.
    pub(super) fn counts(&mut self) -> io::Result<(f64, f64)> {
        Ok((self.process.ask("answered")?, self.process.ask("refused")?))
    }
}

/// The body that tells an order as settled.
pub(super) fn settled(order_id: &str) -> String {
    format!(
        concat!(
            r#"{{"status_code":"200","status_message":"Success, transaction is found","transaction_id":"{}","#,
            r#""order_id":"{}","gross_amount":"149000.00","currency":"IDR","payment_type":"akulaku","#,
            r#""transaction_time":"2026-01-09 17:58:00","transaction_status":"settlement","fraud_status":"accept","#,
            r#""settlement_time":"2026-01-09 18:00:48","merchant_id":"G900000001"}}"#
        ),
        TRANSACTION, order_id
    )
}

/// The other side: prints its port, answers requests, and prints a figure for every line it is
/// sent.
pub(crate) fn serve(words: &[String]) -> io::Result<()> {
    let number = |at: usize| {
        words
            .get(at)
            .and_then(|word| word.parse::<u64>().ok())
            .unwrap_or_default()
    };
    let gateway = Arc::new(Stub::new(Duration::from_millis(number(0)), number(1)));
    let figures = Arc::clone(&gateway);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        thread::spawn(move || process::answer(|figure| figures.figure(figure)));
        loop {
            let (stream, _) = listener.accept().await?;
            let gateway = Arc::clone(&gateway);
            // A connection that breaks is the client's business.
            tokio::spawn(async move { gateway.answer(stream).await.ok() });
        }
    })
}

struct Stub {
    delay: Duration,
    limit: u64,
    started: Instant,
    answered: AtomicU64,
    refused: AtomicU64,
    /// The second in which it answered last, and how often, in that second.
    second: AtomicU64,
    in_second: AtomicU64,
}

impl Stub {
    fn new(delay: Duration, limit: u64) -> Self {
        let zero = AtomicU64::default;
        Self {
            delay,
            limit,
            started: Instant::now(),
            answered: zero(),
            refused: zero(),
            second: zero(),
            in_second: zero(),
        }
    }

    fn figure(&self, figure: &str) -> io::Result<f64> {
        let counter = if figure == "refused" {
            &self.refused
        } else {
            &self.answered
        };
        Ok(counter.load(Ordering::SeqCst) as f64)
    }

    async fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut buffer = vec![0; 16 * 1024];
        let mut filled = 0;
        loop {
            let read = stream.read(&mut buffer[filled..]).await?;
            if read == 0 {
                return Ok(());
            }
            filled += read;
            // A question has no body, and the next one comes after the answer.
            if !buffer[..filled].ends_with(b"\r\n\r\n") {
                continue;
            }
            let (status, body) = self.reply(&buffer[..filled]);
            filled = 0;
            if self.delay > Duration::ZERO {
                tokio::time::sleep(self.delay).await;
            }
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
            );
            stream.write_all((head + &body).as_bytes()).await?;
        }
    }

    fn reply(&self, request: &[u8]) -> (&'static str, String) {
        if !self.takes_one_more() {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return ("429 Too Many Requests", TOO_MANY.to_owned());
        }
        self.answered.fetch_add(1, Ordering::SeqCst);
        let line = String::from_utf8_lossy(&request[..request.len().min(256)]);
        let order_id = line.split('/').nth(2).unwrap_or_default();
        ("200 OK", settled(order_id))
    }

    fn takes_one_more(&self) -> bool {
        if self.limit == 0 {
            return true;
        }
        // One thread serves all connections, so nothing comes between these.
        let second = self.started.elapsed().as_secs();
        if self.second.swap(second, Ordering::SeqCst) != second {
            self.in_second.store(0, Ordering::SeqCst);
        }
        self.in_second.fetch_add(1, Ordering::SeqCst) < self.limit
    }
}
